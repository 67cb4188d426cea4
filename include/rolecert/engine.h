/*
 * engine.h - what a signing back-end is: six functions in a constant struct.
 *
 *      open -> ENGINE --find_key--> KEY --facts--> what the module says of it
 *                                    |
 *                                    +--sign--> signature over exactly these bytes
 *                                    +--put_key
 *      close
 *
 * An engine reports facts and never judges them: what a key's attributes are
 * worth is decided by src/token/.  An engine that cannot tell says "unknown".
 *
 * Login.  open() finds the one token that the URI names, asks the module for
 * fresh flags (C_GetTokenInfo) and then the caller's `pin` for the PIN, once.
 * The PIN is given to the module once and wiped.  A refused PIN is never sent
 * again by the engine.
 *
 * Key.  find_key() looks for private keys whose public key is the given one
 * (`spki`), then compares CKA_ID.  Two private keys that fit are a refusal
 * (rule key-ambiguous), none is key-missing.  Where the caller has no public key
 * yet (`ca init`) the URI's object and id alone decide, under the same rule.
 *
 * A key is put back before its engine is closed.
 *
 * Threads: an engine and its keys may be used by one thread at a time.  Engines
 * of one process share what a module shares in a process (start, login, end);
 * they may be opened and closed in any order.
 *
 * Foreign text (labels, serial numbers) is handed on as the token gave it,
 * without its padding: escape it before people see it.
 *
 * Hangs.  Calls into a module cannot be cancelled.  Each is watched: when it has
 * not returned after `timeout_seconds`, `hung` is called from another thread; it
 * is expected to end the process (the ledger settles what was under way).  Two
 * kinds of call get ten times that: a login on a PIN pad, and key generation.
 *
 * Errors are of the class RC_TOKEN, except those of the URI's text (RC_USAGE);
 * a message names the call and the CKR code.
 */
#ifndef ROLECERT_ENGINE_H
#define ROLECERT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rolecert/bytes.h>
#include <rolecert/status.h>
#include <rolecert/version.h>

struct error;
struct secret;
struct buf;
struct rc_engine;
struct rc_key;

/* Signature algorithms, by the names of the field. */
enum rc_sigalg {
	RC_SIG_NONE,
	RC_RSA_SHA256, RC_RSA_SHA384, RC_RSA_SHA512,        /* PKCS#1 v1.5, RFC 8017 8.2 */
	RC_ECDSA_SHA256, RC_ECDSA_SHA384, RC_ECDSA_SHA512,  /* RFC 5758 3.2              */
	/* RFC 8017 8.1, RFC 4055 3: MGF1 with the same hash, salt as long as it. */
	RC_RSA_PSS_SHA256, RC_RSA_PSS_SHA384, RC_RSA_PSS_SHA512,
	RC_ED25519,                                         /* RFC 8410                  */
	RC_SIGALGS,                                         /* how many there are        */
};

/* What a module says of a boolean attribute. */
enum rc_fact {
	RC_UNKNOWN,      /* the module does not know the attribute  */
	RC_FALSE,
	RC_TRUE,
};

/* The token as C_GetTokenInfo describes it, fresh.  Text is foreign. */
struct rc_token_facts {
	char label[33], manufacturer[33], model[17], serial[17];
	char firmware[8], hardware[8];       /* "2.6" */
	unsigned long slot_id;
	unsigned long flags;                 /* CK_TOKEN_INFO.flags           */
	bool initialized, login_required, pin_pad;
	bool pin_count_low, pin_final_try, pin_locked;
	bool user_pin_initialized;
};

/* How far facts() goes; each goes as far as the one before it, and further. */
enum rc_depth {
	RC_DEPTH_ATTRIBUTES,     /* reads attributes, tries nothing            */
	RC_DEPTH_SESSION,        /* tries what takes milliseconds              */
	RC_DEPTH_FULL,           /* and what takes key pairs of its own: wrapping under
	                          * RSA, changing a twin of the key           */
};

/*
 * One thing that was tried.  Nothing of it stays on the token, nothing is changed
 * on the key, and no byte of a key leaves the module but where a part can be read,
 * which is wiped.
 */
enum rc_probe_kind {
	RC_PROBE_READ,           /* a secret part of the key: CKA_PRIME_1      */
	RC_PROBE_WRAP,           /* its length when wrapped: CKM_AES_KEY_WRAP  */
	RC_PROBE_COPY,           /* a session copy of it without one guard: CKA_EXTRACTABLE */
	RC_PROBE_SET,            /* one guard taken from a twin of it: CKA_EXTRACTABLE */
};

struct rc_probe {
	enum rc_probe_kind kind;
	unsigned long type;      /* of the attribute or mechanism              */
	const char *name;        /* a literal: "CKM_AES_KEY_WRAP"              */
	enum rc_fact done;       /* RC_TRUE: it was done; RC_FALSE: it was refused;
	                          * RC_UNKNOWN: it could not be asked          */
	char answer[56];         /* "CKR_KEY_UNEXTRACTABLE", or what else was seen */
};

struct rc_mechanism {
	unsigned long type;
	const char *name;        /* a literal, or NULL: one that has no name here */
};

enum { RC_PROBES_MAX = 48, RC_MECHANISMS_MAX = 512 };

/*
 * What was read of a private key over the engine's own session (PKCS#11 v2.40,
 * section 4.9), and what was tried.  Section 1 of the threat model says what each
 * is worth.
 */
struct rc_facts {
	struct rc_token_facts token;
	const char *engine;                  /* name of the back-end          */
	char module[256];                    /* path of the module, or "-"    */
	enum rc_depth depth;                 /* what was asked for            */
	unsigned long key_type;              /* CKA_KEY_TYPE: CKK_RSA, CKK_EC */
	char label[128];                     /* CKA_LABEL, foreign            */
	uint8_t id[64];                      /* CKA_ID                        */
	size_t id_len;
	enum rc_fact sensitive, extractable, always_sensitive, never_extractable;
	enum rc_fact local, is_private, modifiable, copyable, wrap_with_trusted;
	enum rc_fact sign, decrypt, unwrap, derive, sign_recover;
	enum rc_fact always_authenticate;
	/* CKA_KEY_GEN_MECHANISM: RC_FALSE is CK_UNAVAILABLE_INFORMATION, which a
	 * module says of keys that were not generated in it. */
	enum rc_fact keygen_known;
	unsigned long keygen_mechanism;      /* when RC_TRUE; 0 is CKM_RSA_PKCS_KEY_PAIR_GEN */
	unsigned keys_with_this_id;          /* private keys sharing CKA_ID   */
	bool public_key_matches;             /* the token's public half is the expected one;
	                                      * also true when none was expected */
	/*
	 * The probes, and what they come to by kind: RC_TRUE when one was done,
	 * RC_FALSE when all were refused, RC_UNKNOWN when none was made or one could
	 * not be asked.
	 */
	struct rc_probe probe[RC_PROBES_MAX];
	size_t n_probes;
	enum rc_fact secret_readable;        /* RC_PROBE_READ                 */
	enum rc_fact wrappable;              /* RC_PROBE_WRAP                 */
	enum rc_fact copyable_weaker;        /* RC_PROBE_COPY                 */
	enum rc_fact twin_changeable;        /* RC_PROBE_SET                  */
	/* A probe did what an attribute that was read rules out (not RC_PROBE_COPY of
	 * CKA_PRIVATE: section 5.7 of v2.40 lets a copy be public). */
	enum rc_fact not_enforced;
	/* What the token says it can do, in ascending order of type. */
	struct rc_mechanism mechanism[RC_MECHANISMS_MAX];
	size_t n_mechanisms;
};

/* Why a PIN is wanted. */
enum rc_pin_use {
	RC_PIN_LOGIN,            /* to log in                                  */
	RC_PIN_AGAIN,            /* the same, after a session was lost         */
	RC_PIN_CONTEXT,          /* for one signature, by a key that always
	                          * authenticates; the token is logged in      */
};

/* Read during open(); of what it points to only the two args must live on. */
struct rc_engine_config {
	const char *uri;                     /* RFC 7512; names token and key */
	const char *module;                  /* path, where the URI names none; NULL:
	                                      * p11-kit's configuration        */
	const char *module_args;             /* CK_C_INITIALIZE_ARGS.pReserved, or NULL */
	unsigned timeout_seconds;            /* 0: 60                         */

	/* Gives the PIN.  `pin_source` is the URI's, or NULL.  *ret NULL means
	 * PIN pad.  May refuse by the token's flags.  The engine frees it. */
	enum rc_status (*pin)(void *arg, enum rc_pin_use use,
	    const struct rc_token_facts *token, const char *pin_source,
	    struct secret **ret, struct error *err);
	void *pin_arg;
	bool again;                          /* a lost session is rebuilt: RC_PIN_AGAIN */

	/* What it will be asked to sign with, as far as that is known:
	 * rc_engine_auto chooses by it. */
	enum rc_sigalg algorithm;

	/* A call into the module does not return.  Not expected to return. */
	void (*hung)(void *arg, const char *call);
	void *hung_arg;
};

struct rc_engine_ops {
	const char *name;
	enum rc_status (*open)(const struct rc_engine_config *config,
	    struct rc_engine **ret, struct error *err) RC_CHECK;
	/* spki: DER SubjectPublicKeyInfo, or NULL. */
	enum rc_status (*find_key)(struct rc_engine *engine, const struct bytes *spki,
	    struct rc_key **ret, struct error *err) RC_CHECK;
	/* The key's public half as DER SubjectPublicKeyInfo, appended. */
	enum rc_status (*spki)(struct rc_key *key, struct buf *out,
	    struct error *err) RC_CHECK;
	/* A probe that fails is a fact; a session that is lost is an error. */
	enum rc_status (*facts)(struct rc_key *key, enum rc_depth depth,
	    struct rc_facts *ret, struct error *err) RC_CHECK;
	/* Signs these bytes, hashing included; appends the signature as X.509
	 * carries it (RSA, Ed25519: the octets; ECDSA: DER Ecdsa-Sig-Value). */
	enum rc_status (*sign)(struct rc_key *key, enum rc_sigalg algorithm,
	    struct bytes tbs, struct buf *out, struct error *err) RC_CHECK;
	void (*put_key)(struct rc_key *key);           /* takes NULL */
	void (*close)(struct rc_engine *engine);       /* takes NULL */
};

/*
 * A PKCS#11 token, by three roads that keep the same contract.  cryptoki asks the
 * module itself (C_Sign) and does everything.  libp11 does RSA PKCS#1 v1.5 and ECDSA,
 * on tokens that hold no other kind of key, in modules that share a login within a
 * process, with keys that do not ask for the PIN at each signature.  auto goes by
 * libp11 where that can be, and else by cryptoki with a note (engine-cryptoki);
 * facts.engine tells which it was.
 *
 * A key that always authenticates is asked for its PIN (RC_PIN_CONTEXT) before each
 * signature.  When the token does not take it, no other is sent by this engine.
 */
RC_API extern const struct rc_engine_ops rc_engine_auto, rc_engine_libp11, rc_engine_cryptoki;
/* A key in memory, `custody: memory` only.  Its URI is "memory:path=FILE", FILE a
 * PKCS#8 private key in PEM, not encrypted.  Its facts are all unknown. */
RC_API extern const struct rc_engine_ops rc_engine_memory;

#endif
