/*
 * sigalg.h - signature algorithms as libcrypto wants to hear of them.
 */
#ifndef CRYPTO_SIGALG_H
#define CRYPTO_SIGALG_H

#include <rolecert/engine.h>

#include "base/base.h"

const char *sigalg_hash(enum rc_sigalg algorithm);  /* "SHA256"; NULL for RC_SIG_NONE */
bool sigalg_is_rsa(enum rc_sigalg algorithm);
bool sigalg_is_ecdsa(enum rc_sigalg algorithm);

#endif
