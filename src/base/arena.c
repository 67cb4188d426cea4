#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Most arenas hold one small text; those of a large one take their memory in pieces
 * that the kernel hands out zeroed. */
enum { CHUNK_LEAST = 4 * 1024, CHUNK_MOST = 256 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(max_align_t) uint8_t bytes[];
};

struct arena {
	struct chunk *first;
	size_t chunk;                    /* of the next one, but for its head  */
};

struct arena *
arena_new(void)
{
	struct arena *a = mem_zero(sizeof(*a));

	a->chunk = CHUNK_LEAST - sizeof(struct chunk);
	return a;
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

void
arena_reset(struct arena *a)
{
	struct chunk *kept = a->first;

	if (kept == NULL)
		return;
	while (kept->next != NULL) {
		struct chunk *next = kept->next->next;

		free(kept->next);
		kept->next = next;
	}
	memset(kept->bytes, 0, kept->used);
	kept->used = 0;
}

static struct chunk *
chunk_add(struct arena *a, size_t n)
{
	size_t size = n > a->chunk ? n : a->chunk;
	struct chunk *c = mem_zero(sizeof(*c) + size);

	c->size = size;
	/* A large object gets a chunk behind the one that still has room. */
	if (n > a->chunk / 4 && a->first != NULL) {
		c->next = a->first->next;
		a->first->next = c;
	} else {
		c->next = a->first;
		a->first = c;
	}
	if (a->chunk < CHUNK_MOST / 2)
		a->chunk = 2 * (a->chunk + sizeof(*c)) - sizeof(*c);
	return c;
}

static void *
alloc_aligned(struct arena *a, size_t n, size_t align)
{
	struct chunk *c = a->first;
	size_t at = c != NULL ? (c->used + align - 1) / align * align : 0;

	if (n > SIZE_MAX / 4)
		mem_die();
	if (c == NULL || at > c->size || c->size - at < n) {
		c = chunk_add(a, n);
		at = 0;
	}
	c->used = at + n;
	return c->bytes + at;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return alloc_aligned(a, n, _Alignof(max_align_t));
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = alloc_aligned(a, n + 1, 1);

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
	text = alloc_aligned(a, (size_t)need + 1, 1);
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
