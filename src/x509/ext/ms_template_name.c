/* Certificate template of version 1, by name: [MS-WCCE] 2.2.2.7.7.1. */
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

enum { NAME_MAX_LENGTH = 64, TAG_BMP = 0x1e };

/* The octets of the next character of UTF-8; 0: at the end, and of what BMPString
 * cannot hold. */
static size_t
take_character(const char *text, unsigned *ret)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : 0;

	*ret = n == 1 ? p[0] : p[0] & (n == 2 ? 0x1fU : 0x0fU);
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		*ret = *ret << 6 | (p[i] & 0x3fU);
	}
	return *ret != 0 ? n : 0;
}

static void
put_character(unsigned c, struct buf *out)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	if (c >= 0x800)
		buf_putc(out, (char)(0xe0U | c >> 12));
	buf_putc(out, (char)(c >= 0x800 ? 0x80U | (c >> 6 & 0x3fU) : 0xc0U | c >> 6));
	buf_putc(out, (char)(0x80U | (c & 0x3fU)));
}

static enum rc_status
check_name(const char *text, struct place at, struct error *err)
{
	unsigned c, characters = 0;
	const char *p = text;

	for (size_t n; (n = take_character(p, &c)) != 0 && c >= 0x20 && c != 0x7f; p += n)
		characters++;
	if (*p == '\0' && characters != 0 && characters <= NAME_MAX_LENGTH)
		return RC_OK;
	return error_at(err, RULE_MS_TEMPLATE_NAME, at, "'%s' is no name of a template", text);
}

static const struct shape shape = { .kind = SHAPE_TEXT, .what = "ms_template_name",
	.check = check_name };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	(void)arena;
	ret->u.text = node->text;
}

/* BMPString: two octets a character, the higher first. */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n, n;
	unsigned c;

	for (const char *p = value->u.text; (n = take_character(p, &c)) != 0; p += n) {
		buf_putc(out, (char)(c >> 8));
		buf_putc(out, (char)(c & 0xff));
	}
	der_wrap(out, from, TAG_BMP);
}

/* False: half a character, NUL, or one that BMPString does not hold. */
static bool
read_text(struct bytes in, struct buf *out)
{
	if (in.n % 2 != 0)
		return false;
	for (size_t i = 0; i < in.n; i += 2) {
		unsigned c = (unsigned)in.p[i] << 8 | in.p[i + 1];

		if (c == 0 || (c >= 0xd800 && c < 0xe000))
			return false;
		put_character(c, out);
	}
	return true;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct bytes in = der, name;

	if (!der_take(&in, TAG_BMP, &name) || in.n != 0 || !read_text(name, &text))
		return ext_malformed(&ext_ms_template_name, "is no BMPString",
		    err);
	ret->id = EXT_MS_TEMPLATE_NAME;
	ret->u.text = arena_strdup(arena, buf_text(&text));
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();

	role_ext_lint(&ext_ms_template_name, seen, context, err);
	if (check_name(seen->u.text, NOWHERE, why) != RC_OK)
		(void)error_fail(err, RULE_MS_TEMPLATE_NAME, "%s", error_message(why));
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return strcmp(a->u.text, b->u.text) == 0;
}

const struct ext_class ext_ms_template_name = {
	.id = EXT_MS_TEMPLATE_NAME, .word = "ms_template_name", .name = "msEnrollCertType",
	.oid = "1.3.6.1.4.1.311.20.2", .section = "MS-WCCE 2.2.2.7.7.1", .from = EXT_FROM_ENTRY,
	.shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
