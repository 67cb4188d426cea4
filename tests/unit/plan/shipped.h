/*
 * shipped.h - the profiles of this project, and plans made with them, for tests.
 */
#ifndef TESTS_PLAN_SHIPPED_H
#define TESTS_PLAN_SHIPPED_H

#include "plan/plan.h"
#include "profile/program.h"

/* Everything that a plan points to, freed at once. */
struct planned {
	struct catalog *catalog;
	struct topology *topology;
	struct program *program;
	struct plan *plan;
};

enum rc_status shipped_files(struct arena *arena, struct profile_file **ret, size_t *ret_n,
    struct error *err) RC_CHECK;
enum rc_status shipped_catalog(struct catalog **ret, struct error *err) RC_CHECK;
enum rc_status shipped_plan(const char *topology, struct planned *ret, struct error *err) RC_CHECK;
void planned_clear(struct planned *planned);
DEFINE_SCOPED_VALUE(planned_clear, struct planned)

/* "CN=... | san, san | eku" of an entry, for comparison; to be freed. */
char *entry_line(const struct plan *plan, const char *id);

#endif
