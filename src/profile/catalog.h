/*
 * catalog.h - the inside of the catalog: role texts before they are compiled.
 */
#ifndef PROFILE_CATALOG_H
#define PROFILE_CATALOG_H

#include "profile/program.h"

/* A role's or a base's text, read and not yet compiled. */
struct role_text {
	struct document *document;
	const struct node *root;
	const char *folder, *stem, *file;
	unsigned place;
	const char *role;                /* NULL: a base, only to be extended  */
	const char *title;
	const char **products;           /* NULL-ended                         */
	struct place at;
};

struct catalog {
	struct arena *arena;
	const struct profile_file *files;        /* the caller's                  */
	size_t n_files;
	bool *taken;                     /* of each file: read, or no role's   */
	struct role_text **texts;
	size_t n_texts;
	struct document **product_documents;
	size_t n_product_documents;
	const struct product **products;
	size_t n_products;
	const char **included;           /* what the `include` of all texts name */
	size_t n_included;
};

bool catalog_includes(const struct catalog *catalog, const char *list);

bool role_text_has_product(const struct role_text *text, const char *product);
/* `extends` of a text in `folder`: FOLDER/STEM or STEM; NULL: there is none. */
const struct role_text *catalog_find_text(const struct catalog *catalog, const char *folder,
    const char *reference);

/*
 * One key of a role after inheritance: the nodes that set it, in the order of
 * descent.  More than one: a list that was appended to, or the maps choices,
 * parameters and define, which grow.
 */
enum { EXTENDS_MAX = 8 };
struct setting {
	const char *key;
	const struct node *nodes[EXTENDS_MAX];
	size_t n;
	struct place at;                 /* of the key, where it was set last  */
	struct place replaced;           /* what an override took away, or NOWHERE */
};

struct flat_role {
	const struct role_text *text;
	struct setting *settings;
	size_t n_settings;
	enum rc_status status;           /* of the first mistake in merging    */
};

/* Follows `extends` to its end and merges.  Rules unknown-base, extends-loop,
 * override-missing, override-nothing, append-no-list.  What is merged wrongly is left
 * out and kept in flat->status, so that the rest can be compiled and its mistakes told. */
enum rc_status role_flatten(const struct catalog *catalog, const struct role_text *text,
    struct arena *arena, struct flat_role *ret, struct error *err) RC_CHECK;

const struct setting *flat_setting(const struct flat_role *flat, const char *key);
/* The one node of a key, or NULL. */
const struct node *flat_node(const struct flat_role *flat, const char *key);

/* Compiles one flattened role for one product. */
enum rc_status role_compile(const struct flat_role *flat, const struct catalog *catalog,
    const struct product *product, struct arena *arena, struct role **ret,
    struct error *err) RC_CHECK;

/* `choices:` and `parameters:` of a role.  Rules unknown-choice, unknown-parameter,
 * choice-values, parameter-default. */
struct offers {
	const struct catalog *catalog;
	const struct product *product;
	struct arena *arena;
	struct error *err;
};
enum rc_status role_choices(const struct flat_role *flat, const struct offers *o,
    struct choice **ret, size_t *ret_n) RC_CHECK;
enum rc_status role_parameters(const struct flat_role *flat, const struct offers *o,
    struct parameter **ret, size_t *ret_n) RC_CHECK;
/* The choice or parameter `name` that the role `from` offers itself. */
enum rc_status followed_offer(const struct offers *o, const struct node *from, const char *key,
    const char *name, const struct node_pair **ret) RC_CHECK;

/* What the parts of role_compile share. */
struct compiler {
	const struct catalog *catalog;
	const struct flat_role *flat;
	const struct product *product;
	struct scope scope;
	struct arena *arena;
	struct error *err;
	struct role *role;
	unsigned include_depth, n_items;
};
enum { ROLE_ITEMS_MAX = 10000 };

enum rc_status compile_names(struct compiler *c, const struct node *list,
    struct name_item **ret, size_t *ret_n) RC_CHECK;
enum rc_status compile_notes(struct compiler *c) RC_CHECK;
/* `allow`, `extensions`, and the keys that have a record with a shape.  Rules ext-...,
 * name-..., and those of x509/ext/shape.h. */
enum rc_status compile_exts(struct compiler *c) RC_CHECK;
/* What the extensions say against each other and the rest of the role.  Rules eku-any,
 * eku-enrolment-agent, ext-ca-only, no-rev-avail, role-contradiction. */
enum rc_status check_exts(const struct compiler *c) RC_CHECK;
/* Conditions that never or always hold, and a SAN that may be empty.  Rules when-never,
 * when-always, expr-unreachable, san-may-be-empty. */
enum rc_status check_reach(const struct compiler *c) RC_CHECK;
/* Rules role-contradiction, word-twice, name-twice. */
enum rc_status check_contradictions(const struct compiler *c) RC_CHECK;
/* Lists of `define` that no text includes.  Rule unused-list. */
enum rc_status check_lists(const struct compiler *c) RC_CHECK;
/* `when:` of a map, or NULL when it has none. */
enum rc_status compile_when(struct compiler *c, const struct node *map,
    const struct expr **ret) RC_CHECK;

#endif
