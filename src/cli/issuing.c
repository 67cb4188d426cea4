#include "cli/issuing.h"

#include "issue/seal.h"

enum rc_status
issuing_form(const struct options *o, enum delivery_form *ret, struct error *err)
{
	enum rc_status st;

	*ret = DELIVER_PEM;
	if (o->form != NULL)
		*ret = delivery_form_find(o->form);
	else if (o->out != NULL)
		*ret = delivery_form_of_path(o->out);
	if (*ret != DELIVER_NONE)
		return RC_OK;
	if (o->form != NULL)
		st = error_fail(err, RULE_OPTION_VALUE, "'%s' is no form of a certificate",
		    o->form);
	else
		st = error_fail(err, RULE_OPTION_VALUE, "the suffix of '%s' tells no form", o->out);
	error_fix(err, "give --form pem, der, p7b or chain.pem");
	return st;
}

bool
issuing_seal_is_due(struct home *home)
{
	SCOPED(error_free) struct error *unheard = error_new();
	bool due = false;

	return seal_is_due(home, &due, unheard) != RC_OK || due;
}

void
issuing_seal(struct cli *cli, struct home *home, struct access *access, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct seal seal;
	bool due = false;

	if (seal_is_due(home, &due, why) == RC_OK && !due)
		return;
	if (due && seal_ledger(home, access_home(access, home), &access->config, cli->arena,
	    &seal, why) == RC_OK)
		cli_say(cli, "sealed %llu events of the ledger",
		    (unsigned long long)seal.checkpoint.size);
	else
		error_warn(err, error_rule(why), NOWHERE,
		    "the ledger was not sealed: %s", error_message(why));
}
