#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

#define ANY_POLICY "2.5.29.32.0"

static const struct shape_key item_keys[] = {
	{ "issuer", &shape_of_oid, true }, { "subject", &shape_of_oid, true },
};
static const struct shape item = { .kind = SHAPE_MAP, .what = "a policy mapping",
	.keys = item_keys, .n_keys = ARRAY_LEN(item_keys) };
static const struct shape shape = { .kind = SHAPE_LIST, .what = "policy_mappings",
	.member = &item };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	struct policy_mapping *v = arena_alloc(arena, node->count * sizeof(*v));

	for (size_t i = 0; i < node->count; i++)
		v[i] = (struct policy_mapping){ node_get(node->items[i], "issuer")->text,
			node_get(node->items[i], "subject")->text };
	ret->u.mappings.v = v;
	ret->u.mappings.n = node->count;
}

/* SEQUENCE OF SEQUENCE { issuerDomainPolicy OID, subjectDomainPolicy OID } */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.mappings.n; i++) {
		size_t one = out->n;

		der_put_dotted(out, value->u.mappings.v[i].issuer);
		der_put_dotted(out, value->u.mappings.v[i].subject);
		der_wrap(out, one, DER_SEQUENCE);
	}
	der_wrap(out, from, DER_SEQUENCE);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(policy_mappings_free) POLICY_MAPPINGS *read = NULL;
	VEC(struct policy_mapping) mappings = { .v = NULL };

	read = ext_d2i(&ext_policy_mappings, der, ASN1_ITEM_rptr(POLICY_MAPPINGS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_POLICY_MAPPING_num(read); i++) {
		const POLICY_MAPPING *one = sk_POLICY_MAPPING_value(read, i);
		struct policy_mapping mapping = { object_text(one->issuerDomainPolicy, arena),
			object_text(one->subjectDomainPolicy, arena) };

		if (mapping.issuer == NULL || mapping.subject == NULL)
			return ext_malformed(&ext_policy_mappings, "holds a bad OID", err);
		*VEC_PUSH(arena, &mappings) = mapping;
	}
	ret->id = EXT_POLICY_MAPPINGS;
	ret->u.mappings.v = mappings.v;
	ret->u.mappings.n = mappings.n;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_policy_mappings, seen, context, err);
	if (seen->u.mappings.n == 0)
		(void)error_fail(err, RULE_POLICY_MAPPINGS, "policyMappings maps no policy");
	for (size_t i = 0; i < seen->u.mappings.n; i++)
		if (strcmp(seen->u.mappings.v[i].issuer, ANY_POLICY) == 0 ||
		    strcmp(seen->u.mappings.v[i].subject, ANY_POLICY) == 0)
			(void)error_fail(err, RULE_POLICY_MAPPINGS,
			    "policyMappings maps anyPolicy");
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	if (a->u.mappings.n != b->u.mappings.n)
		return false;
	for (size_t i = 0; i < a->u.mappings.n; i++)
		if (strcmp(a->u.mappings.v[i].issuer, b->u.mappings.v[i].issuer) != 0 ||
		    strcmp(a->u.mappings.v[i].subject, b->u.mappings.v[i].subject) != 0)
			return false;
	return true;
}

const struct ext_class ext_policy_mappings = {
	.id = EXT_POLICY_MAPPINGS, .word = "policy_mappings", .name = "policyMappings",
	.oid = "2.5.29.33", .section = "RFC 5280 4.2.1.5", .from = EXT_FROM_ENTRY,
	.critical = true, .ca_only = true, .shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
