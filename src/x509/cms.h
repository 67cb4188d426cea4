/*
 * cms.h - signed statements: CMS SignedData (RFC 5652) by one signer.
 *
 *      content, signer's certificate, time
 *          -> cms_attributes_encode -> the bytes that are linted, journalled, signed
 *          -> cms_encode            -> the message, DER
 *          -> cms_verify            -> who, when, what
 *
 * One form and no other: content type id-data, attached or detached; one signer,
 * named by issuer and serial; his certificate and no other; the signed attributes
 * contentType, signingTime, messageDigest (RFC 5652 section 11) and
 * signing-certificate-v2 (RFC 5035) in the order of a DER SET OF; nothing unsigned.
 * `openssl cms -verify -binary -inform DER` takes it; for its sake no Ed25519, which
 * OpenSSL 3.0 does not verify in CMS.
 *
 * What is signed is DER of the attributes as a SET OF (RFC 5652 5.4), and the
 * content by its digest among them.  signing-certificate-v2 holds the digest of the
 * certificate, so that no octet of the message can change unnoticed:
 * cms_verify() writes what it read once more and compares, before libcrypto judges
 * the signature.
 */
#ifndef X509_CMS_H
#define X509_CMS_H

#include "x509/cert.h"

enum { CMS_MAX = 1 << 20 };              /* octets of a message */

struct cms_terms {
	struct bytes content;
	bool detached;                   /* the message does not hold it     */
	const struct cert *signer;
	enum rc_sigalg algorithm;        /* of the signer's key              */
	int64_t signing_time;            /* seconds since 1970               */
};

/* The bytes to sign, appended. */
void cms_attributes_encode(const struct cms_terms *terms, struct buf *out);

/* Are these the attributes of this statement?  By the strict reader of DER, which had
 * no part in writing them; and by an algorithm that can be verified.  Rule lint-cms. */
enum rc_status cms_attributes_lint(struct bytes attributes, const struct cms_terms *terms,
    struct error *err) RC_CHECK;

/* The message, appended; signature as X.509 carries it. */
void cms_encode(const struct cms_terms *terms, struct bytes attributes,
    struct bytes signature, struct buf *out);

struct cms {
	struct cert signer;
	enum rc_sigalg algorithm;
	int64_t signing_time;
	struct bytes content;            /* the one given, where it is detached */
};

/*
 * content: what a detached message speaks of; NULL: the message holds it.  *ret
 * lives in the arena.  Whether the signer is one to be trusted is not looked at.
 *
 *      cms-malformed   not this form of CMS (INPUT), and what cert_read says
 *      cms-signature   other content, another certificate, no signature by it (NO)
 */
enum rc_status cms_verify(struct bytes der, const struct bytes *content,
    struct arena *arena, struct cms *ret, struct error *err) RC_CHECK;

/*
 * The same for what any tool made (`openssl cms -sign -binary`): strict DER, detached,
 * one signer, whose certificate the message holds, SHA-2.  Other attributes and other
 * certificates may stand in it; they say nothing.  algorithm and signing_time of *ret
 * are not set.
 *
 *      cms-detached    not such a message (INPUT), and what cert_read says
 *      cms-signature   as above
 */
enum rc_status cms_verify_detached(struct bytes der, struct bytes content,
    struct arena *arena, struct cms *ret, struct error *err) RC_CHECK;

/* A file with such a message: DER, or PEM with the label CMS or PKCS7.  cms-detached. */
enum rc_status cms_open(struct bytes file, struct arena *arena, struct bytes *ret,
    struct error *err) RC_CHECK;

#endif
