/*
 * issuer.h - may these CAs stand above a certificate like this?
 *
 *      TRY(issuer_allows(entry, &ca, chain, n_chain, err));
 *
 * Asked of what was planned, before there is a request or a certificate, so that a
 * certificate that no verifier would accept is never made.  Every fault is told, at
 * the fact or line that put the name there.
 *
 *      RULE             the entry ...                              RFC 5280
 *      issuer-name      has a subject or a name that the name constraints of a CA
 *                       above it do not permit, or exclude         4.2.1.10
 *      issuer-purpose   has a purpose that the extended key usage of a CA above it does
 *                       not have.  RFC 5280 4.2.1.12 leaves it open; Windows, NSS and
 *                       OpenSSL refuse such a chain.  An OCSP responder's purpose is the
 *                       CA's to give (RFC 6960 4.2.2.2).
 *      ca-path-length   is a CA's, and deeper than a CA above allows   4.2.1.9
 */
#ifndef CHECK_ISSUER_H
#define CHECK_ISSUER_H

#include "plan/plan.h"
#include "x509/cert.h"

/* ca: who would sign; chain: who stands above it, in order, the root last. */
enum rc_status issuer_allows(const struct entry *entry, const struct cert *ca,
    const struct cert *chain, size_t n_chain, struct error *err) RC_CHECK;

/* The first of these purposes that this CA's extended key usage does not allow; NULL: it
 * allows all of them, or has none. */
const char *issuer_lacks_purpose(const struct cert *ca, const char *const *oids, size_t n);
/* Its word, or the OID itself. */
const char *purpose_text(const char *oid);

#endif
