/*
 * The production signer.  What shapes it are faults of libp11 0.4.12, each met
 * in a test:
 *
 *   - its login hangs when a session cannot be opened: PKCS11_login is never
 *     called, the raw session (p11raw.c) logs the process in;
 *   - a private key that is neither RSA nor EC makes every key unusable, with
 *     nothing in the error queue: looked for over the raw session first;
 *   - it pairs an EC key with a public key by CKA_ID alone: what it paired is
 *     compared with what the raw session found;
 *   - PKCS11_update_slots crashes, and so does PKCS11_CTX_unload after a load
 *     that failed: neither is called;
 *   - PKCS11_release_all_slots closes all sessions of this process with these
 *     slots, and PKCS11_CTX_unload ends the module for the whole process: both
 *     wait until the module's last user is gone (its companion, p11module.h);
 *   - an EVP_PKEY must be freed before its slots: a key holds its engine's
 *     module, so the last one to go ends it;
 *   - it asks for the PIN of a key that wants one at each use by libcrypto's own
 *     prompt: such keys are refused;
 *   - PKCS11_open_session closes the sessions of others: never called, its pool
 *     opens read-only ones by itself.
 */
#include <rolecert/engine.h>

#include <libp11.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>

#include "engines/evp.h"
#include "engines/p11key.h"

struct slot_list {
	PKCS11_SLOT *slots;
	unsigned n;
	struct slot_list *next;
};

/* libp11's view of a module, as long as the module is started. */
struct context {
	PKCS11_CTX *ctx;
	struct slot_list *lists;
};

struct rc_engine {
	struct p11raw *raw;
	struct context *context;         /* the module's                     */
	PKCS11_SLOT *slot;               /* in one of its lists              */
};

struct rc_key {
	struct rc_engine *engine;
	struct arena *arena;
	struct p11key found;             /* by the raw session               */
	EVP_PKEY *key;                   /* the same, by libp11              */
};

/* Making a context and enumerating its slots; libp11 has no lock for either. */
static pthread_mutex_t context_lock = PTHREAD_MUTEX_INITIALIZER;

/* -- the module's context --------------------------------------------------------- */

static void
context_free(void *companion)
{
	struct context *context = companion;

	while (context->lists != NULL) {
		struct slot_list *list = context->lists;

		context->lists = list->next;
		PKCS11_release_all_slots(context->ctx, list->slots, list->n);
		free(list);
	}
	PKCS11_CTX_unload(context->ctx);
	PKCS11_CTX_free(context->ctx);
	free(context);
}

static enum rc_status
context_load(struct p11raw *raw, struct error *err)
{
	struct p11module *module = raw->module;
	PKCS11_CTX *ctx;
	struct context *context;

	if (module->companion != NULL)
		return RC_OK;
	ERR_clear_error();
	ctx = PKCS11_CTX_new();
	if (ctx == NULL)
		mem_die();
	if (module->args != NULL)
		PKCS11_CTX_init_args(ctx, module->args);
	if (WATCHED(raw->dog, "PKCS11_CTX_load", PKCS11_CTX_load(ctx, module->path)) != 0) {
		PKCS11_CTX_free(ctx);
		return evp_fail(err, RULE_MODULE_START, "PKCS11_CTX_load");
	}
	context = mem_zero(sizeof(*context));
	context->ctx = ctx;
	module->companion = context;
	module->companion_free = context_free;
	return RC_OK;
}

static PKCS11_SLOT *
slot_of(const struct slot_list *list, CK_SLOT_ID id)
{
	for (unsigned i = 0; i < list->n; i++)
		if (PKCS11_get_slotid_from_slot(&list->slots[i]) == id)
			return &list->slots[i];
	return NULL;
}

static enum rc_status
list_slots(struct rc_engine *engine, struct error *err)
{
	struct slot_list *list = mem_zero(sizeof(*list));
	struct context *context = engine->context;

	ERR_clear_error();
	if (WATCHED(engine->raw->dog, "PKCS11_enumerate_slots",
	    PKCS11_enumerate_slots(context->ctx, &list->slots, &list->n)) != 0) {
		free(list);
		return evp_fail(err, RULE_TOKEN_ERROR, "PKCS11_enumerate_slots");
	}
	list->next = context->lists;
	context->lists = list;
	engine->slot = slot_of(list, engine->raw->slot);
	if (engine->slot == NULL || engine->slot->token == NULL)
		return error_fail(err, RULE_LOGIN_NOT_SHARED,
		    "libp11 does not see the token '%s' that the module shows",
		    engine->raw->token.label);
	return RC_OK;
}

static enum rc_status
attach(struct rc_engine *engine, struct error *err)
{
	enum rc_status status;

	(void)pthread_mutex_lock(&context_lock);
	status = context_load(engine->raw, err);
	engine->context = engine->raw->module->companion;
	if (status == RC_OK)
		status = list_slots(engine, err);
	(void)pthread_mutex_unlock(&context_lock);
	return status;
}

/* -- open and close ------------------------------------------------------------------ */

static void
libp11_close(struct rc_engine *engine)
{
	if (engine == NULL)
		return;
	p11raw_close(engine->raw);
	free(engine);
}
DEFINE_SCOPED(libp11_close, struct rc_engine *)

static enum rc_status
libp11_open(const struct rc_engine_config *config, struct rc_engine **ret, struct error *err)
{
	SCOPED(libp11_close) struct rc_engine *engine = mem_zero(sizeof(*engine));

	TRY(p11raw_open(config, P11RAW_LOGIN, &engine->raw, err));
	TRY(attach(engine, err));
	*ret = TAKE(engine);
	return RC_OK;
}

/* -- keys ------------------------------------------------------------------------------ */

static void
libp11_put_key(struct rc_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	arena_free(key->arena);
	free(key);
}
DEFINE_SCOPED(libp11_put_key, struct rc_key *)

/* libp11's idea of the public half.  false: it has none (an EC key without a
 * public object beside it), which says nothing against the key. */
static bool
paired_with(EVP_PKEY *evp, struct arena *arena, struct p11pub *ret)
{
	SCOPED(error_free) struct error *ignored = error_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT;

	return evp_put_spki(evp, &spki, ignored) == RC_OK &&
	    p11pub_of_spki(buf_bytes(&spki), arena, ret, ignored) == RC_OK;
}

static bool
has_id(const PKCS11_KEY *listed, struct bytes id)
{
	return bytes_equal(BYTES(listed->id, listed->id_len), id);
}

/* Is this key of libp11's list the one that the raw session found? */
static EVP_PKEY *
try_listed(struct rc_key *key, PKCS11_KEY *listed)
{
	struct p11pub pub = { .kind = P11PUB_NONE };
	EVP_PKEY *evp;

	if (!has_id(listed, key->found.id))
		return NULL;
	evp = WATCHED(key->engine->raw->dog, "PKCS11_get_private_key",
	    PKCS11_get_private_key(listed));
	if (evp == NULL)
		return NULL;
	if (key->found.pub.kind != P11PUB_NONE && paired_with(evp, key->arena, &pub) &&
	    !p11pub_equal(&pub, &key->found.pub)) {
		EVP_PKEY_free(evp);
		return NULL;
	}
	return evp;
}

static enum rc_status
no_counterpart(const struct rc_key *key, unsigned n, struct error *err)
{
	const char *token = key->engine->raw->token.label;

	if (n == 0)
		return error_fail(err, RULE_LOGIN_NOT_SHARED,
		    "libp11 sees no private key on the token '%s', where we are logged in and see "
		    "some", token);
	return error_fail(err, RULE_KEY_AMBIGUOUS,
	    "libp11 pairs the private key on the token '%s' with another public half; is its "
	    "id used twice?", token);
}

static enum rc_status
choose_listed(struct rc_key *key, PKCS11_KEY *listed, unsigned n, struct error *err)
{
	for (unsigned i = 0; i < n; i++) {
		EVP_PKEY *evp = try_listed(key, &listed[i]);

		if (evp != NULL && key->key != NULL) {
			EVP_PKEY_free(evp);
			return error_fail(err, RULE_KEY_AMBIGUOUS,
			    "two private keys on the token '%s' have the id and the public half",
			    key->engine->raw->token.label);
		}
		if (evp != NULL)
			key->key = evp;
	}
	ERR_clear_error();
	return key->key != NULL ? RC_OK : no_counterpart(key, n, err);
}

static enum rc_status
pick(struct rc_key *key, struct error *err)
{
	struct rc_engine *engine = key->engine;
	PKCS11_KEY *listed = NULL;
	unsigned n = 0;

	ERR_clear_error();
	if (WATCHED(engine->raw->dog, "PKCS11_enumerate_keys",
	    PKCS11_enumerate_keys(engine->slot->token, &listed, &n)) != 0)
		return evp_fail(err, RULE_TOKEN_ERROR, "PKCS11_enumerate_keys");
	return choose_listed(key, listed, n, err);
}

static enum rc_status
check_use(struct rc_key *key, struct error *err)
{
	struct p11raw *raw = key->engine->raw;
	enum rc_fact asks = RC_UNKNOWN;

	TRY(p11object_bool(raw, key->found.handle, CKA_ALWAYS_AUTHENTICATE, &asks, err));
	if (asks == RC_TRUE)
		return error_fail(err, RULE_KEY_ALWAYS_AUTHENTICATES,
		    "the key on the token '%s' wants the PIN at each signature",
		    raw->token.label);
	return RC_OK;
}

static enum rc_status
libp11_find_key(struct rc_engine *engine, const struct bytes *spki, struct rc_key **ret,
    struct error *err)
{
	SCOPED(libp11_put_key) struct rc_key *key = mem_zero(sizeof(*key));

	key->engine = engine;
	key->arena = arena_new();
	TRY(p11key_check_types(engine->raw, err));
	TRY(p11key_find(engine->raw, spki, key->arena, &key->found, err));
	TRY(check_use(key, err));
	TRY(pick(key, err));
	*ret = TAKE(key);
	return RC_OK;
}

static enum rc_status
libp11_spki(struct rc_key *key, struct buf *out, struct error *err)
{
	if (key->found.pub.kind == P11PUB_NONE)
		return error_fail(err, RULE_KEY_MISSING,
		    "the token '%s' holds the private key without its public half",
		    key->engine->raw->token.label);
	return p11pub_put_spki(&key->found.pub, out, err);
}

static enum rc_status
libp11_facts(struct rc_key *key, enum rc_depth depth, struct rc_facts *ret, struct error *err)
{
	struct rc_facts facts;

	TRY_WHILE(err, p11key_facts(key->engine->raw, &key->found, depth, &facts, err),
	    "reading the key's attributes");
	facts.engine = rc_engine_libp11.name;
	*ret = facts;
	return RC_OK;
}

static enum rc_status
libp11_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	TRY_WHILE(err, evp_sign(key->key, algorithm, tbs, key->engine->raw->dog, out, err),
	    "signing with the token '%s'", key->engine->raw->token.label);
	return RC_OK;
}

const struct rc_engine_ops rc_engine_libp11 = {
	.name = "libp11",
	.open = libp11_open,
	.find_key = libp11_find_key,
	.spki = libp11_spki,
	.facts = libp11_facts,
	.sign = libp11_sign,
	.put_key = libp11_put_key,
	.close = libp11_close,
};
