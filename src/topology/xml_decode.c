#include "topology/xml_decode.h"

/* How a document begins, and what it is then written in. */
static const struct beginning {
	uint8_t bytes[3];
	uint8_t n, skip;                 /* compared; a byte order mark, not text */
	int8_t low;                      /* UTF-16: which byte is the low one; else -1 */
} beginnings[] = {
	{ { 0xef, 0xbb, 0xbf }, 3, 3, -1 },
	{ { 0xff, 0xfe },       2, 2, 0 },
	{ { 0xfe, 0xff },       2, 2, 1 },
	{ { '<', 0 },           2, 0, 0 },
	{ { 0, '<' },           2, 0, 1 },
};

static const struct beginning utf8 = { .low = -1 };

static const struct beginning *
beginning_of(struct bytes file)
{
	for (size_t i = 0; i < ARRAY_LEN(beginnings); i++) {
		const struct beginning *b = &beginnings[i];

		if (file.n >= b->n && memcmp(file.p, b->bytes, b->n) == 0)
			return b;
	}
	return &utf8;
}

/* The length of the UTF-8 character at p (RFC 3629 section 4), 0 when it is none. */
static size_t
character_length(const uint8_t *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 :
	    p[0] < 0xf5 ? 4 : 0;

	if (n == 0 || n > left || p[0] == 0)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* The line is all that can be said: the text has no characters to count. */
static enum rc_status
refuse(const char *name, struct bytes text, size_t offset, const char *what, struct error *err)
{
	struct source source = { .name = name };
	struct place at = { .source = &source, .line = 1, .column = 1 };

	for (size_t i = 0; i < offset; i++)
		at.line += text.p[i] == '\n';
	return error_at(err, RULE_XML_ENCODING, at, "octet %zu of the document %s",
	    offset + 1, what);
}

static enum rc_status
check_utf8(struct bytes text, const char *name, struct error *err)
{
	size_t n;

	for (size_t i = 0; i < text.n; i += n) {
		n = character_length(text.p + i, text.n - i);
		if (n == 0)
			return refuse(name, text, i,
			    text.p[i] == 0 ? "is zero" : "is not UTF-8", err);
	}
	return RC_OK;
}

static uint32_t
unit_at(struct bytes text, size_t i, int low)
{
	return (uint32_t)text.p[i + (size_t)low] | (uint32_t)text.p[i + 1 - (size_t)low] << 8;
}

static uint8_t *
put_character(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (uint8_t)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (uint8_t)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (uint8_t)(0xe0 | c >> 12);
		} else {
			*out++ = (uint8_t)(0xf0 | c >> 18);
			*out++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (uint8_t)(0x80 | (c & 0x3f));
	return out;
}

/* RFC 2781 section 2.2: a high surrogate is followed by a low one. */
static enum rc_status
convert_utf16(struct arena *a, struct bytes text, int low, const char *name,
    struct bytes *ret, struct error *err)
{
	/* One unit of two octets becomes at most three. */
	uint8_t *begin = arena_alloc(a, text.n / 2 * 3 + 1), *out = begin;
	uint32_t c, next;

	for (size_t i = 0; i + 1 < text.n; i += 2) {
		c = unit_at(text, i, low);
		if (c >= 0xd800 && c < 0xe000) {
			next = i + 3 < text.n ? unit_at(text, i + 2, low) : 0;
			if (c >= 0xdc00 || next < 0xdc00 || next >= 0xe000)
				return refuse(name, BYTES(begin, (size_t)(out - begin)),
				    (size_t)(out - begin), "begins half a UTF-16 pair", err);
			c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
			i += 2;
		}
		out = put_character(out, c);
	}
	*ret = BYTES(begin, (size_t)(out - begin));
	if (text.n % 2 != 0)
		return refuse(name, *ret, ret->n, "is half a UTF-16 character", err);
	return RC_OK;
}

enum rc_status
xml_decode(struct arena *a, struct bytes file, const char *name, struct bytes *ret,
    struct error *err)
{
	const struct beginning *b = beginning_of(file);
	struct bytes text = BYTES(file.p + b->skip, file.n - b->skip);

	if (b->low < 0)
		text = arena_bytes(a, text);
	else
		TRY(convert_utf16(a, text, b->low, name, &text, err));
	TRY(check_utf8(text, name, err));
	*ret = text;
	return RC_OK;
}
