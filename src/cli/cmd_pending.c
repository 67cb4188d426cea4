#include "cli/command.h"
#include "cli/decide.h"
#include "report/approval.h"
#include "report/json.h"

static enum rc_status
show_one(struct cli *cli, struct home *home, const char *word, struct error *err)
{
	struct style style = cli_style(cli);
	struct approval_case c;
	int64_t id;

	TRY(request_number(word, &id, err));
	TRY(approval_open(home, id, cli->arena, &c, err));
	if (cli->opt.json)
		cli_put_json(cli, approval_json(home, &c));
	else
		approval_put_text_report(home, &c, &style, &cli->out);
	return RC_OK;
}

static enum rc_status
show_each(struct cli *cli, struct home *home, const struct ledger_request *all, size_t n,
    json_t *list, struct error *err)
{
	struct style style = cli_style(cli);

	for (size_t i = 0; i < n; i++) {
		struct approval_case c;

		TRY(approval_open(home, all[i].id, cli->arena, &c, err));
		if (cli->opt.json)
			json_add(list, approval_json(home, &c));
		else if (style.verbose)
			approval_put_text_report(home, &c, &style, &cli->out);
		else
			approval_put_summary(home, &c, &style, &cli->out);
	}
	return RC_OK;
}

static enum rc_status
show_all(struct cli *cli, struct home *home, struct error *err)
{
	struct ledger_request *all;
	json_t *list = json_array();
	enum rc_status st;
	size_t n = 0;

	st = ledger_requests(home->ledger, 1U << REQUEST_WAITING | 1U << REQUEST_APPROVED,
	    cli->arena, &all, &n, err);
	if (st == RC_OK)
		st = show_each(cli, home, all, n, list, err);
	if (st == RC_OK && cli->opt.json)
		cli_put_json(cli, json_incref(list));
	json_decref(list);
	if (st == RC_OK && n == 0)
		cli_say(cli, "nothing waits for approval");
	return st;
}

enum rc_status
cmd_pending(struct cli *cli, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	const char *word = cli_operand(cli, 0);

	TRY(home_open(cli->opt.ca, HOME_REVIEW, NULL, &home, err));
	return word != NULL ? show_one(cli, home, word, err) : show_all(cli, home, err);
}
