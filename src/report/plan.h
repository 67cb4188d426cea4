/*
 * plan.h - a plan for people and for programs.
 *
 * JSON: docs/schema/plan.json describes it.  `state` is null where neither a record
 * nor a folder of certificates is at hand; where one is, an entry has also `standing`,
 * and the plan `superfluous`.
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

/*
 * Where a long report goes while it is written: `take` is called again and again with
 * what there is by then, and may take it out of the buffer.  A NULL drain: nowhere.
 */
struct drain {
	void (*take)(struct buf *out, void *context);
	void *context;
};
void drain_some(const struct drain *drain, struct buf *out);

void plan_put_json(const struct plan *plan, const struct drain *drain, struct buf *out);
/* With how its entries stand; those alone that the view shows. */
struct standing_view;
void plan_put_json_standing(const struct standing_view *view, const struct drain *drain,
    struct buf *out);
json_t *entry_json(const struct entry *entry);
void plan_put_text(const struct plan *plan, const struct style *style,
    const struct drain *drain, struct buf *out);

const char *eku_name(const char *oid);   /* "serverAuth", or the OID where it has no word */

/* "serverAuth, clientAuth"; "rsa-2048, ec-p256"; appended, for text. */
void put_ekus(const char *const *oids, size_t n, struct buf *out);
void put_key_algorithms(unsigned algorithms, struct buf *out);

#endif
