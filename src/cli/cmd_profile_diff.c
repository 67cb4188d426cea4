/*
 * Two folders of role definitions: with a topology, what they make of it; without,
 * what differs in the compiled roles.
 */
#include "cli/command.h"
#include "cli/difference.h"
#include "cli/profiles.h"
#include "report/diff.h"

static enum rc_status
plan_with(struct cli *cli, const char *folder, struct planned *ret, struct error *err)
{
	struct catalog *catalog;

	TRY(profiles_catalog_of(cli, folder, &catalog, err));
	TRY_WHILE(err, planned_with(cli, cli->opt.topology, catalog, ret, err),
	    "planning with the role definitions of %s", folder);
	return RC_OK;
}

static enum rc_status
diff_plans(struct cli *cli, const char *a, const char *b, struct error *err)
{
	SCOPED(planned_clear) struct planned was = { .plan = NULL };
	SCOPED(planned_clear) struct planned now = { .plan = NULL };

	TRY(plan_with(cli, a, &was, err));
	TRY(plan_with(cli, b, &now, err));
	return difference_put(cli, was.plan, now.plan, err);
}

static const struct product *
find_product(const struct catalog *catalog, const char *name)
{
	const struct product *const *products;
	size_t n;

	products = catalog_products(catalog, &n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(products[i]->name, name) == 0)
			return products[i];
	return NULL;
}

static enum rc_status
compile(const struct catalog *catalog, const char *name, struct program **ret, struct error *err)
{
	const struct product *product = find_product(catalog, name);

	return product != NULL ? program_compile(catalog, product, NULL, ret, err) : RC_OK;
}

static enum rc_status
diff_product(struct cli *cli, const struct catalog *a, const struct catalog *b,
    const char *name, struct changes *changes, struct error *err)
{
	SCOPED(program_free) struct program *was = NULL;
	SCOPED(program_free) struct program *now = NULL;

	TRY(compile(a, name, &was, err));
	TRY(compile(b, name, &now, err));
	program_diff(was, now, cli->arena, changes);
	return RC_OK;
}

static enum rc_status
diff_roles(struct cli *cli, const char *folder_a, const char *folder_b,
    struct changes *changes, struct error *err)
{
	SCOPED(catalog_free) struct catalog *a = NULL;
	SCOPED(catalog_free) struct catalog *b = NULL;
	const struct product *const *products;
	size_t n;

	TRY(profiles_catalog_of(cli, folder_a, &a, err));
	TRY(profiles_catalog_of(cli, folder_b, &b, err));
	products = catalog_products(a, &n);
	for (size_t i = 0; i < n; i++)
		TRY(diff_product(cli, a, b, products[i]->name, changes, err));
	products = catalog_products(b, &n);
	for (size_t i = 0; i < n; i++)
		if (find_product(a, products[i]->name) == NULL)
			TRY(diff_product(cli, a, b, products[i]->name, changes, err));
	return RC_OK;
}

enum rc_status
cmd_profile_diff(struct cli *cli, struct error *err)
{
	const char *a = cli_operand(cli, 0), *b = cli_operand(cli, 1);
	struct changes changes = { .v = NULL };
	struct style style = cli_style(cli);

	if (cli->opt.topology != NULL)
		return diff_plans(cli, a, b, err);
	TRY(diff_roles(cli, a, b, &changes, err));
	if (cli->opt.json)
		cli_put_json(cli, changes_json(&changes));
	else
		changes_put_text(&changes, "role", &style, &cli->out);
	return changes.n != 0 ? RC_NO : RC_OK;
}
