/*
 * first_use.h - libcrypto's own beginning, done by whoever has the time for it.
 *
 * The first digest, the first cipher, the first random number and the first signature of a
 * process take some milliseconds each: algorithms are looked up and put in order, the
 * configuration is read, the generator is seeded.  crypto_first_use() has all of it done, in
 * a thread beside the caller's, say; who needs a part meanwhile waits for that part alone.
 * Nothing depends on it, and nothing of it can fail here: what is not there is missed where it
 * is used.
 */
#ifndef CRYPTO_FIRST_USE_H
#define CRYPTO_FIRST_USE_H

void crypto_first_use(void);

#endif
