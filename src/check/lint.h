/*
 * lint.h - the last look at a certificate before it is signed.
 *
 * Given are the bytes that would be signed and what they were to be; looked at is
 * only what libcrypto, which had no part in writing them, reads in the bytes.
 * Every fault is told, not the first.  One that is found here is a fault of a role
 * or of rolecert, and the bytes are never signed.
 *
 *      RULE                  the certificate ... (RFC 5280 unless said)
 *      cert-..., ext-...     does not read back (x509/cert.h, x509/ext/)
 *      lint-canonical        reads back, but is written otherwise than DER writes it
 *      lint-version          is not v3                            4.1.2.1
 *      lint-serial           serial not positive, over 20 octets  4.1.2.2
 *      lint-algorithm        is not to be signed as the CA signs  4.1.1.2
 *      lint-pss, lint-ed25519  is to be signed so, and its servers do not accept it
 *      lint-issuer           issuer is not the CA's subject, octet for octet  4.1.2.4
 *      lint-validity         ends before it begins, or is outside the CA's    4.1.2.5
 *      lint-subject          CA without a subject; an attribute beyond its bounds  4.1.2.6, A.1;
 *                            written otherwise than ours are (dn.h)
 *      lint-key              holds another key than the request's
 *      lint-ext-order        extensions not in the order of emission
 *      lint-ext-unknown      an extension that rolecert cannot judge, and that is not,
 *                            octet for octet, the entry's
 *      lint-ext-octets       the role's octets are those of an extension of lists, of what
 *                            no role can know, or flagged as that extension never is
 *      no-rev-avail          CRL or OCSP places beside noRevAvail     RFC 9608
 *      lint-ext-missing      lacks SKI, or AKI, or SAN where the subject is empty
 *      lint-path             CA below a CA that may have none     4.2.1.9; by a CA that may
 *                            sign no certificates                 4.2.1.3
 *      lint-constraints      names that the CA may not certify    4.2.1.10
 *      lint-policies         policies that the CA has not, or inhibits  6.1.3 (d)
 *      policy-mappings       maps policies that it does not have  4.2.1.5
 *      issuer-purpose        a purpose that the CA's own certificate has not (issuer.h)
 *      lint-key-usage        key agreement for an RSA or Ed25519 key  RFC 3279, RFC 8410
 *      lint-purpose          a purpose that no usage serves       4.2.1.12, RFC 3161
 *      lint-ocsp-nocheck     ocspNoCheck, and no OCSP responder   RFC 6960 4.2.2.2.1
 *      lint-ski, lint-aki    key ids are not those of the keys    4.2.1.1, 4.2.1.2
 *      and those of the extensions' own lints
 */
#ifndef CHECK_LINT_H
#define CHECK_LINT_H

#include "crypto/pubkey.h"
#include "plan/plan.h"
#include "x509/cert.h"

struct lint_context {
	enum rc_sigalg algorithm;        /* what the CA signs with            */
	const struct cert *issuer;       /* the CA's certificate; NULL: it signs itself */
	const struct pubkey *key;        /* the subject's                     */
	struct bytes serial;             /* under which it is recorded; empty: not at all */
	const struct entry *entry;       /* what was planned, or NULL: nothing that not
	                                  * every certificate may hold          */
};

/* All of class POLICY but the rules of reading.  err holds nothing of others. */
enum rc_status lint_certificate(struct bytes tbs, const struct lint_context *context,
    struct error *err) RC_CHECK;
/* The same, and what was read of the bytes is kept: *ret lives in the arena. */
enum rc_status lint_reading(struct bytes tbs, const struct lint_context *context,
    struct arena *arena, struct cert *ret, struct error *err) RC_CHECK;

#endif
