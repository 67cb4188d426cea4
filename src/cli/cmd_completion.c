#include "cli/command.h"
#include "cli/complete.h"

enum rc_status
cmd_completion(struct cli *cli, struct error *err)
{
	const char *shell = cli_operand(cli, 0), *script;
	enum rc_status st;

	if (cli->opt.words) {
		complete_words(cli, cli->operands, cli->n_operands, &cli->out);
		return RC_OK;
	}
	if (cli->n_operands > 1)
		return error_fail(err, RULE_EXTRA_ARGUMENT, "'%s' is one argument too many",
		    cli->operands[1]);
	script = shell != NULL ? completion_script(shell) : NULL;
	if (script != NULL) {
		buf_puts(&cli->out, script);
		return RC_OK;
	}
	if (shell != NULL)
		st = error_fail(err, RULE_OPTION_VALUE, "there is no completion for '%s'", shell);
	else
		st = error_fail(err, RULE_MISSING_ARGUMENT, "which shell? bash, zsh or fish");
	error_fix(err, "`rolecert completion bash`, zsh or fish");
	return st;
}
