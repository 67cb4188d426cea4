/*
 * batch.h - what came of many requests, for people and programs.
 *
 * A line of JSON for each (docs/schema/apply.json): {"entry", "line", "outcome", "serial",
 * "ledger_id", "not_before", "not_after", "differences", "notes", "file", "certificate",
 * "waits" (as issue-waits.json), "error"}; and the last one {"summary": {...}}.
 */
#ifndef REPORT_BATCH_H
#define REPORT_BATCH_H

#include "issue/batch.h"
#include "report/json.h"
#include "report/style.h"

/* "issued", "already", "waiting", "failed", "stopped"; foreseen: "would-issue" and the like. */
const char *batch_outcome_word(enum batch_outcome outcome, bool foreseen);

/* One line, appended.  line: of a stream; 0: there is none.  The certificate stands in it
 * where it was not written to a file. */
void batch_put_line(const struct batch_result *result, size_t line, bool foreseen,
    struct buf *out);

struct batch_summary {
	size_t entries, requests;        /* of the plan; found                */
	struct batch_counts counts;
	bool foreseen;                   /* --dry-run: nothing was done       */
	size_t twice;                    /* entries with two requests         */
};
void batch_put_summary_line(const struct batch_summary *summary, struct buf *out);
void batch_put_summary(const struct batch_summary *summary, const struct style *style,
    struct buf *out);

#endif
