#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK = 16 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(max_align_t) uint8_t bytes[];
};

struct arena {
	struct chunk *first;
};

struct arena *
arena_new(void)
{
	return mem_zero(sizeof(struct arena));
}

void
arena_free(struct arena *a)
{
	struct chunk *next;

	if (a == NULL)
		return;
	for (struct chunk *c = a->first; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	struct chunk *c = a->first;
	void *p;

	if (n > SIZE_MAX / 4)
		mem_die();
	n = (n + align - 1) / align * align;
	if (c == NULL || c->size - c->used < n) {
		size_t size = n > CHUNK ? n : CHUNK;

		c = mem_zero(sizeof(*c) + size);
		c->size = size;
		/* A large object gets a chunk behind the one that still has room. */
		if (n > CHUNK / 4 && a->first != NULL) {
			c->next = a->first->next;
			a->first->next = c;
		} else {
			c->next = a->first;
			a->first = c;
		}
	}
	p = c->bytes + c->used;
	c->used += n;
	return p;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	if (n != 0)
		memcpy(copy, s, n);
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int need;

	va_start(ap, fmt);
	va_copy(again, ap);
	need = vsnprintf(NULL, 0, fmt, ap);
	if (need < 0)
		mem_die();
	text = arena_alloc(a, (size_t)need + 1);
	(void)vsnprintf(text, (size_t)need + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return text;
}

struct bytes
arena_bytes(struct arena *a, struct bytes b)
{
	return BYTES(arena_strndup(a, (const char *)b.p, b.n), b.n);
}

void *
vec_push(struct arena *a, void **v, size_t *n, size_t *cap, size_t size)
{
	if (*n == *cap) {
		size_t more = *cap != 0 ? *cap * 2 : 8;
		void *bigger = arena_alloc(a, more * size);

		if (*n != 0)
			memcpy(bigger, *v, *n * size);
		*v = bigger;
		*cap = more;
	}
	return (uint8_t *)*v + size * (*n)++;
}
