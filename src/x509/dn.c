#include "x509/dn.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "x509/der_write.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const struct {
	const char *word, *oid;
	unsigned tag, max;               /* characters */
} attributes[DN_ATTRS] = {
	[DN_C] = { "C", "2.5.4.6", DER_PRINTABLE_STRING, 2 },
	[DN_ST] = { "ST", "2.5.4.8", DER_UTF8_STRING, 128 },
	[DN_L] = { "L", "2.5.4.7", DER_UTF8_STRING, 128 },
	[DN_O] = { "O", "2.5.4.10", DER_UTF8_STRING, 64 },
	[DN_OU] = { "OU", "2.5.4.11", DER_UTF8_STRING, 64 },
	[DN_CN] = { "CN", "2.5.4.3", DER_UTF8_STRING, 64 },
};

const char *
dn_attr_word(enum dn_attr attr)
{
	return attr < DN_ATTRS ? attributes[attr].word : "unknown";
}

enum dn_attr
dn_attr_find(const char *word)
{
	if (strcasecmp(word, "S") == 0)
		return DN_ST;
	for (enum dn_attr attr = 0; attr < DN_ATTRS; attr++)
		if (strcasecmp(word, attributes[attr].word) == 0)
			return attr;
	return DN_ATTRS;
}

bool
dn_is_empty(const struct dn *dn)
{
	for (enum dn_attr attr = 0; attr < DN_ATTRS; attr++)
		if (dn->attr[attr] != NULL)
			return false;
	return true;
}

/* -- what an attribute may hold ------------------------------------------------- */

/*
 * Characters of a UTF-8 text, or -1: control characters and what RFC 3629 does
 * not allow (overlong forms, surrogates, beyond U+10FFFF).
 */
static int
count_characters(const char *text)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	int n = 0;

	for (const uint8_t *p = (const uint8_t *)text; *p != 0; n++) {
		unsigned more = *p < 0x80 ? 0 : *p >> 5 == 6 ? 1 : *p >> 4 == 14 ? 2 :
		    *p >> 3 == 30 ? 3 : 4;
		uint32_t c = more == 0 ? *p : *p & (0x3fU >> more);

		if (more == 4 || *p++ < 0x20)
			return -1;
		for (unsigned i = 0; i < more; i++, p++) {
			if (*p >> 6 != 2)
				return -1;
			c = c << 6 | (*p & 0x3f);
		}
		if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ||
		    (c >= 0x7f && c < 0xa0))
			return -1;
	}
	return n;
}

static bool
is_country(const char *text)
{
	return strspn(text, LETTERS) == 2 && text[2] == '\0';
}

static enum rc_status
too_long(enum dn_attr attr, const char *text, int n, struct place at, struct error *err)
{
	char want[32], have[16];

	(void)error_at(err, RULE_DN_TOO_LONG, at, "%s '%s' is too long",
	    attributes[attr].word, text);
	(void)snprintf(want, sizeof(want), "at most %u characters", attributes[attr].max);
	(void)snprintf(have, sizeof(have), "%d", n);
	error_want(err, want, have);
	return rule_status(RULE_DN_TOO_LONG);
}

static enum rc_status
check_attribute(enum dn_attr attr, const char *text, struct place at, struct error *err)
{
	const char *word = attributes[attr].word;
	int n = count_characters(text);

	if (n == 0) {
		(void)error_at(err, RULE_DN_EMPTY_ATTRIBUTE, at, "%s is empty", word);
		error_fix(err, "leave %s out, or give it a value", word);
		return rule_status(RULE_DN_EMPTY_ATTRIBUTE);
	}
	if (n < 0)
		return error_at(err, RULE_DN_SYNTAX, at,
		    "%s '%s' holds control characters or is not UTF-8", word, text);
	if (text[0] == ' ' || text[strlen(text) - 1] == ' ')
		return error_at(err, RULE_DN_SYNTAX, at,
		    "%s '%s' begins or ends with a blank", word, text);
	if (attr == DN_C && !is_country(text)) {
		(void)error_at(err, RULE_DN_COUNTRY, at,
		    "the country '%s' is not two letters", text);
		error_fix(err, "write the code of ISO 3166, such as US, GB or DE");
		return rule_status(RULE_DN_COUNTRY);
	}
	if ((unsigned)n > attributes[attr].max)
		return too_long(attr, text, n, at, err);
	return RC_OK;
}

enum rc_status
dn_check(const struct dn *dn, struct place at, struct error *err)
{
	enum rc_status first = RC_OK, status;

	for (enum dn_attr attr = 0; attr < DN_ATTRS; attr++) {
		if (dn->attr[attr] == NULL)
			continue;
		status = check_attribute(attr, dn->attr[attr], at, err);
		first = first != RC_OK ? first : status;
	}
	return first;
}

void
dn_encode(const struct dn *dn, struct buf *out)
{
	size_t name = out->n;

	for (enum dn_attr attr = 0; attr < DN_ATTRS; attr++) {
		size_t from = out->n;

		if (dn->attr[attr] == NULL)
			continue;
		der_put_dotted(out, attributes[attr].oid);
		der_put(out, attributes[attr].tag, bytes_of_text(dn->attr[attr]));
		der_wrap(out, from, DER_SEQUENCE);
		der_wrap(out, from, DER_SET);
	}
	der_wrap(out, name, DER_SEQUENCE);
}

/* -- as people write it ----------------------------------------------------------- */

static const char *
skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

/* "WORD =" at p?  Then a slash before it separates. */
static bool
attribute_follows(const char *p)
{
	size_t n;

	p = skip_blanks(p);
	n = strspn(p, LETTERS);
	return n > 0 && *skip_blanks(p + n) == '=';
}

/* RFC 4514 2.4, and the slash that would separate. */
static void
print_value(const char *text, struct buf *out)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		uint8_t c = (uint8_t)text[i];
		bool edge = (i == 0 && (c == ' ' || c == '#')) || (i == n - 1 && c == ' ');

		if (c < 0x20 || c >= 0x7f)
			buf_printf(out, "\\%02X", c);
		else if (edge || strchr("\"+,;<>\\", c) != NULL ||
		    (c == '/' && attribute_follows(text + i + 1)))
			buf_printf(out, "\\%c", c);
		else
			buf_putc(out, (char)c);
	}
}

void
dn_print(const struct dn *dn, struct buf *out)
{
	const char *between = "";

	for (int attr = DN_ATTRS - 1; attr >= 0; attr--) {
		if (dn->attr[attr] == NULL)
			continue;
		buf_printf(out, "%s%s=", between, attributes[attr].word);
		print_value(dn->attr[attr], out);
		between = ", ";
	}
}

static bool
ends_value(const char *p)
{
	return *p == '\0' || *p == ',' || *p == '+' || *p == ';' ||
	    (*p == '/' && attribute_follows(p + 1));
}

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* What stands behind a backslash; yields the characters taken, 0: not an escape. */
static size_t
read_escape(const char *p, struct buf *out)
{
	int high = hex_digit(p[0]), low = high >= 0 ? hex_digit(p[1]) : -1;

	if (low >= 0) {
		buf_putc(out, (char)(uint8_t)(high << 4 | low));
		return high + low != 0 ? 2 : 0;          /* no NUL in a text */
	}
	if (p[0] == '\0' || strchr("\"+,;<>\\ #=/", p[0]) == NULL)
		return 0;
	buf_putc(out, p[0]);
	return 1;
}

/* The value at p, blanks around it dropped unless escaped; NULL: a bad escape. */
static const char *
read_value(const char *p, struct buf *out)
{
	size_t keep = 0, taken;

	p = skip_blanks(p);
	while (!ends_value(p)) {
		if (*p == '\\') {
			taken = read_escape(p + 1, out);
			if (taken == 0)
				return NULL;
			p += 1 + taken;
			keep = out->n;
			continue;
		}
		buf_putc(out, *p);
		if (*p != ' ' && *p != '\t')
			keep = out->n;
		p++;
	}
	buf_cut(out, keep);
	return p;
}

static enum rc_status
unknown_attribute(const char *word, struct error *err)
{
	const char *known[DN_ATTRS], *near;

	for (size_t i = 0; i < DN_ATTRS; i++)
		known[i] = attributes[i].word;
	near = nearest_word(word, known, DN_ATTRS);
	(void)error_fail(err, RULE_DN_SYNTAX,
	    "'%s' is no attribute that a subject may hold", word);
	error_want(err, "CN, OU, O, L, ST or C", word);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	return rule_status(RULE_DN_SYNTAX);
}

/* One "WORD = value"; p is left behind it, at a separator or the end. */
static enum rc_status
parse_attribute(const char **at, struct arena *arena, struct dn *dn, struct error *err)
{
	SCOPED(buf_clear) struct buf value = BUF_INIT;
	const char *p = *at;
	size_t n = strcspn(p, "=,/+;");
	size_t bare = n;
	enum dn_attr attr;
	const char *word;

	if (p[n] != '=')
		return error_fail(err, RULE_DN_SYNTAX, "'%s' is not ATTRIBUTE=VALUE", p);
	while (bare > 0 && (p[bare - 1] == ' ' || p[bare - 1] == '\t'))
		bare--;
	word = arena_strndup(arena, p, bare);
	attr = dn_attr_find(word);
	if (attr == DN_ATTRS)
		return unknown_attribute(word, err);
	if (dn->attr[attr] != NULL)
		return error_fail(err, RULE_DN_SYNTAX, "%s stands twice", word);
	*at = read_value(p + n + 1, &value);
	if (*at == NULL)
		return error_fail(err, RULE_DN_SYNTAX, "%s holds a bad backslash escape", word);
	if (**at == '+' || **at == ';')
		return error_fail(err, RULE_DN_SYNTAX,
		    "'%c' behind %s: write a comma between attributes, or \\%c for the "
		    "character", **at, word, **at);
	dn->attr[attr] = arena_strdup(arena, buf_text(&value));
	return RC_OK;
}

enum rc_status
dn_parse(const char *text, struct arena *arena, struct dn *ret, struct error *err)
{
	struct dn dn = { .attr = { NULL } };
	const char *p = skip_blanks(text);

	if (*p == '/')
		p++;
	for (;;) {
		p = skip_blanks(p);
		TRY_WHILE(err, parse_attribute(&p, arena, &dn, err),
		    "reading the name '%s'", text);
		if (*p == '\0')
			break;
		p++;
	}
	*ret = dn;
	return RC_OK;
}
