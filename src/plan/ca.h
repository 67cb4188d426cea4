/*
 * ca.h - the certificate of a CA itself, planned from a role `per: ca`.
 *
 * The role says everything that a role says; a topology has no part in it.  What
 * no role can know, `ca init` and the ceremony say: whom the certificate names, how
 * many CAs may stand below it, how long it is valid.
 *
 *      struct ca_terms terms = { .subject = subject, .path_len = 0 };
 *      SCOPED(plan_free) struct plan *plan = NULL;
 *
 *      TRY(plan_ca(role, &terms, &plan, err));          plan->entries[0], alone
 *
 * The entry's id is ROLE/SUBJECT: "root-ca/CN=Contoso Root CA, O=Contoso".
 */
#ifndef PLAN_CA_H
#define PLAN_CA_H

#include "plan/plan.h"

struct role;

enum { CA_PATH_NONE = -1, CA_PATH_OF_ROLE = -2 };

struct ca_terms {
	struct dn subject;               /* whole; copied                     */
	int path_len;                    /* a length, or one of the two above */
	unsigned validity_days;          /* 0: the role's                     */
};

/* Rules: plan-ca-role (another kind of role), plan-empty-subject, those of x509/dn.h
 * and of the extensions.  The role outlives the plan. */
enum rc_status plan_ca(const struct role *role, const struct ca_terms *terms,
    struct plan **ret, struct error *err) RC_CHECK;

#endif
