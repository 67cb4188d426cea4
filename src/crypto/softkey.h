/*
 * softkey.h - private keys in the memory of this process.
 *
 * For the lab (keys of its servers, and of a CA whose home says `custody:
 * memory`), for making requests on behalf of lab servers, and for tests.  The key
 * of a real CA is never one of these: it stays on its token and is reached
 * through an engine.  Nothing here loads a key from anywhere, so that this cannot
 * become a way to sign with a key file.
 *
 *      SCOPED(softkey_free) struct softkey *key = NULL;
 *
 *      TRY(softkey_generate(KEY_EC_P256, &key, err));
 *      TRY(softkey_spki(key, &spki, err));
 *      TRY(softkey_sign(key, RC_ECDSA_SHA256, buf_bytes(&info), &signature, err));
 *
 * softkey_generate() and the nonces of ECDSA in softkey_sign() are the only uses
 * of random numbers in this layer, which is pure otherwise.
 *
 * A key may be used by one thread at a time.
 */
#ifndef CRYPTO_SOFTKEY_H
#define CRYPTO_SOFTKEY_H

#include <rolecert/engine.h>

#include "base/error.h"
#include "crypto/key_algorithm.h"

struct softkey;

/* algorithm: one bit of key_algorithm.h.  Rule softkey. */
enum rc_status softkey_generate(unsigned algorithm, struct softkey **ret,
    struct error *err) RC_CHECK;
void softkey_free(struct softkey *key);          /* libcrypto wipes it */
DEFINE_SCOPED(softkey_free, struct softkey *)

/* DER SubjectPublicKeyInfo, appended. */
enum rc_status softkey_spki(const struct softkey *key, struct buf *out,
    struct error *err) RC_CHECK;

/*
 * Signs these bytes, hashing included; appends the signature as X.509 carries it
 * (RSA: the octets; ECDSA: DER Ecdsa-Sig-Value; Ed25519: pure EdDSA, RFC 8032).
 * An algorithm that is not the key's: rule softkey.
 */
enum rc_status softkey_sign(const struct softkey *key, enum rc_sigalg algorithm,
    struct bytes tbs, struct buf *out, struct error *err) RC_CHECK;

/* PKCS#8 PEM, not encrypted, appended.  Wipe what it went into: buf_wipe(). */
enum rc_status softkey_put_pem(const struct softkey *key, struct buf *out,
    struct error *err) RC_CHECK;

#endif
