/*
 * csr_parts.h - how csr_read() is divided; for the files of csr.h only.
 */
#ifndef CRYPTO_CSR_PARTS_H
#define CRYPTO_CSR_PARTS_H

#include "crypto/csr.h"
#include "crypto/libcrypto.h"

/*
 * RFC 2986 4, template for template as libcrypto has it, but for the key: it stays what was
 * read.  An X509_REQ would decode it, which pubkey_read() has done already and faster.
 * What is signed are the octets that were read (`enc`).
 */
typedef struct {
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *octets;
} CSR_KEY;
typedef struct {
	ASN1_ENCODING enc;
	ASN1_INTEGER *version;
	X509_NAME *subject;
	CSR_KEY *key;
	STACK_OF(X509_ATTRIBUTE) *attributes;
} CSR_INFO;
typedef struct {
	CSR_INFO *info;
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *signature;
} CSR;

/* NULL: it is none, or something stands behind it.  csr_asn1_free() takes NULL. */
CSR *csr_asn1_read(struct bytes der);
void csr_asn1_free(CSR *csr);
DEFINE_SCOPED(csr_asn1_free, CSR *)

/* The algorithm's name into the arena, its rules (csr-weak-signature,
 * csr-signature-algorithm), the note csr-sha1. */
enum rc_status csr_check_algorithm(const CSR *req, struct arena *arena,
    const char **ret_name, struct error *err) RC_CHECK;

/* Does the request's own signature verify under its key?  Rule csr-signature. */
enum rc_status csr_verify(const CSR *req, const struct pubkey *key,
    struct error *err) RC_CHECK;

/* Subject, names and extensions, for reports; what cannot be read is noted. */
void csr_describe(const CSR *req, struct arena *arena, struct csr *csr, struct error *err);

/* The text of a libcrypto object identifier, dotted, in the arena. */
const char *csr_oid_text(const ASN1_OBJECT *oid, struct arena *arena);

#endif
