#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAP = 64 };

uint8_t *
buf_reserve(struct buf *b, size_t n)
{
	if (n >= SIZE_MAX / 4 || b->n >= SIZE_MAX / 4)
		mem_die();
	if (b->n + n + 1 > b->cap) {
		size_t cap = b->cap != 0 ? b->cap : FIRST_CAP;

		while (cap < b->n + n + 1)
			cap *= 2;
		b->p = mem_resize(b->p, cap);
		b->cap = cap;
		b->p[b->n] = 0;
	}
	return b->p + b->n;
}

void
buf_wrote(struct buf *b, size_t n)
{
	b->n += n;
	b->p[b->n] = 0;
}

/* Most texts are short: they are printed at once, and again only when the room
 * that was there did not do. */
enum { SHORT_TEXT = 120 };

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int need;

	va_copy(again, ap);
	(void)buf_reserve(b, SHORT_TEXT);
	room = b->cap - b->n;
	need = vsnprintf((char *)b->p + b->n, room, fmt, ap);
	if (need < 0)
		mem_die();
	if ((size_t)need >= room)
		(void)vsnprintf((char *)buf_reserve(b, (size_t)need), (size_t)need + 1, fmt, again);
	va_end(again);
	buf_wrote(b, (size_t)need);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_put_number(struct buf *b, uint64_t number)
{
	char digits[20];                 /* of 2^64 - 1 */
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	buf_put(b, digits + i, sizeof(digits) - i);
}

void
buf_put_hex(struct buf *b, struct bytes bytes)
{
	static const char digit[] = "0123456789abcdef";
	uint8_t *at = buf_reserve(b, 2 * bytes.n);

	for (size_t i = 0; i < bytes.n; i++) {
		*at++ = (uint8_t)digit[bytes.p[i] >> 4];
		*at++ = (uint8_t)digit[bytes.p[i] & 15];
	}
	buf_wrote(b, 2 * bytes.n);
}

void
buf_cut(struct buf *b, size_t n)
{
	if (n < b->n) {
		b->n = n;
		b->p[n] = 0;
	}
}

const char *
buf_text(const struct buf *b)
{
	return b->p != NULL ? (const char *)b->p : "";
}

struct bytes
buf_bytes(const struct buf *b)
{
	return BYTES(b->p, b->n);
}

char *
buf_take_text(struct buf *b)
{
	char *text = (char *)buf_reserve(b, 0) - b->n;

	*b = BUF_INIT;
	return text;
}

void
buf_clear(struct buf *b)
{
	free(b->p);
	*b = BUF_INIT;
}

void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_clear(b);
}
