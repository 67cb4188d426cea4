#include "check/issuer.h"
#include "cli/command.h"
#include "cli/known.h"
#include "cli/planned.h"
#include "os/file.h"
#include "report/page.h"
#include "report/plan.h"
#include "report/standing.h"

/* What this CA may not certify is told beside the plan. */
static enum rc_status
issuer_check(const struct home *home, const struct plan *plan, struct error *err)
{
	enum rc_status first = RC_OK;

	for (size_t i = 0; home->has_certificate && i < plan->n_entries; i++)
		KEEP_FIRST(first, issuer_allows(&plan->entries[i], &home->certificate,
		    home->chain, home->n_chain, err));
	return first;
}

/* -- which states? ------------------------------------------------------------------------ */

static enum rc_status
state_unknown(const char *word, struct error *err)
{
	const char *near = nearest_word(word, standing_words, STANDING_STATES);
	enum rc_status st = error_fail(err, RULE_STATE_UNKNOWN, "'%s' is no state of an entry",
	    word);

	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "the states are missing, wrong, revoked, expired, superseded, "
		    "foreign, expiring, valid and superfluous");
	return st;
}

/* "missing,expiring" */
static enum rc_status
states_read(struct cli *cli, unsigned *ret, struct error *err)
{
	const char *at = cli->opt.state;
	unsigned states = 0;

	while (at != NULL) {
		size_t n = strcspn(at, ",");
		const char *word = arena_strndup(cli->arena, at, n);
		enum standing_state state = standing_find(word);

		if (state == STANDING_STATES)
			return state_unknown(word, err);
		states |= 1U << state;
		at = at[n] == ',' ? at + n + 1 : NULL;
	}
	*ret = states;
	return RC_OK;
}

/* Whoever asks for states must give what they are known from. */
static enum rc_status
check_options(const struct cli *cli, struct error *err)
{
	const struct options *o = &cli->opt;
	const struct {
		bool given;
		const char *name;
	} asks[] = {
		{ o->check, "--check" }, { o->state != NULL, "--state" },
		{ o->html != NULL, "--html" }, { o->ics != NULL, "--ics" },
		{ o->metrics != NULL, "--metrics" },
	};

	for (size_t i = 0; i < ARRAY_LEN(asks); i++)
		if (asks[i].given)
			return known_check(cli, asks[i].name, err);
	return RC_OK;
}

/* -- what is shown -------------------------------------------------------------------------- */

static void
put_plan(struct cli *cli, const struct plan *plan)
{
	const struct drain drain = { cli_drain, cli };
	struct style style = cli_style(cli);

	if (cli->opt.json)
		plan_put_json(plan, &drain, &cli->out);
	else
		plan_put_text(plan, &style, &drain, &cli->out);
}

static enum rc_status
write_feed(struct cli *cli, const char *path, const struct standing_view *view,
    void (*put)(const struct standing_view *view, struct buf *out), struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (path == NULL)
		return RC_OK;
	put(view, &text);
	TRY(file_replace(path, FILE_PUBLIC, buf_bytes(&text), err));
	cli_say(cli, "wrote %s", path);
	return RC_OK;
}

static enum rc_status
write_page(struct cli *cli, const struct standing_view *view, const struct topology *topology,
    struct error *err)
{
	const struct page page = { .view = *view, .topology = topology };
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (cli->opt.html == NULL)
		return RC_OK;
	page_put_html(&page, &text);
	TRY(file_replace(cli->opt.html, FILE_PUBLIC, buf_bytes(&text), err));
	cli_say(cli, "wrote %s", cli->opt.html);
	return RC_OK;
}

static enum rc_status
put_standing(struct cli *cli, const struct standing_view *view, const struct topology *topology,
    struct error *err)
{
	const struct drain drain = { cli_drain, cli };
	struct style style = cli_style(cli);

	TRY(write_page(cli, view, topology, err));
	TRY(write_feed(cli, cli->opt.ics, view, standings_put_calendar, err));
	TRY(write_feed(cli, cli->opt.metrics, view, standings_put_metrics, err));
	if (cli->opt.json)
		plan_put_json_standing(view, &drain, &cli->out);
	else
		standings_put_text(view, &style, &cli->out);
	if (!cli->opt.json && !cli->opt.verbose && standing_view_needs_work(view))
		cli_say(cli, "something must be done: -v says what was found, and what helps");
	return RC_OK;
}

enum rc_status
cmd_plan(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	SCOPED(known_clear) struct known known = { .home = NULL };
	SCOPED(standings_free) struct standings *standings = NULL;
	struct standing_view view = { .states = 0 };

	TRY(states_read(cli, &view.states, err));
	TRY(check_options(cli, err));
	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	TRY(known_load(cli, planned.plan, &known, err));
	if (!known.any) {
		put_plan(cli, planned.plan);
		return RC_OK;
	}
	standings = standings_find(planned.plan, &known.facts);
	view.plan = planned.plan;
	view.standings = standings;
	TRY(put_standing(cli, &view, planned.topology, err));
	if (known.home != NULL)
		TRY(issuer_check(known.home, planned.plan, err));
	return cli->opt.check && standing_view_needs_work(&view) ? RC_NO : RC_OK;
}
