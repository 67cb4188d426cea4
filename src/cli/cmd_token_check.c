#include "cli/access.h"
#include "cli/command.h"
#include "report/custody.h"

static const char *const levels[] = { "hardware", "strict", "imported-ok", "lab" };

static enum rc_status
level_of(const struct cli *cli, enum custody_level *ret, struct error *err)
{
	const char *word = cli->opt.level != NULL ? cli->opt.level : "strict";
	const char *near = nearest_word(word, levels, ARRAY_LEN(levels));
	enum rc_status st;

	*ret = custody_level_find(word);
	if (*ret != CUSTODY_NONE && *ret != CUSTODY_MEMORY)
		return RC_OK;
	st = error_fail(err, RULE_OPTION_VALUE, "'%s' is no custody level of a token", word);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "levels: hardware, strict, imported-ok, lab");
	return st;
}

/* Opens, asks, closes: the facts outlive the login. */
static enum rc_status
facts_of(const struct access *access, struct rc_facts *ret, struct error *err)
{
	const struct rc_engine_ops *ops = access_engine(CUSTODY_STRICT);
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	enum rc_status st;

	TRY(ops->open(&access->config, &engine, err));
	st = ops->find_key(engine, NULL, &key, err);
	if (st == RC_OK)
		st = ops->facts(key, RC_DEPTH_FULL, ret, err);
	ops->put_key(key);
	ops->close(engine);
	return st;
}

enum rc_status
cmd_token_check(struct cli *cli, struct error *err)
{
	struct rc_facts facts = { .engine = NULL };
	struct style style = cli_style(cli);
	enum custody_level level;
	struct custody custody;
	struct access access;

	TRY(level_of(cli, &level, err));
	access_init(cli, cli_operand(cli, 0), &access);
	TRY(facts_of(&access, &facts, err));
	custody_judge(&facts, level, &custody);
	if (cli->opt.json)
		cli_put_json(cli, custody_json(&facts, &custody));
	else
		custody_put_text(&facts, &custody, &style, &cli->out);
	return custody.accepted ? RC_OK : RC_NO;
}
