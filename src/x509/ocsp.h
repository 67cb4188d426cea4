/*
 * ocsp.h - OCSP (RFC 6960): requests are read, responses written and read again.
 *
 *      ocsp_request_read(file, &request, err);                 what somebody asks
 *      for (rest = request.list; ocsp_request_next(&rest, &id);)
 *              ...
 *      ocsp_data_encode(&parts, &tbs);                         -> ResponseData
 *      ocsp_basic_encode(tbs, algorithm, signature, certificate, &basic)
 *      ocsp_wrap(basic, &response)                             -> OCSPResponse
 *
 * What is signed is the ResponseData; the record keeps the BasicOCSPResponse, which holds
 * it first, as a certificate its TBSCertificate; the world gets the OCSPResponse around
 * it.  The responder is named by its key (4.2.1), times are GeneralizedTime, there is one
 * thisUpdate and nextUpdate for all answers of a response, and no extension but the nonce.
 *
 * A CertID is echoed octet for octet: clients compare it with their own.
 */
#ifndef X509_OCSP_H
#define X509_OCSP_H

#include "x509/cert.h"
#include "x509/crl.h"

enum {
	OCSP_REQUEST_MAX = 64 * 1024,    /* octets                            */
	OCSP_NONCE_MAX = 32,             /* octets: RFC 8954 2.1              */
};

/* What a CertID is made with; OTHER: one that is not known here. */
enum ocsp_hash { OCSP_SHA1, OCSP_SHA256, OCSP_SHA384, OCSP_SHA512, OCSP_HASHES, OCSP_OTHER };

/* "sha256"; false: no such hash. */
bool ocsp_hash_find(const char *word, enum ocsp_hash *ret);

/* Points into the bytes that were read. */
struct ocsp_id {
	struct bytes der;                /* the whole CertID                  */
	enum ocsp_hash hash;
	struct bytes name_hash, key_hash;
	struct bytes serial;             /* without leading zeros             */
};

/* Of a certificate of this issuer, appended. */
void ocsp_id_encode(enum ocsp_hash hash, const struct cert *issuer, struct bytes serial,
    struct buf *out);
/* DER, exactly one.  False: none. */
bool ocsp_id_read(struct bytes der, struct ocsp_id *ret);
/* Does it speak of a certificate by this issuer?  By a hash that is not known: no. */
bool ocsp_id_is_of(const struct ocsp_id *id, const struct cert *issuer);

/* -- requests -------------------------------------------------------------------------- */

struct ocsp_request {
	struct bytes list;               /* for ocsp_request_next()           */
	size_t n;
	struct bytes nonce;              /* the extension's value, an OCTET STRING; empty: none */
};

/*
 * DER, exactly one, version 1; every part is looked at.  Who asks, and a signature of
 * his, are passed over; so are extensions that are not critical, but for the nonce.
 * Rule ocsp-request.
 */
enum rc_status ocsp_request_read(struct bytes der, struct ocsp_request *ret,
    struct error *err) RC_CHECK;
bool ocsp_request_next(struct bytes *list, struct ocsp_id *ret);

/* -- responses ------------------------------------------------------------------------- */

enum ocsp_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };

struct ocsp_answer {
	struct ocsp_id id;               /* to be written: `der` alone        */
	enum ocsp_status status;
	int64_t when;                    /* of REVOKED                        */
	enum crl_reason reason;          /* of REVOKED                        */
	int64_t this_update, next_update;       /* as read                    */
};

struct ocsp_parts {
	struct bytes key_id;             /* SHA-1 of the responder's key      */
	int64_t produced, this_update, next_update;
	const struct ocsp_answer *answers;
	size_t n;
	struct bytes nonce;              /* as a request has it; empty: none  */
};

/* ResponseData, appended. */
void ocsp_data_encode(const struct ocsp_parts *parts, struct buf *out);
/* BasicOCSPResponse, appended.  certificate: the responder's, empty where it is the CA. */
void ocsp_basic_encode(struct bytes data, enum rc_sigalg algorithm, struct bytes signature,
    struct bytes certificate, struct buf *out);
/* OCSPResponse, successful, appended. */
void ocsp_wrap(struct bytes basic, struct buf *out);

/* As it was read; points into the bytes. */
struct ocsp_data {
	struct bytes key_id;
	int64_t produced;
	struct bytes answers;            /* for ocsp_next()                   */
	size_t n;
	struct bytes nonce;
};

/* By the strict reader of DER, in the form above and no other.  Rule ocsp-malformed. */
enum rc_status ocsp_data_read(struct bytes der, struct ocsp_data *ret,
    struct error *err) RC_CHECK;
bool ocsp_next(struct bytes *answers, struct ocsp_answer *ret);

/* A response as libcrypto reads it, which had no part in writing it; in the arena. */
struct ocsp_basic {
	struct bytes data;               /* the ResponseData                  */
	enum rc_sigalg algorithm;
	struct bytes signature;
	struct bytes certificate;        /* empty: none                       */
};
/* OCSPResponse, or the BasicOCSPResponse in it.  Rule ocsp-malformed: also what libcrypto
 * would write otherwise. */
enum rc_status ocsp_read(struct bytes der, struct arena *arena, struct ocsp_basic *ret,
    struct error *err) RC_CHECK;
enum rc_status ocsp_basic_read(struct bytes der, struct arena *arena, struct ocsp_basic *ret,
    struct error *err) RC_CHECK;

#endif
