/*
 * explain.h - why an entry holds what it holds, for people and programs.
 *
 * JSON: docs/schema/profile-explain.json.
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "plan/explain.h"
#include "report/json.h"
#include "report/style.h"

/* Those rows that are about this; `about` may be NULL. */
json_t *explanations_json(const struct entry *entry, const struct explanations *rows,
    const char *about);
void explanations_put_text(const struct entry *entry, const struct explanations *rows,
    const char *about, const struct style *style, struct buf *out);

/* {"file", "line", "column"}, or null. */
json_t *place_json(struct place at);

#endif
