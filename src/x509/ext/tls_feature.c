#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

/* The two that servers can promise, by their number as TLS extensions. */
static const struct {
	const char *word;
	unsigned number;
} features[] = { { "status_request", 5 }, { "status_request_v2", 17 } };

enum { FEATURE_NONE = -1, FEATURE_MAX = 65535 };

static int
feature_find(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(features); i++)
		if (strcmp(features[i].word, text) == 0)
			return (int)features[i].number;
	return FEATURE_NONE;
}

static enum rc_status
check_feature(const char *text, struct place at, struct error *err)
{
	if (feature_find(text) != FEATURE_NONE)
		return RC_OK;
	(void)error_at(err, RULE_UNKNOWN_WORD, at, "'%s' is no TLS feature", text);
	error_want(err, "status_request or status_request_v2", text);
	return rule_status(RULE_UNKNOWN_WORD);
}

static const struct shape feature = { .kind = SHAPE_TEXT, .what = "a TLS feature",
	.check = check_feature };
static const struct shape_key item_keys[] = { { "feature", &feature, true } };
static const struct shape item = { .kind = SHAPE_MAP, .what = "a TLS feature",
	.keys = item_keys, .n_keys = ARRAY_LEN(item_keys), .short_key = "feature" };
static const struct shape shape = { .kind = SHAPE_LIST, .what = "tls_feature", .member = &item };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	unsigned *v = arena_alloc(arena, node->count * sizeof(*v));

	for (size_t i = 0; i < node->count; i++)
		v[i] = (unsigned)feature_find(shape_text(&item, node->items[i], "feature"));
	ret->u.features.v = v;
	ret->u.features.n = node->count;
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.features.n; i++)
		der_put_int(out, value->u.features.v[i]);
	der_wrap(out, from, DER_SEQUENCE);
}

/* libcrypto has no item for it that it gives out: the strict reader. */
static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	VEC(unsigned) list = { .v = NULL };
	struct bytes in = der, seq;
	uint32_t number;

	if (!der_take(&in, DER_SEQUENCE, &seq) || in.n != 0)
		return ext_malformed(&ext_tls_feature, "is not one SEQUENCE", err);
	while (seq.n != 0) {
		if (!small_take(&seq, &number) || number > FEATURE_MAX)
			return ext_malformed(&ext_tls_feature, "holds no feature number", err);
		*VEC_PUSH(arena, &list) = number;
	}
	ret->id = EXT_TLS_FEATURE;
	ret->u.features.v = list.v;
	ret->u.features.n = list.n;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_tls_feature, seen, context, err);
	if (seen->u.features.n == 0)
		(void)error_fail(err, RULE_TLS_FEATURE, "TLS feature names none");
	for (size_t i = 0; i < seen->u.features.n; i++)
		for (size_t k = 0; k < i; k++)
			if (seen->u.features.v[i] == seen->u.features.v[k])
				(void)error_fail(err, RULE_TLS_FEATURE,
				    "TLS feature names %u twice", seen->u.features.v[i]);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	if (a->u.features.n != b->u.features.n)
		return false;
	for (size_t i = 0; i < a->u.features.n; i++)
		if (a->u.features.v[i] != b->u.features.v[i])
			return false;
	return true;
}

const struct ext_class ext_tls_feature = {
	.id = EXT_TLS_FEATURE, .word = "tls_feature", .name = "tlsFeature",
	.oid = "1.3.6.1.5.5.7.1.24", .section = "RFC 7633", .from = EXT_FROM_ENTRY,
	.shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
