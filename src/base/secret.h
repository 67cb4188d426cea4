/*
 * secret.h - bytes that must not be seen: PINs, keys of the lab.
 *
 * They live in pages of their own, locked against swapping and left out of core
 * dumps, and are wiped when freed.  There is no way to print one, and compare
 * takes the same time wherever the difference is.  A parser of a secret that
 * fails says that it failed, never what it read.
 *
 * Where the system refuses to lock memory (RLIMIT_MEMLOCK) secret_new() still
 * succeeds; secret_is_locked() tells.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/base.h"

enum { SECRET_MAX = 4096 };    /* octets */

struct secret;

/* Room for n octets (at most SECRET_MAX), zeroed; NULL when n is too large. */
struct secret *secret_new(size_t n);
/* A copy of these bytes; the caller wipes his own. */
struct secret *secret_copy(struct bytes b);
void secret_free(struct secret *s);
DEFINE_SCOPED(secret_free, struct secret *)

uint8_t *secret_p(struct secret *s);
size_t secret_n(const struct secret *s);
/* Shorten it; what is cut off is wiped. */
void secret_cut(struct secret *s, size_t n);
bool secret_is_locked(const struct secret *s);
bool secret_equal(const struct secret *a, const struct secret *b);

#endif
