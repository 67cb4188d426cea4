#include "cli/ca_roles.h"

#include "cli/profiles.h"

static enum rc_status
load(struct cli *cli, struct cli_ca_roles *ret, struct error *err)
{
	const struct product *product;

	TRY(profiles_catalog(cli, &ret->catalog, err));
	TRY(profiles_product(ret->catalog, CA_PRODUCT, &product, err));
	TRY(program_compile(ret->catalog, product, NULL, &ret->program, err));
	return ca_roles_find(ret->program, &ret->roles, err);
}

enum rc_status
cli_ca_roles_load(struct cli *cli, struct cli_ca_roles *ret, struct error *err)
{
	struct cli_ca_roles roles = { .catalog = NULL };
	enum rc_status st = load(cli, &roles, err);

	if (st != RC_OK) {
		cli_ca_roles_clear(&roles);
		error_while(err, "finding the roles of CAs");
		return st;
	}
	*ret = roles;
	return RC_OK;
}

void
cli_ca_roles_clear(struct cli_ca_roles *roles)
{
	program_free(TAKE(roles->program));
	catalog_free(TAKE(roles->catalog));
}
