/*
 * pubkey_parts.h - a public key taken apart; for the files of pubkey.h only.
 */
#ifndef CRYPTO_PUBKEY_PARTS_H
#define CRYPTO_PUBKEY_PARTS_H

#include "crypto/libcrypto.h"
#include "crypto/pubkey.h"

enum key_kind { KEY_KIND_OTHER, KEY_KIND_RSA, KEY_KIND_EC, KEY_KIND_ED25519 };

struct curve {
	const char *name;            /* "P-256"                             */
	struct bytes oid;            /* content octets                      */
	size_t bits;
	unsigned algorithm;
	enum rc_sigalg sigalg;
};

struct pubkey {
	uint8_t *spki;               /* ours; the pieces below point into it */
	size_t n;
	enum key_kind kind;
	struct bytes octets;         /* content of the BIT STRING           */
	struct bytes modulus, exponent;      /* RSA, without leading zeros  */
	size_t modulus_bits, exponent_bits;
	const struct curve *curve;   /* EC; NULL: another, or not by name   */
	char *text;
	uint8_t key_id[SHA1_OCTETS];
	EVP_PKEY *evp;               /* NULL: libcrypto does not take it    */
};

#endif
