/*
 * permit.h - the right to sign one exact sequence of bytes, once.
 *
 *      permit_make   lint the bytes, journal the intent (flushed)  -> PERMIT
 *      permit_spend  sign those bytes, verify, read back, commit   -> spent
 *      permit_free
 *
 * For many at once the same in its steps:
 *
 *      STEP            does                                  BY
 *      permit_judge    lints the bytes                       any thread
 *      permit_write    journals the intent of each; one      the ledger's thread
 *                      flush for all, and all are on disk
 *      permit_sign     signs those bytes                     the signer's thread
 *      permit_check    verifies, reads back                  any thread
 *      permit_write    commit, or what went wrong; one       the ledger's thread
 *                      flush for all
 *
 * A permit is with one thread at a time; whoever hands it on synchronises.
 *
 * Private to issue/: nobody else makes, holds or spends one.
 *
 * A permit exists only after its bytes were judged by code that did not write
 * them; it can be signed only when they stand, with who asked, why, and how the key is
 * kept, in a PENDING row on disk.  permit_sign() is the one place of the program that
 * asks an engine for a signature of the CA key.  The permit is spent by the call itself,
 * however it ends; a second call is a bug of ours (rule bug) and signs nothing.
 *
 * How it ends:
 *
 *      signed, verified, read back     DONE
 *      the token failed                LOST      the engine's error; possibly signed
 *      wrong signature or read-back    SPOILED   sign-spoiled; the bytes are kept
 *      the row could not be settled    PENDING   until recover makes it LOST
 */
#ifndef ISSUE_PERMIT_H
#define ISSUE_PERMIT_H

#include "check/crl_lint.h"
#include "check/ocsp_lint.h"
#include "issue/home.h"
#include "issue/signer_key.h"
#include "ledger/request.h"
#include "x509/cms.h"

/* Who signs.  It and what it points to outlive the permit. */
struct permit_issuer {
	struct ledger *ledger;
	struct signer *signer;           /* NULL: several, each named to permit_sign() */
	const char *custody;             /* as all of those describe it; NULL: `signer` does */
	const struct pubkey *key;        /* what signatures must verify with */
	enum rc_sigalg algorithm;
	const struct cert *certificate;  /* NULL: it signs itself            */
};

/* What is to be signed, and all that is recorded with it. */
struct permit_draft {
	enum ledger_kind kind;           /* LEDGER_CERTIFICATE, _SELF_SIGNED, _CSR,
	                                  * _TRANSCRIPT, _CHECKPOINT, _CRL, _OCSP */
	struct bytes tbs;                /* copied                           */
	struct bytes serial;             /* of the TBS; empty for a CSR; copied */
	const struct pubkey *key;        /* the subject's; lives on          */
	struct bytes subject;            /* DER Name                         */
	int64_t not_before, not_after;   /* in the TBS; 0 for a CSR          */
	const struct entry *entry;       /* what it must satisfy; lives on; NULL for a CSR */
	struct bytes csr;                /* the request behind it, or empty; copied */
	const char *requester;           /* or NULL                          */
	const struct plan *plan;         /* the entry's, or NULL             */
	struct arena *arena;             /* of a certificate: keeps what is read of it;
	                                  * outlives the permit and the result */
	/* Of a transcript or checkpoint: what the attributes in `tbs` speak of
	 * (x509/cms.h); it and what it points to live on.  `key` is the signer's, the
	 * entry's canonical text is the content, for the record. */
	const struct cms_terms *statement;
	/* Of a CRL: what its bytes are held to; lives on.  `key` is the CA's. */
	const struct crl_lint_context *list;
	/* Of an OCSP response: the same.  `key` is the responder's, the record keeps the
	 * BasicOCSPResponse. */
	const struct ocsp_lint_context *answers;
	/* Of what waited for officers: the approved request that is spent with it, and the row
	 * where it stands RESERVED. */
	int64_t request, reserved;
};

struct permit;

enum rc_status permit_make(const struct permit_issuer *issuer,
    const struct permit_draft *draft, struct permit **ret, struct error *err) RC_CHECK;

/* What was signed, read back; all of it in the arena that was given. */
struct permit_result {
	struct bytes der;                /* of a statement: the CMS message; of answers:
	                                  * the OCSPResponse                 */
	struct cert certificate;         /* empty for what is none           */
};
enum rc_status permit_spend(struct permit *permit, struct arena *arena,
    struct permit_result *ret, struct error *err) RC_CHECK;

/* -- in steps ------------------------------------------------------------------- */

enum rc_status permit_judge(const struct permit_issuer *issuer,
    const struct permit_draft *draft, struct permit **ret, struct error *err) RC_CHECK;

/* What is due in the ledger: of a permit its intent, or how it ended; without a permit
 * this refusal. */
struct permit_entry {
	struct permit *permit;
	const struct ledger_refusal *refusal;
	/* Asked first, under the writer's lock: may it still be?  NULL: it may. */
	enum rc_status (*admit)(void *arg, struct error *err);
	void *admit_arg;
	struct error *err;               /* of this one                       */
	enum rc_status status;           /* filled                            */
};
/*
 * All of them under one flush.  One that fails is left out alone.  RC_OK: all others are
 * on disk.  Else nothing is known to be, and nothing more can be written; err says why,
 * and what is in the entries does not count.
 */
enum rc_status permit_write(struct ledger *ledger, struct permit_entry *entries, size_t n,
    struct error *err) RC_CHECK;

/* Instead of an intent: what was judged is RESERVED, with a request that waits for officers
 * (*ret), and this permit is never signed.  The issuer needs no signer. */
enum rc_status permit_reserve(struct permit *permit, const struct ledger_ask *ask,
    int64_t *ret, struct error *err) RC_CHECK;

/* With this signer's key.  On failure the permit ends as LOST. */
enum rc_status permit_sign(struct permit *permit, struct signer *signer,
    struct error *err) RC_CHECK;
/* On failure the permit ends as SPOILED. */
enum rc_status permit_check(struct permit *permit, struct arena *arena,
    struct permit_result *ret, struct error *err) RC_CHECK;

/* Of the PENDING row. */
int64_t permit_ledger_id(const struct permit *permit);
void permit_free(struct permit *permit);         /* takes NULL */
DEFINE_SCOPED(permit_free, struct permit *)

#endif
