#include <inttypes.h>

#include "cli/command.h"
#include "issue/restore.h"
#include "report/json.h"

static json_t *
restored_json(const struct cli *cli, const struct restored *done)
{
	json_t *o = json_object();

	json_put(o, "file", json_foreign(cli_operand(cli, 0)));
	json_put(o, "events", json_integer((json_int_t)done->events));
	json_put(o, "entries", json_integer((json_int_t)done->rows));
	json_put(o, "replaced_events", done->had
	    ? json_integer((json_int_t)done->had_events) : json_null());
	json_put(o, "kept", json_foreign(done->kept));
	json_put(o, "witness_events", done->witness_events != 0
	    ? json_integer((json_int_t)done->witness_events) : json_null());
	json_put(o, "witness_kept", json_foreign(done->witness_kept));
	return o;
}

static void
say(const struct cli *cli, const struct restored *done)
{
	uint64_t known = done->witness_events > done->had_events ? done->witness_events
	    : done->had_events;

	if (done->kept != NULL)
		cli_say(cli, "the ledger that was there is now %s", done->kept);
	if (done->witness_kept != NULL)
		cli_say(cli, "the checkpoint of the witness is now %s", done->witness_kept);
	if (known > done->events)
		cli_say(cli, "%" PRIu64 " newer events are not in it: what was signed then is not "
		    "on record and cannot be revoked here", known - done->events);
	else
		cli_say(cli, "what was signed after the backup, if anything was, is not on record");
	cli_say(cli, "next: rolecert ledger verify, rolecert crl, and issue anew what is missing");
}

enum rc_status
cmd_ledger_restore(struct cli *cli, struct error *err)
{
	const struct restore_terms terms = { .dir = cli->opt.ca, .file = cli_operand(cli, 0),
		.older = cli->opt.older };
	struct restored done = { .events = 0 };

	TRY(home_restore(&terms, cli->arena, &done, err));
	if (cli->opt.json)
		cli_put_json(cli, restored_json(cli, &done));
	else
		buf_printf(&cli->out, "%" PRIu64 " events, %" PRIu64 " entries\n", done.events,
		    done.rows);
	say(cli, &done);
	return RC_OK;
}
