#include "cli/command.h"

enum rc_status
cmd_help(struct cli *cli, struct error *err)
{
	const char *name = cli_operand(cli, 0), *sub = cli_operand(cli, 1);
	const struct command *command;

	if (name != NULL && (sub != NULL || !command_is_group(name)))
		TRY(command_find(name, sub, &command, err));
	help_put(cli, name, sub);
	return RC_OK;
}
