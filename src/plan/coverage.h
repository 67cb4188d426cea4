/*
 * coverage.h - which lines of role text the plans of the tests reached.
 *
 * Counted are the lines that decide something: each role, each name, each usage
 * and type to assign, each extension and each text in its value, each note, each
 * value of a choice, each parameter.  A parameter is reached when a topology gives
 * it a value of its own: that its default holds shows in everything else.  A line that several
 * roles inherit is reached when one of them reaches it.  A name that always
 * stands in the certificate already is not reached: it could be gone, and no test
 * would tell.
 */
#ifndef PLAN_COVERAGE_H
#define PLAN_COVERAGE_H

#include "plan/plan.h"

struct catalog;
struct coverage;

struct coverage_item {
	struct place at;                 /* valid as long as the catalog      */
	const char *what;                /* "name", "value 'last' of the choice 'xmpp_names'" */
	bool reached;
};

struct coverage *coverage_new(void);
void coverage_free(struct coverage *coverage);
DEFINE_SCOPED(coverage_free, struct coverage *)

/* topology: NULL for a CA's own certificate. */
void coverage_plan(struct coverage *coverage, const struct program *program,
    const struct topology *topology, const struct plan *plan);

/* Adds what no plan reached, of all roles of the products that were planned for;
 * all lines come sorted by file, line and column. */
enum rc_status coverage_complete(struct coverage *coverage, const struct catalog *catalog,
    const struct coverage_item **ret, size_t *ret_n, struct error *err) RC_CHECK;

#endif
