#include "cli/command.h"
#include "cli/decide.h"

enum rc_status
cmd_approve(struct cli *cli, struct error *err)
{
	return decide(cli, NULL, err);
}
