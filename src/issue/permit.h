/*
 * permit.h - the right to sign one exact sequence of bytes, once.
 *
 *      permit_make   lint the bytes, journal the intent (flushed)  -> PERMIT
 *      permit_spend  sign those bytes, verify, read back, commit   -> spent
 *      permit_free
 *
 * Private to issue/: nobody else makes, holds or spends one.
 *
 * A permit exists only after its bytes were judged by code that did not write
 * them and stand, with who asked, why, and how the key is kept, in a PENDING row
 * on disk.  permit_spend() is the one place of the program that asks an engine for
 * a signature.  The permit is spent by the call itself, however it ends; a second
 * call is a bug of ours (rule bug) and signs nothing.
 *
 * How it ends:
 *
 *      signed, verified, read back     DONE
 *      the token failed                LOST      sign-failed; possibly signed
 *      wrong signature or read-back    SPOILED   sign-spoiled; the bytes are kept
 *      the row could not be settled    PENDING   until recover makes it LOST
 */
#ifndef ISSUE_PERMIT_H
#define ISSUE_PERMIT_H

#include "issue/home.h"
#include "issue/signer.h"

enum permit_kind { PERMIT_CERTIFICATE, PERMIT_SELF_SIGNED, PERMIT_CSR };

/* What is to be signed, and all that is recorded with it. */
struct permit_draft {
	enum permit_kind kind;
	struct bytes tbs;                /* copied                           */
	struct bytes serial;             /* of the TBS; empty for a CSR      */
	const struct entry *entry;       /* what it must satisfy; NULL for a CSR */
	struct bytes csr;                /* the request behind it, or empty  */
	const char *requester;           /* or NULL                          */
	const struct plan *plan;         /* the entry's, or NULL             */
};

struct permit;

enum rc_status permit_make(struct home *home, struct signer *signer,
    const struct permit_draft *draft, struct permit **ret, struct error *err) RC_CHECK;

/* The signed object (certificate or request), DER, appended. */
enum rc_status permit_spend(struct permit *permit, struct buf *out, int64_t *ret_ledger_id,
    struct error *err) RC_CHECK;

void permit_free(struct permit *permit);         /* takes NULL */
DEFINE_SCOPED(permit_free, struct permit *)

#endif
