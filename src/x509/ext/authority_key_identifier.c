#include "crypto/digest.h"
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

/* keyIdentifier [0] alone: issuer and serial tie a certificate to one of several
 * certificates of the same CA key, which breaks when the CA renews. */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	der_put(out, DER_CONTEXT(0), value->u.key_id);
	der_wrap(out, from, DER_SEQUENCE);
}

/* Foreign ones may name issuer and serial beside or in place of the key. */
static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(AUTHORITY_KEYID_free) AUTHORITY_KEYID *read = NULL;

	read = ext_d2i(&ext_authority_key_identifier, der, ASN1_ITEM_rptr(AUTHORITY_KEYID), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	ret->id = EXT_AUTHORITY_KEY_IDENTIFIER;
	ret->u.key_id = BYTES(NULL, 0);
	if (read->keyid != NULL)
		ret->u.key_id = arena_bytes(arena, string_bytes(read->keyid));
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	critical_lint(&ext_authority_key_identifier, seen, false, err);
	if (seen->u.key_id.n != SHA1_OCTETS)
		(void)error_fail(err, RULE_AKI_LENGTH,
		    "authorityKeyIdentifier: want 20 octets, have %zu", seen->u.key_id.n);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return bytes_equal(a->u.key_id, b->u.key_id);
}

const struct ext_class ext_authority_key_identifier = {
	.id = EXT_AUTHORITY_KEY_IDENTIFIER, .word = "authority_key_identifier",
	.name = "authorityKeyIdentifier", .oid = "2.5.29.35", .section = "RFC 5280 4.2.1.1",
	.from = EXT_FROM_CA,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
