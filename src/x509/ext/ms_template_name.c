/* Certificate template of version 1, by name: [MS-WCCE] 2.2.2.7.7.1. */
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

enum { NAME_MAX_LENGTH = 64, TAG_BMP = 0x1e };

static enum rc_status
check_name(const char *text, struct place at, struct error *err)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] < 0x20 || text[i] == 0x7f)
			n = 0;
	return n != 0 && n <= NAME_MAX_LENGTH ? RC_OK : error_at(err, RULE_MS_TEMPLATE_NAME, at,
	    "'%s' is no name of a template", text);
}

static const struct shape shape = { .kind = SHAPE_TEXT, .what = "ms_template_name",
	.check = check_name };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	(void)arena;
	ret->u.text = node->text;
}

/* BMPString: two octets a character, the higher first; ours are ASCII. */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (const char *p = value->u.text; *p != '\0'; p++) {
		buf_putc(out, 0);
		buf_putc(out, *p);
	}
	der_wrap(out, from, TAG_BMP);
}

/* False: another character than ASCII, of which we know no template. */
static bool
read_text(struct bytes in, struct buf *out)
{
	if (in.n % 2 != 0)
		return false;
	for (size_t i = 0; i < in.n; i += 2) {
		if (in.p[i] != 0 || in.p[i + 1] == 0 || in.p[i + 1] >= 0x80)
			return false;
		buf_putc(out, (char)in.p[i + 1]);
	}
	return true;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct bytes in = der, name;

	if (!der_take(&in, TAG_BMP, &name) || in.n != 0 || !read_text(name, &text))
		return ext_malformed(&ext_ms_template_name, "is no BMPString of ASCII characters",
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
