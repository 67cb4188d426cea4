/*
 * planned.h - from -t FILE to a plan: role definitions, topology, program, plan.
 *
 * Role definitions are searched in --profiles, then CAHOME/profiles, then the
 * installed ones; `profiles.h` says where those are.
 */
#ifndef CLI_PLANNED_H
#define CLI_PLANNED_H

#include "cli/cli.h"
#include "plan/plan.h"
#include "profile/program.h"
#include "topology/topology.h"

struct planned {
	struct catalog *catalog;
	struct topology *topology;
	struct program *program;
	struct plan *plan;
};

/* Reads the file ("-": stdin) and plans.  Notes and warnings are added to err. */
enum rc_status planned_make(struct cli *cli, const char *topology, struct planned *ret,
    struct error *err) RC_CHECK;
/* The same from a text at hand; `name` is what the user calls it. */
enum rc_status planned_of(struct cli *cli, struct bytes text, const char *name,
    struct planned *ret, struct error *err) RC_CHECK;
/* The same with these role definitions; the catalog is taken, also when it fails. */
enum rc_status planned_with(struct cli *cli, const char *topology, struct catalog *take,
    struct planned *ret, struct error *err) RC_CHECK;
void planned_clear(struct planned *planned);
DEFINE_SCOPED_VALUE(planned_clear, struct planned)

/* Rule no-such-entry, with the nearest. */
enum rc_status planned_entry(const struct planned *planned, const char *id,
    const struct entry **ret, struct error *err) RC_CHECK;

#endif
