/*
 * A topology that anybody wrote, and the plan for it by a fixed role: the whole
 * pure line from text to entries.
 */
#include "plan/plan.h"
#include "profile/program.h"
#include "tests/fuzz/fuzz.h"

static const char product_text[] =
    "product: p\n"
    "title: P\n"
    "kinds:\n"
    "  edge:\n"
    "    title: Edge\n"
    "    servers: optional\n"
    "    fields:\n"
    "      auto_logon: { type: boolean, default: false }\n"
    "      aliases: { type: fqdn-list }\n"
    "      external:\n"
    "        type: record\n"
    "        fields: { access: { type: fqdn }, webcon: { type: fqdn } }\n";

static const char role_text[] =
    "role: edge\n"
    "title: Edge\n"
    "products: [p]\n"
    "applies_to: edge\n"
    "per: pool\n"
    "choices:\n"
    "  layout: { values: [first, last], default: first, why: they disagree }\n"
    "subject: { CN: \"${pool.external.access}\" }\n"
    "san:\n"
    "  order: exact\n"
    "  names:\n"
    "    - dns: ${pool.external.access}\n"
    "    - when: ${choice.layout == 'last'}\n"
    "      names: [ { dns: \"${pool.external.webcon}\" } ]\n"
    "    - each: d in ${sip_domains}\n"
    "      names:\n"
    "        - dns: sip.${d.name}\n"
    "        - each: x in ${d.xmpp_names}\n"
    "          names: [ { dns: \"${x}\" } ]\n"
    "extended_key_usage: [serverAuth]\n"
    "key: { algorithms: [rsa-2048, ec-p256] }\n"
    "key_usage: { rsa: [digitalSignature, keyEncipherment], ec: [digitalSignature] }\n";

static struct catalog *catalog;
static struct program *program;

/* Once for all inputs; it lives as long as the process. */
static void
prepare(void)
{
	const struct profile_file files[] = {
		{ "p/product.yaml", "p", "product", 0,
		    BYTES(product_text, sizeof(product_text) - 1) },
		{ "p/edge.yaml", "p", "edge", 0, BYTES(role_text, sizeof(role_text) - 1) },
	};
	SCOPED(error_free) struct error *err = error_new();
	struct buf text = BUF_INIT;
	size_t n;

	if (program != NULL)
		return;
	if (catalog_read(files, ARRAY_LEN(files), &catalog, err) == RC_OK &&
	    program_compile(catalog, catalog_products(catalog, &n)[0], NULL, &program,
	        err) == RC_OK)
		return;
	error_render(err, &text);
	fuzz_demand(false, buf_text(&text));
}

static void
make_plan(const struct topology *topology, struct error *err)
{
	SCOPED(plan_free) struct plan *plan = NULL;
	enum rc_status status = program_check_topology(program, catalog, topology, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return;
	status = plan_make(program, topology, &plan, err);
	fuzz_verdict(status, err);
	fuzz_demand((status == RC_OK) == (plan != NULL), "a plan beside an error");
	for (size_t i = 0; plan != NULL && i < plan->n_entries; i++)
		fuzz_demand(plan_find(plan, plan->entries[i].id) == &plan->entries[i],
		    "an entry is not found by its id");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(topology_free) struct topology *topology = NULL;
	const struct product *const *products;
	enum rc_status status;
	size_t n_products;

	prepare();
	products = catalog_products(catalog, &n_products);
	status = topology_read(BYTES(data, n), "fuzz.yaml", products, n_products, &topology, err);
	fuzz_verdict(status, err);
	if (status == RC_OK)
		make_plan(topology, err);
	return 0;
}
