#include "cli/command.h"

enum rc_status
cmd_help(struct cli *cli, struct error *err)
{
	const char *name = cli_operand(cli, 0), *sub = cli_operand(cli, 1);
	const struct command *command;

	if (name == NULL) {
		help_program(&cli->out);
		return RC_OK;
	}
	if (sub == NULL && command_is_group(name)) {
		help_group(name, &cli->out);
		return RC_OK;
	}
	TRY(command_find(name, sub, &command, err));
	help_command(command, &cli->out);
	return RC_OK;
}
