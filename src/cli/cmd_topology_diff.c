#include "cli/command.h"
#include "cli/planned.h"
#include "report/diff.h"

enum rc_status
cmd_topology_diff(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned was = { .plan = NULL };
	SCOPED(planned_clear) struct planned now = { .plan = NULL };
	struct changes changes = { .v = NULL };
	struct style style = cli_style(cli);

	TRY(planned_make(cli, cli_operand(cli, 0), &was, err));
	TRY(planned_make(cli, cli_operand(cli, 1), &now, err));
	plan_diff(was.plan, now.plan, cli->arena, &changes);
	if (cli->opt.json)
		cli_put_json(cli, changes_json(&changes));
	else
		changes_put_text(&changes, "certificate", &style, &cli->out);
	return changes.n != 0 ? RC_NO : RC_OK;
}
