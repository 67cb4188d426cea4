/*
 * libcrypto.h - manners at the door to libcrypto.
 *
 * libcrypto keeps a queue of errors for each thread.  Before a row of calls,
 * crypto_begin() empties it, so that what lies in it afterwards is ours; after a
 * call that failed, crypto_fail() makes one error of ours from it and leaves the
 * queue empty.  Below are the SCOPED forms of libcrypto's free functions.
 *
 * For the .c files of crypto/ and x509/ and their *_parts.h, and for os/tls.c, the door
 * to libssl: no header that others read shows a libcrypto type.
 */
#ifndef CRYPTO_LIBCRYPTO_H
#define CRYPTO_LIBCRYPTO_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/error.h"

void crypto_begin(void);

/*
 * An error by `rule` with this message, and in parentheses what libcrypto said
 * last, if anything: "the key cannot be used (point is not on curve)".
 */
enum rc_status crypto_fail(struct error *err, enum rule rule, const char *fmt, ...)
    RC_PRINTF(3, 4);

/* A number from its octets, big end first; never NULL.  BN_free() it. */
BIGNUM *crypto_bn(struct bytes b);

struct pubkey;
/* libcrypto's form of the key, which the pubkey keeps; NULL for a key that
 * libcrypto does not take: pubkey_check() says why. */
EVP_PKEY *pubkey_evp(const struct pubkey *key);

DEFINE_SCOPED(BIO_free_all, BIO *)
DEFINE_SCOPED(BN_free, BIGNUM *)
DEFINE_SCOPED(BN_CTX_free, BN_CTX *)
DEFINE_SCOPED(EVP_MD_CTX_free, EVP_MD_CTX *)
DEFINE_SCOPED(EVP_PKEY_free, EVP_PKEY *)
DEFINE_SCOPED(EVP_PKEY_CTX_free, EVP_PKEY_CTX *)

#endif
