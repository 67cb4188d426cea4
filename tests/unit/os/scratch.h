/*
 * scratch.h - a folder that goes with the test.
 */
#ifndef TESTS_UNIT_OS_SCRATCH_H
#define TESTS_UNIT_OS_SCRATCH_H

#include "base/arena.h"

struct scratch {
	char *dir;
	struct arena *arena;
};

/* Under $TMPDIR, or /tmp. */
struct scratch *scratch_new(void);
/* Removes the folder and all in it.  Takes NULL. */
void scratch_free(struct scratch *s);
DEFINE_SCOPED(scratch_free, struct scratch *)

/* dir/name, good as long as the folder. */
const char *scratch_path(struct scratch *s, const char *name);

#endif
