/*
 * evp.h - libcrypto as the engines use it: signatures, and its error queue.
 */
#ifndef ENGINES_EVP_H
#define ENGINES_EVP_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <rolecert/engine.h>

#include "base/arena.h"
#include "base/error.h"
#include "engines/watchdog.h"

static inline void
scoped_evp_pkey(EVP_PKEY **p)
{
	EVP_PKEY_free(*p);
}

/*
 * An error with what the queue says added, and the queue empty.  When a PKCS#11
 * code is in the queue (libp11 puts it there), its rule is the error's, and
 * `rule` is not used.
 */
enum rc_status evp_fail(struct error *err, enum rule rule, const char *call);

/*
 * A signature over the bytes, hashed by the way, as X.509 carries it, appended.
 * Rules: signature-algorithm (the key is of the other kind), signature-size, and
 * whatever the token says.
 */
enum rc_status evp_sign(EVP_PKEY *key, enum rc_sigalg algorithm, struct bytes tbs,
    struct watchdog *dog, struct buf *out, struct error *err) RC_CHECK;

/* The key's public half. */
enum rc_status evp_put_spki(EVP_PKEY *key, struct buf *out, struct error *err) RC_CHECK;

#endif
