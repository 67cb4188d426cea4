/*
 * plan.h - program + topology -> the certificates that a deployment needs.
 *
 * An entry is one certificate: everything about it that comes from role and
 * topology and nothing that comes from a key, a CA, a clock or a file name.  Its
 * digest is therefore the same wherever it is planned.
 *
 * Entries stand in the order of the topology: pool by pool, within a pool role by
 * role (alphabetically), within a role server by server; those of the whole
 * topology stand last.
 *
 * A plan is immutable and owns all that its entries point to.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "base/arena.h"
#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/key_algorithm.h"
#include "x509/dn.h"
#include "x509/ext/ext.h"
#include "x509/san_order.h"

struct topology;
struct program;

/* Why a name is there: the text of the role and, if it has one, of the topology. */
struct provenance {
	const char *because;             /* the role's own words, or NULL    */
	struct place rule;               /* where the role says so           */
	struct place fact;               /* where the topology says it, or NOWHERE */
};

/* An extension that the entry asks for; `value` is set where it comes from the entry. */
struct entry_ext {
	enum ext_id id;
	bool critical;
	enum ext_source from;
	struct ext_value value;          /* from == EXT_FROM_ENTRY, but for key usage */
};
const char *entry_ext_oid(const struct entry_ext *ext);
const char *entry_ext_name(const struct entry_ext *ext);         /* or its OID */

struct entry {
	const char *id;                  /* ROLE/POOL, ROLE/POOL/SERVER or ROLE */
	const char *role, *title;
	const char *pool, *server;       /* NULL where there is none          */
	struct dn subject;
	struct provenance subject_why;   /* of its CN                          */
	struct general_name *san;
	struct provenance *why;          /* of each SAN name, same order      */
	size_t n_san;
	enum san_order san_order;
	const char **eku;                /* dotted OIDs                       */
	struct provenance *eku_why;      /* because: the condition that holds  */
	size_t n_eku;
	unsigned key_usage_rsa, key_usage_ec;    /* enum key_usage            */
	struct entry_ext *exts;          /* in the order of emission          */
	size_t n_exts;
	struct place *ext_lines;         /* lines of the role that are in exts, for coverage */
	size_t n_ext_lines;
	unsigned key_algorithms;         /* enum key_algorithm                */
	/* Signatures that the product's servers do not accept: why, or NULL. */
	const char *forbid_pss, *forbid_ed25519;
	bool exportable, shared;
	unsigned validity_days;
	unsigned renew_before_days;      /* 0: the role does not say; entry_renew_from() */
	struct provenance validity_why;
	const char **assign;             /* certificate types of the product  */
	struct provenance *assign_why;
	size_t n_assign;
	uint8_t digest[32];              /* SHA-256, see docs/design/plan.md  */
	uint8_t profile_digest[32];      /* of the compiled role              */
	const char *role_file;           /* where the role was read from      */
	struct bytes canonical;          /* not of a plan: what stands for the lines below */
};

/* What `digest` is the digest of, appended; docs/design/plan.md. */
void entry_put_canonical(const struct entry *entry, struct buf *out);

/* A text that the plan was made of. */
struct plan_text {
	const struct source *source;
	struct digested digested;
};

/*
 * From when on a certificate of this entry with this validity is due for renewal, in
 * seconds: the role's renew_before_days before its end, else thirty.  Of a certificate
 * that is shorter than three times that, for instance because its CA ends, the last third.
 */
int64_t entry_renew_from(const struct entry *entry, int64_t not_before, int64_t not_after);
/* How many whole days before its end that is, for one of the entry's full validity. */
unsigned entry_renewal_days(const struct entry *entry);

struct plan_note {
	bool warning;
	const char *rule;                /* rule id                           */
	const char *entry;               /* id of the entry, or NULL          */
	const char *message;
	struct place at;
};

struct plan {
	const char *topology, *product;
	uint8_t digest[32];              /* over the entries' digests         */
	struct entry *entries;
	size_t n_entries;
	const struct entry **by_id;      /* the same in the order of their ids; NULL: not made */
	struct plan_note *notes;
	size_t n_notes;
	const struct program *program;   /* that it was made of; NULL: of a CA itself */
	const struct topology *deployment;       /* the same                  */
	struct plan_text *texts;         /* topology, products, roles; each once */
	size_t n_texts;
	struct arena *arena;
};

/* Rules: those of x509/dn.h and general_name.h, wildcard-parent, plan-empty-subject,
 * plan-unknown-target.  The program and topology outlive the plan. */
enum rc_status plan_make(const struct program *program, const struct topology *topology,
    struct plan **ret, struct error *err) RC_CHECK;
void plan_free(struct plan *plan);
DEFINE_SCOPED(plan_free, struct plan *)

/* By id, letters compared without case; NULL: none. */
const struct entry *plan_find(const struct plan *plan, const char *id);
/* The id nearest to this one, for "did you mean", or NULL. */
const char *plan_nearest(const struct plan *plan, const char *id);

/* What the entry asks of a certificate for a key of this kind: each Extension of
 * the entry in order, with SKI, AKI, CDP and AIA from what is given. */
struct entry_ca_facts {
	struct bytes spki;               /* of the subject's key              */
	struct bytes subject_key_id;     /* pubkey_key_id() of it             */
	bool key_is_ec;
	struct bytes issuer_key_id;      /* the CA's subjectKeyIdentifier     */
	const char **cdp; size_t n_cdp;
	const char **ocsp; size_t n_ocsp;
	const char **ca_issuers; size_t n_ca_issuers;
};
void entry_extensions(const struct entry *entry, const struct entry_ca_facts *facts,
    struct buf *out);

#endif
