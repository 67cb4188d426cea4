/*
 * key_algorithm.h - the kinds of public key that a certificate may be issued for.
 *
 * A set of them is an unsigned of these bits.  rsa-N means a modulus of exactly
 * N bits.
 */
#ifndef CRYPTO_KEY_ALGORITHM_H
#define CRYPTO_KEY_ALGORITHM_H

#include "base/base.h"

enum key_algorithm {
	KEY_RSA_2048 = 1 << 0, KEY_RSA_3072 = 1 << 1, KEY_RSA_4096 = 1 << 2,
	KEY_RSA_8192 = 1 << 3, KEY_EC_P256 = 1 << 4, KEY_EC_P384 = 1 << 5,
	KEY_EC_P521 = 1 << 6, KEY_ED25519 = 1 << 7,
};
enum { KEY_ALGORITHMS = 8 };

const char *key_algorithm_word(unsigned bit);     /* of a bit number: "rsa-2048" */
unsigned key_algorithm_find(const char *word);    /* the mask; 0: none           */

#endif
