/*
 * crl_lint.h - the last look at a revocation list before it is signed.
 *
 * As with lint.h: given are the bytes that would be signed, looked at is only what the
 * strict reader, which had no part in writing them, finds in them.
 *
 *      RULE              the list ... (RFC 5280)
 *      crl-malformed     is none (x509/crl.h)
 *      lint-algorithm    is not to be signed as the CA signs             5.1.1.2
 *      lint-issuer       issuer is not the CA's subject, octet for octet  5.1.2.3
 *      lint-aki          names another key than the CA's                  5.2.1
 *      lint-crl-usage    is by a CA whose key usage does not allow cRLSign   6.3.3 (f)
 *      lint-crl-times    ends before it begins, or begins after the CA's certificate
 *                        has ended                                        5.1.2.5
 *      lint-crl-number   its number is not above the last one's           5.2.3
 *      lint-crl-entry    entries not in the order of their serials, a serial twice,
 *                        revoked or invalid later than now, removeFromCRL outside a
 *                        delta                                          5.3
 *      lint-crl-part     is a part and should be whole, or the reverse; its distribution
 *                        points are not those of its certificates; an entry belongs to
 *                        another part                                   5.2.5
 *      lint-crl-scope    is for users alone, for CAs alone or for all, and should not
 *                        be                                             5.2.5
 */
#ifndef CHECK_CRL_LINT_H
#define CHECK_CRL_LINT_H

#include "x509/cert.h"
#include "x509/crl.h"

struct crl_lint_context {
	enum rc_sigalg algorithm;        /* what the CA signs with           */
	const struct cert *issuer;       /* the CA's certificate             */
	struct bytes key_id;             /* its key's                        */
	uint64_t last_number;            /* of the list before; 0: none      */
	uint64_t number;                 /* under which it is recorded       */
	unsigned part, parts;            /* 0: it is whole                   */
	const char *const *points;       /* of the certificates of the part  */
	size_t n_points;
	enum crl_scope scope;            /* as ca.yaml asks for it           */
};

enum rc_status lint_crl(struct bytes tbs, const struct crl_lint_context *context,
    struct error *err) RC_CHECK;

#endif
