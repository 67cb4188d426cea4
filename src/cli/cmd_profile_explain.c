#include "cli/command.h"
#include "cli/planned.h"
#include "report/explain.h"

static enum rc_status
check_about(const struct entry *entry, const struct explanations *rows, const char *about,
    struct arena *arena, struct error *err)
{
	const char **words = arena_alloc(arena, (rows->n + 1) * sizeof(*words)), *near;
	enum rc_status st;

	for (size_t i = 0; i < rows->n; i++) {
		if (explanation_is_about(&rows->v[i], about))
			return RC_OK;
		words[i] = rows->v[i].value;
	}
	near = nearest_word(about, words, rows->n);
	st = error_fail(err, RULE_NOTHING_TO_EXPLAIN, "the entry '%s' holds no '%s'", entry->id,
	    about);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "`rolecert profile explain` without it shows all that the entry "
		    "holds");
	return st;
}

enum rc_status
cmd_profile_explain(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	struct style style = cli_style(cli);
	struct explanations rows = { .v = NULL };
	const char *about = cli_operand(cli, 1);
	const struct entry *entry;

	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	TRY(planned_entry(&planned, cli_operand(cli, 0), &entry, err));
	explain_entry(entry, program_role(planned.program, entry->role), planned.topology,
	    cli->arena, &rows);
	TRY(check_about(entry, &rows, about, cli->arena, err));
	if (cli->opt.json)
		cli_put_json(cli, explanations_json(entry, &rows, about));
	else
		explanations_put_text(entry, &rows, about, &style, &cli->out);
	return RC_OK;
}
