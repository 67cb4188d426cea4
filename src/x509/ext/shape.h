/*
 * shape.h - what the value of an extension's key in a role looks like.
 *
 *      permitted: [ { dns: contoso.com } ]     a list of maps with one key each
 *
 * A shape is a table.  It is held against a role's text before any topology is
 * seen (a "pattern": a text with ${...} in it may become anything, and is passed
 * over), and once more against the plain data that the plan makes of it.  What fits
 * its shape can be turned into a struct ext_value without a further question.
 */
#ifndef X509_EXT_SHAPE_H
#define X509_EXT_SHAPE_H

#include "text/node.h"

enum shape_kind { SHAPE_TEXT, SHAPE_TRUTH, SHAPE_NUMBER, SHAPE_LIST, SHAPE_MAP };

struct shape_key {
	const char *word;
	const struct shape *shape;
	bool required;
};

struct shape {
	enum shape_kind kind;
	const char *what;                /* "a policy", for messages           */
	bool literal;                    /* may not hold ${...}                */
	enum rc_status (*check)(const char *text, struct place at, struct error *err);
	const struct shape *member;      /* SHAPE_LIST; it has one at least    */
	int64_t least, most;             /* SHAPE_NUMBER: the values, SHAPE_MAP: how many
	                                  * keys; most 0: no bound              */
	const struct shape_key *keys;    /* SHAPE_MAP                          */
	size_t n_keys;
	const char *short_key;           /* a text alone is the value of this key */
	const char *either[2];           /* exactly one of these keys stands   */
};

/* Rules yaml-type, unknown-key, missing-key, ext-list-empty, ext-keys, ext-literal,
 * and those of the checks.  Every fault of a list is told. */
enum rc_status shape_check(const struct shape *shape, const struct node *node, bool pattern,
    struct error *err) RC_CHECK;

/* Of what fits: the text of a key (of the short key, too) or NULL; a number, or
 * `otherwise` where there is none. */
const char *shape_text(const struct shape *shape, const struct node *map, const char *key);
int64_t shape_number(const struct node *node, int64_t otherwise);

/* Checks that several shapes share.  Rules unknown-word, name-uri. */
enum rc_status shape_oid(const char *text, struct place at, struct error *err) RC_CHECK;
enum rc_status shape_usage(const char *text, struct place at, struct error *err) RC_CHECK;
enum rc_status shape_uri(const char *text, struct place at, struct error *err) RC_CHECK;

extern const struct shape shape_of_oid, shape_of_uri, shape_of_truth, shape_of_uris,
    shape_of_usages;

#endif
