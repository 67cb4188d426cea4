/* The door to YAML takes any bytes: an answer or an error with a place, soon. */
#include "text/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	struct document *document = NULL;
	struct buf text = BUF_INIT;

	if (document_read(BYTES(data, n), "fuzz.yaml", TEXT_ROLE_MAX, &document, err) == RC_OK)
		document_free(document);
	error_render(err, &text);
	buf_clear(&text);
	return 0;
}
