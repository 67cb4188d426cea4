/*
 * responder.h - who answers OCSP requests for a CA, and the signing of what is answered.
 *
 *      ocsp:
 *        key: "pkcs11:token=contoso;object=ocsp"      without it, the CA's own key
 *        certificate: ocsp.pem                        by this CA, with OCSPSigning
 *        days: 7                                      how long an answer holds
 *
 *      SCOPED(responder_close) struct responder *r = NULL;
 *
 *      TRY(responder_open(home, ops, &config, &r, err));
 *      TRY(responder_sign(r, &batch, err));
 *
 * What is answered is the business of revoke/: `draft` is called for each response with
 * the writer's lock of the ledger held, and what it yields is linted and recorded as
 * PENDING under the same lock, so that an answer always speaks of exactly the events
 * before it.  Many share one flush, and their signatures, read back, another: RESPONDER_MANY
 * at a time.  `done` is called for each when it is on record.
 *
 *      RULE           when
 *      ocsp-signer    the certificate in ca.yaml may not answer for this CA, does not hold
 *                     now, or is not DONE in its ledger; the CA's own has ended
 */
#ifndef ISSUE_RESPONDER_H
#define ISSUE_RESPONDER_H

#include "issue/home.h"
#include "issue/signer.h"
#include "x509/ocsp.h"

enum { RESPONDER_MANY = 256 };

struct responder;

enum rc_status responder_open(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct responder **ret, struct error *err) RC_CHECK;
void responder_close(struct responder *responder);       /* takes NULL */
DEFINE_SCOPED(responder_close, struct responder *)

/* Who signs: the delegated one's certificate, or the CA's. */
const struct cert *responder_certificate(const struct responder *responder);
/* From when and until when what is signed now holds: not longer than the certificate. */
void responder_times(const struct responder *responder, int64_t *ret_this, int64_t *ret_next);

struct responder_draft {
	const char *entry;               /* "ocsp/0a0b..."                    */
	const struct ocsp_answer *answers;
	size_t n;
	struct bytes nonce;
};

struct responder_batch {
	size_t n;
	/* The i-th; what it yields lives in the arena. */
	enum rc_status (*draft)(void *arg, size_t i, struct arena *arena,
	    struct responder_draft *ret, struct error *err);
	enum rc_status (*done)(void *arg, size_t i, const struct responder_draft *draft,
	    struct bytes response, struct error *err);
	void *arg;
	const char *requester;           /* for the record, or NULL          */
};
enum rc_status responder_sign(struct responder *responder,
    const struct responder_batch *batch, struct error *err) RC_CHECK;

#endif
