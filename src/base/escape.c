#include "base/escape.h"

static bool
is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

/* How many of the bytes from here on stand for themselves. */
static size_t
plain_length(struct bytes text, size_t from)
{
	size_t end = from;

	while (end < text.n && is_plain(text.p[end]))
		end++;
	return end - from;
}

void
put_foreign(struct buf *out, struct bytes text)
{
	for (size_t i = 0, n; i < text.n; i += n) {
		n = plain_length(text, i);
		if (n != 0) {
			buf_put(out, text.p + i, n);
			continue;
		}
		n = 1;
		if (text.p[i] == '\\')
			buf_puts(out, "\\\\");
		else
			buf_printf(out, "\\x%02x", text.p[i]);
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
