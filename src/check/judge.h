/*
 * judge.h - does this certificate satisfy this entry of the plan?
 *
 *      SCOPED(error_free) struct error *findings = error_new();
 *      bool satisfied = judge_entry(entry, &cert, &context, findings);
 *
 *      for (d = error_first(findings); d != NULL; d = d->next)
 *              severity, rule, message, want, have, fix
 *
 * The certificate may be anybody's.  Findings are the diagnoses of an error
 * object, in the order of the certificate's fields; one of severity error makes
 * the answer no, warnings and notes do not.
 *
 *      RULE                    the certificate ...
 *      check-version           is not v3
 *      check-signature-weak    is signed with MD5 or SHA-1
 *      check-signature-pss, check-signature-ed25519
 *                              is signed so, and the product's servers do not accept it
 *      check-expired, check-not-yet-valid
 *      check-validity-days     is valid longer than the role allows (warning)
 *      check-subject           has not the subject's attributes; more: note
 *      check-key-algorithm     has a key that the role does not admit
 *      check-key-weak          has a key that nobody should certify
 *      check-basic-constraints is a CA's where it may not be, or the reverse
 *      check-key-usage         lacks a usage that a key of its kind needs; more: warning
 *      check-eku-missing, check-eku-extra (warning)
 *      check-san-missing, check-san-extra, check-san-order
 *                              by entry->san_order; a name beyond an exact list is an
 *                              error there, and a note where others are allowed; one
 *                              that stands twice is a warning
 *      check-ext-missing       lacks an extension that the role sets itself (warning)
 *      check-ext-critical      has a critical extension that nobody expects (warning)
 *      check-chain             no issuer, a bad signature, an issuer that is no CA,
 *                              not in its validity, or below too short a path
 *      check-revoked           stands, or a CA above it, on a list of its issuer
 *
 * Names compare without case and without a trailing dot.  An extended key usage
 * that is absent allows everything (RFC 5280 4.2.1.12): a warning.
 */
#ifndef CHECK_JUDGE_H
#define CHECK_JUDGE_H

#include "plan/plan.h"
#include "x509/cert.h"
#include "x509/crl_foreign.h"

struct judge_context {
	int64_t now;                     /* seconds since 1970               */
	const struct cert *issuers;      /* who may stand above it, in any order */
	size_t n_issuers;                /* 0: the chain is not judged       */
	const struct foreign_crl *lists; /* of some of them, verified        */
	size_t n_lists;
};

bool judge_entry(const struct entry *entry, const struct cert *cert,
    const struct judge_context *context, struct error *findings);

/*
 * How much the certificate looks as if it were meant for the entry: the planned names that
 * it bears, and one more for the CN.  For whoever must choose which findings to show.
 */
size_t judge_kinship(const struct entry *entry, const struct cert *cert);

/* The chain alone: up to a self-signed certificate or the last that is given. */
bool judge_chain(const struct cert *cert, const struct judge_context *context,
    struct error *findings);

#endif
