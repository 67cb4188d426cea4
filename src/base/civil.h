/*
 * civil.h - a moment as people write it: "2024-02-29T23:59:59Z" (RFC 3339).
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include "base/base.h"

/*
 * Exactly this form: four digits of a year from 1970, Zulu, no fraction, no leap
 * second; a day that its month has.  False, and *ret untouched: any other text.
 */
bool civil_read(const char *text, int64_t *ret_seconds);

#endif
