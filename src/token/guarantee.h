/*
 * guarantee.h - what a token and a key give, each with what it rests on.
 *
 *      PROVEN   it was tried, and the token refused
 *      CLAIMED  the module says so, and that is all
 *      OPEN     the module does not say, and it could not be tried
 *      BROKEN   it was tried and done, or the module says that it does not hold
 *
 * The judgement is custody.h; this is for people who want to know what they rely on.
 */
#ifndef TOKEN_GUARANTEE_H
#define TOKEN_GUARANTEE_H

#include "base/arena.h"
#include "token/custody.h"

enum guarantee_basis {
	GUARANTEE_PROVEN, GUARANTEE_CLAIMED, GUARANTEE_OPEN, GUARANTEE_BROKEN,
};
const char *guarantee_word(enum guarantee_basis basis);      /* "proven"       */

struct guarantee {
	const char *id;                  /* "not-wrapped": stable            */
	const char *sentence;            /* "it cannot leave the token wrapped" */
	enum guarantee_basis basis;
	const char **evidence;           /* "CKA_EXTRACTABLE false"; foreign */
	size_t n_evidence, n_said;       /* the first of them is what is said */
};

/* All of them, in the order of their weight; in the arena. */
struct guarantees {
	VEC(struct guarantee) v;
};
void guarantee_list(const struct rc_facts *facts, const struct custody_terms *terms,
    struct arena *arena, struct guarantees *ret);

#endif
