/*
 * ca_roles.h - the roles of CAs themselves, found and compiled as all roles are.
 */
#ifndef CLI_CA_ROLES_H
#define CLI_CA_ROLES_H

#include "cli/cli.h"
#include "issue/ca_entry.h"

struct cli_ca_roles {
	struct catalog *catalog;
	struct program *program;
	struct ca_roles roles;           /* good as long as the two above     */
};

/* Searched in --profiles, CAHOME/profiles, then the installed ones.  Rules of
 * profiles.h, plan-ca-role. */
enum rc_status cli_ca_roles_load(struct cli *cli, struct cli_ca_roles *ret,
    struct error *err) RC_CHECK;
void cli_ca_roles_clear(struct cli_ca_roles *roles);
DEFINE_SCOPED_VALUE(cli_ca_roles_clear, struct cli_ca_roles)

#endif
