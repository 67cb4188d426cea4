#include "cli/command.h"
#include "cli/decide.h"
#include "cli/person.h"
#include "issue/approve.h"
#include "report/approval.h"

/* Whoever keeps the CA takes a request back; no officer is asked. */
static enum rc_status
withdraw(struct cli *cli, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	struct person who = person_here(cli->arena);
	struct approval_taken taken = { .state = REQUEST_DENIED };
	int64_t id;

	TRY(request_number(cli_operand(cli, 0), &id, err));
	TRY(home_open(cli->opt.ca, HOME_POLICY, NULL, &home, err));
	TRY(approval_withdraw(home, id, who.name, cli->opt.reason, err));
	cli_say(cli, "request %lld is withdrawn", (long long)id);
	if (cli->opt.json)
		cli_put_json(cli, approval_taken_json(id, &taken, cli->opt.reason));
	return RC_OK;
}

enum rc_status
cmd_deny(struct cli *cli, struct error *err)
{
	const struct options *o = &cli->opt;

	if (o->reason == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--reason TEXT is missing: why the request is denied, for the record");
	if (strlen(o->reason) > APPROVAL_REASON_MAX)
		return error_fail(err, RULE_OPTION_VALUE, "--reason has more than %d octets",
		    APPROVAL_REASON_MAX);
	if (o->key == NULL && o->signature == NULL && !o->text)
		return withdraw(cli, err);
	return decide(cli, o->reason, err);
}
