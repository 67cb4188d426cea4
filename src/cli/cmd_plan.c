#include "cli/command.h"
#include "cli/planned.h"
#include "report/plan.h"

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
	return RC_OK;
}
