/*
 * diff.h - two plans compared in certificates: which entries come, go and change,
 * and in what.
 *
 * An entry is seen as a handful of aspects, each a list of words: the subject, the
 * names, the uses, each extension, the key rules.  Entries are the same by their
 * id, letters compared without case.
 */
#ifndef PLAN_DIFF_H
#define PLAN_DIFF_H

#include "plan/plan.h"
#include "profile/program.h"

struct words {
	const char **v;
	size_t n, cap;
};

/* What one aspect was and is; added and removed are in the order of now and was.
 * Neither: the same words stand in another order. */
struct difference {
	const char *what;                /* "subject", "san", "eku", an extension's name, ... */
	struct words was, now, added, removed;
};

enum change { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };
const char *change_word(enum change change);

/* Of one entry or role; the differences are empty where it came or went. */
struct changed {
	enum change change;
	const char *id;                  /* of an entry; "PRODUCT ROLE" of a role */
	struct difference *v;
	size_t n, cap;
};

struct changes {
	struct changed *v;
	size_t n, cap;
};

/* Those that went or changed in the order of `was`, then those that came.  All of
 * it lives in the arena; the plans need not outlive it. */
void plan_diff(const struct plan *was, const struct plan *now, struct arena *arena,
    struct changes *out);

/* The compiled roles of a product; either may be NULL: there is no such product.
 * Each difference is one key of the compiled form ("san", "key", "choice"). */
void program_diff(const struct program *was, const struct program *now, struct arena *arena,
    struct changes *out);

#endif
