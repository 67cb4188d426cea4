/* RFC 5280 leaves it to private use; the form is that of RFC 3280. */
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

/* "2026-01-01T00:00:00Z" as "20260101000000Z"; false: not written so. */
static bool
compact(const char *text, char ret[16])
{
	static const char form[] = "0000-00-00T00:00:00Z";
	size_t n = 0;

	for (size_t i = 0; i < sizeof(form); i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (form[i] == '0' ? !digit : text[i] != form[i])
			return false;
		if (digit || form[i] == 'Z' || form[i] == '\0')
			ret[n++] = text[i];
	}
	return true;
}

static enum rc_status
check_time(const char *text, struct place at, struct error *err)
{
	char compacted[16];

	if (compact(text, compacted) && ASN1_GENERALIZEDTIME_set_string(NULL, compacted) == 1)
		return RC_OK;
	(void)error_at(err, RULE_EXT_TIME, at, "'%s' is no time", text);
	error_fix(err, "write it as 2026-01-01T00:00:00Z");
	return rule_status(RULE_EXT_TIME);
}

static const struct shape time_shape = { .kind = SHAPE_TEXT, .what = "a time",
	.check = check_time };
static const struct shape_key keys[] = {
	{ "not_before", &time_shape, false }, { "not_after", &time_shape, false },
};
static const struct shape shape = { .kind = SHAPE_MAP, .what = "private_key_usage_period",
	.keys = keys, .n_keys = ARRAY_LEN(keys), .least = 1 };

static const char *
compile_time(const struct node *node, struct arena *arena)
{
	char text[16];

	return node != NULL && compact(node->text, text) ? arena_strdup(arena, text) : NULL;
}

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	ret->u.period.not_before = compile_time(node_get(node, "not_before"), arena);
	ret->u.period.not_after = compile_time(node_get(node, "not_after"), arena);
}

/* SEQUENCE { notBefore [0] IMPLICIT GeneralizedTime, notAfter [1] likewise } */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	if (value->u.period.not_before != NULL)
		der_put(out, DER_CONTEXT(0), bytes_of_text(value->u.period.not_before));
	if (value->u.period.not_after != NULL)
		der_put(out, DER_CONTEXT(1), bytes_of_text(value->u.period.not_after));
	der_wrap(out, from, DER_SEQUENCE);
}

/* False: not as DER writes it (X.690 11.7). */
static bool
read_time(const ASN1_GENERALIZEDTIME *read, struct arena *arena, const char **ret)
{
	if (read == NULL)
		return true;
	if (ASN1_STRING_length(read) != 15 || ASN1_GENERALIZEDTIME_check(read) != 1)
		return false;
	*ret = string_text(read, arena);
	return *ret != NULL && (*ret)[14] == 'Z';
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(PKEY_USAGE_PERIOD_free) PKEY_USAGE_PERIOD *read = NULL;
	const char *not_before = NULL, *not_after = NULL;

	read = ext_d2i(&ext_private_key_usage_period, der, ASN1_ITEM_rptr(PKEY_USAGE_PERIOD), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	if (!read_time(read->notBefore, arena, &not_before) ||
	    !read_time(read->notAfter, arena, &not_after))
		return ext_malformed(&ext_private_key_usage_period, "holds a bad time", err);
	ret->id = EXT_PRIVATE_KEY_USAGE_PERIOD;
	ret->u.period.not_before = not_before;
	ret->u.period.not_after = not_after;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	const char *from = seen->u.period.not_before, *until = seen->u.period.not_after;

	role_ext_lint(&ext_private_key_usage_period, seen, context, err);
	if (from == NULL && until == NULL)
		(void)error_fail(err, RULE_PKUP, "privateKeyUsagePeriod has neither end");
	if (from != NULL && until != NULL && strcmp(from, until) > 0)
		(void)error_fail(err, RULE_PKUP, "privateKeyUsagePeriod ends before it begins");
}

static bool
time_equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return time_equal(a->u.period.not_before, b->u.period.not_before) &&
	    time_equal(a->u.period.not_after, b->u.period.not_after);
}

const struct ext_class ext_private_key_usage_period = {
	.id = EXT_PRIVATE_KEY_USAGE_PERIOD, .word = "private_key_usage_period",
	.name = "privateKeyUsagePeriod", .oid = "2.5.29.16", .section = "RFC 3280 4.2.1.4",
	.from = EXT_FROM_ENTRY, .shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
