/*
 * ed25519.h - is it a point (RFC 8032 5.1.3)?  libcrypto does not ask when it
 * takes a key.
 */
#ifndef CRYPTO_ED25519_H
#define CRYPTO_ED25519_H

#include "base/base.h"

enum { ED25519_OCTETS = 32 };

/* y below the field's prime, a point of the curve with that y, and its order none
 * of 1, 2, 4 and 8: under such a key one signature fits nearly any message. */
bool ed25519_is_sound(const uint8_t key[ED25519_OCTETS]);

#endif
