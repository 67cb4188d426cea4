#include "base/escape.h"

static bool
is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

void
put_foreign(struct buf *out, struct bytes text)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (is_plain(c))
			buf_putc(out, (char)c);
		else if (c == '\\')
			buf_puts(out, "\\\\");
		else
			buf_printf(out, "\\x%02x", c);
	}
}

void
put_foreign_text(struct buf *out, const char *text)
{
	put_foreign(out, bytes_of_text(text));
}

size_t
foreign_width(struct bytes text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.n; i++)
		width += is_plain(text.p[i]) ? 1 : text.p[i] == '\\' ? 2 : 4;
	return width;
}
