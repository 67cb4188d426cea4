/* Certificate template of version 2 and later: [MS-WCCE] 2.2.2.7.7.2. */
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

static const struct shape version = { .kind = SHAPE_NUMBER, .what = "a version",
	.least = 0, .most = INT32_MAX };
static const struct shape_key keys[] = {
	{ "oid", &shape_of_oid, true }, { "major", &version, true }, { "minor", &version, false },
};
static const struct shape shape = { .kind = SHAPE_MAP, .what = "ms_template",
	.keys = keys, .n_keys = ARRAY_LEN(keys) };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	(void)arena;
	ret->u.template.oid = node_get(node, "oid")->text;
	ret->u.template.major = shape_number(node_get(node, "major"), -1);
	ret->u.template.minor = shape_number(node_get(node, "minor"), -1);
}

/* SEQUENCE { templateID OID, majorVersion INTEGER, minorVersion INTEGER OPTIONAL } */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	der_put_dotted(out, value->u.template.oid);
	if (value->u.template.major >= 0)
		der_put_int(out, (unsigned)value->u.template.major);
	if (value->u.template.minor >= 0)
		der_put_int(out, (unsigned)value->u.template.minor);
	der_wrap(out, from, DER_SEQUENCE);
}

/* A version that is there; -1: absent, as Windows leaves them out, too. */
static bool
read_version(struct bytes *in, int64_t *ret)
{
	uint32_t number;

	*ret = -1;
	if (in->n == 0)
		return true;
	if (!small_take(in, &number))
		return false;
	*ret = number;
	return true;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	struct bytes in = der, seq;
	int64_t major, minor;
	const char *oid;

	if (!der_take(&in, DER_SEQUENCE, &seq) || in.n != 0)
		return ext_malformed(&ext_ms_template, "is not one SEQUENCE", err);
	oid = oid_take(&seq, arena);
	if (oid == NULL || !read_version(&seq, &major) || !read_version(&seq, &minor) || seq.n != 0)
		return ext_malformed(&ext_ms_template, "is no OID with two versions", err);
	ret->id = EXT_MS_TEMPLATE;
	ret->u.template.oid = oid;
	ret->u.template.major = major;
	ret->u.template.minor = minor;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_ms_template, seen, context, err);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return strcmp(a->u.template.oid, b->u.template.oid) == 0 &&
	    a->u.template.major == b->u.template.major &&
	    a->u.template.minor == b->u.template.minor;
}

const struct ext_class ext_ms_template = {
	.id = EXT_MS_TEMPLATE, .word = "ms_template", .name = "msCertificateTemplate",
	.oid = "1.3.6.1.4.1.311.21.7", .section = "MS-WCCE 2.2.2.7.7.2", .from = EXT_FROM_ENTRY,
	.shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
