/*
 * build.h - what the parts of plan_make() share.
 */
#ifndef PLAN_BUILD_H
#define PLAN_BUILD_H

#include "crypto/digest.h"
#include "plan/ca.h"
#include "profile/program.h"

/* A list of words of a role.  Where no condition stands in it, all entries share it. */
struct role_words {
	const char **because;            /* one for each item: its condition, for people */
	bool fixed;
	const char **v;                  /* fixed: the words                   */
	struct provenance *why;
};

/* What is the same for all entries of a role, and made once. */
struct role_parts {
	bool planned;                    /* unless its own condition says no   */
	const struct value *const *choices;
	const struct value **parameters; /* when the first entry asks          */
	enum rc_status parameters_status;    /* told once; no entry can be planned */
	struct role_words eku, assign;
	struct bytes before_san, behind_san[2];  /* canonical text; [exportable] */
};

/* One plan in the making. */
struct builder {
	const struct program *program;
	const struct topology *topology;
	struct arena *arena;
	struct error *err;
	enum rc_status status;           /* of the first mistake               */
	VEC(struct entry) entries;
	VEC(struct plan_note) notes;
	bool *extra_used;                /* one for each of topology->extras   */
	const struct extra_name **extras;    /* the same, sorted by target     */
	struct role_parts *parts;        /* one for each of program->roles     */
	struct arena *scratch;           /* for one entry                      */
	struct buf canonical;            /* of one entry                       */
	struct sha256 *sha256;
};

/* One entry in the making. */
struct making {
	struct builder *builder;
	const struct role *role;
	struct role_parts *parts;
	const struct ca_terms *terms;    /* of a role per ca, else NULL        */
	const struct pool *pool;         /* or NULL                            */
	struct bindings bindings;
	struct entry *entry;
	struct ext_value *values;        /* of the extensions that the role sets */
	size_t n_values;
};

/* The bindings of the role's parameters; false: one cannot be had, and the builder has
 * its error.  Rules parameter-missing, those of parameter_read(). */
bool entry_parameters(struct making *m);
/* Rule validity-limits. */
enum rc_status entry_validity(struct making *m) RC_CHECK;

/* The names of the role in their order, each once, then the extra names. */
enum rc_status entry_names(struct making *m) RC_CHECK;
void builder_sort_extras(struct builder *b);
/* The notes of the role that hold for this entry. */
void entry_notes(struct making *m);
void builder_note(struct builder *b, bool warning, const char *rule, const char *entry,
    struct place at, const char *message);

/* The values of the extensions that the role sets, in its order. */
enum rc_status entry_role_exts(struct making *m) RC_CHECK;
/* Extensions, canonical form, digest: when everything else is set. */
void entry_seal(struct making *m);

#endif
