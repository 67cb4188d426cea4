/*
 * ocsp_lint.h - the last look at an OCSP response before it is signed.
 *
 * As with crl_lint.h: given is the ResponseData that would be signed, looked at is only
 * what the strict reader, which had no part in writing it, finds in it.
 *
 *      RULE                 the response ... (RFC 6960)
 *      ocsp-malformed       is none (x509/ocsp.h)
 *      lint-ocsp-responder  names another key than that which will sign       4.2.1
 *      lint-ocsp-times      an answer ends before it begins, is produced outside of that,
 *                           or holds longer than the responder's certificate  4.2.2.1
 *      lint-ocsp-answer     answers something else than was asked, or otherwise than is
 *                           recorded; good or revoked of another CA's certificate;
 *                           revoked later than now, or for a reason that is none
 *      lint-ocsp-nonce      another nonce than that of the request (RFC 8954)
 */
#ifndef CHECK_OCSP_LINT_H
#define CHECK_OCSP_LINT_H

#include "x509/ocsp.h"

struct ocsp_lint_context {
	const struct cert *issuer;       /* whose certificates are spoken of  */
	const struct cert *responder;    /* the same, or the delegated one    */
	struct bytes key_id;             /* SHA-1 of the responder's key      */
	const struct ocsp_answer *answers;      /* what is asked and recorded */
	size_t n;
	struct bytes nonce;              /* of the request; empty: none       */
};

enum rc_status lint_ocsp(struct bytes data, const struct ocsp_lint_context *context,
    struct error *err) RC_CHECK;

#endif
