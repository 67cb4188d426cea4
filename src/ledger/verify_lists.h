/*
 * verify_lists.h - each revocation list held to what was revoked at its moment.
 * Private to ledger/.
 *
 * A list is written and its intent stored under one writer's lock, so what must stand on
 * it is what the events before that intent say: certificates that are HELD, REVOKED,
 * LOST or SPOILED, without those that expired before the last full list was made; on a
 * delta, of these only what changed since that list, and what was released.  On a part
 * ("crl/7/2of4") stand those whose serial belongs to it.  What is REVOKED stands with the
 * reason, and the date of invalidity, of its event (cause.h).
 */
#ifndef LEDGER_VERIFY_LISTS_H
#define LEDGER_VERIFY_LISTS_H

#include "ledger/replay.h"

/* A part, or (part 0) the whole list. */
struct list_scope {
	unsigned part, parts;
	int64_t last_update;             /* thisUpdate of its last full list; 0: none */
};

struct list_check {
	struct ledger *ledger;
	struct replay *replay;
	VEC(struct list_scope) scopes;
};

/* After each event was told: when it meant a list, that list is looked at.  Findings:
 * log-crl. */
enum rc_status verify_list(struct list_check *check, const struct ledger_event *told,
    struct error *err) RC_CHECK;

#endif
