#include "report/html.h"

#include "base/escape.h"

/* Text that is ASCII already; with `breaks` a line may break behind each stroke. */
static void
put_marked(const char *text, bool breaks, struct buf *out)
{
	const struct {
		char c;
		const char *as;
	} marks[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
		{ '\'', "&#39;" }, { '/', breaks ? "/<wbr/>" : "/" },
	};

	for (; *text != '\0'; text++) {
		const char *as = NULL;

		for (size_t i = 0; i < ARRAY_LEN(marks); i++)
			if (*text == marks[i].c)
				as = marks[i].as;
		if (as != NULL)
			buf_puts(out, as);
		else
			buf_putc(out, *text);
	}
}

void
html_put_escaped(const char *text, struct buf *out)
{
	put_marked(text, false, out);
}

void
html_put(const char *text, struct buf *out)
{
	SCOPED(buf_clear) struct buf plain = BUF_INIT;

	if (text == NULL)
		return;
	put_foreign_text(&plain, text);
	html_put_escaped(buf_text(&plain), out);
}

void
html_put_path(const char *text, struct buf *out)
{
	SCOPED(buf_clear) struct buf plain = BUF_INIT;

	if (text == NULL)
		return;
	put_foreign_text(&plain, text);
	put_marked(buf_text(&plain), true, out);
}

void
html_put_cut(const char *text, size_t most, struct buf *out)
{
	SCOPED(buf_clear) struct buf plain = BUF_INIT;

	put_foreign_text(&plain, text);
	if (plain.n > most) {
		buf_cut(&plain, most - 3);
		buf_puts(&plain, "...");
	}
	html_put_escaped(buf_text(&plain), out);
}

void
html_put_in(const char *tag, const char *class, const char *text, struct buf *out)
{
	buf_printf(out, "<%s%s%s%s>", tag, class != NULL ? " class=\"" : "",
	    class != NULL ? class : "", class != NULL ? "\"" : "");
	html_put(text, out);
	buf_printf(out, "</%s>", tag);
}
