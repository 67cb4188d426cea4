/*
 * sigalg.h - signature algorithms as libcrypto wants to hear of them.
 */
#ifndef CRYPTO_SIGALG_H
#define CRYPTO_SIGALG_H

#include <openssl/evp.h>

#include <rolecert/engine.h>

#include "base/base.h"

/* "SHA256"; NULL for RC_SIG_NONE, and for Ed25519, which hashes by itself. */
const char *sigalg_hash(enum rc_sigalg algorithm);
bool sigalg_is_rsa(enum rc_sigalg algorithm);        /* with either padding */
bool sigalg_is_pss(enum rc_sigalg algorithm);
bool sigalg_is_ecdsa(enum rc_sigalg algorithm);
bool sigalg_is_ed25519(enum rc_sigalg algorithm);

/* Tells a context that was set up for the hash of the padding: PSS with a salt as
 * long as the hash, exactly (RFC 4055 3.1). */
bool sigalg_set_padding(EVP_PKEY_CTX *ctx, enum rc_sigalg algorithm);

#endif
