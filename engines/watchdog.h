/*
 * watchdog.h - calls that must come back in time.
 *
 *      rv = WATCHED(dog, "C_Sign", fn->C_Sign(session, ...));
 *
 * A call into a PKCS#11 module cannot be cancelled.  A thread of the watchdog
 * looks at the clock instead: when a call has not returned after its time,
 * `hung` is called from that thread with the call's name, once for that call.
 * It is expected to end the process.  The thread sleeps while nothing is
 * called, and wakes no more than once a period while calls come and go.
 *
 * One call at a time.  A watchdog that is NULL watches nothing.
 */
#ifndef ENGINES_WATCHDOG_H
#define ENGINES_WATCHDOG_H

#include "base/base.h"

enum { WATCHDOG_SECONDS = 60, WATCHDOG_LONG = 10 };   /* default; factor for slow calls */

struct watchdog;

/* NULL when hung is NULL.  seconds 0: WATCHDOG_SECONDS. */
struct watchdog *watchdog_new(unsigned seconds, void (*hung)(void *arg, const char *call),
    void *arg);
/* Not while a call is under way; waits for the thread.  Takes NULL. */
void watchdog_free(struct watchdog *dog);

/* `call` is a literal.  factor: how many periods it may take. */
void watchdog_begin(struct watchdog *dog, const char *call, unsigned factor);
void watchdog_end(struct watchdog *dog);

#define WATCHED_FOR(dog, factor, call, expr)                                  \
	__extension__({                                                       \
		watchdog_begin((dog), (call), (factor));                      \
		__typeof__(expr) watched_ = (expr);                           \
		watchdog_end(dog);                                            \
		watched_;                                                     \
	})
#define WATCHED(dog, call, expr) WATCHED_FOR(dog, 1, call, expr)
#define WATCHED_VOID(dog, call, expr)                                         \
	do {                                                                  \
		watchdog_begin((dog), (call), 1);                             \
		(expr);                                                       \
		watchdog_end(dog);                                            \
	} while (0)

#endif
