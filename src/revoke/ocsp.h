/*
 * ocsp.h - what is answered to whoever asks for one certificate.
 *
 *      STATE IN THE LEDGER                ANSWER
 *      DONE                               good
 *      HELD                               revoked, certificateHold
 *      REVOKED                            revoked, with its reason
 *      LOST, SPOILED                      revoked: nobody knows who has it
 *      RESERVED, PENDING, VOID, none      unknown
 *
 * unknown is also what another CA's certificate is.  Answers are signed beforehand, one
 * response for each certificate that has not expired, with the hash that clients use
 * (RFC 5019 2.1.1: SHA-1) or another; or to the file of a request, by the hash and with
 * the nonce of that request, all that it asks for in one response.
 */
#ifndef REVOKE_OCSP_H
#define REVOKE_OCSP_H

#include "issue/responder.h"

struct ocsp_made {
	const struct ocsp_answer *answers;
	size_t n;
	struct bytes der;                /* OCSPResponse                     */
};

struct ocsp_presign {
	const struct bytes *serials;     /* NULL: all that have not expired  */
	size_t n;
	enum ocsp_hash hash;
	const char *requester;           /* for the record, or NULL          */
	/* Each when it is on record; it lives until this returns. */
	enum rc_status (*made)(void *arg, const struct ocsp_made *made, struct error *err);
	void *arg;
};

/* *ret: how many. */
enum rc_status ocsp_presign(struct home *home, struct responder *responder,
    const struct ocsp_presign *terms, size_t *ret, struct error *err) RC_CHECK;

/* request: DER.  *ret lives in the arena.  Rule ocsp-request. */
enum rc_status ocsp_respond(struct home *home, struct responder *responder,
    struct bytes request, const char *requester, struct arena *arena, struct ocsp_made *ret,
    struct error *err) RC_CHECK;

#endif
