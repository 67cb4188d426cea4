/*
 * Detached signatures of whatever tool, in a file: opened, verified over a text that
 * nobody signed.
 */
#include "tests/fuzz/fuzz.h"
#include "x509/cms.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char text[] = "rolecert approval v1\ndecision approve\nrequest 1\n";
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct bytes der = BYTES(NULL, 0);
	struct cms cms;
	enum rc_status status = cms_open(BYTES(data, n), arena, &der, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return 0;
	status = cms_verify_detached(der, bytes_of_text(text), arena, &cms, err);
	fuzz_verdict(status, err);
	return 0;
}
