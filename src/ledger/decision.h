/*
 * decision.h - does what an officer said of a request count?
 *
 * Asked of the events alone, by whoever tells them once more: `ledger verify` of a whole
 * record (verify_approvals.h), `verify` of the part of one that a bundle holds
 * (evidence/bundle.h).  Given are the policy in force when it was said, the request as its
 * event has it, and the signature; the text is written again (approval.h).
 */
#ifndef LEDGER_DECISION_H
#define LEDGER_DECISION_H

#include "ledger/request.h"

enum decision_fault {
	DECISION_GOOD,
	DECISION_OVER,                   /* the request was decided before    */
	DECISION_LATE,                   /* its time was over                 */
	DECISION_POLICY,                 /* it was made under another policy  */
	DECISION_STRANGER,               /* no officer for it                 */
	DECISION_OWN,                    /* he asked for it himself           */
	DECISION_AGAIN,                  /* he had said so before             */
	DECISION_SIGNATURE,              /* the CMS is not over this text     */
	DECISION_KEY,                    /* or by another key than recorded   */
	DECISION_FAULTS
};
/* "the officer asked for it"; of DECISION_GOOD NULL. */
const char *decision_fault_text(enum decision_fault fault);

/* As the event tells of it. */
struct decision {
	const char *reason;              /* of a denial; NULL: it approves    */
	int64_t time;
	struct bytes key;                /* SHA-256 of the officer's SPKI     */
	struct bytes statement;          /* detached CMS, DER                 */
};

/* Of what, and what was said of it before. */
struct decision_case {
	const struct approval_policy *policy;    /* in force                  */
	struct bytes policy_digest;
	const struct approval_subject *subject;
	enum request_state state;
	const struct bytes *said;        /* keys of those who decided the same */
	size_t n_said;
};

enum decision_fault decision_judge(const struct decision_case *c, const struct decision *d);

#endif
