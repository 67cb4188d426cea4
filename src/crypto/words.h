/*
 * words.h - a digest as words that people read to each other.
 *
 *      acorn wilderness cedar academy ...       one word an octet
 *
 * Octets at even places are words of one list, those at odd places of another, so
 * that a word too many, too few or in the wrong place is heard (words.def).
 */
#ifndef CRYPTO_WORDS_H
#define CRYPTO_WORDS_H

#include "base/buf.h"

enum { WORDS = 256 };            /* in each list */

/* The word of an octet at this place. */
const char *word_of(size_t place, uint8_t octet);

/* All of them with a blank between, appended. */
void words_put(struct bytes octets, struct buf *out);

#endif
