/* A request in any wrapping: read with a key in it, or refused by a rule. */
#include "crypto/csr.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(csr_clear) struct csr csr = CSR_INIT;
	enum rc_status status = csr_read(BYTES(data, n), arena, &csr, err);

	fuzz_verdict(status, err);
	fuzz_demand((status == RC_OK) == (csr.key != NULL), "a key beside an error, or none");
	return 0;
}
