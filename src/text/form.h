/*
 * form.h - what a map of a text may hold, as a table.
 *
 *      static const struct form_key keys[] = {
 *              { "values", &form_texts, true }, { "why", &form_text, false },
 *      };
 *      const struct form choice_form = { .kind = FORM_MAP, .what = "a choice",
 *              .keys = keys, .n_keys = ARRAY_LEN(keys) };
 *
 * A reader checks the keys of a map by its form and then reads the values; the JSON
 * Schema that editors are given is made of the same forms, so that neither knows a
 * key that the other does not.  A form says no more than a schema can: `pattern`
 * is for editors alone, the reader has its own checks, which know more.
 */
#ifndef TEXT_FORM_H
#define TEXT_FORM_H

#include "text/node.h"

enum form_kind {
	FORM_TEXT,
	FORM_TRUTH,
	FORM_NUMBER,
	FORM_LIST,       /* of `member`                                      */
	FORM_MAP,        /* of `keys` and no others                          */
	FORM_NAMED,      /* a map whose keys are the user's, with `member`s  */
	FORM_EITHER,     /* any of `forms`                                   */
};

struct form;
struct form_key {
	const char *word;
	const struct form *form;
	bool required;
};

struct form {
	enum form_kind kind;
	const char *what;                /* "a choice", for messages           */
	const char *ref;                 /* its name in a schema, where it is used often or
	                                  * holds itself; or NULL              */
	const char *const *words;        /* FORM_TEXT: one of these            */
	const char *(*word)(unsigned);   /* or of these, asked one by one      */
	size_t n_words;
	const char *pattern;             /* FORM_TEXT: a regular expression of ECMA 262 */
	bool never;                      /* FORM_TRUTH: false alone            */
	const struct form *member;
	int64_t least, most;             /* FORM_NUMBER; FORM_LIST: least members */
	const struct form_key *keys;     /* FORM_MAP                           */
	size_t n_keys;
	const char *const *one_of;       /* and exactly one of these, NULL-ended */
	const struct form *const *forms;
	size_t n_forms;
};

/* The map has no other keys than these; all others are reported.  Rule unknown-key. */
enum rc_status form_check_keys(const struct form *form, const struct node *map,
    struct error *err) RC_CHECK;
/* The node is a map, has no other keys, and those that it needs.  Rules yaml-type,
 * unknown-key, missing-key. */
enum rc_status form_check(const struct form *form, const struct node *map,
    struct error *err) RC_CHECK;

/* The map is of a form that has this key. */
bool form_has(const struct form *form, const char *key);

extern const struct form form_text, form_texts, form_truth;

#endif
