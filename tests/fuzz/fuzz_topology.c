/*
 * A topology that anybody wrote, and the plan for it by a fixed role: the whole
 * pure line from text to entries.
 */
#include "plan/plan.h"
#include "tests/fuzz/deployment.h"

static struct catalog *catalog;
static struct program *program;

/* Once for all inputs; it lives as long as the process. */
static void
prepare(void)
{
	const struct profile_file files[] = {
		FUZZ_FILE("p", "product", fuzz_product_text),
		FUZZ_FILE("p", "edge", fuzz_role_text),
	};
	SCOPED(error_free) struct error *err = error_new();

	if (program != NULL)
		return;
	fuzz_prepared(catalog_read(files, ARRAY_LEN(files), &catalog, err), err);
	fuzz_prepared(program_compile(catalog, fuzz_product(catalog), NULL, &program, err), err);
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
