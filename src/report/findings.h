/*
 * findings.h - what check/ found in a certificate, for people and programs.
 *
 * JSON: {"entry", "satisfied", "findings": [{"rule", "severity", "message",
 * "want", "have", "fix"}]} (docs/schema/check.json).
 */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "base/error.h"
#include "report/json.h"
#include "report/style.h"

/* The array, and the lines, alone. */
json_t *findings_json(const struct error *findings);
void findings_put_text(const struct error *findings, const struct style *style,
    struct buf *out);

json_t *verdict_json(const char *entry, bool satisfied, const struct error *findings);

/* One line of verdict, then each finding. */
void verdict_put_text(const char *entry, bool satisfied, const struct error *findings,
    const struct style *style, struct buf *out);

#endif
