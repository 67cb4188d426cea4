/*
 * page.h - one deployment on one HTML page that needs nothing else to be read: no
 * network, no script, no font.
 *
 * The deployment drawn (pools, servers, roles, states), the ends of its certificates
 * on a line of time, every entry with the reason for each name, findings, what no
 * entry wants; with a CA home also the CA, the custody of its key at its last
 * signature, and its record: size, root, what is sealed, and how to verify all that.
 *
 * It keeps to HTML that is XML too, prints on A4, follows the reader's choice of light
 * or dark, and says each state in words beside its colour.  What is foreign is escaped
 * (report/html.h).  A large deployment is drawn pool by pool, not role by role, and of
 * more than PAGE_POOLS pools the rest is counted.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "issue/home.h"
#include "ledger/verify.h"
#include "report/json.h"
#include "report/standing.h"
#include "topology/topology.h"

enum {
	PAGE_POOLS = 600,        /* that are drawn                            */
	PAGE_ROLES = 150,        /* entries, up to which each of them is drawn */
};

struct page {
	struct standing_view view;
	const struct topology *topology;

	const struct home *home;         /* NULL: what follows is not told     */
	const struct ledger_counts *counts;
	struct bytes custody;            /* lines of the last signature's report; or empty */
	int64_t custody_at;
	const struct ledger_verdict *verdict;
	const struct error *audit;       /* what was found in the record      */
	int64_t sealed_at;               /* 0: never                          */
};

void page_put_html(const struct page *page, struct buf *out);

/* {"generated", "plan": as docs/schema/plan.json, "ca": as ca-show.json or null,
 * "custody": {"recorded", "lines"} or null, "ledger": as ledger-verify.json and
 * "sealed_at", or null} */
json_t *page_json(const struct page *page);

#endif
