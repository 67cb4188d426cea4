/*
 * digest.h - hashes over bytes.
 *
 *      uint8_t digest[SHA256_OCTETS];
 *
 *      sha256(BYTES(p, n), digest);                one piece
 *
 *      struct sha256 *h = sha256_new();            many pieces
 *      sha256_put(h, first);
 *      sha256_put(h, second);
 *      sha256_end(h, digest);                      frees h
 *
 * SHA-1 is here for key identifiers (RFC 5280 4.2.1.2, method 1) and for the
 * fingerprints that Windows shows.  Nothing is ever signed over it.
 *
 * Nothing here fails: a libcrypto without SHA-256 ends the process like one
 * without memory.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "base/buf.h"

enum { SHA1_OCTETS = 20, SHA256_OCTETS = 32, SHA384_OCTETS = 48, SHA512_OCTETS = 64 };

void sha1(struct bytes b, uint8_t ret[SHA1_OCTETS]);
void sha256(struct bytes b, uint8_t ret[SHA256_OCTETS]);
void sha384(struct bytes b, uint8_t ret[SHA384_OCTETS]);
void sha512(struct bytes b, uint8_t ret[SHA512_OCTETS]);

/* The digest as 64 lower-case hexadecimal digits, appended. */
void sha256_put_hex(struct bytes b, struct buf *out);

/* Bytes with their SHA-256, where many ask for it. */
struct digested {
	struct bytes bytes;
	uint8_t sha256[SHA256_OCTETS];
};

struct sha256;

struct sha256 *sha256_new(void);
void sha256_put(struct sha256 *h, struct bytes b);
void sha256_end(struct sha256 *h, uint8_t ret[SHA256_OCTETS]);     /* frees h too */
void sha256_next(struct sha256 *h, uint8_t ret[SHA256_OCTETS]);    /* h begins anew */
void sha256_free(struct sha256 *h);              /* for one that never ends */
DEFINE_SCOPED(sha256_free, struct sha256 *)

#endif
