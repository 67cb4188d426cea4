/*
 * pubkey.h - public keys, read once and judged.
 *
 *      SCOPED(pubkey_free) struct pubkey *key = NULL;
 *
 *      TRY(pubkey_read(spki, &key, err));         DER? a kind of key at all?
 *      TRY(pubkey_check(key, err));               would we certify it?
 *      TRY(pubkey_verify(key, RC_ECDSA_SHA256, tbs, signature, err));
 *
 * Reading and judging are two things: a key that is well encoded and weak is
 * read, can be named in a message (pubkey_text), and is refused by
 * pubkey_check().  Making libcrypto's key costs more than all else here, so it
 * is made once, when read.
 *
 * What is copied into a certificate is pubkey_spki(): the very bytes that were
 * given.  They are strict DER, so that encoding the key again yields the same.
 *
 * A pubkey owns its bytes and does not change after it was read: threads may
 * share it.
 */
#ifndef CRYPTO_PUBKEY_H
#define CRYPTO_PUBKEY_H

#include <rolecert/engine.h>

#include "base/arena.h"
#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/key_algorithm.h"

struct pubkey;

/*
 * spki: DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7), exactly one.  Rule
 * key-malformed (class INPUT): not DER, or not what RFC 3279 2.3.1 (RSA: NULL
 * parameters, positive integers), RFC 5480 2 (EC) or RFC 8410 (Ed25519: no
 * parameters) ask for.  Keys of other kinds are read, and are of no algorithm.
 */
enum rc_status pubkey_read(struct bytes spki, struct pubkey **ret,
    struct error *err) RC_CHECK;
/* A file with it: PEM of label PUBLIC KEY, DER or base64 (envelope.h).  Rules key-malformed,
 * file-too-large. */
enum rc_status pubkey_read_file(struct bytes file, struct arena *arena, struct pubkey **ret,
    struct error *err) RC_CHECK;
void pubkey_free(struct pubkey *key);
DEFINE_SCOPED(pubkey_free, struct pubkey *)

struct bytes pubkey_spki(const struct pubkey *key);

/* The bit of key_algorithm.h; 0 for any other, as an RSA modulus of 2056 bits. */
unsigned pubkey_algorithm(const struct pubkey *key);
/* EC or Ed25519: a key that signs and cannot encipher other keys. */
bool pubkey_is_ec(const struct pubkey *key);
/* Of the RSA modulus, the curve's field; 0 when neither. */
size_t pubkey_bits(const struct pubkey *key);
/* For messages: "RSA with 2048 bits", "EC on P-256", "Ed25519", "DSA",
 * "a key of kind 1.2.3".  Plain ASCII; belongs to the key. */
const char *pubkey_text(const struct pubkey *key);
/* RFC 5280 4.2.1.2 method 1: SHA-1 of the subjectPublicKey's octets. */
struct bytes pubkey_key_id(const struct pubkey *key);

/* The algorithm whose hash is as strong as this key: what a CA with this key
 * signs with unless told otherwise (RSA: SHA-256; EC: the curve's size, RFC 5656
 * 6.2.1).  RC_SIG_NONE for keys that do not sign with any. */
enum rc_sigalg pubkey_sigalg(const struct pubkey *key);
/* Can a key of this kind make such signatures? */
bool pubkey_does(const struct pubkey *key, enum rc_sigalg algorithm);

/*
 * Would a certificate authority be wise to certify it?  Every fault is added, all
 * of class POLICY:
 *
 *   key-type          neither RSA, EC nor Ed25519
 *   key-rsa-size      modulus outside 2048 to 8192 bits
 *   key-rsa-exponent  even, below 65537 or above 2^256 (FIPS 186-5 A.1.1)
 *   key-small-factor  a prime below 10000 divides the modulus
 *   key-roca          the fingerprint of CVE-2017-15361
 *   key-close-primes  100 steps of Fermat's method factor it
 *   key-curve         not P-256, P-384 or P-521, or not by name
 *   key-point         compressed, at infinity, not on the curve, of small order
 *
 * The arithmetic is bounded: a modulus of the wrong size is not looked into.
 */
enum rc_status pubkey_check(const struct pubkey *key, struct error *err) RC_CHECK;

/* Rule signature-invalid: not this key's signature over these bytes by this
 * algorithm, or a key that does not do the algorithm. */
enum rc_status pubkey_verify(const struct pubkey *key, enum rc_sigalg algorithm,
    struct bytes tbs, struct bytes signature, struct error *err) RC_CHECK;

#endif
