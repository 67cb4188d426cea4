/* A NAME.test.yaml that anybody wrote, read and run against a small product. */
#include "plan/profile_test.h"
#include "tests/fuzz/deployment.h"

static struct catalog *catalog;

/* Once for all inputs; it lives as long as the process. */
static void
prepare(void)
{
	const struct profile_file files[] = {
		FUZZ_FILE("p", "product", fuzz_product_text),
		FUZZ_FILE("p", "edge", fuzz_role_text),
	};
	SCOPED(error_free) struct error *err = error_new();

	if (catalog == NULL)
		fuzz_prepared(catalog_read(files, ARRAY_LEN(files), &catalog, err), err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(profile_tests_free) struct profile_tests *tests = NULL;
	enum rc_status status;

	prepare();
	status = profile_tests_read(BYTES(data, n), "fuzz.test.yaml", &tests, err);
	fuzz_verdict(status, err);
	for (size_t i = 0; tests != NULL && i < tests->n && i < 16; i++) {
		SCOPED(error_free) struct error *why = error_new();
		const struct bytes none = { .n = 0 };

		status = profile_test_run(tests, &tests->v[i], none, catalog, NULL, why);
		fuzz_verdict(status, why);
	}
	return 0;
}
