/* Certificates of anybody, in any wrapping. */
#include "tests/fuzz/fuzz.h"
#include "x509/cert.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct cert cert = { .version = 0 };

	fuzz_verdict(cert_read_file(BYTES(data, n), arena, &cert, err), err);
	return 0;
}
