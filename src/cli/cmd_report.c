#include "cli/command.h"
#include "cli/known.h"
#include "cli/planned.h"
#include "issue/audit.h"
#include "os/file.h"
#include "report/page.h"

/* What the page is made of. */
struct reporting {
	struct planned planned;
	struct known known;
	struct standings *standings;
	struct ledger_counts counts;
	struct ledger_verdict verdict;
	struct error *audit;
	struct page page;
};

static void
reporting_clear(struct reporting *r)
{
	standings_free(r->standings);
	known_clear(&r->known);
	planned_clear(&r->planned);
	error_free(r->audit);
}
DEFINE_SCOPED_VALUE(reporting_clear, struct reporting)

static enum rc_status
check_options(const struct cli *cli, struct error *err)
{
	if (cli->opt.html == NULL && !cli->opt.json)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--html FILE is missing: where the page goes (or --json)");
	return known_check(cli, "the report", err);
}

static enum rc_status
stand(struct cli *cli, struct reporting *r, struct error *err)
{
	TRY(planned_make(cli, cli->opt.topology, &r->planned, err));
	TRY(known_load(cli, r->planned.plan, &r->known, err));
	r->standings = standings_find(r->planned.plan, &r->known.facts);
	r->page.view = (struct standing_view){ .plan = r->planned.plan,
		.standings = r->standings };
	r->page.topology = r->planned.topology;
	return RC_OK;
}

struct last {
	struct cli *cli;
	struct page *page;
};

static enum rc_status
take_custody(void *arg, const struct ledger_row *row, struct error *err)
{
	struct last *last = arg;

	(void)err;
	last->page->custody = arena_bytes(last->cli->arena, row->custody);
	last->page->custody_at = row->created;
	return RC_OK;
}

/* The custody of the last signature by the CA's key, and when the record was sealed. */
static enum rc_status
look_back(struct cli *cli, struct reporting *r, struct error *err)
{
	struct ledger_filter filter = { .newest_first = true, .limit = 1,
		.kinds = 1U << LEDGER_CERTIFICATE | 1U << LEDGER_SELF_SIGNED | 1U << LEDGER_CRL };
	struct last last = { cli, &r->page };
	struct ledger_row *sealed;

	TRY(ledger_each(r->known.home->ledger, &filter, take_custody, &last, err));
	TRY(ledger_find_newest(r->known.home->ledger, LEDGER_CHECKPOINT, cli->arena, &sealed,
	    err));
	r->page.sealed_at = sealed != NULL ? sealed->created : 0;
	return RC_OK;
}

static enum rc_status
tell_of_home(struct cli *cli, struct reporting *r, struct error *err)
{
	struct audit_terms terms = { .dir = cli->opt.ca };

	if (r->known.home == NULL)
		return RC_OK;
	r->audit = error_new();
	TRY(ledger_count(r->known.home->ledger, &r->counts, err));
	TRY(look_back(cli, r, err));
	r->page.home = r->known.home;
	r->page.counts = &r->counts;
	if (!r->known.home->has_certificate)
		return RC_OK;
	TRY(audit_home(&terms, &r->verdict, r->audit, err));
	r->page.verdict = &r->verdict;
	r->page.audit = r->audit;
	return RC_OK;
}

enum rc_status
cmd_report(struct cli *cli, struct error *err)
{
	SCOPED(reporting_clear) struct reporting r = { .audit = NULL };
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	TRY(check_options(cli, err));
	TRY(stand(cli, &r, err));
	TRY(tell_of_home(cli, &r, err));
	if (cli->opt.html != NULL) {
		page_put_html(&r.page, &text);
		TRY(file_replace(cli->opt.html, FILE_PUBLIC, buf_bytes(&text), err));
		cli_say(cli, "wrote %s", cli->opt.html);
	}
	if (cli->opt.json)
		cli_put_json(cli, page_json(&r.page));
	return RC_OK;
}
