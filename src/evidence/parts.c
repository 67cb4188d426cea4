#include "evidence/parts.h"

#include "check/lint.h"
#include "crypto/digest.h"
#include "crypto/pubkey.h"

static const struct {
	const char *kind;                /* NULL: whichever                  */
	const char *field, *file;
} files[] = {
	{ "spoil", "signed", "spoiled.bin" },
	{ NULL, "signed", "certificate.der" },
	{ NULL, "tbs", "tbs.der" },
	{ NULL, "csr", "request.der" },
	{ NULL, "entry-digest", "entry.txt" },
	{ NULL, "profile-digest", "profile.txt" },
	{ NULL, "origin", "origin.txt" },
	{ NULL, "custody", "custody.txt" },
};

const char *
bundle_file_of(const char *kind, const char *field)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (strcmp(files[i].field, field) == 0 &&
		    (files[i].kind == NULL || strcmp(files[i].kind, kind) == 0))
			return files[i].file;
	return NULL;
}

bool
bundle_is_digest(const struct event *e, size_t field)
{
	return e->kind->fields[field].form == EVENT_HEX && e->field[field].n == SHA256_OCTETS;
}

struct bytes
bundle_field(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->n && e->kind->fields[i].name != NULL; i++)
		if (strcmp(e->kind->fields[i].name, name) == 0)
			return e->field[i];
	return BYTES(NULL, 0);
}

static bool
is_self_signed(const struct cert *cert, const struct cert *ca)
{
	return bytes_equal(cert->spki, ca->spki) && bytes_equal(cert->issuer, cert->subject);
}

void
bundle_lint(const struct cert *cert, const struct cert *ca, const struct entry *entry,
    struct error *findings)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	struct lint_context context = { .algorithm = cert->algorithm, .serial = cert->serial,
		.issuer = is_self_signed(cert, ca) ? NULL : ca, .entry = entry };

	if (pubkey_read(cert->spki, &key, findings) != RC_OK)
		return;
	context.key = key;
	if (lint_certificate(cert->tbs, &context, findings) != RC_OK)
		return;          /* what it found stands in findings */
}

/* Lines that begin with four blanks are commands: a test takes them from here and runs
 * them. */
static const char readme[] = BUNDLE_TITLE
"\n"
"Evidence of what a certificate authority signed, and why. Whoever trusts the CA's\n"
"certificate, and got it by another way than this bundle, can verify it with tar,\n"
"sha256sum and openssl; `rolecert verify BUNDLE --issuer FILE` does all of it at once.\n"
"Unpack it into an empty folder, go there, and run:\n"
"\n"
"1. Nothing was damaged on the way.\n"
"\n"
"    sha256sum --quiet -c SHA256SUMS\n"
"\n"
"2. The certificates of the CA: compare the fingerprints with those that you know.\n"
"\n"
"    openssl crl2pkcs7 -nocrl -certfile ca.pem | openssl pkcs7 -print_certs -noout\n"
"    openssl x509 -in ca.pem -noout -fingerprint -sha256\n"
"\n"
"3. The checkpoint: signed by the ledger's own key, whom this CA or one above it certified.\n"
"It says how many events the record had, and the root of the hash tree over them.\n"
"\n"
"    openssl cms -verify -binary -inform DER -in checkpoint.cms -CAfile ca.pem -partial_chain "
    "-no_check_time -purpose any -out checkpoint.out\n"
"    cmp checkpoint.out checkpoint.txt\n"
"\n"
"4. Each entry's proof.txt holds its events (hexadecimal) and the path of each to that root\n"
"(RFC 9162, 2.1.3.2). The scripts check-bundle and check-proof of rolecert's documentation\n"
"compute the paths with openssl and coreutils alone. At the least, the roots are the same:\n"
"\n"
"    for p in entries/*/proof.txt; do grep -qxF \"$(grep '^root ' checkpoint.txt)\" "
    "\"$p\" || echo \"wrong: $p\"; done\n"
"\n"
"5. The files of each entry are those of its events, which hold their SHA-256.\n"
"\n"
"    for f in entries/*/*.*; do case $f in */proof.txt | */lint.txt) continue;; esac; "
    "grep -q \"^event .*$(sha256sum \"$f\" | cut -c1-64)\" \"${f%/*}/proof.txt\" || "
    "echo \"wrong: $f\"; done\n"
"\n"
"6. Each text is one that an origin.txt names by its SHA-256; the lines of origin.txt say\n"
"which line of which text put each name and extension into the certificate.\n"
"\n"
"    for t in texts/*; do [ \"texts/$(sha256sum \"$t\" | cut -c1-64)\" = \"$t\" "
    "] || echo \"wrong: $t\"; done\n"
"    for t in texts/*; do grep -q \"^text [0-9]* ${t#texts/} \" entries/*/origin.txt "
    "|| echo \"wrong: $t\"; done\n"
"\n"
"7. Each certificate holds what was to be signed, and the CA signed it; its request proves\n"
"that somebody has its key.\n"
"\n"
"    for c in entries/*/certificate.der; do openssl verify -no_check_time -partial_chain "
    "-trusted ca.pem \"$c\" || echo \"wrong: $c\"; done\n"
"    for c in entries/*/certificate.der; do openssl asn1parse -inform DER -in \"$c\" "
    "-strparse 4 -noout -out tbs.out && cmp tbs.out \"${c%/*}/tbs.der\" || echo \"wrong: "
    "$c\"; done\n"
"    for r in entries/*/request.der; do openssl req -verify -noout -inform DER -in "
    "\"$r\" || echo \"wrong: $r\"; done\n"
"\n"
"Each of these commands that prints `wrong`, or fails, has found something; but for what was\n"
"never signed there is no certificate.der, and without origin.txt there are no texts.\n"
"\n"
"Not shown: what happened behind the checkpoint (whether a certificate is revoked today says\n"
"the CA's list of revocations), and events of an entry that the exporter left out.\n";

void
bundle_put_readme(struct buf *out)
{
	buf_puts(out, readme);
}
