/*
 * p11key.h - the one private key that is meant, and what the token says of it.
 *
 * A private key's public half is its own, where the object tells it (RSA does),
 * else that of the public keys and certificates with the same CKA_ID.  With two
 * different ones under one id nothing is known for sure, and the key fits
 * whatever one of them fits: so two private keys under that id both fit, and
 * are refused.
 */
#ifndef ENGINES_P11KEY_H
#define ENGINES_P11KEY_H

#include "engines/p11pub.h"

struct p11key {
	CK_OBJECT_HANDLE handle;
	CK_ULONG type;                   /* CKK_RSA, CKK_EC, ...             */
	struct bytes id, label;          /* label is foreign                 */
	struct p11pub pub;               /* kind NONE: the token has no public half */
	bool two_halves;                 /* different public keys share its id */
	unsigned with_this_id;           /* private keys of this id on the token */
};

/*
 * By the URI's object and id and, where given, the public key.  In the arena.
 * Rules: key-missing, key-mismatch (the key that the URI names has another
 * public half), key-ambiguous.
 */
enum rc_status p11key_find(struct p11raw *raw, const struct bytes *spki,
    struct arena *arena, struct p11key *ret, struct error *err) RC_CHECK;

/* Everything of struct rc_facts but the engine's name. */
enum rc_status p11key_facts(struct p11raw *raw, const struct p11key *key,
    enum rc_depth depth, struct rc_facts *ret, struct error *err) RC_CHECK;

/* libp11 cannot list the keys of a token that holds a private key of another
 * type than RSA and EC: token-unsupported-key, naming it. */
enum rc_status p11key_check_types(struct p11raw *raw, struct error *err) RC_CHECK;

#endif
