#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLen INTEGER OPTIONAL } */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	if (value->u.basic.ca)
		der_put_bool(out, true);
	if (value->u.basic.path_len >= 0)
		der_put_int(out, (unsigned)value->u.basic.path_len);
	der_wrap(out, from, DER_SEQUENCE);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(BASIC_CONSTRAINTS_free) BASIC_CONSTRAINTS *read = NULL;
	int64_t path_len = -1;

	(void)arena;
	read = ext_d2i(&ext_basic_constraints, der, ASN1_ITEM_rptr(BASIC_CONSTRAINTS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	if (read->pathlen != NULL && (ASN1_INTEGER_get_int64(&path_len, read->pathlen) != 1 ||
	    path_len < 0 || path_len > INT32_MAX))
		return ext_malformed(&ext_basic_constraints, "has an impossible path length", err);
	ret->id = EXT_BASIC_CONSTRAINTS;
	ret->u.basic.ca = read->ca != 0;
	ret->u.basic.path_len = (int)path_len;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	critical_lint(&ext_basic_constraints, seen, true, err);
	if (!seen->u.basic.ca && seen->u.basic.path_len >= 0)
		(void)error_fail(err, RULE_EXT_BASIC_PATH_LEN_WITHOUT_CA,
		    "basicConstraints limits the path to %d below a certificate that is no CA's",
		    seen->u.basic.path_len);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return a->u.basic.ca == b->u.basic.ca && a->u.basic.path_len == b->u.basic.path_len;
}

const struct ext_class ext_basic_constraints = {
	.id = EXT_BASIC_CONSTRAINTS, .word = "basic_constraints", .name = "basicConstraints",
	.oid = "2.5.29.19", .section = "RFC 5280 4.2.1.9", .from = EXT_FROM_ENTRY,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
