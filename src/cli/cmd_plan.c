#include "check/issuer.h"
#include "cli/command.h"
#include "cli/planned.h"
#include "issue/home.h"
#include "os/file.h"
#include "report/plan.h"

/* What this CA may not certify is told beside the plan. */
static enum rc_status
issuer_check(const struct cli *cli, const struct plan *plan, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	enum rc_status first = RC_OK;

	/* A folder that holds role texts alone has nobody to ask. */
	if (!file_exists(path_join(cli->arena, cli->opt.ca, HOME_CONFIG)))
		return RC_OK;
	TRY(home_open(cli->opt.ca, HOME_LOOK, NULL, &home, err));
	for (size_t i = 0; home->has_certificate && i < plan->n_entries; i++) {
		enum rc_status st = issuer_allows(&plan->entries[i], &home->certificate,
		    home->chain, home->n_chain, err);

		first = first != RC_OK ? first : st;
	}
	return first;
}

enum rc_status
cmd_plan(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	const struct drain drain = { cli_drain, cli };
	struct style style = cli_style(cli);

	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	if (cli->opt.json)
		plan_put_json(planned.plan, &drain, &cli->out);
	else
		plan_put_text(planned.plan, &style, &drain, &cli->out);
	return cli->opt.ca != NULL ? issuer_check(cli, planned.plan, err) : RC_OK;
}
