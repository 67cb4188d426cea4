#include "check/judge.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/planned.h"
#include "issue/home.h"
#include "os/clock.h"
#include "os/file.h"
#include "report/findings.h"

struct checking {
	struct planned planned;
	struct cert cert;
	struct judge_context context;
	struct home *home;               /* whose chain is judged, or NULL    */
};

static void
checking_clear(struct checking *checking)
{
	planned_clear(&checking->planned);
	home_close(checking->home);
}
DEFINE_SCOPED_VALUE(checking_clear, struct checking)

/* The CA and whoever stands above it. */
static void
issuers_of_home(struct cli *cli, struct checking *ret)
{
	size_t n = ret->home->n_chain + 1;
	struct cert *issuers = arena_alloc(cli->arena, n * sizeof(*issuers));

	issuers[0] = ret->home->certificate;
	for (size_t i = 1; i < n; i++)
		issuers[i] = ret->home->chain[i - 1];
	ret->context.issuers = issuers;
	ret->context.n_issuers = n;
}

static enum rc_status
load_issuers(struct cli *cli, struct checking *ret, struct error *err)
{
	struct cert *issuers;
	struct bytes file;

	if (cli->opt.issuer != NULL) {
		TRY(load_file(cli, cli->opt.issuer, FILE_MAX_CERT, &file, err));
		TRY_WHILE(err,
		    cert_read_chain(file, cli->arena, &issuers, &ret->context.n_issuers, err),
		    "reading --issuer %s", cli->opt.issuer);
		ret->context.issuers = issuers;
	} else if (cli->opt.ca != NULL) {
		TRY(home_open(cli->opt.ca, HOME_LOOK, NULL, &ret->home, err));
		if (ret->home->has_certificate)
			issuers_of_home(cli, ret);
	}
	return RC_OK;
}

static enum rc_status
load(struct cli *cli, struct checking *ret, struct error *err)
{
	const char *path = cli_operand(cli, cli->n_operands - 1);

	ret->context.now = clock_now(&clock_system);
	TRY(planned_make(cli, cli->opt.topology, &ret->planned, err));
	TRY(load_cert(cli, path, &ret->cert, err));
	return load_issuers(cli, ret, err);
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
	SCOPED(checking_clear) struct checking checking = { .home = NULL };

	TRY(load(cli, &checking, err));
	return cli->n_operands == 2 ? check_one(cli, &checking, err) : check_all(cli, &checking);
}
