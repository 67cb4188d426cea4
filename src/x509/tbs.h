/*
 * tbs.h - our own writer of TBSCertificates (RFC 5280 4.1.2).
 *
 *      parts (encoded once) + serial, validity, SPKI (one certificate's)
 *          -> tbs_encode -> the bytes that are linted, journalled and signed
 *          -> signed_wrap -> the certificate
 *
 * The bytes of the SPKI are copied as they are; nothing is decoded here.
 */
#ifndef X509_TBS_H
#define X509_TBS_H

#include <rolecert/engine.h>

#include "base/buf.h"

enum { SERIAL_OCTETS = 20 };      /* RFC 5280 4.1.2.2: at most 20, positive */

struct tbs_parts {
	enum rc_sigalg algorithm;
	struct bytes issuer;             /* DER Name                          */
	struct bytes subject;            /* DER Name                          */
	struct bytes spki;               /* DER SubjectPublicKeyInfo          */
	struct bytes serial;             /* big-endian, top bit 0, not zero   */
	int64_t not_before, not_after;   /* seconds since 1970, both included */
	struct bytes extensions;         /* Extension SEQUENCEs one after the other */
};

/* Version 3.  Appended. */
void tbs_encode(const struct tbs_parts *parts, struct buf *out);

/* PKCS#10 CertificationRequestInfo (RFC 2986) with an extensionRequest. */
void csr_info_encode(struct bytes subject, struct bytes spki, struct bytes extensions,
    struct buf *out);

/* SEQUENCE { tbs, AlgorithmIdentifier, BIT STRING signature }: a certificate, a
 * CSR, a CRL.  Appended. */
void signed_wrap(struct bytes tbs, enum rc_sigalg algorithm, struct bytes signature,
    struct buf *out);

/* DER AlgorithmIdentifier.  Appended. */
void sigalg_encode(enum rc_sigalg algorithm, struct buf *out);
/* The one with exactly this AlgorithmIdentifier, or RC_SIG_NONE. */
enum rc_sigalg sigalg_find(struct bytes identifier);
const char *sigalg_word(enum rc_sigalg algorithm);       /* "ecdsa-with-SHA256" */

/* RFC 5280 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050.  Appended. */
void time_encode(int64_t seconds, struct buf *out);
/* GeneralizedTime whatever the year, as OCSP has it.  Appended. */
void general_time_encode(int64_t seconds, struct buf *out);

#endif
