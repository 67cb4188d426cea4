#include "cli/command.h"
#include "cli/load_ledger.h"
#include "report/json.h"

enum rc_status
cmd_ledger_recover(struct cli *cli, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	size_t lost = 0;
	json_t *o;

	TRY(load_ledger(cli, false, &ledger, err));
	TRY(ledger_check(ledger, err));
	TRY(ledger_recover(ledger, &lost, err));
	if (cli->opt.json) {
		o = json_object();
		json_put(o, "lost", json_integer((json_int_t)lost));
		cli_put_json(cli, o);
		return RC_OK;
	}
	if (lost == 0)
		buf_puts(&cli->out, "nothing to recover: no signature is unsettled\n");
	else
		buf_printf(&cli->out, "%zu unsettled signature%s now LOST: possibly issued, "
		    "never delivered\n", lost, lost == 1 ? " is" : "s are");
	return RC_OK;
}
