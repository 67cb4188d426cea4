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

/* Without an expected key, the one that the URI names is taken. */
static enum rc_status
key_load(struct signer *signer, const struct pubkey *expected, struct error *err)
{
	struct buf spki = BUF_INIT;
	struct bytes want = expected == NULL ? BYTES(NULL, 0) : pubkey_spki(expected);
	enum rc_status status;

	TRY(signer->ops->find_key(signer->engine, expected == NULL ? NULL : &want,
	    &signer->key, err));
	status = signer->ops->spki(signer->key, &spki, err);
	if (status == RC_OK)
		status = pubkey_read(buf_bytes(&spki), &signer->pubkey, err);
	buf_clear(&spki);
	if (status == RC_OK && expected != NULL &&
	    !bytes_equal(pubkey_spki(signer->pubkey), want))
		return error_fail(err, RULE_KEY_MISMATCH,
		    "the engine's key is another one than the CA certificate's");
	return status;
}

static enum rc_status
custody_attest(struct signer *signer, struct error *err)
{
	TRY_WHILE(err, signer->ops->facts(signer->key, RC_DEPTH_SESSION, &signer->facts, err),
	    "reading how the key is kept");
	custody_judge(&signer->facts, signer->level, &signer->custody);
	custody_describe(&signer->facts, &signer->custody, &signer->description);
	custody_report(&signer->custody, err);
	TRY(custody_refuse(&signer->custody, err));
	signer->attested = true;
	return RC_OK;
}

enum rc_status
signer_login(const struct signer_login *login, struct signer **ret, struct error *err)
{
	SCOPED(signer_close) struct signer *signer = mem_zero(sizeof(*signer));

	signer->ops = login->ops;
	signer->level = login->level;
	TRY(engine_check(login->ops, login->level, err));
	TRY_WHILE(err, login->ops->open(&login->config, &signer->engine, err),
	    "opening the CA's key");
	TRY_WHILE(err, key_load(signer, login->expected, err), "finding the CA's key");
	TRY_WHILE(err, custody_attest(signer, err), "judging the custody of the CA's key");
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
	};

	login.config.uri = home->config.key;
	if (login.config.module == NULL)
		login.config.module = home->config.module;
	if (login.config.module_args == NULL)
		login.config.module_args = home->config.module_args;
	return signer_login(&login, ret, err);
}

void
signer_close(struct signer *signer)
{
	if (signer == NULL)
		return;
	if (signer->key != NULL)
		signer->ops->put_key(signer->key);
	if (signer->engine != NULL)
		signer->ops->close(signer->engine);
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
