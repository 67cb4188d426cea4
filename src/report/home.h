/*
 * home.h - a CA home for people and for programs (`ca show`).
 *
 * JSON: {"ca", "dir", "custody", "key", "module", "certificate": {"subject",
 * "issuer", "serial", "not_before", "not_after", "key", "signature", "path_len",
 * "key_id", "pem"} or null, "chain": [subjects], "cdp": [...], "aia": {"ca_issuers",
 * "ocsp"}, "default_days", "ledger": {"done": N, ...}}.
 */
#ifndef REPORT_HOME_H
#define REPORT_HOME_H

#include "issue/home.h"
#include "ledger/ledger.h"
#include "report/json.h"
#include "report/style.h"

json_t *home_json(const struct home *home, const struct ledger_counts *counts);
void home_put_text(const struct home *home, const struct ledger_counts *counts,
    const struct style *style, struct buf *out);

#endif
