/*
 * person.h - who runs the program, as the record tells it.
 */
#ifndef CLI_PERSON_H
#define CLI_PERSON_H

#include "base/arena.h"

struct person {
	const char *name;                /* of the account, or "uid 1000"    */
	int64_t uid;
};

struct person person_here(struct arena *arena);

#endif
