/*
 * reserve.h - certificates that wait for officers, from request to signature.
 *
 *      issue_needs_approval -> issue_reserve -> ... approve.h ... -> issue_resume
 *
 * issue_reserve() goes the road of an issuance up to its intent: the request is read and
 * judged, serial and validity are fixed, the bytes linted.  Then they stand RESERVED
 * and a request waits.  No token is asked, and nobody needs a PIN.  Who asks again for
 * the same form of the entry and the same key gets the same request again.
 *
 * issue_resume() needs the CA's key in a new login.  Approvals, policy, validity of the
 * CA, the server's key and the bytes are judged once more; then the very bytes that were
 * approved are signed, on the road of every certificate (permit.h).
 *
 *      RULE                what issue_resume() adds to those of issuance.h
 *      approval-too-few    not yet (class RC_WAITS)
 *      approval-state, approval-expired, approval-policy      approve.h
 *      approval-record     what is on record does not fit together
 *      key-compromised ... whatever task_read() refuses of a key
 */
#ifndef ISSUE_RESERVE_H
#define ISSUE_RESERVE_H

#include "issue/issuance.h"

/* By the pinned policy, for a certificate of this role. */
bool issue_needs_approval(const struct home *home, const char *role);

struct reservation {
	int64_t request, ledger_id;
	bool already;                    /* it waited before; nothing is new */
	const char *state;               /* "WAITING", "APPROVED"            */
	uint8_t sha256[SHA256_OCTETS];   /* of the bytes that wait           */
	const char *serial;              /* lower-case hex                   */
	unsigned need;                   /* officers                         */
	int64_t not_before, not_after, expires;
	const char **differences;        /* as in struct issuance            */
	size_t n_differences;
	const char **notes;
	size_t n_notes;
	struct arena *arena;
};

/* uid: of whoever asks, or APPROVAL_NO_UID.  A refusal is recorded as by
 * issue_certificate(). */
enum rc_status issue_reserve(struct home *home, const struct entry *entry,
    struct bytes csr_file, const struct issue_options *options, int64_t uid,
    struct reservation **ret, struct error *err) RC_CHECK;
void reservation_free(struct reservation *reserved);     /* takes NULL */
DEFINE_SCOPED(reservation_free, struct reservation *)

/* The home is open for HOME_SIGN. */
enum rc_status issue_resume(struct home *home, struct signer *signer, int64_t request,
    struct issuance **ret, struct error *err) RC_CHECK;
/* What issue_resume() would refuse anyway, told before anybody types a PIN. */
enum rc_status issue_resume_check(struct home *home, int64_t request,
    struct error *err) RC_CHECK;

#endif
