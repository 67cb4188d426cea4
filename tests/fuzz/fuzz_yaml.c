/* The door to YAML takes any bytes: an answer or an error with a place, soon. */
#include "tests/fuzz/fuzz.h"
#include "text/node.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	struct document *document = NULL;
	enum rc_status status =
	    document_read(BYTES(data, n), "fuzz.yaml", TEXT_ROLE_MAX, &document, err);

	fuzz_verdict(status, err);
	fuzz_demand((status == RC_OK) == (document != NULL), "a document beside an error");
	document_free(document);
	return 0;
}
