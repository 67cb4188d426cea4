#include <stdlib.h>

#include "cli/command.h"
#include "cli/profiles.h"
#include "report/schema.h"

/* NULL where the roles do not compile: `profile check` is the place to be told so. */
static struct program *
compile_or_nothing(const struct catalog *catalog, const struct product *product)
{
	SCOPED(error_free) struct error *err = error_new();
	struct program *program = NULL;

	return program_compile(catalog, product, NULL, &program, err) == RC_OK ? program : NULL;
}

enum rc_status
cmd_topology_schema(struct cli *cli, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	const struct product *const *products;
	struct program **programs;
	size_t n;

	TRY(profiles_catalog(cli, &catalog, err));
	products = catalog_products(catalog, &n);
	programs = mem_alloc((n + 1) * sizeof(*programs));
	for (size_t i = 0; i < n; i++)
		programs[i] = compile_or_nothing(catalog, products[i]);
	cli_put_json(cli,
	    topology_schema(products, (const struct program *const *)programs, n));
	for (size_t i = 0; i < n; i++)
		program_free(programs[i]);
	free(programs);
	return RC_OK;
}
