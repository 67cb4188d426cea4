/*
 * approve.h - requests that wait for officers: looked at, decided, completed.
 *
 *      issue_reserve    (reserve.h)   a request, WAITING; needs no token
 *      approval_open    what it asks, and who has decided what
 *      approval_text    the bytes that an officer signs, with whatever tool
 *      approval_sign    the same with the officer's key on a token
 *      approval_take    a signature in; enough of them: APPROVED
 *      issue_resume     (reserve.h)   the CA's key, judged anew, signs those very bytes
 *
 * Approving needs no token of the CA, completing none of an officer, so that the two may
 * sit in different places.  A home is open for HOME_POLICY here: what counts is the
 * policy that is pinned, whatever ca.yaml says.
 *
 *      RULE                  when
 *      approval-unknown      there is no such request
 *      approval-state        it is over
 *      approval-expired      it is too late
 *      approval-policy       it was made under another policy than the pinned one
 *      approval-stranger     the signer is no officer for it
 *      approval-own          the officer asked for it
 *      approval-again        the officer has said so already
 *      approval-certificate  the officer's certificate is not valid now
 *      cms-detached, cms-signature   x509/cms.h
 */
#ifndef ISSUE_APPROVE_H
#define ISSUE_APPROVE_H

#include "issue/home.h"
#include "ledger/request.h"

/* A request and all that is known of it, in an arena. */
struct approval_case {
	struct ledger_request request;
	struct ledger_row *row;          /* of a certificate; NULL           */
	struct approval_subject subject;
	struct ledger_approval *approvals;
	size_t n_approvals;
};

/* Requests whose time has come are EXPIRED first; of a home that is only looked at they
 * are not. */
enum rc_status approval_expire(struct home *home, struct error *err) RC_CHECK;
enum rc_status approval_open(const struct home *home, int64_t id, struct arena *arena,
    struct approval_case *ret, struct error *err) RC_CHECK;

/* May it still be decided?  Rules approval-state, -expired, -policy.  denying: an approved
 * one may. */
enum rc_status approval_is_open(const struct home *home, const struct approval_case *c,
    bool denying, struct error *err) RC_CHECK;
/* Keys of those who approved, in the arena. */
struct bytes *approval_keys(const struct approval_case *c, struct arena *arena, size_t *ret_n);

/* reason: NULL approves.  Appended. */
void approval_text(const struct approval_case *c, const char *reason, struct buf *out);

/* How many more are needed; of a policy for the rule that lacks most. */
unsigned approval_lacks(const struct home *home, const struct approval_case *c);

struct approver {
	const struct rc_engine_ops *engine;
	const struct rc_engine_config *config;   /* its URI names the key     */
	const char *officer;             /* whose key it must be; NULL: any officer's */
	const char *reason;              /* of a denial; NULL approves        */
};
/* CMS, DER, in the arena.  The key is judged as a lab keeps one: it must not be readable;
 * what else is known of it is told. */
enum rc_status approval_sign(struct home *home, const struct approval_case *c,
    const struct approver *approver, struct arena *arena, struct bytes *ret,
    struct error *err) RC_CHECK;

struct approval_taken {
	const char *officer;
	enum request_state state;        /* of the request, now              */
	unsigned lacks;
};
/* file: DER or PEM.  reason: as it was signed; NULL approves. */
enum rc_status approval_take(struct home *home, int64_t id, struct bytes file,
    const char *reason, struct arena *arena, struct approval_taken *ret,
    struct error *err) RC_CHECK;
/* Taken back by whoever keeps the CA; `who` stands in the record. */
enum rc_status approval_withdraw(struct home *home, int64_t id, const char *who,
    const char *reason, struct error *err) RC_CHECK;

/* Every approval of the case, verified once more, and that they are enough.  Rules
 * approval-too-few, approval-record. */
enum rc_status approval_prove(const struct home *home, const struct approval_case *c,
    struct error *err) RC_CHECK;

/*
 * A changed policy.  Without officers in the pinned one it is pinned at once.  Else the
 * first call stores a request (*ret_request), and the one after it was approved pins it;
 * in between, approval-too-few.  *ret_pinned: it is pinned now.
 */
enum rc_status policy_change(struct home *home, const struct ledger_ask *who,
    int64_t *ret_request, bool *ret_pinned, struct error *err) RC_CHECK;

#endif
