/*
 * blast.h - certificates that a change breaks, for people and programs.
 *
 * JSON: a list of {"serial", "entry", "not_after", "findings"}, the value of
 * "certificates" in docs/schema/diff.json.
 */
#ifndef REPORT_BLAST_H
#define REPORT_BLAST_H

#include "issue/blast.h"
#include "report/json.h"
#include "report/style.h"

json_t *blast_json(const struct blast *blast);

/* Behind the changes, with an empty line before it. */
void blast_put_text(const struct blast *blast, const struct style *style, struct buf *out);

#endif
