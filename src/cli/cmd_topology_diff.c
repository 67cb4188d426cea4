#include "cli/command.h"
#include "cli/difference.h"

enum rc_status
cmd_topology_diff(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned was = { .plan = NULL };
	SCOPED(planned_clear) struct planned now = { .plan = NULL };

	TRY(planned_make(cli, cli_operand(cli, 0), &was, err));
	TRY(planned_make(cli, cli_operand(cli, 1), &now, err));
	return difference_put(cli, was.plan, now.plan, err);
}
