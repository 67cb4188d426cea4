/*
 * p11engine.h - what the engines on a PKCS#11 token have in common, for their own
 * files alone.
 *
 *      pkcs11.c     open, find a key, its facts: the same for all; which road
 *      libp11.c     the road by libp11
 *      cryptoki.c   the road by C_Sign
 */
#ifndef ENGINES_P11ENGINE_H
#define ENGINES_P11ENGINE_H

#include <openssl/evp.h>

#include "engines/p11key.h"

struct rc_engine {
	const struct rc_engine_ops *ops; /* under which it was opened        */
	struct p11raw *raw;
	struct libp11 *libp11;           /* NULL until a key is wanted by it */
	enum rc_sigalg algorithm;        /* announced, or RC_SIG_NONE        */

	/* Who gives the PIN for a signature. */
	enum rc_status (*pin)(void *arg, enum rc_pin_use use,
	    const struct rc_token_facts *token, const char *pin_source,
	    struct secret **ret, struct error *err);
	void *pin_arg;
	bool pin_failed;                 /* the token did not take it: no more */
};

struct rc_key {
	struct rc_engine *engine;
	struct arena *arena;
	struct p11key found;             /* by the raw session               */
	bool asks;                       /* it always authenticates          */
	EVP_PKEY *evp;                   /* the same key by libp11, or NULL  */
};

/* Finds the key once more in libp11's view.  Rules: token-unsupported-key,
 * key-always-authenticates, signature-algorithm (announced, and not libp11's),
 * login-not-shared, key-ambiguous. */
enum rc_status libp11_attach(struct rc_key *key, struct error *err) RC_CHECK;
bool libp11_does(enum rc_sigalg algorithm);
enum rc_status libp11_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs,
    struct buf *out, struct error *err) RC_CHECK;
void libp11_free(struct libp11 *libp11);

/* With C_Sign over the raw session. */
enum rc_status cryptoki_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs,
    struct buf *out, struct error *err) RC_CHECK;

#endif
