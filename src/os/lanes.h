/*
 * lanes.h - pieces of work that wait for threads, in lines; of one rank first come, first
 * served, and those of a smaller rank before all others.
 *
 *      struct piece { struct lane_link link; ... };
 *
 *      lanes_enter(lanes)                a producer, before it puts a new one: waits for room
 *      lanes_put(lanes, 1, 0, &p->link)  any thread; p is the taker's from now on
 *      link = lanes_take(lanes, 1)       a thread of line 1; NULL: it is closed
 *      lanes_leave(lanes)                the piece is done with
 *
 * How many have entered and not left is limited, so no line needs a limit of its own and
 * putting never waits.  What was written before lanes_put() is seen after lanes_take().
 */
#ifndef OS_LANES_H
#define OS_LANES_H

#include "base/base.h"

enum { LANES_MAX = 4, LANE_RANKS = 3 };

struct lane_link {
	struct lane_link *next;
};

struct lanes;

struct lanes *lanes_new(size_t room);
/* Takes NULL.  Nothing waits in it any more. */
void lanes_free(struct lanes *lanes);
DEFINE_SCOPED(lanes_free, struct lanes *)

/* false: no more may enter. */
bool lanes_enter(struct lanes *lanes);
void lanes_leave(struct lanes *lanes);
/* Who waits to enter is sent away, and whoever comes later. */
void lanes_shut(struct lanes *lanes);
/* How many are inside. */
size_t lanes_inside(struct lanes *lanes);

void lanes_put(struct lanes *lanes, unsigned lane, unsigned rank, struct lane_link *link);
struct lane_link *lanes_take(struct lanes *lanes, unsigned lane);
size_t lanes_waiting(struct lanes *lanes, unsigned lane);

/*
 * All that wait in this line, linked, in their order; NULL after `patience_ms` without any.
 * From when one is there it waits for more: until there are `enough` or all that are
 * inside but the `held` that the caller has, or for `linger_ms`.  For the only thread of
 * its line.
 */
struct lane_link *lanes_take_all(struct lanes *lanes, unsigned lane, size_t enough,
    size_t held, unsigned linger_ms, unsigned patience_ms);

/* Nothing comes any more: whoever waits to take gets NULL once its line is empty. */
void lanes_close(struct lanes *lanes);

#endif
