/*
 * A role that anybody wrote: compiled in bounded time, or refused with the place
 * of every mistake.  What compiles can be shown, and planned for a deployment.
 */
#include "plan/plan.h"
#include "tests/fuzz/deployment.h"

static void
make_plan(const struct program *program)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(topology_free) struct topology *topology = NULL;
	SCOPED(plan_free) struct plan *plan = NULL;

	fuzz_prepared(topology_read(BYTES(fuzz_topology_text, sizeof(fuzz_topology_text) - 1),
	    "t.yaml", &program->product, 1, &topology, err), err);
	fuzz_verdict(plan_make(program, topology, &plan, err), err);
}

static void
compile(const struct catalog *catalog)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(program_free) struct program *program = NULL;
	struct buf shown = BUF_INIT;
	enum rc_status status = program_compile(catalog, fuzz_product(catalog), NULL, &program, err);

	fuzz_verdict(status, err);
	fuzz_demand((status == RC_OK) == (program != NULL), "a program beside an error");
	for (size_t i = 0; program != NULL && i < program->n_roles; i++)
		role_print(program->roles[i], &shown);
	buf_clear(&shown);
	if (program != NULL)
		make_plan(program);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct profile_file files[] = {
		FUZZ_FILE("base", "server", fuzz_base_text),
		FUZZ_FILE("p", "product", fuzz_product_text),
		{ "p/edge.yaml", "p", "edge", 0, BYTES(data, n) },
	};
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	enum rc_status status = catalog_read(files, ARRAY_LEN(files), &catalog, err);

	fuzz_verdict(status, err);
	if (status == RC_OK)
		compile(catalog);
	return 0;
}
