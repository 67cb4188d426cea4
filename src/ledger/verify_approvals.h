/*
 * verify_approvals.h - did officers approve what the policy of the day wanted approved?
 * Private to ledger/.
 *
 * Asked of the events alone, as they are told once more: the policy in force is the one
 * that the events pinned last; what an officer signed is a document, held to a text that
 * is written again from the events (approval.h).  Each is a finding log-approval:
 *
 *      an intent for a certificate of a role that needs officers, without a request
 *      a reserved row that begins, or a new policy, without its request, spent, with
 *        enough good approvals of the policy then in force
 *      an approval that does not verify, or is by nobody who may, by one who asked or said
 *        so before, too late, or about a request that was over
 *      a request under another policy, or about other bytes than its row's
 *      a move that request_moves does not have
 *
 * Rows of `request` and `approval` that say something else: log-row.
 */
#ifndef LEDGER_VERIFY_APPROVALS_H
#define LEDGER_VERIFY_APPROVALS_H

#include "ledger/approval.h"
#include "ledger/replay.h"
#include "ledger/request.h"

/* What the events say of one request. */
struct told_request {
	int64_t intent, created, changed;
	struct approval_subject subject;
	enum request_state state;
	struct bytes text, reason;       /* digest; the last move's reason   */
	bool used;                       /* a policy came of it              */
	VEC(struct bytes) keys;          /* of those who approved well       */
	VEC(struct bytes) denials;
};

/* A row that was reserved. */
struct told_row {
	int64_t id;
	const char *role;
	struct bytes tbs, entry, key;
};

struct told_approval {
	int64_t seq, request, time;
	bool denies;
	struct bytes officer, key, statement, reason;
};

struct approval_check {
	struct ledger *ledger;
	struct replay *replay;
	struct approval_policy policy;   /* in force                         */
	bool needed;                     /* by any of its rules              */
	uint8_t policy_digest[SHA256_OCTETS];
	struct bytes ca_key;
	VEC(struct told_request) requests;       /* by number, from 1        */
	VEC(struct told_row) rows;
	VEC(struct told_approval) approvals;
};

/* After each event was told. */
enum rc_status verify_approval(struct approval_check *check, const struct ledger_event *told,
    struct error *err) RC_CHECK;
/* When all were: the tables. */
enum rc_status verify_approval_rows(struct approval_check *check, struct error *err) RC_CHECK;

#endif
