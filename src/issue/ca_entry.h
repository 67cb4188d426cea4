/*
 * ca_entry.h - what a CA's own certificate must hold.
 *
 * It is planned like any other, from a role text (`per: ca`, plan/ca.h): an entry by
 * which it is written, linted and read back.  The shipped roles are root-ca and
 * issuing-ca of the product generic; whoever makes CAs compiles them and hands them
 * in, for this layer reads no role texts.
 */
#ifndef ISSUE_CA_ENTRY_H
#define ISSUE_CA_ENTRY_H

#include "plan/ca.h"
#include "profile/program.h"

#define CA_PRODUCT "generic"
#define CA_ROLE_ROOT "root-ca"
#define CA_ROLE_ISSUING "issuing-ca"

/* Compiled; they outlive what is made with them. */
struct ca_roles {
	const struct role *root, *issuing;
};

/* Of a program of the product generic.  Rule plan-ca-role: one is missing, or is not
 * what its name says. */
enum rc_status ca_roles_find(const struct program *program, struct ca_roles *ret,
    struct error *err) RC_CHECK;

/* What custody `memory` puts into the OU of the subject; is it there? */
#define CA_MEMORY_STAMP "memory custody - test only"
bool ca_subject_is_stamped(const struct dn *subject);

#endif
