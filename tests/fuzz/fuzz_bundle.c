/*
 * Evidence from anybody: verified, with each finding by a rule, or refused.  Sums of
 * headers are put right first, so that what is changed behind them is looked at.
 */
#include "evidence/bundle.h"
#include "evidence/tar.h"
#include "tests/fuzz/fuzz.h"

enum { BLOCK = 512, AT_SIZE = 124, AT_SUM = 148 };

static void
header_mend(uint8_t *header)
{
	unsigned sum = 0;

	memset(header + AT_SUM, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += header[i];
	(void)snprintf((char *)header + AT_SUM, 7, "%06o", sum & 0777777);
}

static void
archive_mend(struct buf *archive)
{
	for (size_t at = 0; archive->n - at >= BLOCK && archive->p[at] != 0;) {
		size_t size = 0;

		for (size_t i = 0; i < 11; i++)
			size = size << 3 | (archive->p[at + AT_SIZE + i] & 7);
		header_mend(archive->p + at);
		if (size > archive->n - at - BLOCK)
			return;
		at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
		if (at > archive->n)
			return;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new(), *findings = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf archive = BUF_INIT;
	const struct bundle_terms terms = { .known = NULL };
	struct bundle bundle;
	enum rc_status status;

	buf_put(&archive, data, n);
	archive_mend(&archive);
	status = bundle_verify(buf_bytes(&archive), &terms, arena, &bundle, findings, err);
	fuzz_verdict(status, err);
	fuzz_verdict(error_status(findings), findings);
	fuzz_demand(status != RC_OK || error_count(findings) != 0 || bundle.n_entries != 0,
	    "a bundle of nothing holds");
	return 0;
}
