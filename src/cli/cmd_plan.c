#include "cli/command.h"
#include "cli/planned.h"
#include "report/plan.h"

enum rc_status
cmd_plan(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	struct style style = cli_style(cli);

	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	if (cli->opt.json)
		cli_put_json(cli, plan_json(planned.plan));
	else
		plan_put_text(planned.plan, &style, &cli->out);
	return RC_OK;
}
