#include <rolecert/engine.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include "engines/evp.h"

struct rc_engine {
	EVP_PKEY *key;
};

struct rc_key {
	EVP_PKEY *key;
};

static const char prefix[] = "memory:path=";

/* No passphrase is asked for: libcrypto would ask on the terminal. */
static int
no_passphrase(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

static enum rc_status
memory_open(const struct rc_engine_config *config, struct rc_engine **ret, struct error *err)
{
	const char *path = config->uri + sizeof(prefix) - 1;
	EVP_PKEY *key;
	BIO *bio;

	if (strncmp(config->uri, prefix, sizeof(prefix) - 1) != 0)
		return error_fail(err, RULE_URI_SYNTAX, "a key in memory is named %sFILE", prefix);
	ERR_clear_error();
	bio = BIO_new_file(path, "r");
	key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
	BIO_free(bio);
	if (key == NULL)
		return evp_fail(err, RULE_MEMORY_KEY, path);
	*ret = mem_zero(sizeof(**ret));
	(*ret)->key = key;
	return RC_OK;
}

static enum rc_status
same_key(EVP_PKEY *key, struct bytes spki, struct error *err)
{
	const unsigned char *p = spki.p;
	SCOPED(evp_pkey) EVP_PKEY *wanted = NULL;

	ERR_clear_error();
	wanted = d2i_PUBKEY(NULL, &p, (long)spki.n);
	if (wanted == NULL || p != spki.p + spki.n)
		return evp_fail(err, RULE_KEY_ALGORITHM, "reading the public key");
	if (EVP_PKEY_eq(key, wanted) != 1)
		return error_fail(err, RULE_KEY_MISMATCH,
		    "the key in memory has another public half than the expected one");
	return RC_OK;
}

static enum rc_status
memory_find_key(struct rc_engine *engine, const struct bytes *spki, struct rc_key **ret,
    struct error *err)
{
	if (spki != NULL)
		TRY(same_key(engine->key, *spki, err));
	*ret = mem_zero(sizeof(**ret));
	(*ret)->key = engine->key;
	(void)EVP_PKEY_up_ref(engine->key);
	return RC_OK;
}

static enum rc_status
memory_spki(struct rc_key *key, struct buf *out, struct error *err)
{
	return evp_put_spki(key->key, out, err);
}

static enum rc_status
memory_facts(struct rc_key *key, enum rc_depth depth, struct rc_facts *ret, struct error *err)
{
	(void)key;
	(void)err;
	*ret = (struct rc_facts){
		.engine = rc_engine_memory.name,
		.module = "-",
		.depth = depth,
		.keys_with_this_id = 1,
		.public_key_matches = true,
	};
	return RC_OK;
}

static enum rc_status
memory_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	return evp_sign(key->key, algorithm, tbs, NULL, out, err);
}

static void
memory_put_key(struct rc_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	free(key);
}

static void
memory_close(struct rc_engine *engine)
{
	if (engine == NULL)
		return;
	EVP_PKEY_free(engine->key);
	free(engine);
}

const struct rc_engine_ops rc_engine_memory = {
	.name = "memory",
	.open = memory_open,
	.find_key = memory_find_key,
	.spki = memory_spki,
	.facts = memory_facts,
	.sign = memory_sign,
	.put_key = memory_put_key,
	.close = memory_close,
};
