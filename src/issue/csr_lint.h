/*
 * csr_lint.h - the last look at the CA's own request before it is signed.
 *
 * A CertificationRequestInfo (RFC 2986 4.1) read by crypto/der.h, which had no
 * part in writing it: version 0, this subject, this key, one attribute
 * (extensionRequest, RFC 2985 5.4.2), nothing behind.  Rule lint-request.
 */
#ifndef ISSUE_CSR_LINT_H
#define ISSUE_CSR_LINT_H

#include "crypto/pubkey.h"

enum rc_status csr_info_lint(struct bytes info, struct bytes subject,
    const struct pubkey *key, struct error *err) RC_CHECK;

/* The DER Name in a signed request that was read before; empty if it has none. */
struct bytes csr_subject_der(struct bytes csr);

#endif
