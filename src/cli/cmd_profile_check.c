#include "cli/command.h"
#include "cli/profiles.h"
#include "report/json.h"

/* Compiles one product; its mistakes stay in err and the others go on. */
static void
check_product(struct cli *cli, const struct catalog *catalog, const struct product *product,
    json_t *list, struct error *err)
{
	SCOPED(program_free) struct program *program = NULL;
	json_t *o;

	if (program_compile(catalog, product, NULL, &program, err) != RC_OK)
		return;
	o = json_object();
	json_put(o, "product", json_foreign(product->name));
	json_put(o, "roles", json_integer((json_int_t)program->n_roles));
	json_add(list, o);
	if (!cli->opt.json)
		buf_printf(&cli->out, "%s: good: %zu role%s\n", product->name, program->n_roles,
		    program->n_roles == 1 ? "" : "s");
}

enum rc_status
cmd_profile_check(struct cli *cli, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	const struct product *const *products, *only = NULL;
	json_t *list;
	size_t n;

	TRY(profiles_catalog(cli, &catalog, err));
	if (cli_operand(cli, 0) != NULL)
		TRY(profiles_product(catalog, cli_operand(cli, 0), &only, err));
	products = catalog_products(catalog, &n);
	list = json_array();
	for (size_t i = 0; i < n; i++)
		if (only == NULL || products[i] == only)
			check_product(cli, catalog, products[i], list, err);
	if (cli->opt.json && error_count(err) == 0)
		json_print(list, &cli->out);
	json_decref(list);
	return error_status(err);
}
