/*
 * settle.h - the one function that changes the state of a row.
 */
#ifndef LEDGER_SETTLE_H
#define LEDGER_SETTLE_H

#include "ledger/change.h"

struct settlement {
	enum ledger_state to;
	struct bytes result;            /* p not NULL where the move takes one   */
	const uint8_t *digest;          /* of the result; NULL: not made yet     */
	const char *reason;
	const char *custody;
	bool whoever_owns;              /* recovery: not mine, and known to be gone */
};

/* Rules: ledger-unknown, ledger-state, ledger-owner, ledger-bytes. */
enum rc_status settle(struct change *c, int64_t id, const struct settlement *s,
    struct error *err) RC_CHECK;

/* Kinds that are SIGNED{X} ::= SEQUENCE { X, algorithm, signature } (RFC 5280 4.1),
 * where what was journalled is X; and whether such bytes begin with it. */
bool is_signed_x(enum ledger_kind kind);
bool holds_journalled(struct bytes signed_bytes, struct bytes tbs);

#endif
