#include "topology/import_yaml.h"

#include <strings.h>

#include "base/escape.h"

enum { COMMENT_WIDTH = 96 };

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_plain(const char *text)
{
	/* What YAML 1.1 and 1.2 readers take for something else than text. */
	static const char *const taken[] = { "true", "false", "yes", "no", "on", "off", "y",
		"n", "null" };

	if (!is_letter(*text))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		if (strcasecmp(text, taken[i]) == 0)
			return false;
	while (is_letter(*text) || (*text >= '0' && *text <= '9') || *text == '.' || *text == '-')
		text++;
	return *text == '\0';
}

/* Text that is not ASCII stays as it is (it is valid UTF-8), except for the C1
 * controls, the line ends of Unicode and the byte order mark. */
static size_t
odd_character(const char *p, unsigned *ret)
{
	const uint8_t *b = (const uint8_t *)p;

	if (b[0] == 0xc2 && b[1] < 0xa0) {
		*ret = b[1];
		return 2;
	}
	if ((b[0] == 0xe2 && b[1] == 0x80 && b[2] >= 0xa8 && b[2] <= 0xae) ||
	    (b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf)) {
		*ret = (unsigned)((b[0] & 0x0f) << 12 | (b[1] & 0x3f) << 6 | (b[2] & 0x3f));
		return 3;
	}
	return 0;
}

void
yaml_put_scalar(struct buf *out, const char *text)
{
	unsigned code = 0;
	size_t odd;

	if (is_plain(text)) {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		odd = odd_character(text, &code);
		if (odd != 0) {
			buf_printf(out, "\\u%04x", code);
			text += odd - 1;
		} else if (*text == '"' || *text == '\\') {
			buf_printf(out, "\\%c", *text);
		} else if ((uint8_t)*text < 0x20 || *text == 0x7f) {
			buf_printf(out, "\\x%02x", (unsigned)(uint8_t)*text);
		} else {
			buf_putc(out, *text);
		}
	}
	buf_putc(out, '"');
}

void
yaml_put_comment(struct buf *out, int indent, const char *text)
{
	struct buf safe = BUF_INIT;
	size_t column = 0, n;

	put_foreign_text(&safe, text);
	for (const char *word = buf_text(&safe); *word != '\0'; word += n) {
		word += strspn(word, " ");
		n = strcspn(word, " ");
		if (column == 0 || column + 1 + n > COMMENT_WIDTH) {
			buf_printf(out, "%s%*s#", column != 0 ? "\n" : "", indent, "");
			column = (size_t)indent + 1;
		}
		buf_putc(out, ' ');
		buf_put(out, word, n);
		column += 1 + n;
	}
	buf_putc(out, '\n');
	buf_clear(&safe);
}

void
import_tell(struct import_voice *voice, enum severity severity, enum rule rule,
    const struct xml_node *node, const char *attribute, const char *message)
{
	struct place at = { .source = &voice->doc->bare, .line = 1, .column = 1 };

	if (voice->said++ >= IMPORT_NOTES_MAX)
		return;
	if (node != NULL)
		at = xml_place(voice->doc, node, attribute);
	if (severity == SEVERITY_WARNING)
		error_warn(voice->err, rule, at, "%s", message);
	else
		error_note(voice->err, rule, at, "%s", message);
}

void
import_say(struct import_voice *voice, enum severity severity, enum rule rule,
    const struct xml_node *node, const char *attribute, int indent, const char *fmt, ...)
{
	struct buf message = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	import_tell(voice, severity, rule, node, attribute, buf_text(&message));
	yaml_put_comment(voice->out, indent, buf_text(&message));
	buf_clear(&message);
}

void
import_say_rest(struct import_voice *voice)
{
	if (voice->said > IMPORT_NOTES_MAX)
		error_note(voice->err, RULE_IMPORT_LEFT_OUT, NOWHERE,
		    "%zu more remarks stand as comments in the topology",
		    voice->said - IMPORT_NOTES_MAX);
}
