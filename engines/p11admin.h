/*
 * p11admin.h - what is done to a token beside signing with it: look, make keys,
 * set it up.
 *
 * All of these open the module, do one thing and close it again, under the same
 * struct rc_engine_config as an engine: URI, module, PIN and watchdog mean the
 * same.  An engine on the same module may be open meanwhile.
 */
#ifndef ENGINES_P11ADMIN_H
#define ENGINES_P11ADMIN_H

#include <rolecert/engine.h>

#include "base/arena.h"
#include "base/error.h"

struct secret;

/* The version of libp11 that this was built with (it tells none at run time). */
const char *libp11_version(void);

/* -- look ------------------------------------------------------------------- */

struct p11_object {
	const char *kind;                /* "private key", "public key", "certificate" */
	const char *label;               /* foreign                            */
	struct bytes id;                 /* CKA_ID                             */
	const char *type;                /* "RSA", "EC", ...; "" of what is no key  */
	unsigned bits;                   /* of the modulus or the field; 0: not known */
};

struct p11_mechanism {
	unsigned long type;
	const char *name;                /* "CKM_ECDSA", or "0x80000001"       */
	unsigned long min, max;          /* key size, in the unit of the mechanism */
	bool sign, generate, wrap, hardware;
};

struct p11_token {
	const char *module;              /* path                               */
	const char *slot;                /* the slot's description, foreign    */
	const char *uri;                 /* names this token                   */
	struct rc_token_facts token;
	VEC(struct p11_object) objects;
	VEC(struct p11_mechanism) mechanisms;
	bool logged_in;                  /* private objects are listed too     */
};

struct p11_listing {
	VEC(struct p11_token) tokens;
};

/*
 * Every token that the URI fits ("pkcs11:" fits all), what it holds and what it
 * can do.  Without `login` only what a token shows to everybody; with it, the URI
 * may fit only one token that wants a PIN (token-ambiguous, before one is asked
 * for).  Everything is in the arena.
 */
enum rc_status p11admin_list(const struct rc_engine_config *config, bool login,
    struct arena *arena, struct p11_listing *ret, struct error *err) RC_CHECK;

/* -- make a key ------------------------------------------------------------- */

struct p11_keygen {
	const char *algorithm;           /* rsa-2048 rsa-3072 rsa-4096 ec-p256 ec-p384 ec-p521
	                                  * ed25519                          */
	const char *label;               /* NULL: the URI's object             */
	const char *otherwise;           /* label where there is neither; or NULL */
	struct bytes id;                 /* empty: the URI's id, else 16 random octets */
};

/*
 * A key pair in the token that the URI names, made there under the hardest
 * template that the module takes: not readable, not extractable, not copied,
 * not changed, signs and does nothing else.  It is then read back, and when the
 * token gave less than asked the pair is destroyed and the call refused
 * (key-weak-custody, naming each attribute).  A private or public key with the
 * same label or id: key-exists.
 *
 * Appends the DER SubjectPublicKeyInfo.  ret_facts may be NULL.
 */
enum rc_status p11admin_keygen(const struct rc_engine_config *config,
    const struct p11_keygen *what, struct buf *spki, struct rc_facts *ret_facts,
    struct error *err) RC_CHECK;

/* -- set a token up --------------------------------------------------------- */

/*
 * Initialises the first token that the URI fits and that is not initialised yet
 * (token-missing when there is none; nothing is ever wiped), with this label (at
 * most 32 octets) and security officer's PIN, then sets the user's PIN.
 */
enum rc_status p11admin_init_token(const struct rc_engine_config *config,
    const char *label, struct secret *so_pin, struct secret *user_pin,
    struct error *err) RC_CHECK;

#endif
