/*
 * Files that hold certificates: PKCS#7, PKCS#12, PEM and DER; what comes out is a
 * certificate like any other, and one of them the server's or none.
 */
#include "tests/fuzz/fuzz.h"
#include "x509/cert_container.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct cert *leaf = NULL;
	struct cert *certs = NULL, again;
	size_t found = 0;
	enum rc_status status = cert_read_any(BYTES(data, n), arena, &certs, &found, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return 0;
	fuzz_demand(found != 0, "no certificate, and no error");
	for (size_t i = 0; i < found; i++)
		fuzz_demand(cert_read(certs[i].der, arena, &again, why) == RC_OK,
		    "what was read does not read again");
	fuzz_verdict(cert_pick_leaf(certs, found, &leaf, why), why);
	return 0;
}
