/*
 * aside.h - one piece of work beside the caller's own, by a thread that is made for it.
 *
 *      struct aside *aside = aside_begin(work, &arg);
 *      ... something else
 *      aside_wait(aside);               what work() wrote may be read now
 *
 * Where no thread can be had, the work is done before aside_begin() returns.  Signals are
 * for the threads of the program, not for this one.
 */
#ifndef OS_ASIDE_H
#define OS_ASIDE_H

#include "base/base.h"

struct aside;

struct aside *aside_begin(void (*work)(void *arg), void *arg);
void aside_wait(struct aside *aside);            /* and frees it; takes NULL */

#endif
