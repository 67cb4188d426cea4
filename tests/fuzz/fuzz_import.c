/* An import takes any bytes, and what it yields is always YAML with no keys but
 * those of a topology. */
#include <stdlib.h>

#include "text/node.h"
#include "topology/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must_be_topology(const struct buf *yaml)
{
	static const char *const known[] = { "topology", "product", "sip_domains", "simple_urls",
		"pools" };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(document_free) struct document *document = NULL;

	if (document_read(buf_bytes(yaml), "yaml", TEXT_TOPOLOGY_MAX, &document, err) != RC_OK ||
	    node_check_keys(document_root(document), known, ARRAY_LEN(known), "it", err) != RC_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT, text = BUF_INIT;

	if (topology_import(BYTES(data, n), "fuzz.xml", NULL, &yaml, err) == RC_OK)
		must_be_topology(&yaml);
	error_render(err, &text);
	return 0;
}
