#include <stdio.h>

#include "tests/unit.h"
#include "topology/import.h"
#include "topology/topology.h"

/* A product with the kinds that an import can yield. */
static const char product_text[] =
    "product: sfb-2015\n"
    "title: as the shipped products are\n"
    "idna: refuse\n"
    "kinds:\n"
    "  front-end:\n"
    "    title: Front End pool\n"
    "    servers: required\n"
    "    fields: { auto_logon: { type: boolean, default: false }, web: { type: record, fields:\n"
    "      { internal: { type: fqdn }, external: { type: fqdn } } } }\n"
    "  director:\n"
    "    title: Director pool\n"
    "    servers: required\n"
    "    fields: { auto_logon: { type: boolean, default: false }, web: { type: record, fields:\n"
    "      { internal: { type: fqdn },\n"
    "        external: { type: fqdn, unlike: front-end.web.external } } } }\n"
    "  standard-edition:\n"
    "    title: Standard Edition server\n"
    "    servers: single\n"
    "    fields: { auto_logon: { type: boolean, default: false }, web: { type: record, fields:\n"
    "      { external: { type: fqdn } } } }\n"
    "  mediation: { title: Mediation pool, servers: required }\n"
    "  branch-appliance: { title: Survivable Branch Appliance, servers: single }\n"
    "  edge:\n"
    "    title: Edge pool\n"
    "    servers: optional\n"
    "    fields: { external: { type: record, fields: { access: { type: fqdn },\n"
    "      webcon: { type: fqdn }, av: { type: fqdn } } } }\n"
    "  office-web-apps:\n"
    "    title: Office Web Apps farm\n"
    "    servers: optional\n"
    "    fields: { external: { type: fqdn } }\n";

/* Reads the imported text as a file of the user's own; how many pools it has. */
static size_t
pools_of(struct bytes file, const char *name, struct error *err)
{
	static const struct import_options options = { .product = "sfb-2015" };
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(document_free) struct document *document = NULL;
	SCOPED(topology_free) struct topology *topology = NULL;
	SCOPED(buf_clear) struct buf yaml = BUF_INIT;
	const struct product *product = NULL;

	REQUIRE_OK(document_read(bytes_of_text(product_text), "product.yaml", TEXT_ROLE_MAX,
	    &document, err), err);
	REQUIRE_OK(product_read(document, NULL, arena, &product, err), err);
	REQUIRE_OK(topology_import(file, name, &options, &yaml, err), err);
	REQUIRE_OK(topology_read(buf_bytes(&yaml), name, &product, 1, &topology, err), err);
	return topology != NULL ? topology->n_pools : 0;
}

/* What is imported is a topology without more ado. */
TEST(import_yields_what_topology_read_takes)
{
	static const struct { const char *file; size_t pools; } table[] = {
		{ "contoso-2015.tbxml", 6 }, { "fabrikam-utf16.xml", 3 }, { "example-bare.xml", 4 },
		{ "contoso-mixed-case.xml", 2 }, { "hostile-names.tbxml", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf file = BUF_INIT, path = BUF_INIT;

		buf_printf(&path, "topologies/%s", table[i].file);
		unit_data_read(buf_text(&path), &file);
		EXPECT_INT(pools_of(buf_bytes(&file), table[i].file, err), table[i].pools);
	}
}

/* The same for documents of real deployments, where they are at hand. */
TEST(import_of_real_documents_is_a_topology)
{
	static const struct { const char *file; size_t pools; } table[] = {
		{ "contoso.tbxml", 3 }, { "standard-edition-utf16.xml", 2 },
		{ "standard-edition-edge.xml", 2 }, { "enterprise-pool.xml", 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf file = BUF_INIT, name = BUF_INIT;
		char *path;
		FILE *f;

		buf_printf(&name, "../../../shared/facts/topologies/%s", table[i].file);
		path = unit_data_path(buf_text(&name));
		f = fopen(path, "rb");
		free(path);
		EXPECT(true);
		if (f == NULL) {
			(void)printf("(not at hand, not tried: %s)\n", table[i].file);
			continue;
		}
		(void)fclose(f);
		unit_data_read(buf_text(&name), &file);
		EXPECT_INT(pools_of(buf_bytes(&file), table[i].file, err), table[i].pools);
	}
}
