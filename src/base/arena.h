/*
 * arena.h - many small objects with one life.
 *
 * What is allocated here is freed all at once by arena_free(), or never.  Trees
 * (YAML, programs, plans) live in the arena of the object that owns them.
 * Memory comes zeroed and aligned for anything; copies of texts are not aligned.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);
DEFINE_SCOPED(arena_free, struct arena *)
/* Forgets everything that was allocated, and keeps some memory for what comes next. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) RC_PRINTF(2, 3);
struct bytes arena_bytes(struct arena *a, struct bytes b);     /* a copy */

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

/*
 * A list that grows in an arena.  VEC(struct name) names; declares one, zeroed
 * is empty; VEC_PUSH(arena, &names) yields a pointer to a new zeroed member,
 * good until the next push.
 */
#define VEC(type)                                                             \
	struct {                                                              \
		type *v;                                                      \
		size_t n, cap;                                                \
	}
#define VEC_PUSH(arena, vec)                                                  \
	((__typeof__((vec)->v))vec_push((arena), (void **)&(vec)->v,          \
	    &(vec)->n, &(vec)->cap, sizeof(*(vec)->v)))

void *vec_push(struct arena *a, void **v, size_t *n, size_t *cap, size_t size);

#endif
