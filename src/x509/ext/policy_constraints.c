#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

enum { SKIP_MAX = 100 };

static const struct shape skip = { .kind = SHAPE_NUMBER, .what = "a number of certificates",
	.least = 0, .most = SKIP_MAX };
static const struct shape_key keys[] = {
	{ "require_explicit_policy", &skip, false }, { "inhibit_policy_mapping", &skip, false },
};
static const struct shape shape = { .kind = SHAPE_MAP, .what = "policy_constraints",
	.keys = keys, .n_keys = ARRAY_LEN(keys), .least = 1 };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	(void)arena;
	ret->u.policy_constraints.require =
	    shape_number(node_get(node, "require_explicit_policy"), -1);
	ret->u.policy_constraints.inhibit =
	    shape_number(node_get(node, "inhibit_policy_mapping"), -1);
}

/* [n] IMPLICIT INTEGER OPTIONAL */
static void
put_skip(unsigned n, int64_t skipped, struct buf *out)
{
	size_t from = out->n;

	if (skipped < 0)
		return;
	der_put_int(out, (unsigned)skipped);
	out->p[from] = (uint8_t)DER_CONTEXT(n);
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	put_skip(0, value->u.policy_constraints.require, out);
	put_skip(1, value->u.policy_constraints.inhibit, out);
	der_wrap(out, from, DER_SEQUENCE);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(POLICY_CONSTRAINTS_free) POLICY_CONSTRAINTS *read = NULL;
	int64_t require = -1, inhibit = -1;

	(void)arena;
	read = ext_d2i(&ext_policy_constraints, der, ASN1_ITEM_rptr(POLICY_CONSTRAINTS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	if (!skip_read(read->requireExplicitPolicy, &require) ||
	    !skip_read(read->inhibitPolicyMapping, &inhibit))
		return ext_malformed(&ext_policy_constraints, "has an impossible number", err);
	ret->id = EXT_POLICY_CONSTRAINTS;
	ret->u.policy_constraints.require = require;
	ret->u.policy_constraints.inhibit = inhibit;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_policy_constraints, seen, context, err);
	if (seen->u.policy_constraints.require < 0 && seen->u.policy_constraints.inhibit < 0)
		(void)error_fail(err, RULE_POLICY_CONSTRAINTS, "policyConstraints demands nothing");
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return a->u.policy_constraints.require == b->u.policy_constraints.require &&
	    a->u.policy_constraints.inhibit == b->u.policy_constraints.inhibit;
}

const struct ext_class ext_policy_constraints = {
	.id = EXT_POLICY_CONSTRAINTS, .word = "policy_constraints", .name = "policyConstraints",
	.oid = "2.5.29.36", .section = "RFC 5280 4.2.1.11", .from = EXT_FROM_ENTRY,
	.critical = true, .ca_only = true, .shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
