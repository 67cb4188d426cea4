#include "cli/command.h"
#include "cli/person.h"
#include "issue/approve.h"
#include "report/policy.h"

static enum rc_status
action_of(const struct cli *cli, bool *ret_accept, struct error *err)
{
	static const char *const words[] = { "show", "accept" };
	const char *word = cli_operand(cli, 0), *near = nearest_word(word, words, ARRAY_LEN(words));
	enum rc_status st;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i], word) == 0) {
			*ret_accept = i == 1;
			return RC_OK;
		}
	st = error_fail(err, RULE_NO_SUCH_COMMAND, "'ca policy %s' is no command", word);
	error_fix(err, near != NULL ? "did you mean '%s'?" : "ca policy show, ca policy accept%s",
	    near != NULL ? near : "");
	return st;
}

static void
say_difference(void *arg, const char *word, const char *was, const char *is)
{
	cli_say(arg, "accepted: %s was '%s', is '%s'", word, was != NULL ? was : "",
	    is != NULL ? is : "");
}

static enum rc_status
accept(struct cli *cli, struct home *home, struct error *err)
{
	const char *was = home->policy;
	struct person who = person_here(cli->arena);
	const struct ledger_ask ask = { .requester = who.name, .uid = who.uid };
	bool pinned = false;
	int64_t request = 0;

	TRY(policy_change(home, &ask, &request, &pinned, err));
	if (!pinned) {
		error_note(err, RULE_APPROVAL_WAITS, NOWHERE, "stored: request %lld for a change "
		    "of the policy; its officers approve it, then `ca policy accept` records it",
		    (long long)request);
		return RC_WAITS;
	}
	home_policy_each(was, home->policy, say_difference, cli);
	return RC_OK;
}

enum rc_status
cmd_ca_policy(struct cli *cli, struct error *err)
{
	const char *dir = cli_operand(cli, 1) != NULL ? cli_operand(cli, 1) : cli->opt.ca;
	SCOPED(home_close) struct home *home = NULL;
	struct style style = cli_style(cli);
	bool accepting = false;
	enum rc_status st = RC_OK;

	TRY(action_of(cli, &accepting, err));
	if (dir == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "which CA? give its home: rolecert ca policy %s DIR, or --ca DIR",
		    cli_operand(cli, 0));
	TRY(home_open(dir, HOME_POLICY, NULL, &home, err));
	if (accepting)
		st = accept(cli, home, err);
	if (st != RC_OK && (st != RC_WAITS || !cli->opt.json))
		return st;
	if (cli->opt.json)
		cli_put_json(cli, policy_json(home));
	else
		policy_put_text(home, &style, &cli->out);
	return st;
}
