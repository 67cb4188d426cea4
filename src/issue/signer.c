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

static enum rc_status
custody_attest(struct signer *signer, struct error *err)
{
	TRY_WHILE(err, signer->ops->facts(signer->key, RC_DEPTH_SESSION, &signer->facts, err),
	    "reading how the key is kept");
	custody_judge(&signer->facts, signer->level, &signer->custody);
	buf_cut(&signer->description, 0);
	custody_describe(&signer->facts, &signer->custody, &signer->description);
	custody_report(&signer->custody, err);
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
	signer->ops = login->ops;
	signer->level = login->level;
	TRY(engine_check(login->ops, login->level, err));
	TRY_WHILE(err, login->ops->open(&login->config, &signer->engine, err),
	    "opening the CA's key");
	TRY(signer_take_key(signer, login->expected, err));
	*ret = TAKE(signer);
	return RC_OK;
}

enum rc_status
signer_open(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct signer **ret, struct error *err)
{
	struct signer_login login = {
		.ops = ops, .config = *config,
		.level = home->config.custody, .expected = home->key,
		.relogin = home->config.relogin,
	};

	login.config.algorithm = home->algorithm;
	if (login.config.timeout_seconds == 0)
		login.config.timeout_seconds = home->config.timeout;
	login.config.uri = home->config.key;
	if (login.config.module == NULL)
		login.config.module = home->config.module;
	if (login.config.module_args == NULL)
		login.config.module_args = home->config.module_args;
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
