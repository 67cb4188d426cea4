#include "text/guard.h"

struct place
guard_place(const struct source *source, size_t offset)
{
	struct place at = { .source = source, .line = 1, .column = 1 };

	for (size_t i = 0; i < offset && i < source->text.n; i++) {
		uint8_t c = source->text.p[i];

		if (c == '\n') {
			at.line++;
			at.column = 1;
		} else if ((c & 0xc0) != 0x80)
			at.column++;
	}
	return at;
}

/*
 * The length of the UTF-8 sequence at p (RFC 3629), and its code point; 0 when it
 * is not one: overlong forms, surrogates and what lies above U+10FFFF are none.
 */
static size_t
utf8_next(const uint8_t *p, size_t left, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2
	    : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	uint32_t code;

	if (n == 0 || n > left)
		return 0;
	code = n == 1 ? p[0] : p[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3fU);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	*ret_code = code;
	return n;
}

/* C0 but for tab, line feed and carriage return; DEL; C1; marks that only a byte
 * order or a line end of another world would need; what turns text round. */
static bool
is_control(uint32_t code)
{
	if (code < 0x20)
		return code != '\t' && code != '\n' && code != '\r';
	return (code >= 0x7f && code < 0xa0) || code == 0xfeff ||
	    code == 0x2028 || code == 0x2029 || (code >= 0x202a && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069) || (code & 0xfffe) == 0xfffe;
}

static bool
is_utf16_mark(const uint8_t *p)
{
	return (p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff);
}

enum rc_status
guard_check(const struct source *source, struct error *err)
{
	const uint8_t *p = source->text.p;
	size_t n = source->text.n;
	bool line_start = true;
	uint32_t code = 0;

	for (size_t i = 0, step; i < n; i += step) {
		step = utf8_next(p + i, n - i, &code);
		if (step == 0 && i == 0 && n > 1 && is_utf16_mark(p))
			return error_at(err, RULE_YAML_ENCODING, guard_place(source, 0),
			    "the file is UTF-16, as Windows PowerShell writes it: save it as "
			    "UTF-8");
		if (step == 0)
			return error_at(err, RULE_YAML_ENCODING, guard_place(source, i),
			    "byte 0x%02x is not UTF-8", p[i]);
		if (is_control(code))
			return error_at(err, RULE_YAML_ENCODING, guard_place(source, i),
			    "control character U+%04X", code);
		if (line_start && code == '%')
			return error_at(err, RULE_YAML_DIRECTIVE, guard_place(source, i),
			    "a line may not begin with %%");
		line_start = code == '\n' || code == '\r';
	}
	return RC_OK;
}
