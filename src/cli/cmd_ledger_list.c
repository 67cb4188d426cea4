#include "cli/command.h"
#include "cli/load_ledger.h"
#include "report/events.h"
#include "report/ledger.h"
#include "report/table.h"
#include "token/custody.h"

struct listing {
	const struct cli *cli;
	struct table *table;
	json_t *json;                    /* NULL: text                       */
};

static void
add_text(struct table *table, const struct ledger_row *row)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT, when = BUF_INIT, what = BUF_INIT;
	char id[24];

	(void)snprintf(id, sizeof(id), "%lld", (long long)row->id);
	buf_put_hex(&serial, row->serial);
	clock_put(&when, row->created);
	if (row->kind != LEDGER_CERTIFICATE)
		buf_printf(&what, "(%s) ", ledger_kind_word(row->kind));
	if (custody_level_of(row->custody) == CUSTODY_LAB)
		buf_puts(&what, "(lab) ");
	buf_puts(&what, row->entry != NULL ? row->entry : "");
	while (what.n != 0 && what.p[what.n - 1] == ' ')
		buf_cut(&what, what.n - 1);
	table_add(table, id, ledger_state_word(row->state), buf_text(&when), buf_text(&serial),
	    buf_text(&what));
}

static enum rc_status
add(void *arg, const struct ledger_row *row, struct error *err)
{
	struct listing *listing = arg;

	(void)err;
	if (listing->json != NULL)
		json_add(listing->json, ledger_row_json(row, false));
	else
		add_text(listing->table, row);
	return RC_OK;
}

static enum rc_status
add_event(void *arg, const struct ledger_event *event, struct error *err)
{
	struct listing *listing = arg;

	(void)err;
	if (listing->json != NULL)
		json_add(listing->json, event_json(event));
	else
		event_add(listing->table, event, listing->cli->opt.verbose);
	return RC_OK;
}

enum rc_status
cmd_ledger_list(struct cli *cli, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	SCOPED(table_free) struct table *table = cli->opt.events ? event_table() :
	    table_new("NO", "STATE", "RECORDED", "SERIAL", "ENTRY", NULL);
	struct listing listing = { .cli = cli, .table = table };
	struct ledger_filter all = { .entry = NULL };
	struct style style = cli_style(cli);
	enum rc_status st;

	TRY(load_ledger(cli, true, &ledger, err));
	listing.json = cli->opt.json ? json_array() : NULL;
	st = cli->opt.events ? ledger_each_event(ledger, 0, add_event, &listing, err)
	    : ledger_each(ledger, &all, add, &listing, err);
	if (st != RC_OK) {
		json_decref(listing.json);
		return st;
	}
	if (listing.json != NULL)
		cli_put_json(cli, listing.json);
	else
		table_put(table, &style, &cli->out);
	return RC_OK;
}
