/*
 * ledger.h - rows of the ledger for people and for programs.
 *
 * JSON of a row: {"id", "kind", "state", "serial", "entry", "role", "topology",
 * "requester", "algorithm", "subject", "not_before", "not_after", "created",
 * "changed", "owner", "reason", "entry_digest", "profile_digest", "key_digest"};
 * with `whole` also "certificate" (PEM or null), "tbs" and "csr" (hex or null)
 * and "custody" (the text, line by line).
 */
#ifndef REPORT_LEDGER_H
#define REPORT_LEDGER_H

#include "ledger/ledger.h"
#include "report/json.h"
#include "report/style.h"

json_t *ledger_row_json(const struct ledger_row *row, bool whole);
void ledger_row_put_text(const struct ledger_row *row, const struct style *style,
    struct buf *out);

#endif
