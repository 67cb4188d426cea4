/*
 * plan.h - a plan for people and for programs.
 *
 * JSON: docs/schema/plan.json describes it.  `state` is null: it is known only
 * where a ledger or a folder of certificates is at hand.
 *
 * Text: an entry is a block, its id first, then one labelled line for each thing
 * that the certificate will hold; names in their order.  With `verbose` each name
 * stands on its own line with the reason and the place of the role that put it
 * there.
 */
#ifndef REPORT_PLAN_H
#define REPORT_PLAN_H

#include "plan/plan.h"
#include "report/json.h"
#include "report/style.h"

json_t *plan_json(const struct plan *plan);
json_t *entry_json(const struct entry *entry);
void plan_put_text(const struct plan *plan, const struct style *style, struct buf *out);

/* "serverAuth, clientAuth"; "rsa-2048, ec-p256"; appended, for text. */
void put_ekus(const char *const *oids, size_t n, struct buf *out);
void put_key_algorithms(unsigned algorithms, struct buf *out);

#endif
