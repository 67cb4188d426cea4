/* A request is whatever a server, or somebody else, sent: read or refused, soon. */
#include "crypto/csr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(csr_clear) struct csr csr = CSR_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	enum rc_status status = csr_read(BYTES(data, n), arena, &csr, err);

	/* What is refused says why, and what is read has a key. */
	if ((status == RC_OK) != (csr.key != NULL) || (status == RC_OK) != (error_count(err) == 0))
		__builtin_trap();
	error_render(err, &text);
	return 0;
}
