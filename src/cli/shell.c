#include "cli/shell.h"

void
shell_quote(const char *text, struct buf *out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_-./:=@%+,";

	if (*text != '\0' && text[strspn(text, plain)] == '\0') {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *text);
	}
	buf_putc(out, '\'');
}
