#include "cli/access.h"
#include "cli/command.h"
#include "issue/home.h"
#include "report/conformance.h"

static const char *const levels[] = { "hardware", "strict", "imported-ok", "lab" };

/* What is looked at: the key of a URI, or that of a CA home. */
struct subject {
	struct home *home;               /* NULL: of a URI                     */
	struct access access;
	enum custody_level level;
	struct rc_facts facts;
	struct record was, now;
};

static void
subject_clear(struct subject *s)
{
	access_clear(&s->access);
	home_close(s->home);
}
DEFINE_SCOPED_VALUE(subject_clear, struct subject)

static enum rc_status
level_of(const struct cli *cli, const struct home *home, enum custody_level *ret,
    struct error *err)
{
	const char *word = cli->opt.level != NULL ? cli->opt.level :
	    home != NULL ? custody_level_word(home->config.custody) : "strict";
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

static enum rc_status
subject_open(struct cli *cli, struct subject *s, struct error *err)
{
	const char *uri = cli_operand(cli, 0);

	if (uri == NULL && cli->opt.ca == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "which key? give its URI, or a CA home with --ca DIR");
	if (uri == NULL)
		TRY(home_open(cli->opt.ca, HOME_LOOK, NULL, &s->home, err));
	TRY(level_of(cli, s->home, &s->level, err));
	access_init(cli, uri, &s->access);
	if (s->home == NULL)
		return RC_OK;
	s->access.config.uri = s->home->config.key;
	if (s->access.config.module == NULL)
		s->access.config.module = s->home->config.module;
	if (s->access.config.module_args == NULL)
		s->access.config.module_args = s->home->config.module_args;
	return RC_OK;
}

/* A CA's key has a record to be compared with. */
static enum rc_status
compare(struct cli *cli, const struct rc_engine_ops *ops, struct rc_key *key, struct subject *s,
    struct error *err)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (s->home == NULL || *s->home->record == '\0')
		return RC_OK;
	TRY(ops->spki(key, &spki, err));
	record_put(&s->facts, buf_bytes(&spki), &text);
	record_read(s->home->record, cli->arena, &s->was);
	record_read(buf_text(&text), cli->arena, &s->now);
	return RC_OK;
}

/* Opens, asks, closes: the facts outlive the login. */
static enum rc_status
ask(struct cli *cli, struct subject *s, struct error *err)
{
	const struct rc_engine_ops *ops = s->home != NULL ? access_home(&s->access, s->home) :
	    access_engine(CUSTODY_STRICT);
	struct bytes spki = s->home != NULL ? pubkey_spki(s->home->key) : BYTES(NULL, 0);
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	enum rc_status st;

	TRY(ops->open(&s->access.config, &engine, err));
	st = ops->find_key(engine, s->home != NULL ? &spki : NULL, &key, err);
	if (st == RC_OK)
		st = ops->facts(key, RC_DEPTH_FULL, &s->facts, err);
	if (st == RC_OK)
		st = compare(cli, ops, key, s, err);
	ops->put_key(key);
	ops->close(engine);
	return st;
}

enum rc_status
cmd_token_check(struct cli *cli, struct error *err)
{
	SCOPED(subject_clear) struct subject s = { .home = NULL };
	struct style style = cli_style(cli);
	struct custody_terms terms = { .was = &s.was, .now = &s.now };
	struct custody custody;
	struct conformance report = { .facts = &s.facts, .terms = &terms, .custody = &custody };

	TRY(subject_open(cli, &s, err));
	TRY(ask(cli, &s, err));
	terms.level = s.level;
	if (s.home != NULL) {
		terms.accepted = s.home->config.accept;
		terms.n_accepted = s.home->config.n_accept;
	}
	custody_judge_terms(&s.facts, &terms, &custody);
	if (cli->opt.json)
		cli_put_json(cli, conformance_json(&report));
	else
		conformance_put_text(&report, &style, &cli->out);
	return custody.accepted ? RC_OK : RC_NO;
}
