#include "cli/command.h"
#include "cli/load_ledger.h"
#include "report/ledger.h"

enum rc_status
cmd_ledger_show(struct cli *cli, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	struct style style = cli_style(cli);
	struct ledger_row *row = NULL;

	TRY(load_ledger(cli, true, &ledger, err));
	TRY(load_row(cli, ledger, cli_operand(cli, 0), &row, err));
	if (cli->opt.json)
		cli_put_json(cli, ledger_row_json(row, true));
	else
		ledger_row_put_text(row, &style, &cli->out);
	return RC_OK;
}
