#include "check/lint_parts.h"

enum {
	SIGN = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
	ENCIPHER = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT,
	AGREE = KU_KEY_AGREEMENT | KU_ENCIPHER_ONLY | KU_DECIPHER_ONLY,
};

#define OCSP_SIGNING "1.3.6.1.5.5.7.3.9"
#define TIME_STAMPING "1.3.6.1.5.5.7.3.8"

/* -- against the kind of key --------------------------------------------------------- */

/* What EC keys cannot do is told by the extension's own lint (RFC 8813). */
void
lint_key_usage(const struct lint *lint, struct error *err)
{
	const struct cert_ext *ext = cert_find_ext(lint->cert, EXT_KEY_USAGE);
	bool rsa = !pubkey_is_ec(lint->context->key);
	bool ed25519 = pubkey_algorithm(lint->context->key) == KEY_ED25519;
	const char *section = rsa ? "RFC 3279 2.3.1" : "RFC 8410 5";

	if (ext == NULL || (!rsa && !ed25519) || (ext->value.u.key_usage & AGREE) == 0)
		return;
	(void)error_fail(err, RULE_LINT_KEY_USAGE,
	    "keyUsage allows a key agreement for %s, which can make none (%s)",
	    pubkey_text(lint->context->key), section);
}

/* -- against the purposes -------------------------------------------------------------- */

/* RFC 5280 4.2.1.12: of these usages one at least is consistent with the purpose. */
static const struct purpose {
	const char *oid;
	unsigned usage;
	const char *needs;
} purposes[] = {
	{ "1.3.6.1.5.5.7.3.1", KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT,
	    "digitalSignature, keyEncipherment or keyAgreement" },
	{ "1.3.6.1.5.5.7.3.2", KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT,
	    "digitalSignature or keyAgreement" },
	{ "1.3.6.1.5.5.7.3.3", KU_DIGITAL_SIGNATURE, "digitalSignature" },
	{ "1.3.6.1.5.5.7.3.4", SIGN | ENCIPHER | KU_KEY_AGREEMENT,
	    "digitalSignature, nonRepudiation, keyEncipherment or keyAgreement" },
	{ TIME_STAMPING, SIGN, "digitalSignature or nonRepudiation" },
	{ OCSP_SIGNING, SIGN, "digitalSignature or nonRepudiation" },
};

/* That keyUsage allows nothing is told by its own lint. */
static void
lint_purpose(const char *oid, unsigned usage, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(purposes); i++) {
		if (strcmp(purposes[i].oid, oid) != 0 || usage == 0 ||
		    (usage & purposes[i].usage) != 0)
			continue;
		(void)error_fail(err, RULE_LINT_PURPOSE,
		    "extendedKeyUsage has %s, and keyUsage nothing that serves it", eku_word(oid));
		error_want(err, purposes[i].needs, "other usages");
	}
}

static bool
has_purpose(const struct cert_ext *ext, const char *oid)
{
	for (size_t i = 0; ext != NULL && i < ext->value.u.oids.n; i++)
		if (strcmp(ext->value.u.oids.v[i], oid) == 0)
			return true;
	return false;
}

/* A CA's purposes speak of what is below it, and not of its own key. */
void
lint_purposes(const struct lint *lint, struct error *err)
{
	const struct cert_ext *ext = cert_find_ext(lint->cert, EXT_EXTENDED_KEY_USAGE);
	const struct cert_ext *usage = cert_find_ext(lint->cert, EXT_KEY_USAGE);

	if (cert_find_ext(lint->cert, EXT_OCSP_NOCHECK) != NULL && !has_purpose(ext, OCSP_SIGNING))
		(void)error_fail(err, RULE_LINT_OCSP_NOCHECK,
		    "ocspNoCheck stands in a certificate that is no OCSP responder's");
	if (ext == NULL || usage == NULL || cert_is_ca(lint->cert))
		return;
	for (size_t i = 0; i < ext->value.u.oids.n; i++)
		lint_purpose(ext->value.u.oids.v[i], usage->value.u.key_usage, err);
	if (has_purpose(ext, TIME_STAMPING) && ext->value.u.oids.n != 1)
		(void)error_fail(err, RULE_LINT_PURPOSE,
		    "timeStamping stands beside another purpose (RFC 3161 2.3)");
}
