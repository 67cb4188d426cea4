/*
 * random.h - octets that nobody can guess, from the kernel (getrandom(2)).
 */
#ifndef OS_RANDOM_H
#define OS_RANDOM_H

#include "base/error.h"

enum { RANDOM_SERIAL = 20 };

/* Fills p.  Waits until the kernel's pool is seeded.  Rule: random. */
enum rc_status random_fill(void *p, size_t n, struct error *err) RC_CHECK;

/*
 * A certificate serial number: 20 octets, top bit 0, not zero (RFC 5280
 * 4.1.2.2), 159 bits of them random (the CA/Browser Forum asks for 64).  The
 * first octet is not zero either, so that all have the same length in DER.
 */
enum rc_status random_serial(uint8_t ret[RANDOM_SERIAL], struct error *err) RC_CHECK;

#endif
