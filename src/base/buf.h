/*
 * buf.h - bytes that grow.
 *
 *      struct buf b = BUF_INIT;
 *      buf_puts(&b, "hello ");
 *      buf_printf(&b, "%d", 7);
 *      use(buf_text(&b));             "hello 7"; belongs to b
 *      buf_clear(&b);
 *
 * The bytes are followed by a NUL that does not count, so that buf_text() is
 * always a C string (as long as no NUL was put in).  Nothing here fails.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/base.h"

struct buf {
	uint8_t *p;
	size_t n;      /* bytes in use            */
	size_t cap;    /* bytes at p, at least n+1 */
};

#define BUF_INIT ((struct buf){ .p = NULL, .n = 0, .cap = 0 })

static inline void buf_put(struct buf *b, const void *p, size_t n);
static inline void buf_put_bytes(struct buf *b, struct bytes bytes);
static inline void buf_putc(struct buf *b, char c);
static inline void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) RC_PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) RC_PRINTF(2, 0);
void buf_put_hex(struct buf *b, struct bytes bytes);    /* lower case, no colons */
void buf_put_number(struct buf *b, uint64_t number);    /* decimal                */

/* Room for n more bytes; returns where they go.  Follow with buf_wrote(). */
uint8_t *buf_reserve(struct buf *b, size_t n);
void buf_wrote(struct buf *b, size_t n);

/* Make it n bytes long; n is not more than it has. */
void buf_cut(struct buf *b, size_t n);

const char *buf_text(const struct buf *b);
struct bytes buf_bytes(const struct buf *b);

/* Gives the memory to the caller (free it) and leaves the buffer empty. */
char *buf_take_text(struct buf *b);

void buf_clear(struct buf *b);                   /* frees; ready for use again */
void buf_wipe(struct buf *b);                    /* the same, zeroed first     */
DEFINE_SCOPED_VALUE(buf_clear, struct buf)
DEFINE_SCOPED_VALUE(buf_wipe, struct buf)

/* Here, because reports of many megabytes are made of nothing else. */
static inline void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (b->cap - b->n <= n)
		(void)buf_reserve(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = 0;
}

static inline void
buf_put_bytes(struct buf *b, struct bytes bytes)
{
	buf_put(b, bytes.p, bytes.n);
}

static inline void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

static inline void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

#endif
