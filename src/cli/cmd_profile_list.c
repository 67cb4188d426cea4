#include "cli/command.h"
#include "cli/profiles.h"
#include "report/json.h"
#include "report/table.h"

struct listing {
	const struct catalog *catalog;
	struct table *table;
	json_t *json;                    /* NULL: text */
};

static void
add_product(struct listing *listing, const struct product *product)
{
	const struct role_listing *roles;
	size_t n = catalog_roles(listing->catalog, product, &roles);

	for (size_t i = 0; i < n; i++) {
		json_t *o;

		if (listing->json == NULL) {
			table_add(listing->table, product->name, roles[i].name, roles[i].title);
			continue;
		}
		o = json_object();
		json_put(o, "product", json_foreign(product->name));
		json_put(o, "role", json_foreign(roles[i].name));
		json_put(o, "title", json_foreign(roles[i].title));
		json_put(o, "file", json_foreign(roles[i].file));
		json_add(listing->json, o);
	}
}

static enum rc_status
add_all(struct listing *listing, const char *only, struct error *err)
{
	const struct product *const *products, *product;
	size_t n;

	if (only != NULL) {
		TRY(profiles_product(listing->catalog, only, &product, err));
		add_product(listing, product);
		return RC_OK;
	}
	products = catalog_products(listing->catalog, &n);
	for (size_t i = 0; i < n; i++)
		add_product(listing, products[i]);
	return RC_OK;
}

enum rc_status
cmd_profile_list(struct cli *cli, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(table_free) struct table *table = table_new("PRODUCT", "ROLE", "TITLE", NULL);
	struct listing listing = { .table = table };
	struct style style = cli_style(cli);
	enum rc_status st;

	TRY(profiles_catalog(cli, &catalog, err));
	listing.catalog = catalog;
	listing.json = cli->opt.json ? json_array() : NULL;
	st = add_all(&listing, cli_operand(cli, 0), err);
	if (st == RC_OK && listing.json != NULL)
		json_print(listing.json, &cli->out);
	json_decref(listing.json);
	table_put(table, &style, &cli->out);
	return st;
}
