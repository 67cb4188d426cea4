/*
 * crl.h - certificate revocation lists (RFC 5280 section 5), written and read as a
 * stream: a list of a million entries is one pass over its bytes.
 *
 *      crl_begin(&w, &parts, &tbs);
 *      crl_add(&w, &entry);                                    as often as needed
 *      crl_end(&w);                                            -> TBSCertList
 *      signed_wrap(tbs, ...)                                   -> the CRL (tbs.h)
 *
 *      crl_read(der, &crl, err);
 *      for (entries = crl.entries; crl_next(&entries, &entry);)
 *              ...
 *
 * Version 2.  Extensions of the list: authorityKeyIdentifier and cRLNumber, of a
 * delta deltaCRLIndicator (critical), of a part, or of a list for users or CAs alone,
 * issuingDistributionPoint (critical).
 * Of an entry: reasonCode, but for unspecified, which SHOULD be absent (5.3.1), and
 * invalidityDate (5.3.2) where one is known.
 */
#ifndef X509_CRL_H
#define X509_CRL_H

#include <rolecert/engine.h>

#include "base/error.h"

/* Of the extensions, below id-ce. */
#define CRL_OID_KEY_ID "2.5.29.35"
#define CRL_OID_NUMBER "2.5.29.20"
#define CRL_OID_DELTA  "2.5.29.27"
#define CRL_OID_POINT  "2.5.29.28"

/* CRLReason, 5.3.1; 7 is not used. */
enum crl_reason {
	CRL_UNSPECIFIED, CRL_KEY_COMPROMISE, CRL_CA_COMPROMISE, CRL_AFFILIATION_CHANGED,
	CRL_SUPERSEDED, CRL_CESSATION_OF_OPERATION, CRL_CERTIFICATE_HOLD,
	CRL_REMOVE_FROM_CRL = 8, CRL_PRIVILEGE_WITHDRAWN, CRL_AA_COMPROMISE,
	CRL_REASONS
};

/* "keyCompromise"; NULL: no such reason. */
const char *crl_reason_word(enum crl_reason reason);
bool crl_reason_find(const char *word, enum crl_reason *ret);

/* Which certificates a list speaks of (issuingDistributionPoint, 5.2.5). */
enum crl_scope { CRL_SCOPE_ALL, CRL_SCOPE_USERS, CRL_SCOPE_CAS, CRL_SCOPES };
const char *crl_scope_word(enum crl_scope scope);        /* "all", "users", "cas" */

struct crl_entry {
	struct bytes serial;             /* read: without leading zeros       */
	int64_t when;
	enum crl_reason reason;
	int64_t invalid;                 /* since then, by invalidityDate; 0: not said */
};

struct crl_parts {
	enum rc_sigalg algorithm;
	struct bytes issuer;             /* DER Name                          */
	int64_t this_update, next_update;       /* seconds since 1970          */
	struct bytes key_id;             /* authorityKeyIdentifier            */
	struct bytes number;             /* big-endian, at most 20 octets     */
	struct bytes base;               /* of a delta: the number of its base; else empty */
	const char *const *points;       /* issuingDistributionPoint: URIs    */
	size_t n_points;                 /* 0: the list is whole              */
	enum crl_scope scope;
};

struct crl_writer {
	const struct crl_parts *parts;
	struct buf *out;
	size_t begin, entries;           /* where they begin in *out          */
	int64_t when;                    /* of the last entry                 */
	uint8_t time[17];                /* the same, encoded                 */
	size_t time_n;                   /* 0: there was none                 */
};

/* Appends to *out, which nobody else writes to until crl_end(). */
void crl_begin(struct crl_writer *w, const struct crl_parts *parts, struct buf *out);
void crl_add(struct crl_writer *w, const struct crl_entry *entry);
void crl_end(struct crl_writer *w);

/*
 * The part that a certificate stands in, of lists in so many parts: 1 to `parts`, by its
 * serial as a number.
 */
unsigned crl_part_of(struct bytes serial, unsigned parts);

/* -- reading ------------------------------------------------------------------------- */

/* Points into the bytes that were read. */
struct crl {
	struct bytes tbs;
	enum rc_sigalg algorithm;        /* RC_SIG_NONE: another one          */
	struct bytes signature;          /* empty: a TBSCertList alone        */
	struct bytes issuer;             /* DER Name                          */
	int64_t this_update, next_update;
	struct bytes entries;            /* for crl_next()                    */
	struct bytes key_id, number;     /* empty: none                       */
	bool is_delta, is_part;
	enum crl_scope scope;
	struct bytes base;               /* of a delta                        */
	struct bytes points;             /* of a part: its URIs, for crl_point_next() */
};

/*
 * DER, exactly one, in the form that crl_end() and signed_wrap() write: other
 * extensions and entry extensions than those above are refused.  Every entry is looked at.
 * Rule crl-malformed.
 */
enum rc_status crl_read(struct bytes der, struct crl *ret, struct error *err) RC_CHECK;
/* A TBSCertList that nobody has signed yet. */
enum rc_status crl_read_tbs(struct bytes tbs, struct crl *ret, struct error *err) RC_CHECK;
/* False: no more, or what stands there is none. */
bool crl_next(struct bytes *entries, struct crl_entry *ret);
bool crl_point_next(struct bytes *points, struct bytes *ret_uri);

#endif
