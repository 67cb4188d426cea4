/*
 * A key on a PKCS#11 token: found, described and put back the same way whichever
 * road its signatures take.
 */
#include <stdlib.h>

#include "engines/p11engine.h"

/* -- open and close ------------------------------------------------------------------ */

static void
engine_close(struct rc_engine *engine)
{
	if (engine == NULL)
		return;
	libp11_free(engine->libp11);
	p11raw_close(engine->raw);
	free(engine);
}
DEFINE_SCOPED(engine_close, struct rc_engine *)

static enum rc_status
engine_open(const struct rc_engine_ops *ops, const struct rc_engine_config *config,
    struct rc_engine **ret, struct error *err)
{
	SCOPED(engine_close) struct rc_engine *engine = mem_zero(sizeof(*engine));

	engine->ops = ops;
	engine->algorithm = config->algorithm;
	engine->pin = config->pin;
	engine->pin_arg = config->pin_arg;
	TRY(p11raw_open(config, P11RAW_LOGIN, &engine->raw, err));
	*ret = TAKE(engine);
	return RC_OK;
}

static enum rc_status
auto_open(const struct rc_engine_config *config, struct rc_engine **ret, struct error *err)
{
	return engine_open(&rc_engine_auto, config, ret, err);
}

static enum rc_status
by_libp11_open(const struct rc_engine_config *config, struct rc_engine **ret, struct error *err)
{
	return engine_open(&rc_engine_libp11, config, ret, err);
}

static enum rc_status
by_cryptoki_open(const struct rc_engine_config *config, struct rc_engine **ret,
    struct error *err)
{
	return engine_open(&rc_engine_cryptoki, config, ret, err);
}

/* -- keys ------------------------------------------------------------------------------ */

static void
key_put(struct rc_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->evp);
	arena_free(key->arena);
	free(key);
}
DEFINE_SCOPED(key_put, struct rc_key *)

/* What libp11 cannot serve, cryptoki can; anything else would be wrong there too. */
static bool
is_for_cryptoki(enum rule rule)
{
	return rule == RULE_TOKEN_UNSUPPORTED_KEY || rule == RULE_KEY_ALWAYS_AUTHENTICATES ||
	    rule == RULE_LOGIN_NOT_SHARED || rule == RULE_SIGNATURE_ALGORITHM;
}

static enum rc_status
choose_road(struct rc_key *key, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();

	if (libp11_attach(key, why) == RC_OK)
		return RC_OK;
	if (!is_for_cryptoki(error_rule(why)))
		return error_fail(err, error_rule(why), "%s", error_message(why));
	error_note(err, RULE_ENGINE_CRYPTOKI, NOWHERE, "the token is asked without libp11: %s [%s]",
	    error_message(why), rule_id(error_rule(why)));
	return RC_OK;
}

static enum rc_status
key_find(struct rc_engine *engine, const struct bytes *spki, struct rc_key **ret,
    struct error *err)
{
	SCOPED(key_put) struct rc_key *key = mem_zero(sizeof(*key));
	enum rc_fact asks = RC_UNKNOWN;

	key->engine = engine;
	key->arena = arena_new();
	TRY(p11key_find(engine->raw, spki, key->arena, &key->found, err));
	TRY(p11object_bool(engine->raw, key->found.handle, CKA_ALWAYS_AUTHENTICATE, &asks, err));
	key->asks = asks == RC_TRUE;
	if (engine->ops == &rc_engine_libp11)
		TRY(libp11_attach(key, err));
	if (engine->ops == &rc_engine_auto)
		TRY(choose_road(key, err));
	*ret = TAKE(key);
	return RC_OK;
}

static enum rc_status
key_spki(struct rc_key *key, struct buf *out, struct error *err)
{
	if (key->found.pub.kind == P11PUB_NONE)
		return error_fail(err, RULE_KEY_MISSING,
		    "the token '%s' holds the private key without its public half",
		    key->engine->raw->token.label);
	return p11pub_put_spki(&key->found.pub, out, err);
}

static enum rc_status
key_facts(struct rc_key *key, enum rc_depth depth, struct rc_facts *ret, struct error *err)
{
	struct rc_facts facts;

	TRY_WHILE(err, p11key_facts(key->engine->raw, &key->found, depth, &facts, err),
	    "reading the key's attributes");
	facts.engine = key->evp != NULL ? rc_engine_libp11.name : rc_engine_cryptoki.name;
	*ret = facts;
	return RC_OK;
}

static enum rc_status
key_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	bool by_libp11 = key->evp != NULL &&
	    (libp11_does(algorithm) || key->engine->ops == &rc_engine_libp11);

	TRY_WHILE(err, (by_libp11 ? libp11_sign : cryptoki_sign)(key, algorithm, tbs, out, err),
	    "signing with the token '%s'", key->engine->raw->token.label);
	return RC_OK;
}

#define OPS(name_, open_)                                                     \
	{ .name = (name_), .open = (open_), .find_key = key_find, .spki = key_spki, \
	    .facts = key_facts, .sign = key_sign, .put_key = key_put, .close = engine_close }

const struct rc_engine_ops rc_engine_auto = OPS("auto", auto_open);
const struct rc_engine_ops rc_engine_libp11 = OPS("libp11", by_libp11_open);
const struct rc_engine_ops rc_engine_cryptoki = OPS("cryptoki", by_cryptoki_open);
