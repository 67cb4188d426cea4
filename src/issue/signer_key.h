/*
 * signer_key.h - what a signer is made of.  Private to issue/: ca_init.c logs in
 * before there is a home, permit.c asks the key.
 */
#ifndef ISSUE_SIGNER_KEY_H
#define ISSUE_SIGNER_KEY_H

#include "issue/signer.h"

struct signer_login {
	const struct rc_engine_ops *ops;
	struct rc_engine_config config;
	enum custody_level level;
	const struct pubkey *expected;   /* NULL: the key that the URI names */
	bool relogin;                    /* a lost session is rebuilt once   */
	enum rc_depth depth;             /* how far it is put to the test; 0: not at all */
	const struct custody_model *accept;
	size_t n_accept;
	const char *record;              /* the pin record to compare with; NULL, "": none */
	bool probe_pinned;               /* its probes count, where none are made */
	enum custody_telling telling;    /* which findings are told          */
};

struct signer {
	struct signer_login login;       /* for another                      */
	const struct rc_engine_ops *ops;
	struct rc_engine *engine;
	struct rc_key *key;
	struct pubkey *pubkey;           /* its public half, as the engine gives it */
	enum custody_level level;
	struct rc_facts facts;
	struct custody custody;
	struct arena *arena;             /* what the facts point to          */
	struct buf description;          /* custody_describe(), for the ledger */
	bool attested;                   /* judged in this login, and accepted */
	bool rebuilt;                    /* there is no other time           */
};

/* level, accept and what else a ca.yaml says of custody; no record. */
struct signer_login signer_login_of(const struct home_config *config,
    const struct rc_engine_ops *ops, const struct rc_engine_config *engine);

enum rc_status signer_login(const struct signer_login *login, struct signer **ret,
    struct error *err) RC_CHECK;

/* Finds the key that this signer has found before, or the first time the expected
 * one; reads and judges how it is kept. */
enum rc_status signer_take_key(struct signer *signer, const struct pubkey *expected,
    struct error *err) RC_CHECK;
/* Key and engine; the rest stays. */
void signer_leave(struct signer *signer);

/*
 * Asks the engine for a signature: the one call of its sign in the program, for
 * permit.c, for request_sign.c, whose bytes can be nothing but a request, and for
 * approve_sign.c, whose key is an officer's and whose bytes speak of an approval.
 *
 * A session that is lost meanwhile (any error of the token but those about the data,
 * the mechanism or a PIN) is rebuilt where `relogin` allows it, once for each signer:
 * everything is closed and opened anew, the PIN sent once more to the token of the
 * same serial (RC_PIN_AGAIN), the key found by its public half, its custody judged.
 * The same bytes are then signed.  What the ledger is to be told of it is appended to
 * `note`.  A warning session-rebuilt is added to err.  Rules: relogin-refused, the engine's.
 */
enum rc_status signer_sign(struct signer *signer, enum rc_sigalg algorithm, struct bytes tbs,
    struct buf *note, struct buf *out, struct error *err) RC_CHECK;
/* Rule session-lost: its session was lost and not rebuilt. */
enum rc_status signer_check(const struct signer *signer, struct error *err) RC_CHECK;

#endif
