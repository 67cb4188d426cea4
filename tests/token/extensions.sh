# A team's own roles with every extension that a role may set: issued on a token, and
# read by four programs that had no part in writing them.
need openssl certtool certutil jq
/usr/bin/python3 -c 'import cryptography' || { bad 'needs python3-cryptography (make deps)'; exit 1; }

mkdir -p own/tiny
cat >own/tiny/product.yaml <<'END'
product: tiny
title: one kind of server
kinds:
  box: { title: a box, servers: single }
END
cat >own/tiny/everything.yaml <<'END'
role: everything
extends: base/tls-server
title: every extension of a leaf, and every kind of name
products: [tiny]
applies_to: box
per: pool
allow: [enrolment-agent]
subject: { CN: "${pool.fqdn}" }
san:
  names:
    - dns: "${pool.fqdn}"
    - ip: 192.0.2.1
    - email: "admin@${pool.fqdn}"
    - uri: "sip:${pool.fqdn}"
    - dirname: "CN=box, O=Contoso"
    - rid: 1.2.3.4
    - each: d in ${sip_domains}
      names:
        - srv: _sip.${d.name}
        - xmpp: ${d.name}
        - upn: box@${d.name}
append:
  extended_key_usage: [sipDomain, OCSPSigning, smartcardLogon, documentSigning, msEnrolmentAgent]
certificate_policies:
  - { oid: 1.3.6.1.4.1.99999.1, cps: "http://pki.example.com/cps", notice: For servers only }
freshest_crl: [ "http://pki.example.com/delta.crl" ]
subject_information_access: [ { time_stamping: "http://tsa.example.com/" } ]
private_key_usage_period: { not_before: 2026-01-01T00:00:00Z, not_after: 2046-01-01T00:00:00Z }
tls_feature: [ status_request ]
ocsp_nocheck: true
ms_template: { oid: 1.3.6.1.4.1.311.21.8.1.2, major: 100, minor: 4 }
ms_template_name: WebServer
ms_application_policies: [ serverAuth, 1.2.3 ]
ms_sid: S-1-5-21-1-2-3-1104
extensions:
  - { oid: 1.3.6.1.4.1.99999.2, asn1: "UTF8:${pool.fqdn}" }
  - { oid: 1.3.6.1.4.1.99999.3, der: "0500" }
END
cat >own/tiny/never-revoked.yaml <<'END'
role: never-revoked
extends: base/tls-server
title: a certificate that lives too short to be revoked
products: [tiny]
applies_to: box
per: pool
subject: { CN: "${pool.fqdn}" }
san:
  names: [ { dns: "${pool.fqdn}" } ]
override: { validity_days: 7 }
no_rev_avail: true
END
cat >tiny.yaml <<'END'
topology: t
product: tiny
sip_domains: [example.com]
pools:
  - { fqdn: box.example.com, kind: box }
END

must_work rolecert lab lab --topology tiny.yaml --profiles own
cert=lab/certs/everything--box.example.com.pem
must_work rolecert --profiles own --ca lab/ca check -t tiny.yaml everything/box.example.com "$cert"

must_work openssl x509 -in "$cert" -noout -text
for word in 'othername: SRVName::_sip.example.com' 'Registered ID:1.2.3.4' 'DirName:' 'email:admin@box.example.com' \
    'IP Address:192.0.2.1' 'URI:sip:box.example.com' 'OCSP Signing' 'Microsoft Smartcard Login' \
    'Policy: 1.3.6.1.4.1.99999.1' 'CPS: http://pki.example.com/cps' \
    'Explicit Text: For servers only' 'Freshest CRL' 'http://pki.example.com/delta.crl' \
    'Subject Information Access' 'Private Key Usage Period' 'Jan  1 00:00:00 2046 GMT' \
    'TLS Feature' status_request 'OCSP No Check' 1.3.6.1.4.1.311.21.7 1.3.6.1.4.1.311.20.2 \
    1.3.6.1.4.1.311.21.10 1.3.6.1.4.1.311.25.2 1.3.6.1.4.1.99999.2; do
	expect_has "$word"
done
must_work certtool -i --infile "$cert"
for word in 'IPAddress: 192.0.2.1' 'RFC822Name: admin@box.example.com' 'XMPP Address: example.com' \
    'TLS Features' 'Status Request(5)' 'Private Key Usage Period' '1.3.6.1.4.1.99999.1'; do
	expect_has "$word"
done

# python's cryptography: subject, names in their order, and each extension in its place, critical
# or not, with the octets that the plan says.
must_work rolecert --profiles own plan -t tiny.yaml --json
cp .out plan.json
cat >read.py <<'END'
import json, sys
from cryptography import x509

with open(sys.argv[1], 'rb') as file:
    cert = x509.load_pem_x509_certificate(file.read())
with open('plan.json') as file:
    entry = next(e for e in json.load(file)['entries'] if e['role'] == 'everything')

def same(what, have, want):
    if have != want:
        sys.exit(f'{what}: want {want}, have {have}')

def octets(value):
    return value.value if isinstance(value, x509.UnrecognizedExtension) else value.public_bytes()

def host(name):
    return name.value if isinstance(name, x509.DNSName) else None

same('subject', ', '.join(f'{a.rfc4514_attribute_name}={a.value}' for a in reversed(list(cert.subject))),
     entry['subject'])
names = list(cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
kinds = { 'dns': x509.DNSName, 'ip': x509.IPAddress, 'email': x509.RFC822Name,
          'uri': x509.UniformResourceIdentifier, 'dirname': x509.DirectoryName, 'rid': x509.RegisteredID }
same('kinds of names', [type(n) for n in names],
     [kinds.get(n['type'], x509.OtherName) for n in entry['san']])
plain = ('dns', 'email', 'uri', 'ip')
same('names', [str(n.value) for n, w in zip(names, entry['san']) if w['type'] in plain],
     [w['value'] for w in entry['san'] if w['type'] in plain])
# The lab names no place of CRLs or of the CA, so these two are not there.
absent = { '2.5.29.31', '1.3.6.1.5.5.7.1.1' }
planned = [e for e in entry['extensions'] if e['oid'] not in absent]
same('extensions', [(e.oid.dotted_string, e.critical) for e in cert.extensions],
     [(e['oid'], e['critical']) for e in planned])
same('octets', [octets(e.value).hex() for e, w in zip(cert.extensions, planned) if w['der']],
     [w['der'].lower() for w in planned if w['der']])
print(len(planned), 'extensions')
END
must_work /usr/bin/python3 read.py "$cert"
expect_has ' extensions'

# NSS takes it for a server's, and shows the names that it knows.
mkdir nss
certutil -N -d sql:nss --empty-password
certutil -A -d sql:nss -n root -t C,, -a -i lab/root/ca.pem
certutil -A -d sql:nss -n ca -t ,, -a -i lab/ca/ca.pem
must_work certutil -A -d sql:nss -n leaf -t ,, -a -i "$cert"
must_work certutil -V -d sql:nss -n leaf -u V
must_work certutil -L -d sql:nss -n leaf
for word in 'DNS name: "box.example.com"' 'RFC822 Name: "admin@box.example.com"' 'CN=box,O=Contoso'; do
	expect_has "$word"
done

cert=lab/certs/never-revoked--box.example.com.pem
must_work openssl x509 -in "$cert" -noout -ext crlDistributionPoints
expect_lacks 'URI:'
must_work openssl asn1parse -in "$cert"
expect_has "X509v3 No Revocation Available"

# What the plan says of an extension is what stands in the certificate.
must_work rolecert --profiles own plan -t tiny.yaml --json
expect_json '.entries[] | select(.role == "everything") | .extensions[-1] |
    .oid == "1.3.6.1.4.1.99999.3" and .der == "0500" and .critical == false'

# openssl makes a request of the same octets from our configuration for it.
must_work openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
rolecert --profiles own request -t tiny.yaml everything/box.example.com --form openssl \
    --type ec-p256 >form.cnf
must_work openssl req -new -batch -key key.pem -config form.cnf -out form.req
rolecert --profiles own plan -t tiny.yaml --json |
    jq -r '.entries[] | select(.role == "everything") | .extensions[] | .der // empty' >want.txt
openssl asn1parse -in form.req | awk '/Extension Request/ { on = 1 }
	on && /OCTET STRING/ { sub(/.*\[HEX DUMP\]:/, ""); print tolower($0) }' |
    grep -vx 03020780 >have.txt
expect_same have.txt want.txt

# Another role that asks for what this one has, and a certificate without it.
sed -i 's/S-1-5-21-1-2-3-1104/S-1-5-21-1-2-3-1105/' own/tiny/everything.yaml
must_work rolecert --profiles own check -t tiny.yaml everything/box.example.com \
    lab/certs/everything--box.example.com.pem
expect_has 'msSecurityIdentifier is not the role'
