"""compare.py PLAN LEAF-OF... - python3-cryptography reads each certificate and compares
subject, alternative names in their order, purposes and key usage with the plan's JSON.

Arguments behind PLAN: ENTRY=FILE."""
import json
import sys

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

OIDS = {"C": NameOID.COUNTRY_NAME, "ST": NameOID.STATE_OR_PROVINCE_NAME, "L": NameOID.LOCALITY_NAME,
        "O": NameOID.ORGANIZATION_NAME, "OU": NameOID.ORGANIZATIONAL_UNIT_NAME, "CN": NameOID.COMMON_NAME}
PURPOSES = {ExtendedKeyUsageOID.SERVER_AUTH: "serverAuth", ExtendedKeyUsageOID.CLIENT_AUTH: "clientAuth"}


def names_of(cert):
    try:
        names = cert.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names]


def purposes_of(cert):
    try:
        value = cert.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).value
    except x509.ExtensionNotFound:
        return []
    return [PURPOSES.get(oid, oid.dotted_string) for oid in value]


def subject_of(cert):
    words = {oid: word for word, oid in OIDS.items()}
    return ", ".join(f"{words[part.oid]}={part.value}" for part in reversed(list(cert.subject)))


def compare(entry, cert):
    yield "subject", subject_of(cert), entry["subject"]
    yield "names", names_of(cert), [name["value"] for name in entry["san"]]
    yield "purposes", purposes_of(cert), entry["eku"]
    basic = cert.extensions.get_extension_for_oid(ExtensionOID.BASIC_CONSTRAINTS)
    yield "basicConstraints", (basic.value.ca, basic.critical), (False, True)


def main():
    entries = {entry["id"]: entry for entry in json.load(open(sys.argv[1]))["entries"]}
    bad = 0
    for argument in sys.argv[2:]:
        name, path = argument.split("=", 1)
        cert = x509.load_pem_x509_certificate(open(path, "rb").read())
        for what, have, want in compare(entries[name], cert):
            if have != want:
                print(f"{name}: {what}: have {have}, want {want}")
                bad += 1
    return 1 if bad else 0


sys.exit(main())
