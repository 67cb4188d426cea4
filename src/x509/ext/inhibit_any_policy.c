#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

static const struct shape shape = { .kind = SHAPE_NUMBER, .what = "inhibit_any_policy",
	.least = 0, .most = 100 };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	(void)arena;
	ret->u.number = shape_number(node, 0);
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	der_put_int(out, (unsigned)value->u.number);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(ASN1_INTEGER_free) ASN1_INTEGER *read = NULL;
	int64_t number = -1;

	(void)arena;
	read = ext_d2i(&ext_inhibit_any_policy, der, ASN1_ITEM_rptr(ASN1_INTEGER), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	if (!skip_read(read, &number))
		return ext_malformed(&ext_inhibit_any_policy, "has an impossible number", err);
	ret->id = EXT_INHIBIT_ANY_POLICY;
	ret->u.number = number;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_inhibit_any_policy, seen, context, err);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return a->u.number == b->u.number;
}

const struct ext_class ext_inhibit_any_policy = {
	.id = EXT_INHIBIT_ANY_POLICY, .word = "inhibit_any_policy", .name = "inhibitAnyPolicy",
	.oid = "2.5.29.54", .section = "RFC 5280 4.2.1.14", .from = EXT_FROM_ENTRY,
	.critical = true, .ca_only = true, .shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
