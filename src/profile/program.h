/*
 * program.h - role definitions after the compiler: typed, checked, flattened.
 *
 *      files -> catalog (which products and roles there are, each text read once)
 *            -> program (the roles of one product, compiled; each with a digest)
 *
 * A role is checked against its product's types before any topology is seen; what
 * is left to happen at planning is only that a fact is absent.
 *
 * Inheritance is single: `extends: base/tls-server` or `extends: front-end` (in
 * the same folder) or `extends: lync-2013/front-end`.  A key that an ancestor has
 * set is set again only under `override:`, a list is added to under `append:`.
 * choices, parameters and define grow by new names without either word.
 */
#ifndef PROFILE_PROGRAM_H
#define PROFILE_PROGRAM_H

#include "crypto/key_algorithm.h"
#include "profile/data.h"
#include "profile/expr.h"
#include "topology/topology.h"
#include "x509/ext/ext.h"
#include "x509/ext/shape.h"
#include "x509/san_order.h"

/* A file under a profiles folder.  Places are searched in their order: what an
 * earlier one holds hides the same product or role of a later one. */
struct profile_file {
	const char *name;                /* as the user calls it: "profiles/p/edge.yaml" */
	const char *folder, *stem;       /* "lync-2013", "edge"                */
	unsigned place;                  /* 0 is searched first                */
	struct bytes text;
};

struct catalog;

/*
 * Reads all files: products whole, of roles the head.  Rules yaml-..., role-twice,
 * product-twice, product-unknown.  The files' bytes are copied.
 */
enum rc_status catalog_read(const struct profile_file *files, size_t n,
    struct catalog **ret, struct error *err) RC_CHECK;
/*
 * The same in two steps, for one topology: its products, then those of its roles and bases
 * that it may need, which is seen from their texts unread.  Where all goes well the program
 * and the plan are those of the whole catalog.  Where not, what is left out may be the reason,
 * or may have mistakes of its own: ask the whole one then.  The files stay the caller's, and
 * as they are until the second step.
 */
enum rc_status catalog_open(const struct profile_file *files, size_t n,
    struct catalog **ret, struct error *err) RC_CHECK;
enum rc_status catalog_load(struct catalog *catalog, const struct topology *topology,
    struct error *err) RC_CHECK;
void catalog_free(struct catalog *catalog);
DEFINE_SCOPED(catalog_free, struct catalog *)

const struct product *const *catalog_products(const struct catalog *catalog, size_t *ret_n);

/* The roles that a product has, by name, sorted; file: where each is read from. */
struct role_listing {
	const char *name, *title, *file;
};
size_t catalog_roles(const struct catalog *catalog, const struct product *product,
    const struct role_listing **ret);

enum { PATH_LENGTH_MAX = 100 };

/* PER_CA: a certificate of a CA itself, planned by plan/ca.h and for no topology. */
enum per { PER_POOL, PER_SERVER, PER_TOPOLOGY, PER_CA };

/* A tree of names as the role writes it. */
enum name_item_kind { ITEM_NAME, ITEM_GROUP, ITEM_EACH };
struct name_item {
	enum name_item_kind kind;
	const struct expr *when;         /* NULL: always                       */
	enum name_type type;             /* ITEM_NAME                          */
	struct template text;
	const char *because;             /* or NULL                            */
	struct place at;
	struct each each;                /* ITEM_EACH                          */
	bool included;                   /* ITEM_GROUP: of `define`            */
	struct name_item *items;         /* ITEM_GROUP, ITEM_EACH              */
	size_t n_items;
};

/* A word that may hang on a condition: an EKU's OID, a type to assign. */
struct word_item {
	const char *word;
	const struct expr *when;
	struct place at;
};

/* An extension that the role sets by a key of its own, or all of `extensions`. */
struct role_ext {
	const struct ext_class *class;   /* NULL: `extensions`                 */
	const char *key;
	const struct expr *when;         /* NULL: always                       */
	const struct data *data;         /* fits role_ext_shape(), as a pattern */
	struct place at;                 /* of the key                         */
};
const struct shape *role_ext_shape(const struct role_ext *ext);

struct note_item {
	bool warning;
	const char *rule;
	struct template text;
	const struct expr *when;
	struct each each;                /* if it has a list: once for each member */
	struct place at;
};

/* Where a key of the role was set, after inheritance. */
struct role_setting {
	const char *key;                 /* "extended_key_usage"               */
	struct place at, replaced;       /* replaced: what an override took away, or NOWHERE */
};

struct role {
	const char *name, *title, *file;
	const struct product *product;
	const char *const *kinds;        /* NULL-ended; NULL for PER_TOPOLOGY
	                                  * and PER_CA                         */
	enum per per;
	bool optional;                   /* planned only when included         */
	const char *const *replaces;     /* NULL-ended: omitted when this is included */
	const struct expr *when;         /* planned only where this holds      */
	struct choice *choices;
	size_t n_choices;
	struct parameter *parameters;
	size_t n_parameters;
	struct template subject_cn;
	bool has_subject;
	enum san_order san_order;
	struct name_item *names;
	size_t n_names;
	struct word_item *eku, *assign;
	size_t n_eku, n_assign;
	unsigned key_usage_rsa, key_usage_ec;
	bool ca;
	int path_len;                    /* -1: none                           */
	bool self_signed;                /* a root: no AKI, CRL or issuer to point to */
	struct role_ext *exts;           /* in the order of the role's text    */
	size_t n_exts;
	unsigned allow;                  /* what it says by name: exts.c       */
	unsigned key_algorithms;
	const struct expr *exportable;   /* NULL: never                        */
	bool shared;
	unsigned validity_days;          /* 0: `validity` says it              */
	const struct expr *validity;     /* days, or a duration of whole days  */
	unsigned renew_before_days;      /* 0: the role does not say           */
	struct note_item *notes;
	size_t n_notes;
	struct role_setting *settings;
	size_t n_settings;
	struct place at;
	struct bytes canonical;          /* the compiled form as text          */
	uint8_t digest[32];              /* SHA-256 of it                      */
};

struct program {
	const struct product *product;
	const struct role *const *roles; /* sorted by name                     */
	size_t n_roles;
	struct arena *arena;
};

/*
 * Compiles the roles of a product; with a topology only those that it can need.
 * All mistakes of all roles are reported.  The catalog outlives the program.
 */
enum rc_status program_compile(const struct catalog *catalog, const struct product *product,
    const struct topology *topology, struct program **ret, struct error *err) RC_CHECK;
void program_free(struct program *program);
DEFINE_SCOPED(program_free, struct program *)

const struct role *program_role(const struct program *program, const char *name);
/* NULL: no text of the role's line sets this key. */
const struct role_setting *role_setting(const struct role *role, const char *key);

/*
 * What the topology says of roles must fit the program: role names, choices,
 * parameters and their values.  Rules unknown-role, unknown-choice, unknown-parameter,
 * unknown-word, and those of value_read.h.  The targets
 * of extra_names may be entries too, and are checked by the plan.
 */
enum rc_status program_check_topology(const struct program *program,
    const struct catalog *catalog, const struct topology *topology, struct error *err) RC_CHECK;

/* The value that a topology gives to a parameter; its declaration is the second place of
 * a complaint.  Rules of value_read.h. */
enum rc_status parameter_read(const struct parameter *parameter,
    const struct parameter_setting *setting, const struct product *product,
    struct arena *arena, const struct value **ret, struct error *err) RC_CHECK;

/* "have" is no validity that this product may have.  Rule validity-limits. */
enum rc_status validity_refused(const struct product *product, struct place at,
    const char *have, struct error *err);

/* Free text on one line: what could end it is written out. */
void text_print(const char *text, struct buf *out);
/* The compiled form, for people and for the digest. */
void role_print(const struct role *role, struct buf *out);

#endif
