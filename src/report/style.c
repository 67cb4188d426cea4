#include "report/style.h"

#include "base/escape.h"

static const char *const ink_on[] = {
	[INK_PLAIN] = "", [INK_STRONG] = "\x1b[1m", [INK_GOOD] = "\x1b[32m",
	[INK_BAD] = "\x1b[31m", [INK_WARN] = "\x1b[33m", [INK_FAINT] = "\x1b[2m",
};

void
style_put(const struct style *style, enum ink ink, const char *text, struct buf *out)
{
	bool paint = style->colour && ink != INK_PLAIN;

	if (paint)
		buf_puts(out, ink_on[ink]);
	put_foreign_text(out, text);
	if (paint)
		buf_puts(out, "\x1b[0m");
}

static void
put_blanks(int n, struct buf *out)
{
	for (; n > 0; n--)
		buf_putc(out, ' ');
}

/* One byte is one column. */
void
style_put_words(const struct style *style, size_t at, const char *text, struct buf *out)
{
	size_t column = at;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (column > at && style->width != 0 && column + 1 + n > style->width) {
			buf_printf(out, "\n%*s", (int)at, "");
			column = at;
		} else if (column > at) {
			buf_putc(out, ' ');
			column++;
		}
		buf_put(out, text, n);
		column += n;
		text += n;
		text += strspn(text, " ");
	}
}

void
style_put_labelled_escaped(const struct style *style, const char *label, const char *text,
    struct buf *out)
{
	if (*text == '\0')
		return;
	put_blanks(STYLE_INDENT, out);
	buf_puts(out, label);
	put_blanks(STYLE_LABEL - (int)strlen(label), out);
	style_put_words(style, STYLE_INDENT + STYLE_LABEL, text, out);
	buf_putc(out, '\n');
}

void
style_put_labelled(const struct style *style, const char *label, const char *text,
    struct buf *out)
{
	SCOPED(buf_clear) struct buf escaped = BUF_INIT;

	put_foreign_text(&escaped, text);
	style_put_labelled_escaped(style, label, buf_text(&escaped), out);
}

enum { PROSE_WIDTH = 80 };

void
style_put_prose(const struct style *style, const char *text, struct buf *out)
{
	SCOPED(buf_clear) struct buf escaped = BUF_INIT;
	struct style prose = *style;

	put_foreign_text(&escaped, text);
	if (prose.width == 0 || prose.width > PROSE_WIDTH)
		prose.width = PROSE_WIDTH;
	buf_printf(out, "%*s", STYLE_INDENT, "");
	style_put_words(&prose, STYLE_INDENT, buf_text(&escaped), out);
	buf_putc(out, '\n');
}
