#include "crypto/digest.h"
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

static void
encode(const struct ext_value *value, struct buf *out)
{
	der_put(out, DER_OCTET_STRING, value->u.key_id);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(ASN1_OCTET_STRING_free) ASN1_OCTET_STRING *read = NULL;

	read = ext_d2i(&ext_subject_key_identifier, der, ASN1_ITEM_rptr(ASN1_OCTET_STRING), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	ret->id = EXT_SUBJECT_KEY_IDENTIFIER;
	ret->u.key_id = arena_bytes(arena, string_bytes(read));
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	critical_lint(&ext_subject_key_identifier, seen, false, err);
	if (seen->u.key_id.n != SHA1_OCTETS)
		(void)error_fail(err, RULE_SKI_LENGTH,
		    "subjectKeyIdentifier: want 20 octets, have %zu", seen->u.key_id.n);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return bytes_equal(a->u.key_id, b->u.key_id);
}

const struct ext_class ext_subject_key_identifier = {
	.id = EXT_SUBJECT_KEY_IDENTIFIER, .word = "subject_key_identifier",
	.name = "subjectKeyIdentifier", .oid = "2.5.29.14", .section = "RFC 5280 4.2.1.2",
	.from = EXT_FROM_KEY,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
