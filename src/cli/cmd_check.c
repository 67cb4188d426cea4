#include "check/judge.h"
#include "cli/command.h"
#include "cli/issuers.h"
#include "cli/load.h"
#include "cli/planned.h"
#include "os/clock.h"
#include "report/findings.h"

struct checking {
	struct planned planned;
	struct cert cert;
	struct judge_context context;
	struct issuers issuers;          /* against whom the chain is judged   */
};

static void
checking_clear(struct checking *checking)
{
	planned_clear(&checking->planned);
	issuers_clear(&checking->issuers);
}
DEFINE_SCOPED_VALUE(checking_clear, struct checking)

static enum rc_status
load(struct cli *cli, struct checking *ret, struct error *err)
{
	const char *path = cli_operand(cli, cli->n_operands - 1);

	ret->context.now = clock_now(&clock_system);
	TRY(planned_make(cli, cli->opt.topology, &ret->planned, err));
	TRY(load_cert(cli, path, &ret->cert, err));
	TRY(issuers_load(cli, &ret->issuers, err));
	ret->context.issuers = ret->issuers.v;
	ret->context.n_issuers = ret->issuers.n;
	ret->context.lists = ret->issuers.lists;
	ret->context.n_lists = ret->issuers.n_lists;
	return RC_OK;
}

static enum rc_status
check_one(struct cli *cli, const struct checking *checking, struct error *err)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct style style = cli_style(cli);
	const struct entry *entry;
	bool satisfied;

	TRY(planned_entry(&checking->planned, cli_operand(cli, 0), &entry, err));
	satisfied = judge_entry(entry, &checking->cert, &checking->context, findings);
	if (cli->opt.json)
		cli_put_json(cli, verdict_json(entry->id, satisfied, findings));
	else
		verdict_put_text(entry->id, satisfied, findings, &style, &cli->out);
	return satisfied ? RC_OK : RC_NO;
}

/* Every entry's verdict; the findings belong to the caller's array. */
static size_t
judge_all(const struct checking *checking, struct error **findings, size_t *ret_nearest)
{
	const struct plan *plan = checking->planned.plan;
	size_t satisfied = 0;

	*ret_nearest = 0;
	for (size_t i = 0; i < plan->n_entries; i++) {
		findings[i] = error_new();
		if (judge_entry(&plan->entries[i], &checking->cert, &checking->context,
		    findings[i]))
			satisfied++;
		if (error_count(findings[i]) < error_count(findings[*ret_nearest]))
			*ret_nearest = i;
	}
	return satisfied;
}

static void
put_all_json(struct cli *cli, const struct plan *plan, struct error **findings)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->n_entries; i++)
		json_add(list, verdict_json(plan->entries[i].id, error_count(findings[i]) == 0,
		    findings[i]));
	cli_put_json(cli, list);
}

static void
put_all_text(struct cli *cli, const struct plan *plan, struct error **findings,
    size_t satisfied, size_t nearest)
{
	struct style style = cli_style(cli);

	for (size_t i = 0; i < plan->n_entries; i++)
		if (error_count(findings[i]) == 0)
			verdict_put_text(plan->entries[i].id, true, findings[i], &style, &cli->out);
	if (satisfied != 0 || plan->n_entries == 0)
		return;
	buf_printf(&cli->out, "none of the %zu entries is satisfied; the nearest is:\n",
	    plan->n_entries);
	verdict_put_text(plan->entries[nearest].id, false, findings[nearest], &style, &cli->out);
}

static enum rc_status
check_all(struct cli *cli, const struct checking *checking)
{
	const struct plan *plan = checking->planned.plan;
	size_t nearest, satisfied, n = plan->n_entries;
	struct error **findings = arena_alloc(cli->arena, (n + 1) * sizeof(*findings));

	satisfied = judge_all(checking, findings, &nearest);
	if (cli->opt.json)
		put_all_json(cli, plan, findings);
	else
		put_all_text(cli, plan, findings, satisfied, nearest);
	for (size_t i = 0; i < n; i++)
		error_free(findings[i]);
	return satisfied != 0 ? RC_OK : RC_NO;
}

enum rc_status
cmd_check(struct cli *cli, struct error *err)
{
	SCOPED(checking_clear) struct checking checking = { .issuers = { .home = NULL } };

	TRY(load(cli, &checking, err));
	return cli->n_operands == 2 ? check_one(cli, &checking, err) : check_all(cli, &checking);
}
