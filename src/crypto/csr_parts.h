/*
 * csr_parts.h - how csr_read() is divided; for the files of csr.h only.
 */
#ifndef CRYPTO_CSR_PARTS_H
#define CRYPTO_CSR_PARTS_H

#include "crypto/csr.h"
#include "crypto/libcrypto.h"

/* The algorithm's name into the arena, its rules (csr-weak-signature,
 * csr-signature-algorithm), the note csr-sha1. */
enum rc_status csr_check_algorithm(const X509_REQ *req, struct arena *arena,
    const char **ret_name, struct error *err) RC_CHECK;

/* Does the request's own signature verify under its key?  Rule csr-signature. */
enum rc_status csr_verify(X509_REQ *req, const struct pubkey *key,
    struct error *err) RC_CHECK;

/* Subject, names and extensions, for reports; what cannot be read is noted. */
void csr_describe(X509_REQ *req, struct arena *arena, struct csr *csr, struct error *err);

/* The text of a libcrypto object identifier, dotted, in the arena. */
const char *csr_oid_text(const ASN1_OBJECT *oid, struct arena *arena);

#endif
