/* A proof that somebody sends: its events are told, each path leads to the root. */
#include "ledger/event.h"
#include "ledger/proof.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct proof proof = { .size = 0 };
	enum rc_status status = proof_read(BYTES(data, n), arena, &proof, err);

	fuzz_verdict(status, err);
	for (size_t i = 0; status == RC_OK && i < proof.n_events; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		fuzz_demand(proof.events[i].seq - 1 < proof.size, "an event beyond the tree");
		(void)event_describe(proof.events[i].body, &text);
	}
	return 0;
}
