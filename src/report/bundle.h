/*
 * bundle.h - the verdict on an evidence bundle, for people and for programs.
 *
 * JSON: {"holds", "ca", "checkpoint": {"size", "root", "time"}, "attested": [{"kind",
 * "signer", "key", "stamped"}], "entries": [{"number", "entry", "serial", "state", "time",
 * "subject", "not_before", "not_after", "requester", "approvals": [{"officer", "key",
 * "decision", "time"}]}], "findings": [...]} (docs/schema/verify.json).
 */
#ifndef REPORT_BUNDLE_H
#define REPORT_BUNDLE_H

#include "evidence/bundle.h"
#include "report/json.h"
#include "report/style.h"

json_t *bundle_json(const struct bundle *bundle, const struct error *findings);
void bundle_put_text(const struct bundle *bundle, const struct error *findings,
    const struct style *style, struct buf *out);

#endif
