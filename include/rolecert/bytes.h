/*
 * bytes.h - a piece of memory that somebody else owns.
 */
#ifndef ROLECERT_BYTES_H
#define ROLECERT_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *p;       /* may be NULL when n is 0 */
	size_t n;               /* octets                  */
};

#define BYTES(ptr, len) ((struct bytes){ .p = (const uint8_t *)(ptr), .n = (len) })

#endif
