/* What somebody kept as a checkpoint: its text, which has one form, or it signed. */
#include "ledger/checkpoint.h"
#include "tests/fuzz/fuzz.h"
#include "x509/cms.h"

static void
read_text(struct bytes text)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf again = BUF_INIT;
	struct checkpoint checkpoint;
	enum rc_status status = checkpoint_read(text, &checkpoint, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return;
	checkpoint_put(&checkpoint, &again);
	fuzz_demand(bytes_equal(buf_bytes(&again), text), "another form was read");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct cms cms;
	enum rc_status status = cms_verify(BYTES(data, n), NULL, arena, &cms, err);

	fuzz_verdict(status, err);
	read_text(status == RC_OK ? cms.content : BYTES(data, n));
	return 0;
}
