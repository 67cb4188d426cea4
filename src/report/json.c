#include "report/json.h"

#include <stdlib.h>

#include "os/clock.h"

/* The length of the UTF-8 character at p, 0 if there is none (RFC 3629). */
static size_t
utf8_length(const uint8_t *p, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = p[0] < 0x80 ? 1 : (p[0] & 0xe0) == 0xc0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 :
	    (p[0] & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t c;

	if (n < 2 || n > left)
		return n == 1 ? 1 : 0;
	c = p[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return n;
}

static json_t *
must(json_t *json)
{
	if (json == NULL)
		mem_die();
	return json;
}

json_t *
json_foreign(const char *text)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	const uint8_t *p = (const uint8_t *)text;
	size_t left;

	if (text == NULL)
		return json_null();
	for (left = strlen(text); left > 0;) {
		size_t n = utf8_length(p, left);

		if (n == 0 || *p == 0x7f)
			buf_printf(&b, "\\x%02x", *p);
		else
			buf_put(&b, p, n);
		n = n == 0 ? 1 : n;
		p += n;
		left -= n;
	}
	return must(json_stringn(buf_text(&b), b.n));
}

json_t *
json_hex(struct bytes bytes)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	buf_put_hex(&b, bytes);
	return must(json_string(buf_text(&b)));
}

json_t *
json_words(const char *const *words, size_t n)
{
	json_t *list = must(json_array());

	for (size_t i = 0; i < n; i++)
		json_add(list, json_foreign(words[i]));
	return list;
}

json_t *
json_time(int64_t seconds)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	clock_put(&b, seconds);
	return must(json_string(buf_text(&b)));
}

json_t *
json_lines(struct bytes text)
{
	json_t *list = json_array();

	while (text.n != 0) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end != NULL ? (size_t)(end - text.p) : text.n;
		SCOPED(buf_clear) struct buf line = BUF_INIT;

		buf_put(&line, text.p, n);
		json_add(list, json_foreign(buf_text(&line)));
		text.p += end != NULL ? n + 1 : n;
		text.n -= end != NULL ? n + 1 : n;
	}
	return list;
}

void
json_put(json_t *object, const char *key, json_t *take)
{
	if (json_object_set_new(object, key, take) != 0)
		mem_die();
}

void
json_add(json_t *array, json_t *take)
{
	if (json_array_append_new(array, take) != 0)
		mem_die();
}

/* ASCII alone: U+009B is a terminal's CSI in UTF-8, and U+202E turns lines about. */
static void
put(const json_t *json, size_t form, struct buf *out)
{
	char *text = json_dumps(json, form | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);

	if (text == NULL)
		mem_die();
	buf_puts(out, text);
	free(text);
}

void
json_put_value(const json_t *json, struct buf *out)
{
	put(json, JSON_INDENT(2), out);
}

void
json_put_compact(const json_t *json, struct buf *out)
{
	put(json, JSON_COMPACT, out);
}

void
json_print(const json_t *json, struct buf *out)
{
	json_put_value(json, out);
	buf_putc(out, '\n');
}

void
json_print_canonical(const json_t *json, struct buf *out)
{
	char *text = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);

	if (text == NULL)
		mem_die();
	buf_puts(out, text);
	buf_putc(out, '\n');
	free(text);
}
