/*
 * ext.h - the certificate extensions, one record and one file each.
 *
 * A record encodes an extension's value, decodes it again and judges what it
 * decoded.  decode(encode(x)) == x holds for every record (one generic test).
 * `lint` is given what was read from the bytes, never the intent, so that it
 * cannot share the writer's mistake.
 *
 * The order of ext_all is the order of emission (product document, section 6):
 * basic constraints, key usage, extended key usage, SAN, SKI, AKI, policies, name
 * constraints, CRL distribution points, authority information access; those behind
 * them stand in the order of the role.
 *
 * A record with a shape is one that a role sets by a key of the record's word:
 *
 *      shape_check(record->shape, the role's text)        when the role is compiled
 *      shape_check(record->shape, the plain data)         when it is planned
 *      record->compile(the plain data, ..., &value)       which cannot fail then
 */
#ifndef X509_EXT_EXT_H
#define X509_EXT_EXT_H

#include "base/arena.h"
#include "base/error.h"
#include "x509/general_name.h"

struct node;
struct shape;

enum ext_id {
	EXT_BASIC_CONSTRAINTS, EXT_KEY_USAGE, EXT_EXTENDED_KEY_USAGE,
	EXT_SUBJECT_ALT_NAME, EXT_SUBJECT_KEY_IDENTIFIER, EXT_AUTHORITY_KEY_IDENTIFIER,
	EXT_CERTIFICATE_POLICIES, EXT_NAME_CONSTRAINTS, EXT_CRL_DISTRIBUTION_POINTS,
	EXT_AUTHORITY_INFO_ACCESS,
	EXT_POLICY_MAPPINGS, EXT_POLICY_CONSTRAINTS, EXT_INHIBIT_ANY_POLICY, EXT_FRESHEST_CRL,
	EXT_SUBJECT_INFO_ACCESS, EXT_PRIVATE_KEY_USAGE_PERIOD, EXT_TLS_FEATURE,
	EXT_NO_REV_AVAIL, EXT_OCSP_NOCHECK, EXT_MS_TEMPLATE, EXT_MS_TEMPLATE_NAME,
	EXT_MS_APPLICATION_POLICIES, EXT_MS_SID,
	EXT_COUNT,
	EXT_OTHER = EXT_COUNT            /* no record: an OID and its octets (other.h) */
};
enum { EXT_PLACED = EXT_AUTHORITY_INFO_ACCESS + 1 };     /* have a place of their own */

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
bool eku_is_any(const char *oid);        /* every purpose, here or as application policy */

struct policy {
	const char *oid;                 /* dotted                           */
	const char *cps;                 /* URI of the practice statement, or NULL */
	const char *notice;              /* the text of a user notice, or NULL */
};
struct policy_mapping { const char *issuer, *subject; };         /* dotted */
struct access_place { const char *method, *uri; };                     /* dotted; URI */

/* The value of one extension, decoded; which member counts says `id`. */
struct ext_value {
	enum ext_id id;
	bool critical;
	union {
		struct { bool ca; int path_len; } basic;         /* path_len -1: none */
		unsigned key_usage;                              /* enum key_usage    */
		struct { const char **v; size_t n; } oids;       /* EKU and the like, dotted */
		struct { struct general_name *v; size_t n; } names;  /* SAN           */
		struct bytes key_id;                             /* SKI, AKI          */
		struct { struct policy *v; size_t n; } policies;
		struct { const char **v; size_t n; } uris;       /* CDP, freshest CRL */
		struct { const char **ocsp; size_t n_ocsp;
		         const char **issuers; size_t n_issuers; } aia;
		struct { struct general_name *permitted; size_t n_permitted;
		         struct general_name *excluded; size_t n_excluded; } constraints;
		struct { struct policy_mapping *v; size_t n; } mappings;
		struct { int64_t require, inhibit; } policy_constraints;  /* -1: none */
		int64_t number;                                  /* inhibitAnyPolicy  */
		struct { struct access_place *v; size_t n; } access;   /* SIA               */
		struct { const char *not_before, *not_after; } period;   /* "20260101000000Z" */
		struct { unsigned *v; size_t n; } features;      /* TLS extensions    */
		struct { const char *oid; int64_t major, minor; } template;  /* -1: none */
		const char *text;                                /* template name, SID */
		struct { const char *oid; struct bytes der; } other;
	} u;
};

/* What a lint may know beside the extension itself. */
struct ext_lint_context {
	bool is_ca;                      /* of the certificate in hand       */
	bool subject_empty;
	bool key_is_ec;                  /* Ed25519 too: a key that only signs */
	bool self_issued;
	bool any_usage_planned;          /* the role says anyExtendedKeyUsage by name */
};

struct ext_class {
	enum ext_id id;
	const char *word;                /* "extended_key_usage"             */
	const char *name;                /* "extendedKeyUsage"               */
	const char *oid;                 /* "2.5.29.37"                      */
	const char *section;             /* "RFC 5280 4.2.1.12"              */
	enum ext_source from;
	bool critical;                   /* as a role's key of it is written  */
	bool ca_only;                    /* means nothing in a leaf           */
	const struct shape *shape;       /* NULL: no key of a role of its own */
	/* From what fits the shape; u of *ret is set, its texts are the node's. */
	void (*compile)(const struct node *node, struct arena *arena, struct ext_value *ret);

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

/* The same for every value, also those without a record. */
const char *ext_oid(const struct ext_value *value);
const char *ext_name(const struct ext_value *value);     /* its OID where it has no name */
void ext_encode(const struct ext_value *value, struct buf *out);

/* One Extension SEQUENCE (OID, critical, OCTET STRING), appended. */
void ext_put(const struct ext_value *value, struct buf *out);
void ext_put_raw(const char *oid, bool critical, struct bytes der, struct buf *out);

#endif
