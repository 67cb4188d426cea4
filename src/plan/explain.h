/*
 * explain.h - why an entry holds what it holds.
 *
 * Each value of an entry has a row: what it is, the role's text that put it
 * there, the reason that the text gives, the fact of the topology that brought it,
 * and, where the role replaced what it had inherited, the place of what it
 * replaced.
 *
 *      what        value                    also found as
 *      subject     CN=sip.contoso.com       the name itself
 *      san         sip.contoso.com          the name, 2.5.29.17
 *      eku         serverAuth               the OID, 2.5.29.37
 *      key_usage, basic_constraints, ...    the extension's name, its OID
 *      key, exportable, shared, validity_days, assign
 */
#ifndef PLAN_EXPLAIN_H
#define PLAN_EXPLAIN_H

#include "plan/plan.h"
#include "profile/program.h"

struct explanation {
	const char *what;                /* one of the words above             */
	const char *value;               /* for people, not escaped            */
	const char *oid;                 /* of the extension, or NULL          */
	const char *value_oid;           /* of the value: an EKU; or NULL      */
	const char *because;             /* or NULL                            */
	struct place rule;               /* NOWHERE: no text says so; `because` tells who does */
	struct place replaced, fact;     /* or NOWHERE                         */
};

struct explanations {
	struct explanation *v;
	size_t n, cap;
};

/* All rows in the order of the table, san and eku in the entry's order.  role is
 * the entry's, of the program that the plan was made of. */
void explain_entry(const struct entry *entry, const struct role *role,
    const struct topology *topology, struct arena *arena, struct explanations *out);

/* Does this row speak of what was asked for?  Words of the table, case ignored; NULL
 * asks for all. */
bool explanation_is_about(const struct explanation *row, const char *about);

#endif
