/*
 * node.h - YAML as a tree whose every node knows where it stands; the one door
 * to libfyaml.
 *
 *      TRY(document_read(bytes, "edge.yaml", TEXT_ROLE_MAX, &document, err));
 *      root = document_root(document);
 *      TRY(node_want(root, NODE_MAP, "a role definition", err));
 *      TRY(node_check_keys(root, keys, ARRAY_LEN(keys), "a role definition", err));
 *      TRY(node_text(node_get(root, "role"), "role", &name, err));
 *
 * The subset: one document, UTF-8 (a BOM at the start is passed over), block and
 * flow style, plain and quoted scalars.  Not in it, each an error at its place:
 * directives, anchors, aliases, merge keys, tags, a second document, a key twice,
 * a key that is not text, control characters, nesting deeper than 64.
 *
 * These limits are also guards: libfyaml 0.7.12 never returns from some inputs of
 * five bytes with a directive, checks for duplicate keys in quadratic time, and
 * expands aliases without bound.
 *
 * Ownership: a document owns its nodes, their text and the source that places
 * point to.  Errors copy what they need.
 */
#ifndef TEXT_NODE_H
#define TEXT_NODE_H

#include "base/arena.h"
#include "base/error.h"

enum { TEXT_ROLE_MAX = 1 << 20, TEXT_TOPOLOGY_MAX = 64 << 20 };    /* octets */

enum node_kind {
	NODE_EMPTY,      /* nothing, or a plain ~ or null     */
	NODE_TEXT,
	NODE_LIST,
	NODE_MAP,
};

struct node_pair {
	struct node *key, *value;
};

struct node {
	enum node_kind kind;
	bool quoted;                     /* text in quotes or a block: never a boolean or number */
	struct place at;
	uint32_t begin;                  /* where it begins in the source, in octets */
	const char *text;                /* NODE_TEXT; NUL-terminated, no NUL within */
	struct node **items;             /* NODE_LIST */
	struct node_pair *pairs;         /* NODE_MAP, in the order of the text */
	size_t count;                    /* items or pairs */
};

struct document;

/* name: what the user calls the text.  The bytes are copied.  Rules yaml-... */
enum rc_status document_read(struct bytes text, const char *name, size_t limit,
    struct document **ret, struct error *err) RC_CHECK;
void document_free(struct document *document);
DEFINE_SCOPED(document_free, struct document *)

const struct node *document_root(const struct document *document);
const struct source *document_source(const struct document *document);

/* The value of a key, or NULL; NULL for a node that is no map, and for NULL. */
const struct node *node_get(const struct node *map, const char *key);
const struct node_pair *node_pair(const struct node *map, const char *key);

/*
 * Where an octet of a text stands in the source; width in characters.  Exact for what
 * stands on one line, and for texts over several lines (folded, literal, plain); the
 * beginning of the text where it is written with escapes.
 */
struct place node_place(const struct node *text, size_t offset, size_t width);

/*
 * Questions that come with their error.  `what` names the thing for people.
 * node_want: the node is of this kind (rule yaml-type).
 * node_check_keys: every key is one of `known`; all others are reported, with
 * the nearest known word (rule unknown-key).
 * node_require: the key must be there (rule missing-key).
 */
enum rc_status node_want(const struct node *node, enum node_kind kind, const char *what,
    struct error *err) RC_CHECK;
enum rc_status node_check_keys(const struct node *map, const char *const *known, size_t n,
    const char *what, struct error *err) RC_CHECK;
enum rc_status node_require(const struct node *map, const char *key, const char *what,
    const struct node **ret, struct error *err) RC_CHECK;

/* Typed values; rule yaml-type.  true and false, and decimal numbers, are plain
 * scalars.  A duration is a number with s, m, h, d or w: "5m" is 300 seconds. */
enum rc_status node_text(const struct node *node, const char *what, const char **ret,
    struct error *err) RC_CHECK;
enum rc_status node_bool(const struct node *node, const char *what, bool *ret,
    struct error *err) RC_CHECK;
enum rc_status node_number(const struct node *node, const char *what, int64_t least,
    int64_t most, int64_t *ret, struct error *err) RC_CHECK;
enum rc_status node_duration(const struct node *node, const char *what, int64_t *ret_seconds,
    struct error *err) RC_CHECK;
/* One of these words; *ret is its index.  Rule unknown-word, with the nearest. */
enum rc_status node_word(const struct node *node, const char *what,
    const char *const *words, size_t n, size_t *ret, struct error *err) RC_CHECK;

/* Is it a plain true or false; a plain decimal number? */
bool node_is_bool(const struct node *node);
bool node_is_number(const struct node *node);

const char *node_kind_word(enum node_kind kind);         /* "a list" */

/* The version of libfyaml that is loaded. */
const char *document_library(void);

#endif
