/*
 * Signatures by libp11.  What shapes it are faults of libp11 0.4.12, each met in a
 * test:
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
#include <libp11.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>

#include "engines/evp.h"
#include "engines/p11admin.h"
#include "engines/p11engine.h"

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

/* An engine's part in it. */
struct libp11 {
	struct context *context;         /* the module's                     */
	PKCS11_SLOT *slot;               /* in one of its lists              */
};

/* Making a context and enumerating its slots; libp11 has no lock for either. */
const char *
libp11_version(void)
{
	return LIBP11_VERSION;
}

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
list_slots(struct rc_engine *engine, struct libp11 *view, struct error *err)
{
	struct slot_list *list = mem_zero(sizeof(*list));
	struct context *context = view->context;

	ERR_clear_error();
	if (WATCHED(engine->raw->dog, "PKCS11_enumerate_slots",
	    PKCS11_enumerate_slots(context->ctx, &list->slots, &list->n)) != 0) {
		free(list);
		return evp_fail(err, RULE_TOKEN_ERROR, "PKCS11_enumerate_slots");
	}
	list->next = context->lists;
	context->lists = list;
	view->slot = slot_of(list, engine->raw->slot);
	if (view->slot == NULL || view->slot->token == NULL)
		return error_fail(err, RULE_LOGIN_NOT_SHARED,
		    "libp11 does not see the token '%s' that the module shows",
		    engine->raw->token.label);
	return RC_OK;
}

static enum rc_status
view_open(struct rc_engine *engine, struct error *err)
{
	struct libp11 *view;
	enum rc_status status;

	if (engine->libp11 != NULL)
		return RC_OK;
	view = mem_zero(sizeof(*view));
	(void)pthread_mutex_lock(&context_lock);
	status = context_load(engine->raw, err);
	view->context = engine->raw->module->companion;
	if (status == RC_OK)
		status = list_slots(engine, view, err);
	(void)pthread_mutex_unlock(&context_lock);
	if (status == RC_OK)
		engine->libp11 = view;
	else
		free(view);
	return status;
}

void
libp11_free(struct libp11 *libp11)
{
	free(libp11);
}

/* -- keys ------------------------------------------------------------------------------ */

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

		if (evp != NULL && key->evp != NULL) {
			EVP_PKEY_free(evp);
			return error_fail(err, RULE_KEY_AMBIGUOUS,
			    "two private keys on the token '%s' have the id and the public half",
			    key->engine->raw->token.label);
		}
		if (evp != NULL)
			key->evp = evp;
	}
	ERR_clear_error();
	return key->evp != NULL ? RC_OK : no_counterpart(key, n, err);
}

static enum rc_status
pick(struct rc_key *key, struct error *err)
{
	struct rc_engine *engine = key->engine;
	PKCS11_KEY *listed = NULL;
	unsigned n = 0;

	ERR_clear_error();
	if (WATCHED(engine->raw->dog, "PKCS11_enumerate_keys",
	    PKCS11_enumerate_keys(engine->libp11->slot->token, &listed, &n)) != 0)
		return evp_fail(err, RULE_TOKEN_ERROR, "PKCS11_enumerate_keys");
	return choose_listed(key, listed, n, err);
}

/* RSASSA-PSS it makes with raw RSA (CKM_RSA_X_509), which many tokens refuse and a
 * good one should; Ed25519 not at all. */
bool
libp11_does(enum rc_sigalg algorithm)
{
	return algorithm >= RC_RSA_SHA256 && algorithm <= RC_ECDSA_SHA512;
}

/* Before libp11 is asked anything: what it cannot serve. */
static enum rc_status
check_use(const struct rc_key *key, struct error *err)
{
	struct p11raw *raw = key->engine->raw;
	enum rc_sigalg announced = key->engine->algorithm;

	TRY(p11key_check_types(raw, err));
	if (key->asks)
		return error_fail(err, RULE_KEY_ALWAYS_AUTHENTICATES,
		    "the key on the token '%s' wants the PIN at each signature",
		    raw->token.label);
	if (announced != RC_SIG_NONE && !libp11_does(announced))
		return error_fail(err, RULE_SIGNATURE_ALGORITHM,
		    "libp11 makes no signatures of this kind");
	return RC_OK;
}

enum rc_status
libp11_attach(struct rc_key *key, struct error *err)
{
	TRY(check_use(key, err));
	TRY(view_open(key->engine, err));
	return pick(key, err);
}

enum rc_status
libp11_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	if (algorithm != RC_SIG_NONE && !libp11_does(algorithm))
		return error_fail(err, RULE_SIGNATURE_ALGORITHM,
		    "libp11 makes no signatures of this kind");
	return evp_sign(key->evp, algorithm, tbs, key->engine->raw->dog, out, err);
}
