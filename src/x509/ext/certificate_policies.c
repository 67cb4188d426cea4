#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

#define QUALIFIER_CPS "1.3.6.1.5.5.7.2.1"

/* policyQualifiers: one PolicyQualifierInfo with the URI as IA5String. */
static void
put_cps(const char *uri, struct buf *out)
{
	size_t from = out->n;

	der_put_dotted(out, QUALIFIER_CPS);
	der_put(out, DER_IA5_STRING, bytes_of_text(uri));
	der_wrap(out, from, DER_SEQUENCE);
	der_wrap(out, from, DER_SEQUENCE);
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.policies.n; i++) {
		const struct policy *policy = &value->u.policies.v[i];
		size_t one = out->n;

		der_put_dotted(out, policy->oid);
		if (policy->cps != NULL)
			put_cps(policy->cps, out);
		der_wrap(out, one, DER_SEQUENCE);
	}
	der_wrap(out, from, DER_SEQUENCE);
}

/* The first practice statement; user notices are passed over. */
static bool
read_policy(const POLICYINFO *info, struct arena *arena, struct policy *ret)
{
	ret->oid = object_text(info->policyid, arena);
	if (ret->oid == NULL)
		return false;
	for (int i = 0; i < sk_POLICYQUALINFO_num(info->qualifiers); i++) {
		const POLICYQUALINFO *qualifier = sk_POLICYQUALINFO_value(info->qualifiers, i);

		if (OBJ_obj2nid(qualifier->pqualid) != NID_id_qt_cps)
			continue;
		ret->cps = string_text(qualifier->d.cpsuri, arena);
		return ret->cps != NULL;
	}
	return true;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(CERTIFICATEPOLICIES_free) CERTIFICATEPOLICIES *read = NULL;
	VEC(struct policy) policies = { .v = NULL };

	read = ext_d2i(&ext_certificate_policies, der, ASN1_ITEM_rptr(CERTIFICATEPOLICIES), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_POLICYINFO_num(read); i++)
		if (!read_policy(sk_POLICYINFO_value(read, i), arena, VEC_PUSH(arena, &policies)))
			return ext_malformed(&ext_certificate_policies,
			    "holds a bad OID, or a URI with a NUL octet", err);
	ret->id = EXT_CERTIFICATE_POLICIES;
	ret->u.policies.v = policies.v;
	ret->u.policies.n = policies.n;
	return RC_OK;
}

static bool
stands_before(const struct ext_value *seen, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(seen->u.policies.v[j].oid, seen->u.policies.v[i].oid) == 0)
			return true;
	return false;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	critical_lint(&ext_certificate_policies, seen, false, err);
	if (seen->u.policies.n == 0)
		(void)error_fail(err, RULE_POLICIES_EMPTY, "certificatePolicies names no policy");
	for (size_t i = 0; i < seen->u.policies.n; i++) {
		const struct policy *policy = &seen->u.policies.v[i];
		SCOPED(error_free) struct error *why = error_new();
		struct general_name cps = { .type = NAME_URI, .value = policy->cps };

		if (stands_before(seen, i))
			(void)error_fail(err, RULE_POLICIES_DUPLICATE,
			    "certificatePolicies holds %s twice", policy->oid);
		if (policy->cps != NULL && general_name_check(&cps, false, NOWHERE, why) != RC_OK)
			(void)error_fail(err, RULE_POLICIES_CPS,
			    "certificatePolicies: practice statement of %s: %s", policy->oid,
			    error_message(why));
	}
}

static bool
cps_equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	if (a->u.policies.n != b->u.policies.n)
		return false;
	for (size_t i = 0; i < a->u.policies.n; i++)
		if (strcmp(a->u.policies.v[i].oid, b->u.policies.v[i].oid) != 0 ||
		    !cps_equal(a->u.policies.v[i].cps, b->u.policies.v[i].cps))
			return false;
	return true;
}

const struct ext_class ext_certificate_policies = {
	.id = EXT_CERTIFICATE_POLICIES, .word = "certificate_policies",
	.name = "certificatePolicies", .oid = "2.5.29.32", .section = "RFC 5280 4.2.1.4",
	.from = EXT_FROM_ENTRY,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
