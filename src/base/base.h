/*
 * base.h - the words that every other file speaks.
 *
 * Memory: an allocation that fails ends the process (mem_die).  A CA that is
 * out of memory has nothing better to do: whatever it meant to sign is already
 * in the ledger, and `ledger recover` settles it.  In exchange no caller has a
 * path for it, and no path for it goes untested.
 *
 * Bytes from outside never reach an allocation unmeasured: every reader has a
 * limit on its input.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <rolecert/bytes.h>
#include <rolecert/status.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline struct bytes
bytes_of_text(const char *s)
{
	return BYTES(s, strlen(s));
}

static inline bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Run a call; on failure return its status to our own caller. */
#define TRY(call)                                                             \
	do {                                                                  \
		enum rc_status try_ = (call);                                 \
		if (try_ != RC_OK)                                            \
			return try_;                                          \
	} while (0)

/* Run a call and go on: what failed first decides. */
#define KEEP_FIRST(first, call)                                               \
	do {                                                                  \
		enum rc_status keep_ = (call);                                \
		if ((first) == RC_OK)                                         \
			(first) = keep_;                                      \
	} while (0)

/* TRY, and say on the way up what was being done: one `while ...` line. */
#define TRY_WHILE(err, call, ...)                                             \
	do {                                                                  \
		enum rc_status try_ = (call);                                 \
		if (try_ != RC_OK) {                                          \
			error_while((err), __VA_ARGS__);                      \
			return try_;                                          \
		}                                                             \
	} while (0)

/*
 * SCOPED(free_function) T *x = NULL;   freed when the block is left.
 * TAKE(x)                              hands x over: yields it, leaves NULL.
 * The free functions take NULL.  DEFINE_SCOPED(buf_free, struct buf *) makes
 * the one that SCOPED needs.
 */
#define SCOPED(fn) __attribute__((cleanup(scoped_##fn)))
#define TAKE(x) __extension__({ __typeof__(x) taken_ = (x); (x) = NULL; taken_; })
#define DEFINE_SCOPED(fn, ptr_type)                                           \
	static inline void scoped_##fn(ptr_type *p)                           \
	{                                                                     \
		fn(*p);                                                       \
	}
/* For objects that live on the stack and are cleared, not freed. */
#define DEFINE_SCOPED_VALUE(fn, type)                                         \
	static inline void scoped_##fn(type *p)                               \
	{                                                                     \
		fn(p);                                                        \
	}

/* Ends the process: no memory.  Never returns. */
void mem_die(void) __attribute__((noreturn, cold));

/* malloc, calloc, realloc, strdup that never return NULL. */
void *mem_alloc(size_t n) __attribute__((malloc));
void *mem_zero(size_t n) __attribute__((malloc));
void *mem_resize(void *p, size_t n) RC_CHECK;
char *mem_strdup(const char *s) __attribute__((malloc));

#endif
