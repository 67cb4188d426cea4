#include "base/escape.h"
#include "check/judge.h"
#include "cli/command.h"
#include "cli/issuers.h"
#include "cli/load.h"
#include "cli/planned.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/tls.h"
#include "report/findings.h"
#include "report/junit.h"

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

/* -- what is judged ------------------------------------------------------------------ */

/* 1 to 65535: getaddrinfo takes larger ones for the port that is left of their low bits. */
static bool
is_port(const char *text)
{
	size_t n = strlen(text);
	long port = n <= 5 && strspn(text, "0123456789") == n ? strtol(text, NULL, 10) : 0;

	return port >= 1 && port <= UINT16_MAX;
}

/* "HOST:PORT", "[::1]:443" */
static enum rc_status
take_apart(struct cli *cli, const char **ret_host, const char **ret_port, struct error *err)
{
	const char *at = cli->opt.connect, *colon = strrchr(at, ':');
	size_t n = colon != NULL ? (size_t)(colon - at) : 0;
	bool bracketed = n > 2 && at[0] == '[' && at[n - 1] == ']';
	enum rc_status st;

	if (n != 0 && is_port(colon + 1) &&
	    (bracketed || (memchr(at, ':', n) == NULL && at[0] != '['))) {
		*ret_host = arena_strndup(cli->arena, at + bracketed, n - 2 * (size_t)bracketed);
		*ret_port = colon + 1;
		return RC_OK;
	}
	st = error_fail(err, RULE_OPTION_VALUE, "'%s' is not HOST:PORT", at);
	error_fix(err, "a name or an address and the number of a port: www.contoso.com:443, "
	    "[2001:db8::1]:443");
	return st;
}

static enum rc_status
load_shown(struct cli *cli, struct cert *ret, struct error *err)
{
	struct tls_shown shown;
	const char *host = NULL, *port = NULL;

	TRY(take_apart(cli, &host, &port, err));
	TRY(tls_look(host, port, TLS_SECONDS, cli->arena, &shown, err));
	TRY_WHILE(err, cert_read(shown.der[0], cli->arena, ret, err),
	    "reading the certificate that %s shows", cli->opt.connect);
	cli_say(cli, "%s shows '%s', issued by '%s'", cli->opt.connect, ret->subject_text,
	    ret->issuer_text);
	return RC_OK;
}

/* ENTRY, or NULL: any.  What is left beside it is the file, where there is no server. */
static const char *
entry_named(const struct cli *cli)
{
	size_t most = cli->opt.connect != NULL ? 0 : 1;

	return cli->n_operands > most ? cli_operand(cli, 0) : NULL;
}

static enum rc_status
check_operands(const struct cli *cli, struct error *err)
{
	size_t n = cli->n_operands;

	if (cli->opt.connect == NULL && n == 0)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "no certificate is given: a file, or --connect HOST:PORT");
	if (cli->opt.connect != NULL && n > 1)
		return error_fail(err, RULE_EXTRA_ARGUMENT,
		    "'%s' is one argument too many: the certificate comes from %s",
		    cli_operand(cli, 1), cli->opt.connect);
	return RC_OK;
}

/* Somebody named the entry, and not the certificate. */
static enum rc_status
load_file_named(struct cli *cli, struct checking *ret, struct error *err)
{
	const char *path = cli_operand(cli, cli->n_operands - 1);
	enum rc_status st = load_leaf(cli, path, &ret->cert, err);

	if (st != RC_OK && cli->n_operands == 1 && plan_find(ret->planned.plan, path) != NULL)
		error_fix(err, "'%s' is an entry: the certificate stands behind it", path);
	return st;
}

static enum rc_status
load(struct cli *cli, struct checking *ret, struct error *err)
{
	TRY(check_operands(cli, err));
	ret->context.now = clock_now(&clock_system);
	TRY(planned_make(cli, cli->opt.topology, &ret->planned, err));
	if (cli->opt.connect != NULL)
		TRY(load_shown(cli, &ret->cert, err));
	else
		TRY(load_file_named(cli, ret, err));
	TRY(issuers_load(cli, &ret->issuers, err));
	ret->context.issuers = ret->issuers.v;
	ret->context.n_issuers = ret->issuers.n;
	ret->context.lists = ret->issuers.lists;
	ret->context.n_lists = ret->issuers.n_lists;
	return RC_OK;
}

/* -- verdicts -------------------------------------------------------------------------- */

static enum rc_status
write_junit(struct cli *cli, const struct checking *checking, const struct entry *entries,
    struct error *const *findings, size_t n, struct error *err)
{
	struct junit_case *cases = arena_alloc(cli->arena, (n + 1) * sizeof(*cases));
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (cli->opt.junit == NULL)
		return RC_OK;
	for (size_t i = 0; i < n; i++)
		cases[i] = (struct junit_case){ .entry = entries[i].id, .role = entries[i].role,
			.findings = findings[i] };
	junit_put(checking->planned.plan->topology, cases, n, &text);
	TRY(file_replace(cli->opt.junit, FILE_PUBLIC, buf_bytes(&text), err));
	cli_say(cli, "wrote %s", cli->opt.junit);
	return RC_OK;
}

static enum rc_status
check_one(struct cli *cli, const struct checking *checking, struct error *err)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct style style = cli_style(cli);
	const struct entry *entry;
	bool satisfied;

	TRY(planned_entry(&checking->planned, entry_named(cli), &entry, err));
	satisfied = judge_entry(entry, &checking->cert, &checking->context, findings);
	TRY(write_junit(cli, checking, entry, &findings, 1, err));
	if (cli->opt.json)
		cli_put_json(cli, verdict_json(entry->id, satisfied, findings));
	else
		verdict_put_text(entry->id, satisfied, findings, &style, &cli->out);
	return satisfied ? RC_OK : RC_NO;
}

/* Whose findings say most of a certificate that satisfies none. */
static size_t
nearest(const struct checking *checking, struct error **findings)
{
	const struct entry *entries = checking->planned.plan->entries;
	size_t best = 0, most = 0;

	for (size_t i = 0; i < checking->planned.plan->n_entries; i++) {
		size_t kinship = judge_kinship(&entries[i], &checking->cert);

		if (kinship > most || (kinship == most &&
		    error_count(findings[i]) < error_count(findings[best]))) {
			best = i;
			most = kinship;
		}
	}
	return best;
}

/* Every entry's verdict; the findings belong to the caller's array. */
static size_t
judge_all(const struct checking *checking, struct error **findings)
{
	const struct plan *plan = checking->planned.plan;
	size_t satisfied = 0;

	for (size_t i = 0; i < plan->n_entries; i++) {
		findings[i] = error_new();
		if (judge_entry(&plan->entries[i], &checking->cert, &checking->context,
		    findings[i]))
			satisfied++;
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

/* Did an entry before this one name the role? */
static bool
is_told(const struct plan *plan, struct error **findings, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (error_count(findings[j]) == 0 &&
		    strcmp(plan->entries[j].role, plan->entries[i].role) == 0)
			return true;
	return false;
}

/* "satisfies 2 of 22 entries, of the roles edge-external, reverse-proxy" */
static void
put_sum(const struct plan *plan, struct error **findings, size_t satisfied, struct buf *out)
{
	const char *between = " ";

	buf_printf(out, "\nsatisfies %zu of %zu entries, of the roles", satisfied,
	    plan->n_entries);
	for (size_t i = 0; i < plan->n_entries; i++) {
		if (error_count(findings[i]) != 0 || is_told(plan, findings, i))
			continue;
		buf_puts(out, between);
		put_foreign_text(out, plan->entries[i].role);
		between = ", ";
	}
	buf_putc(out, '\n');
}

static void
put_all_text(struct cli *cli, const struct checking *checking, struct error **findings,
    size_t satisfied)
{
	const struct plan *plan = checking->planned.plan;
	struct style style = cli_style(cli);
	size_t near;

	for (size_t i = 0; i < plan->n_entries; i++)
		if (error_count(findings[i]) == 0)
			verdict_put_text(plan->entries[i].id, true, findings[i], &style, &cli->out);
	if (satisfied != 0)
		put_sum(plan, findings, satisfied, &cli->out);
	if (plan->n_entries == 0)
		buf_puts(&cli->out, "the plan has no entry that it could satisfy\n");
	if (satisfied != 0 || plan->n_entries == 0)
		return;
	buf_printf(&cli->out, "none of the %zu entries is satisfied; the nearest is:\n",
	    plan->n_entries);
	near = nearest(checking, findings);
	verdict_put_text(plan->entries[near].id, false, findings[near], &style, &cli->out);
}

static enum rc_status
check_all(struct cli *cli, const struct checking *checking, struct error *err)
{
	const struct plan *plan = checking->planned.plan;
	size_t satisfied, n = plan->n_entries;
	struct error **findings = arena_alloc(cli->arena, (n + 1) * sizeof(*findings));
	enum rc_status st;

	satisfied = judge_all(checking, findings);
	st = write_junit(cli, checking, plan->entries, findings, n, err);
	if (cli->opt.json)
		put_all_json(cli, plan, findings);
	else
		put_all_text(cli, checking, findings, satisfied);
	for (size_t i = 0; i < n; i++)
		error_free(findings[i]);
	return st != RC_OK ? st : satisfied != 0 ? RC_OK : RC_NO;
}

enum rc_status
cmd_check(struct cli *cli, struct error *err)
{
	SCOPED(checking_clear) struct checking checking = { .issuers = { .home = NULL } };

	TRY(load(cli, &checking, err));
	return entry_named(cli) != NULL ? check_one(cli, &checking, err) :
	    check_all(cli, &checking, err);
}
