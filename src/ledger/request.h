/*
 * request.h - what waits for officers, and what they decided.
 *
 *      ledger_ask_certificate -> WAITING --enough approved--> APPROVED --spend--> SPENT
 *      ledger_ask_policy            |                            |
 *                                   +---> DENIED | EXPIRED <-----+
 *
 *   WAITING   of a certificate, serial and bytes stand RESERVED in a row of their own
 *   APPROVED  enough officers have signed; the token was not asked yet
 *   SPENT     the row is PENDING, and from now on its states tell what became of it;
 *             or the new policy is pinned
 *   DENIED    by an officer, or taken back by whoever keeps the CA: the row is VOID
 *   EXPIRED   nobody, or too few, came in time: the row is VOID
 *
 * Requests have numbers of their own, 1, 2, 3 ...  Each move, each approval and each
 * denial is an event; what an officer signed is kept whole, as a document.
 *
 * Whether an approval is good, and whether they are enough, is decided by whoever
 * calls (issue/approve.h), inside a batch, so that two officers at once are one after
 * the other.  `ledger verify` judges both once more (verify_approvals.h).
 *
 * Rules: those of ledger.h, approval-unknown, approval-state.
 */
#ifndef LEDGER_REQUEST_H
#define LEDGER_REQUEST_H

#include "ledger/approval.h"
#include "ledger/ledger.h"

enum request_state {
	REQUEST_WAITING, REQUEST_APPROVED, REQUEST_DENIED, REQUEST_EXPIRED, REQUEST_SPENT,
	REQUEST_STATES
};
const char *request_state_word(enum request_state state);        /* "WAITING" */

struct request_move {
	enum request_state from, to;
	const char *event;               /* kind of the event that tells of it */
};
enum { REQUEST_MOVES = 6 };
extern const struct request_move request_moves[REQUEST_MOVES];
/* NULL: not allowed. */
const struct request_move *request_move_find(enum request_state from, enum request_state to);

/* -- asking ------------------------------------------------------------------------- */

struct ledger_ask {
	const char *requester;           /* or NULL                          */
	int64_t uid;                     /* or APPROVAL_NO_UID               */
	struct bytes policy;             /* digest of the one in force       */
	int64_t expires;                 /* seconds since 1970               */
	/* Of a certificate: what the request asked beside the entry, or empty.  Of a
	 * policy: the new one, without the record. */
	struct bytes text;
};

/* The intent RESERVED and the request WAITING, on disk together. */
enum rc_status ledger_ask_certificate(struct ledger *ledger,
    const struct ledger_intent *intent, const struct ledger_ask *ask, int64_t *ret,
    struct error *err) RC_CHECK;
enum rc_status ledger_ask_policy(struct ledger *ledger, const struct ledger_ask *ask,
    int64_t *ret, struct error *err) RC_CHECK;

/* -- deciding ----------------------------------------------------------------------- */

struct ledger_approval {
	const char *officer;             /* name, for people                 */
	struct bytes key;                /* SHA-256 of the SPKI              */
	struct bytes statement;          /* CMS, DER                         */
	const char *reason;              /* of a denial; NULL: it approves   */
	int64_t time;                    /* when it was recorded; of what is read */
};

/* enough: with it the request is APPROVED. */
enum rc_status ledger_approve(struct ledger *ledger, int64_t request,
    const struct ledger_approval *approval, bool enough, struct error *err) RC_CHECK;
/* approval: the officer's statement, or NULL: taken back by the operator. */
enum rc_status ledger_deny(struct ledger *ledger, int64_t request,
    const struct ledger_approval *approval, const char *reason,
    struct error *err) RC_CHECK;
enum rc_status ledger_expire(struct ledger *ledger, int64_t request,
    struct error *err) RC_CHECK;
/* APPROVED -> SPENT; of a certificate, its row RESERVED -> PENDING, now mine, with the
 * custody of this login. */
enum rc_status ledger_spend(struct ledger *ledger, int64_t request, const char *custody,
    struct error *err) RC_CHECK;

/* -- reading ------------------------------------------------------------------------- */

struct ledger_request {
	int64_t id;
	enum request_state state;
	bool is_policy;
	int64_t intent;                  /* its row; 0 of a policy           */
	const char *requester;           /* or NULL                          */
	int64_t uid;
	struct bytes policy, subject;    /* digests                          */
	struct bytes text;
	const char *reason;              /* or NULL                          */
	int64_t created, changed, expires;
};

/* Rule approval-unknown when there is none.  *ret lives in the arena. */
enum rc_status ledger_request_get(struct ledger *ledger, int64_t id, struct arena *arena,
    struct ledger_request *ret, struct error *err) RC_CHECK;
/* That of a row; *ret is 0 when there is none. */
enum rc_status ledger_request_of(struct ledger *ledger, int64_t intent, int64_t *ret,
    struct error *err) RC_CHECK;
/* states: 1 << REQUEST_WAITING | ...; 0: any.  Oldest first, in the arena. */
enum rc_status ledger_requests(struct ledger *ledger, unsigned states, struct arena *arena,
    struct ledger_request **ret, size_t *ret_n, struct error *err) RC_CHECK;
/* What officers signed of a request, in order, in the arena. */
enum rc_status ledger_approvals(struct ledger *ledger, int64_t request,
    struct arena *arena, struct ledger_approval **ret, size_t *ret_n,
    struct error *err) RC_CHECK;

#endif
