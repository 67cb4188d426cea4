/*
 * fuzz.h - what every fuzz target demands of a reader, beside staying alive: it
 * succeeds and reports nothing, or it fails and says by which rule, and what it
 * says can be shown on a terminal.  FUZZ_SHOW=1 shows it.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the process with a sentence: a finding. */
static inline void
fuzz_demand(bool good, const char *sentence)
{
	if (good)
		return;
	(void)fprintf(stderr, "fuzz: %s\n", sentence);
	abort();
}

static inline void
fuzz_verdict(enum rc_status status, const struct error *err)
{
	struct buf text = BUF_INIT;

	error_render(err, &text);
	if (getenv("FUZZ_SHOW") != NULL)
		(void)fputs(buf_text(&text), stderr);
	fuzz_demand((status == RC_OK) == (error_count(err) == 0), "status and error disagree");
	fuzz_demand(status == error_status(err), "the status is not that of the first error");
	for (size_t i = 0; i < text.n; i++)
		fuzz_demand(text.p[i] == '\n' || (text.p[i] >= ' ' && text.p[i] <= '~'),
		    "a message holds what a terminal may obey");
	buf_clear(&text);
}

#endif
