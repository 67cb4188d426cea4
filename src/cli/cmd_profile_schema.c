#include "cli/command.h"
#include "cli/profiles.h"
#include "report/schema.h"

enum rc_status
cmd_profile_schema(struct cli *cli, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	const struct product *const *products;
	size_t n;

	TRY(profiles_catalog(cli, &catalog, err));
	products = catalog_products(catalog, &n);
	cli_put_json(cli, role_schema(products, n));
	return RC_OK;
}
