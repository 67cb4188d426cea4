/*
 * base64.h - RFC 4648, strict.
 */
#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include "base/buf.h"

/*
 * Blanks, tabs, CR and LF are skipped wherever they stand.  False, and nothing
 * appended: another character, padding that is missing, too much or in the
 * middle, unused bits that are not zero, or nothing at all.
 */
bool base64_decode(struct bytes text, struct buf *out);

/* In lines of 64 characters, each ended by LF, appended. */
void base64_put_lines(struct bytes b, struct buf *out);

#endif
