/*
 * clock.h - what time it is, as a thing that can be handed in.
 *
 * Whoever needs the time takes a const struct clock *: the command line gives
 * &clock_system, a test one of its own.
 *
 *      int64_t t = 1700000000;
 *      struct clock fixed = clock_fixed(&t);     t may be moved afterwards
 */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include "base/buf.h"

struct clock {
	int64_t (*now)(const void *arg);         /* seconds since 1970, UTC */
	const void *arg;
};

extern const struct clock clock_system;

struct clock clock_fixed(const int64_t *seconds);

int64_t clock_now(const struct clock *clock);

/* "2024-02-29T23:59:59Z" (RFC 3339).  Any value: years beyond 9999 are capped,
 * before 0 raised.  Appended. */
void clock_put(struct buf *out, int64_t seconds);

#endif
