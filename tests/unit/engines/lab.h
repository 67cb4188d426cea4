/*
 * lab.h - SoftHSM tokens of a test's own: in a temporary folder, with their own
 * configuration, gone afterwards.
 *
 * A missing SoftHSM fails the test.
 */
#ifndef TESTS_UNIT_ENGINES_LAB_H
#define TESTS_UNIT_ENGINES_LAB_H

#include <openssl/evp.h>

#include <rolecert/engine.h>

#include "engines/p11admin.h"
#include "engines/p11key.h"
#include "tests/unit.h"

#define LAB_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define LAB_PIN "87654321"
#define LAB_SO_PIN "12345678"

struct lab {
	char dir[64];
	const char *pin;                 /* what lab_config's pin gives      */
	unsigned asked;                  /* how often it was asked           */
	enum rc_pin_use use;             /* and the last time what for       */
	struct rc_token_facts seen;      /* what it was told of the token    */
	struct error *err;
};

/* An empty SoftHSM, and one token of this label in it unless label is NULL. */
void lab_init(struct lab *lab, const char *label);
void lab_clear(struct lab *lab);
DEFINE_SCOPED_VALUE(lab_clear, struct lab)

/* One token more, also of a label that is there already. */
void lab_token(struct lab *lab, const char *label);

/* For this URI, with the lab's PIN. */
struct rc_engine_config lab_config(struct lab *lab, const char *uri);

/* A key pair, by p11admin_keygen; its public half is appended to spki. */
void lab_keygen(struct lab *lab, const char *uri, const char *algorithm, struct bytes id,
    struct buf *spki);

/* A raw session, logged in, that may write. */
struct p11raw *lab_raw(struct lab *lab, const char *uri);

/* The RSA key of tests/data/token/rsa-4096.pem: making one takes a second, and a
 * minute under valgrind. */
EVP_PKEY *lab_rsa_key(void);
/* The same brought in from outside, with
 * SENSITIVE and PRIVATE set, its public half appended to spki unless that is NULL;
 * and a new one on P-256. */
void lab_import_rsa(struct p11raw *raw, const char *label, struct bytes id, struct buf *spki);
void lab_import_ec(struct p11raw *raw, const char *label, struct bytes id);

/* A small RSA key pair made with these private attributes and none of ours. */
void lab_generate(struct p11raw *raw, const char *label, struct bytes id,
    const CK_ATTRIBUTE *more, size_t n);
/* A private key of a type that libp11 does not know.  (Brought in: SoftHSM leaks
 * memory when it makes one.) */
void lab_import_ed25519(struct p11raw *raw, const char *label, struct bytes id);

/* SoftHSM's own function list, which libp11 uses too, made writable: put a fault in
 * and take it out again. */
CK_FUNCTION_LIST *lab_functions(void);

/* ops->sign; what SoftHSM is known to lose meanwhile is not looked for. */
enum rc_status lab_sign(const struct rc_engine_ops *ops, struct rc_key *key,
    enum rc_sigalg algorithm, struct bytes tbs, struct buf *out, struct error *err) RC_CHECK;

/* Does the signature fit the public key? */
bool lab_verifies(struct bytes spki, enum rc_sigalg algorithm, struct bytes tbs,
    struct bytes signature);

#endif
