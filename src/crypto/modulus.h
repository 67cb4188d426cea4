/*
 * modulus.h - known ways of a bad RSA modulus.
 *
 * Each takes the modulus as octets, big end first, of any size; the time is
 * bounded by a constant number of operations on numbers of that size (about two
 * milliseconds for 8192 bits).
 */
#ifndef CRYPTO_MODULUS_H
#define CRYPTO_MODULUS_H

#include "base/base.h"

/* The smallest prime below 10000 that divides it (2 for an even one); 0: none. */
unsigned modulus_small_factor(struct bytes modulus);

/*
 * ROCA (CVE-2017-15361; Nemec, Sys, Svenda, Klinec, Matyas: The Return of
 * Coppersmith's Attack, CCS 2017).  Infineon's RSALib made its primes as
 * k*M + (65537^a mod M), M being the product of the first primes, so that the
 * modulus is a power of 65537 modulo M.  This decides exactly that for M of the
 * primes 3 to 167, which divide the M of every key size: a sound key answers yes
 * by accident with a probability below 2^-150.
 */
bool modulus_is_roca(struct bytes modulus);

/*
 * Fermat's method: n = a^2 - b^2 for an `a` near the root of n when the primes
 * are close (CVE-2022-26320).  MODULUS_FERMAT_STEPS values of `a` are tried.
 */
enum { MODULUS_FERMAT_STEPS = 100 };
bool modulus_has_close_primes(struct bytes modulus);

#endif
