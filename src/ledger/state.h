/*
 * state.h - what can be signed, and what can become of it.
 *
 *                    RESERVED ------------> VOID
 *                       |                   (denied, expired: never signed)
 *                       v
 *      (new) -------> PENDING ----+-------> DONE <-------> HELD
 *                                 |          |              |
 *                                 +-> SPOILED ------+       |
 *                                 |                 |       |
 *                                 +-> LOST ------+  |       |
 *                                                v  v       v
 *                                               REVOKED <---+
 *
 *   RESERVED  serial and bytes are fixed while a request waits for approval
 *   PENDING   the bytes are on disk; from now on the token may be asked
 *   DONE      signed, read back, recorded; may be delivered
 *   SPOILED   signed, but what came back failed its check; the bytes are kept
 *   LOST      the process died or the token failed after it was asked:
 *             possibly signed, so it stands on the CRL
 *   VOID      never signed and never will be; the serial is spent
 *   HELD      revoked for the time being (certificateHold)
 *   REVOKED   for ever
 *
 * What has no serial (CRL, CSR, OCSP response, checkpoint, transcript) knows
 * PENDING, DONE, SPOILED and LOST alone.
 *
 * ledger_moves is the one list of allowed transitions.  The schema's trigger is
 * written from it, so that SQL refuses what C would refuse.
 */
#ifndef LEDGER_STATE_H
#define LEDGER_STATE_H

#include "base/base.h"

enum ledger_state {
	LEDGER_RESERVED, LEDGER_PENDING, LEDGER_DONE, LEDGER_SPOILED, LEDGER_LOST,
	LEDGER_VOID, LEDGER_HELD, LEDGER_REVOKED,
	LEDGER_STATES
};

enum ledger_kind {
	LEDGER_CERTIFICATE, LEDGER_SELF_SIGNED,               /* these have serials */
	LEDGER_CRL, LEDGER_OCSP, LEDGER_CSR, LEDGER_CHECKPOINT, LEDGER_TRANSCRIPT,
	LEDGER_KINDS
};

/* What a transition does beside the state. */
enum ledger_take {
	TAKE_NOTHING  = 0,
	TAKE_RESULT   = 1 << 0,     /* stores the bytes that were signed       */
	TAKE_REASON   = 1 << 1,     /* stores why                              */
	TAKE_OWNER    = 1 << 2,     /* becomes mine; custody was judged again  */
	MUST_BE_MINE  = 1 << 3,     /* only the process that owns it           */
	WITH_SERIAL   = 1 << 4,     /* only what has a serial                  */
};

struct ledger_move {
	enum ledger_state from, to;
	const char *event;          /* kind of the event that tells of it      */
	unsigned takes;             /* enum ledger_take                        */
};

enum { LEDGER_MOVES = 11 };
extern const struct ledger_move ledger_moves[LEDGER_MOVES];

/* NULL: not allowed. */
const struct ledger_move *ledger_move_find(enum ledger_state from, enum ledger_state to);

const char *ledger_state_word(enum ledger_state state);           /* "PENDING"     */
const char *ledger_kind_word(enum ledger_kind kind);              /* "certificate" */
bool ledger_state_find(const char *word, enum ledger_state *ret); /* false: none   */
bool ledger_kind_find(const char *word, enum ledger_kind *ret);
bool ledger_kind_has_serial(enum ledger_kind kind);

/* Without leading zero octets, so that one number has one form. */
struct bytes ledger_serial(struct bytes serial);

#endif
