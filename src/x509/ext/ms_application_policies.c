/* Windows' own extended key usage, written as certificate policies: MS-WCCE 2.2.2.7.7.3. */
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	const char **v = arena_alloc(arena, node->count * sizeof(*v));

	for (size_t i = 0; i < node->count; i++)
		v[i] = eku_oid(shape_text(shape_of_usages.member, node->items[i], "use"));
	ret->u.oids.v = v;
	ret->u.oids.n = node->count;
}

/* SEQUENCE OF SEQUENCE { policyIdentifier OID } */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.oids.n; i++) {
		size_t one = out->n;

		der_put_dotted(out, value->u.oids.v[i]);
		der_wrap(out, one, DER_SEQUENCE);
	}
	der_wrap(out, from, DER_SEQUENCE);
}

/* Qualifiers of others are passed over. */
static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(CERTIFICATEPOLICIES_free) CERTIFICATEPOLICIES *read = NULL;
	VEC(const char *) oids = { .v = NULL };

	read = ext_d2i(&ext_ms_application_policies, der, ASN1_ITEM_rptr(CERTIFICATEPOLICIES), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_POLICYINFO_num(read); i++) {
		const char *oid = object_text(sk_POLICYINFO_value(read, i)->policyid, arena);

		if (oid == NULL)
			return ext_malformed(&ext_ms_application_policies, "holds a bad OID", err);
		*VEC_PUSH(arena, &oids) = oid;
	}
	ret->id = EXT_MS_APPLICATION_POLICIES;
	ret->u.oids.v = oids.v;
	ret->u.oids.n = oids.n;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_ms_application_policies, seen, context, err);
	usages_lint(&ext_ms_application_policies, seen, context, err);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return texts_equal(a->u.oids.v, a->u.oids.n, b->u.oids.v, b->u.oids.n);
}

const struct ext_class ext_ms_application_policies = {
	.id = EXT_MS_APPLICATION_POLICIES, .word = "ms_application_policies",
	.name = "msApplicationPolicies", .oid = "1.3.6.1.4.1.311.21.10",
	.section = "MS-WCCE 2.2.2.7.7.3", .from = EXT_FROM_ENTRY,
	.shape = &shape_of_usages, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
