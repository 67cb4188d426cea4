#include "cli/command.h"
#include "report/home.h"

enum rc_status
cmd_ca_show(struct cli *cli, struct error *err)
{
	const char *dir = cli_operand(cli, 0) != NULL ? cli_operand(cli, 0) : cli->opt.ca;
	SCOPED(home_close) struct home *home = NULL;
	struct style style = cli_style(cli);
	struct ledger_counts counts = { .rows = 0 };

	if (dir == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "which CA? give its home: rolecert ca show DIR, or --ca DIR");
	TRY(home_open(dir, HOME_LOOK, NULL, &home, err));
	TRY(ledger_count(home->ledger, &counts, err));
	if (cli->opt.json)
		cli_put_json(cli, home_json(home, &counts));
	else
		home_put_text(home, &counts, &style, &cli->out);
	return RC_OK;
}
