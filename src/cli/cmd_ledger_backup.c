#include "cli/command.h"
#include "cli/load_ledger.h"
#include "report/json.h"

enum rc_status
cmd_ledger_backup(struct cli *cli, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	struct ledger_counts counts;
	const char *path = cli_operand(cli, 0);
	json_t *o;

	TRY(load_ledger(cli, true, &ledger, err));
	TRY(ledger_backup(ledger, path, &counts, err));
	if (cli->opt.json) {
		o = json_object();
		json_put(o, "file", json_foreign(path));
		json_put(o, "events", json_integer((json_int_t)counts.events));
		json_put(o, "entries", json_integer((json_int_t)counts.rows));
		cli_put_json(cli, o);
		return RC_OK;
	}
	buf_printf(&cli->out, "%llu events, %llu entries\n", (unsigned long long)counts.events,
	    (unsigned long long)counts.rows);
	return RC_OK;
}
