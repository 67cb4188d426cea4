#include "report/json_writer.h"

#include "os/clock.h"

static void
put_line_start(unsigned depth, struct buf *out)
{
	static const char start[] = "\n                ";
	size_t n = 1 + 2 * (size_t)depth;

	/* As much as a line begins with at most, for a copy of known length; deeper than
	 * that is rare, and may take longer. */
	memcpy(buf_reserve(out, sizeof(start)), start, sizeof(start));
	buf_wrote(out, n < sizeof(start) ? n : sizeof(start) - 1);
	for (size_t i = sizeof(start) - 1; i < n; i++)
		buf_putc(out, ' ');
}

/* The comma behind what stands there, a line of its own, and the key. */
static void
put_key(struct json_writer *w, const char *key)
{
	if (w->filled)
		buf_putc(w->out, ',');
	w->filled = true;
	if (w->depth != 0 && !w->compact)
		put_line_start(w->depth, w->out);
	if (key == NULL)
		return;
	buf_putc(w->out, '"');
	buf_puts(w->out, key);
	buf_put(w->out, "\": ", w->compact ? 2 : 3);
}

void
json_open(struct json_writer *w, const char *key, char bracket)
{
	put_key(w, key);
	buf_putc(w->out, bracket);
	w->depth++;
	w->filled = false;
}

void
json_close(struct json_writer *w, char bracket)
{
	w->depth--;
	if (w->filled && !w->compact)
		put_line_start(w->depth, w->out);
	buf_putc(w->out, bracket);
	w->filled = true;
}

/* Printable ASCII but for the two that JSON escapes. */
static size_t
plain_length(const char *text)
{
	size_t n = 0;

	while (text[n] >= 0x20 && text[n] < 0x7f && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

/* Plain pieces, and what a backslash before it or an "n" after one stands for. */
static bool
is_simple(const char *text)
{
	for (text += plain_length(text); *text != '\0'; text += plain_length(text)) {
		if (*text != '"' && *text != '\\' && *text != '\n')
			return false;
		text++;
	}
	return true;
}

static void
put_simple(const char *text, struct buf *out)
{
	buf_putc(out, '"');
	for (;;) {
		size_t n = plain_length(text);

		buf_put(out, text, n);
		text += n;
		if (*text == '\0')
			break;
		buf_putc(out, '\\');
		buf_putc(out, *text == '\n' ? 'n' : *text);
		text++;
	}
	buf_putc(out, '"');
}

void
json_member(struct json_writer *w, const char *key, const char *text)
{
	put_key(w, key);
	if (text == NULL) {
		buf_put(w->out, "null", 4);
	} else if (is_simple(text)) {
		put_simple(text, w->out);
	} else {
		/* Whatever needs more thought has one place that thinks. */
		json_t *json = json_foreign(text);

		json_put_value(json, w->out);
		json_decref(json);
	}
}

void
json_member_hex(struct json_writer *w, const char *key, struct bytes bytes)
{
	put_key(w, key);
	buf_putc(w->out, '"');
	buf_put_hex(w->out, bytes);
	buf_putc(w->out, '"');
}

void
json_member_number(struct json_writer *w, const char *key, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	put_key(w, key);
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	buf_put(w->out, digits + at, sizeof(digits) - at);
}

void
json_member_bool(struct json_writer *w, const char *key, bool truth)
{
	put_key(w, key);
	buf_puts(w->out, truth ? "true" : "false");
}

void
json_member_time(struct json_writer *w, const char *key, int64_t seconds)
{
	put_key(w, key);
	buf_putc(w->out, '"');
	clock_put(w->out, seconds);
	buf_putc(w->out, '"');
}

void
json_member_words(struct json_writer *w, const char *key, const char *const *words, size_t n)
{
	json_open(w, key, '[');
	for (size_t i = 0; i < n; i++)
		json_member(w, NULL, words[i]);
	json_close(w, ']');
}

void
json_member_tree(struct json_writer *w, const char *key, json_t *take)
{
	put_key(w, key);
	json_put_compact(take, w->out);
	json_decref(take);
}
