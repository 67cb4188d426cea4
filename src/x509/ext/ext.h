/*
 * ext.h - the certificate extensions, one record and one file each.
 *
 * A record encodes an extension's value, decodes it again and judges what it
 * decoded.  decode(encode(x)) == x holds for every record (one generic test).
 * `lint` is given what was read from the bytes, never the intent, so that it
 * cannot share the writer's mistake.
 *
 * The order of ext_all is the order of emission (product document, section 6):
 * basic constraints, key usage, extended key usage, SAN, SKI, AKI, policies,
 * CRL distribution points, authority information access.
 */
#ifndef X509_EXT_EXT_H
#define X509_EXT_EXT_H

#include "base/arena.h"
#include "base/error.h"
#include "x509/general_name.h"

enum ext_id {
	EXT_BASIC_CONSTRAINTS, EXT_KEY_USAGE, EXT_EXTENDED_KEY_USAGE,
	EXT_SUBJECT_ALT_NAME, EXT_SUBJECT_KEY_IDENTIFIER, EXT_AUTHORITY_KEY_IDENTIFIER,
	EXT_CERTIFICATE_POLICIES, EXT_CRL_DISTRIBUTION_POINTS, EXT_AUTHORITY_INFO_ACCESS,
	EXT_COUNT
};

/* Who decides an extension's bytes: the role, the subject's key, the CA. */
enum ext_source { EXT_FROM_ENTRY, EXT_FROM_KEY, EXT_FROM_CA };

/* Bits of keyUsage as RFC 5280 4.2.1.3 numbers them: digitalSignature is bit 0. */
enum key_usage {
	KU_DIGITAL_SIGNATURE = 1 << 0, KU_NON_REPUDIATION = 1 << 1,
	KU_KEY_ENCIPHERMENT = 1 << 2, KU_DATA_ENCIPHERMENT = 1 << 3,
	KU_KEY_AGREEMENT = 1 << 4, KU_KEY_CERT_SIGN = 1 << 5,
	KU_CRL_SIGN = 1 << 6, KU_ENCIPHER_ONLY = 1 << 7, KU_DECIPHER_ONLY = 1 << 8,
};
enum { KU_BITS = 9 };
const char *key_usage_word(unsigned bit);                /* bit number 0 to 8 */
unsigned key_usage_find(const char *word);               /* the mask; 0: none */

/* Words for extended key usages ("serverAuth") and their dotted OIDs. */
const char *eku_word(const char *oid);                   /* NULL: no word     */
const char *eku_oid(const char *word);                   /* NULL: no OID; a dotted OID is its own */

struct policy {
	const char *oid;                 /* dotted                           */
	const char *cps;                 /* URI of the practice statement, or NULL */
};

/* The value of one extension, decoded; which member counts says `id`. */
struct ext_value {
	enum ext_id id;
	bool critical;
	union {
		struct { bool ca; int path_len; } basic;         /* path_len -1: none */
		unsigned key_usage;                              /* enum key_usage    */
		struct { const char **v; size_t n; } oids;       /* EKU, dotted       */
		struct { struct general_name *v; size_t n; } names;  /* SAN           */
		struct bytes key_id;                             /* SKI, AKI          */
		struct { struct policy *v; size_t n; } policies;
		struct { const char **v; size_t n; } uris;       /* CDP               */
		struct { const char **ocsp; size_t n_ocsp;
		         const char **issuers; size_t n_issuers; } aia;
	} u;
};

/* What a lint may know beside the extension itself. */
struct ext_lint_context {
	bool is_ca;                      /* of the certificate in hand       */
	bool subject_empty;
	bool key_is_ec;                  /* Ed25519 too: a key that only signs */
	bool self_issued;
};

struct ext_class {
	enum ext_id id;
	const char *word;                /* "extended_key_usage"             */
	const char *name;                /* "extendedKeyUsage"               */
	const char *oid;                 /* "2.5.29.37"                      */
	const char *section;             /* "RFC 5280 4.2.1.12"              */
	enum ext_source from;

	/* The extension's value (the content of extnValue), appended. */
	void (*encode)(const struct ext_value *value, struct buf *out);
	/* Strict DER; rule ext-malformed.  What it yields lives in the arena. */
	enum rc_status (*decode)(struct bytes der, struct arena *arena,
	    struct ext_value *ret, struct error *err);
	/* Adds every fault it finds to err. */
	void (*lint)(const struct ext_value *seen, const struct ext_lint_context *context,
	    struct error *err);
	bool (*equal)(const struct ext_value *a, const struct ext_value *b);
};

extern const struct ext_class *const ext_all[EXT_COUNT];
const struct ext_class *ext_by_oid(const char *oid);     /* NULL: not known  */
const struct ext_class *ext_by_word(const char *word);

/* One Extension SEQUENCE (OID, critical, OCTET STRING), appended. */
void ext_put(const struct ext_value *value, struct buf *out);
void ext_put_raw(const char *oid, bool critical, struct bytes der, struct buf *out);

#endif
