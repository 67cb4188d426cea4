/*
 * signer_key.h - what a signer is made of.  Private to issue/: ca_init.c logs in
 * before there is a home, permit.c asks the key.
 */
#ifndef ISSUE_SIGNER_KEY_H
#define ISSUE_SIGNER_KEY_H

#include "issue/signer.h"

struct signer {
	const struct rc_engine_ops *ops;
	struct rc_engine *engine;
	struct rc_key *key;
	struct pubkey *pubkey;           /* its public half, as the engine gives it */
	enum custody_level level;
	struct rc_facts facts;
	struct custody custody;
	struct buf description;          /* custody_describe(), for the ledger */
	bool attested;                   /* judged in this login, and accepted */
};

struct signer_login {
	const struct rc_engine_ops *ops;
	struct rc_engine_config config;
	enum custody_level level;
	const struct pubkey *expected;   /* NULL: the key that the URI names */
};

enum rc_status signer_login(const struct signer_login *login, struct signer **ret,
    struct error *err) RC_CHECK;

#endif
