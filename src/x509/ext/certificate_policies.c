#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

#define QUALIFIER_CPS "1.3.6.1.5.5.7.2.1"
#define QUALIFIER_NOTICE "1.3.6.1.5.5.7.2.2"

enum { NOTICE_MAX = 200 };               /* RFC 5280: characters; here octets */

static enum rc_status
check_notice(const char *text, struct place at, struct error *err)
{
	size_t n = strlen(text);

	if (n > NOTICE_MAX || n == 0)
		return error_at(err, RULE_POLICIES_NOTICE, at,
		    "a user notice has 1 to %d octets, this one %zu", NOTICE_MAX, n);
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f)
			return error_at(err, RULE_POLICIES_NOTICE, at,
			    "a user notice holds a control character");
	return RC_OK;
}

static const struct shape notice = { .kind = SHAPE_TEXT, .what = "a user notice",
	.check = check_notice };
static const struct shape_key item_keys[] = {
	{ "oid", &shape_of_oid, true }, { "cps", &shape_of_uri, false },
	{ "notice", &notice, false },
};
static const struct shape item = { .kind = SHAPE_MAP, .what = "a policy", .keys = item_keys,
	.n_keys = ARRAY_LEN(item_keys), .short_key = "oid" };
static const struct shape shape = { .kind = SHAPE_LIST, .what = "certificate_policies",
	.member = &item };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	struct policy *v = arena_alloc(arena, node->count * sizeof(*v));

	for (size_t i = 0; i < node->count; i++)
		v[i] = (struct policy){ shape_text(&item, node->items[i], "oid"),
			shape_text(&item, node->items[i], "cps"),
			shape_text(&item, node->items[i], "notice") };
	ret->u.policies.v = v;
	ret->u.policies.n = node->count;
}

/* A PolicyQualifierInfo: the URI as IA5String. */
static void
put_cps(const char *uri, struct buf *out)
{
	size_t from = out->n;

	der_put_dotted(out, QUALIFIER_CPS);
	der_put(out, DER_IA5_STRING, bytes_of_text(uri));
	der_wrap(out, from, DER_SEQUENCE);
}

/* UserNotice ::= SEQUENCE { noticeRef OPTIONAL, explicitText OPTIONAL }; RFC 5280 asks
 * for UTF8String and advises against noticeRef. */
static void
put_notice(const char *text, struct buf *out)
{
	size_t from = out->n, qualifier;

	der_put_dotted(out, QUALIFIER_NOTICE);
	qualifier = out->n;
	der_put(out, DER_UTF8_STRING, bytes_of_text(text));
	der_wrap(out, qualifier, DER_SEQUENCE);
	der_wrap(out, from, DER_SEQUENCE);
}

static void
put_qualifiers(const struct policy *policy, struct buf *out)
{
	size_t from = out->n;

	if (policy->cps != NULL)
		put_cps(policy->cps, out);
	if (policy->notice != NULL)
		put_notice(policy->notice, out);
	if (out->n != from)
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
		put_qualifiers(policy, out);
		der_wrap(out, one, DER_SEQUENCE);
	}
	der_wrap(out, from, DER_SEQUENCE);
}

/* The first of a kind counts; notices in other string types, and references, are
 * passed over.  False: a NUL octet. */
static bool
read_qualifier(const POLICYQUALINFO *qualifier, struct arena *arena, struct policy *ret)
{
	int kind = OBJ_obj2nid(qualifier->pqualid);

	if (kind == NID_id_qt_cps && ret->cps == NULL) {
		ret->cps = string_text(qualifier->d.cpsuri, arena);
		return ret->cps != NULL;
	}
	if (kind == NID_id_qt_unotice && ret->notice == NULL) {
		const ASN1_STRING *text = qualifier->d.usernotice->exptext;

		if (text == NULL || ASN1_STRING_type(text) != V_ASN1_UTF8STRING)
			return true;
		ret->notice = string_text(text, arena);
		return ret->notice != NULL;
	}
	return true;
}

static bool
read_policy(const POLICYINFO *info, struct arena *arena, struct policy *ret)
{
	ret->oid = object_text(info->policyid, arena);
	for (int i = 0; i < sk_POLICYQUALINFO_num(info->qualifiers); i++)
		if (!read_qualifier(sk_POLICYQUALINFO_value(info->qualifiers, i), arena, ret))
			return false;
	return ret->oid != NULL;
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
			    "holds a bad OID, or a text with a NUL octet", err);
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
		error_clear(why);
		if (policy->notice != NULL && check_notice(policy->notice, NOWHERE, why) != RC_OK)
			(void)error_fail(err, RULE_POLICIES_NOTICE, "certificatePolicies: %s",
			    error_message(why));
	}
}

static bool
text_equal(const char *a, const char *b)
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
		    !text_equal(a->u.policies.v[i].cps, b->u.policies.v[i].cps) ||
		    !text_equal(a->u.policies.v[i].notice, b->u.policies.v[i].notice))
			return false;
	return true;
}

const struct ext_class ext_certificate_policies = {
	.id = EXT_CERTIFICATE_POLICIES, .word = "certificate_policies",
	.name = "certificatePolicies", .oid = "2.5.29.32", .section = "RFC 5280 4.2.1.4",
	.from = EXT_FROM_ENTRY, .shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
