/*
 * api.h - what stands behind the public headers: their incomplete structs.
 *
 * include/rolecert/ promises; the layers below may change.  Nothing here decides
 * anything: each function calls what the program calls.
 */
#ifndef API_API_H
#define API_API_H

#include <rolecert/bundle.h>
#include <rolecert/issue.h>

#include "plan/plan.h"
#include "profile/program.h"

struct rc_error {
	struct error *err;
	struct buf text;
};

struct rc_roles {
	struct catalog *catalog;
	struct arena *arena;
};

struct rc_plan {
	struct topology *topology;
	struct program *program;
	struct plan *plan;
};

/* A struct rc_entry is the plan's own. */
static inline const struct entry *
api_entry(const struct rc_entry *entry)
{
	return (const struct entry *)entry;
}

#endif
