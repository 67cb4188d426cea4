/*
 * audit.h - the verdict on a ledger, for people and for programs.
 *
 * JSON: {"whole", "events", "entries", "checkpoints", "sealed", "root", "findings":
 * [...]}; a finding is as in diagnoses.h.
 */
#ifndef REPORT_AUDIT_H
#define REPORT_AUDIT_H

#include "ledger/proof.h"
#include "ledger/verify.h"
#include "report/json.h"
#include "report/style.h"

json_t *audit_json(const struct ledger_verdict *verdict, const struct error *findings);
void audit_put_text(const struct ledger_verdict *verdict, const struct error *findings,
    const struct style *style, struct buf *out);

/* {"proven", "size", "root", "events": [{"number", "text"}], "grown_from": SIZE or null} */
json_t *proof_json(const struct proof *proof);
void proof_put_text(const struct proof *proof, const struct style *style, struct buf *out);

#endif
