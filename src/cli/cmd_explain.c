#include "cli/command.h"
#include "report/diagnoses.h"
#include "report/table.h"

static enum rc_status
no_such_rule(const char *id, struct error *err)
{
	const char *known[RULE_COUNT], *near;
	enum rc_status st = error_fail(err, RULE_UNKNOWN_RULE, "there is no rule '%s'", id);

	for (enum rule rule = 0; rule < RULE_COUNT; rule++)
		known[rule] = rule_id(rule);
	near = nearest_word(id, known + 1, RULE_COUNT - 1);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "`rolecert explain` lists them all");
	return st;
}

static void
explain_one(struct cli *cli, enum rule rule)
{
	struct style style = cli_style(cli);

	style_put(&style, INK_STRONG, rule_id(rule), &cli->out);
	buf_printf(&cli->out, ": %s.\n", rule_text(rule));
	style_put_prose(&style, rule_why(rule), &cli->out);
	if (rule_status(rule) == RC_OK)
		buf_puts(&cli->out, "    It warns or notes, and changes no exit status.\n");
	else
		buf_printf(&cli->out, "    Exit status %d (%s).\n", (int)rule_status(rule),
		    status_word(rule_status(rule)));
}

static void
list_all(struct cli *cli)
{
	SCOPED(table_free) struct table *table = table_new("RULE", "EXIT", "MEANS", NULL);
	struct style style = cli_style(cli);

	for (enum rule rule = RULE_NONE + 1; rule < RULE_COUNT; rule++) {
		char status[8];

		(void)snprintf(status, sizeof(status), rule_status(rule) == RC_OK ? "-" : "%d",
		    (int)rule_status(rule));
		table_add(table, rule_id(rule), status, rule_text(rule));
	}
	table_put(table, &style, &cli->out);
}

static void
list_json(struct cli *cli)
{
	json_t *list = json_array();

	for (enum rule rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
		json_add(list, rule_json(rule));
	cli_put_json(cli, list);
}

enum rc_status
cmd_explain(struct cli *cli, struct error *err)
{
	const char *id = cli_operand(cli, 0);
	enum rule rule;

	if (id == NULL) {
		if (cli->opt.json)
			list_json(cli);
		else
			list_all(cli);
		return RC_OK;
	}
	rule = rule_find(id);
	if (rule == RULE_NONE)
		return no_such_rule(id, err);
	if (cli->opt.json)
		cli_put_json(cli, rule_json(rule));
	else
		explain_one(cli, rule);
	return RC_OK;
}
