/*
 * settle.h - the one function that changes the state of a row.
 */
#ifndef LEDGER_SETTLE_H
#define LEDGER_SETTLE_H

#include "ledger/change.h"

struct settlement {
	enum ledger_state to;
	struct bytes result;            /* p not NULL where the move takes one   */
	const char *reason;
	const char *custody;
	bool whoever_owns;              /* recovery: not mine, and known to be gone */
};

/* Rules: ledger-unknown, ledger-state, ledger-owner, ledger-bytes. */
enum rc_status settle(struct change *c, int64_t id, const struct settlement *s,
    struct error *err) RC_CHECK;

#endif
