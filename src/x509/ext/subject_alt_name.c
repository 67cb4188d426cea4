#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.names.n; i++)
		general_name_encode(&value->u.names.v[i], out);
	der_wrap(out, from, DER_SEQUENCE);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(GENERAL_NAMES_free) GENERAL_NAMES *read = NULL;
	VEC(struct general_name) names = { .v = NULL };

	read = ext_d2i(&ext_subject_alt_name, der, ASN1_ITEM_rptr(GENERAL_NAMES), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_GENERAL_NAME_num(read); i++)
		if (!name_read(sk_GENERAL_NAME_value(read, i), arena, VEC_PUSH(arena, &names)))
			return ext_malformed(&ext_subject_alt_name,
			    "holds a name with a NUL octet, or an address of a wrong length", err);
	ret->id = EXT_SUBJECT_ALT_NAME;
	ret->u.names.v = names.v;
	ret->u.names.n = names.n;
	return RC_OK;
}

static void
lint_name(const struct ext_value *seen, size_t i, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	const struct general_name *name = &seen->u.names.v[i];

	if (general_name_check(name, true, NOWHERE, why) != RC_OK)
		(void)error_fail(err, RULE_SAN_NAME, "subjectAltName: %s", error_message(why));
	for (size_t j = 0; j < i; j++) {
		if (!general_name_equal(&seen->u.names.v[j], name))
			continue;
		(void)error_fail(err, RULE_SAN_DUPLICATE, "subjectAltName holds '%s' twice",
		    name->value);
		return;
	}
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	if (seen->u.names.n == 0)
		(void)error_fail(err, RULE_SAN_EMPTY, "subjectAltName holds no name");
	if (seen->critical != context->subject_empty) {
		(void)error_fail(err, RULE_SAN_CRITICAL,
		    "subjectAltName of a certificate %s subject", context->subject_empty ?
		    "without" : "with a");
		error_want(err, context->subject_empty ? "critical" : "not critical",
		    seen->critical ? "critical" : "not critical");
	}
	for (size_t i = 0; i < seen->u.names.n; i++)
		lint_name(seen, i, err);
}

/* To the letter; but an address or a directory name has several texts for the same
 * octets. */
static bool
name_same(const struct general_name *a, const struct general_name *b)
{
	if (a->type == NAME_IP || a->type == NAME_DIRNAME)
		return general_name_equal(a, b);
	return a->type == b->type && strcmp(a->value, b->value) == 0;
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	if (a->u.names.n != b->u.names.n)
		return false;
	for (size_t i = 0; i < a->u.names.n; i++)
		if (!name_same(&a->u.names.v[i], &b->u.names.v[i]))
			return false;
	return true;
}

const struct ext_class ext_subject_alt_name = {
	.id = EXT_SUBJECT_ALT_NAME, .word = "subject_alt_name", .name = "subjectAltName",
	.oid = "2.5.29.17", .section = "RFC 5280 4.2.1.6", .from = EXT_FROM_ENTRY,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
