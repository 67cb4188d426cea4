#include "issue/signer.h"

#include <stdlib.h>

#include "issue/signer_key.h"

/* Which engine may serve which level; said before a PIN is asked for, and judged
 * again from the facts. */
static enum rc_status
engine_check(const struct rc_engine_ops *ops, enum custody_level level, struct error *err)
{
	bool in_memory = strcmp(ops->name, "memory") == 0;

	if (in_memory == (level == CUSTODY_MEMORY))
		return RC_OK;
	return error_fail(err, RULE_CUSTODY_ENGINE,
	    "custody %s, and the key is reached through the engine '%s'",
	    custody_level_word(level), ops->name);
}

static enum rc_status
pubkey_load(struct signer *signer, struct pubkey **ret, struct error *err)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;

	TRY(signer->ops->spki(signer->key, &spki, err));
	return pubkey_read(buf_bytes(&spki), ret, err);
}

/* Without an expected key, the one that the URI names is taken. */
static enum rc_status
key_load(struct signer *signer, const struct pubkey *expected, struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *pubkey = NULL;
	struct bytes want = expected == NULL ? BYTES(NULL, 0) : pubkey_spki(expected);

	TRY(signer->ops->find_key(signer->engine, expected == NULL ? NULL : &want,
	    &signer->key, err));
	TRY(pubkey_load(signer, &pubkey, err));
	if (expected != NULL && !bytes_equal(pubkey_spki(pubkey), want))
		return error_fail(err, RULE_KEY_MISMATCH,
		    "the engine's key is another one than the CA certificate's");
	/* Permits point to the first one. */
	if (signer->pubkey == NULL)
		signer->pubkey = TAKE(pubkey);
	return RC_OK;
}

/* The facts as a record, to compare them with the one that was accepted. */
static void
record_now(const struct signer *signer, struct record *ret)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	record_put(&signer->facts, pubkey_spki(signer->pubkey), &text);
	record_read(buf_text(&text), signer->arena, ret);
}

static void
custody_make(struct signer *signer, const struct signer_login *login)
{
	struct record was = { .lines.n = 0 }, now = { .lines.n = 0 };
	struct custody_terms terms = {
		.level = signer->level, .accepted = login->accept,
		.n_accepted = login->n_accept, .was = &was, .now = &now,
	};

	if (login->record != NULL && login->record[0] != '\0') {
		record_now(signer, &now);
		record_read(login->record, signer->arena, &was);
		terms.pinned = login->probe_pinned && signer->facts.n_probes == 0;
		if (terms.pinned)
			record_apply(&was, signer->arena, &signer->facts);
	}
	custody_judge_terms(&signer->facts, &terms, &signer->custody);
}

static enum rc_status
custody_attest(struct signer *signer, struct error *err)
{
	const struct signer_login *login = &signer->login;

	TRY_WHILE(err, signer->ops->facts(signer->key, login->depth, &signer->facts, err),
	    "reading how the key is kept");
	custody_make(signer, login);
	buf_cut(&signer->description, 0);
	custody_describe(&signer->facts, &signer->custody, &signer->description);
	custody_report(&signer->custody, login->telling, err);
	TRY(custody_refuse(&signer->custody, err));
	signer->attested = true;
	return RC_OK;
}

enum rc_status
signer_take_key(struct signer *signer, const struct pubkey *expected, struct error *err)
{
	TRY_WHILE(err, key_load(signer, expected, err), "finding the CA's key");
	TRY_WHILE(err, custody_attest(signer, err), "judging the custody of the CA's key");
	return RC_OK;
}

enum rc_status
signer_login(const struct signer_login *login, struct signer **ret, struct error *err)
{
	SCOPED(signer_close) struct signer *signer = mem_zero(sizeof(*signer));

	signer->login = *login;
	signer->arena = arena_new();
	signer->ops = login->ops;
	signer->level = login->level;
	TRY(engine_check(login->ops, login->level, err));
	TRY_WHILE(err, login->ops->open(&login->config, &signer->engine, err),
	    "opening the CA's key");
	TRY(signer_take_key(signer, login->expected, err));
	*ret = TAKE(signer);
	return RC_OK;
}

struct signer_login
signer_login_of(const struct home_config *config, const struct rc_engine_ops *ops,
    const struct rc_engine_config *engine)
{
	struct signer_login login = {
		.ops = ops, .config = *engine, .level = config->custody,
		.accept = config->accept, .n_accept = config->n_accept,
		.probe_pinned = config->probe_pinned,
		.depth = config->probe_pinned ? RC_DEPTH_FULL : RC_DEPTH_SESSION,
		.relogin = config->relogin,
	};

	login.config.uri = config->key;
	if (login.config.module == NULL)
		login.config.module = config->module;
	if (login.config.module_args == NULL)
		login.config.module_args = config->module_args;
	if (login.config.timeout_seconds == 0)
		login.config.timeout_seconds = config->timeout;
	if (config->pss)
		login.config.algorithm = RC_RSA_PSS_SHA256;
	return login;
}

enum rc_status
signer_open(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct signer **ret, struct error *err)
{
	struct signer_login login = signer_login_of(&home->config, ops, config);

	login.expected = home->key;
	login.config.algorithm = home->algorithm;
	login.record = home->record;
	login.telling = CUSTODY_TELL_PROVEN;
	if (home->config.probe_pinned)
		login.depth = RC_DEPTH_ATTRIBUTES;
	return signer_login(&login, ret, err);
}

enum rc_status
signer_open_other(struct home *home, const struct signer_other *other,
    const struct rc_engine_ops *ops, const struct rc_engine_config *config,
    struct signer **ret, struct error *err)
{
	struct signer_login login = signer_login_of(&home->config, ops, config);

	login.expected = other->key;
	if (home->config.probe_pinned)
		login.depth = RC_DEPTH_ATTRIBUTES;
	login.relogin = false;
	login.config.algorithm = pubkey_sigalg(other->key);
	login.config.uri = other->uri;
	if (other->module != NULL)
		login.config.module = other->module;
	return signer_login(&login, ret, err);
}

void
signer_leave(struct signer *signer)
{
	if (signer->key != NULL)
		signer->ops->put_key(TAKE(signer->key));
	if (signer->engine != NULL)
		signer->ops->close(TAKE(signer->engine));
	signer->attested = false;
}

void
signer_close(struct signer *signer)
{
	if (signer == NULL)
		return;
	signer_leave(signer);
	pubkey_free(signer->pubkey);
	buf_clear(&signer->description);
	arena_free(signer->arena);
	free(signer);
}

const struct rc_facts *
signer_facts(const struct signer *signer)
{
	return &signer->facts;
}

const struct custody *
signer_custody(const struct signer *signer)
{
	return &signer->custody;
}
