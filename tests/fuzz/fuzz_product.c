/*
 * A product.yaml that anybody wrote, another product that extends it, a role for its
 * first kind, and a deployment read by what it says.
 */
#include "tests/fuzz/deployment.h"

static const char child_text[] =
    "product: z\n"
    "extends: p\n"
    "forbid: { xmpp: removed }\n"
    "kinds:\n"
    "  edge: { servers: optional, fields: { url: { type: fqdn } } }\n";

static void
use(const struct catalog *catalog)
{
	size_t n;
	const struct product *const *products = catalog_products(catalog, &n);
	struct arena *arena = arena_new();

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < products[i]->n_kinds; k++) {
			const char *const kinds[] = { products[i]->kinds[k]->name,
				products[i]->kinds[0]->name, NULL };
			const struct type *type = product_common_type(products[i], kinds, arena);

			fuzz_demand(type->kind == TYPE_RECORD, "pools have no common record");
		}
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct profile_file files[] = {
		{ "p/product.yaml", "p", "product", 0, BYTES(data, n) },
		FUZZ_FILE("z", "product", child_text),
	};
	SCOPED(error_free) struct error *err = error_new(), *read_err = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(topology_free) struct topology *topology = NULL;
	enum rc_status status = catalog_read(files, ARRAY_LEN(files), &catalog, err);
	const struct product *const *products;
	size_t n_products;

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return 0;
	use(catalog);
	products = catalog_products(catalog, &n_products);
	status = topology_read(BYTES(fuzz_topology_text, sizeof(fuzz_topology_text) - 1), "t.yaml",
	    products, n_products, &topology, read_err);
	fuzz_verdict(status, read_err);
	return 0;
}
