/*
 * der_write.h - a small writer of DER (X.690): definite lengths, appended to a buffer.
 *
 *      size_t name = out->n;                 where the SEQUENCE will begin
 *      der_put_dotted(out, "2.5.4.3");
 *      der_put(out, DER_UTF8_STRING, bytes_of_text("edge"));
 *      der_wrap(out, name, DER_SEQUENCE);    tag and length before all since then
 *
 * What is inside is written first and wrapped afterwards, so that no length is
 * computed twice.  Nothing here reads DER: what was written is read back by
 * libcrypto.  The tags are those of crypto/der.h.  Nothing fails.
 */
#ifndef X509_DER_WRITE_H
#define X509_DER_WRITE_H

#include "base/buf.h"
#include "crypto/der.h"

/* One element: tag, length, content. */
void der_put(struct buf *out, unsigned tag, struct bytes content);
/* Makes all that was appended since out->n was `from` the content of an element. */
void der_wrap(struct buf *out, size_t from, unsigned tag);

void der_put_bool(struct buf *out, bool value);
void der_put_int(struct buf *out, unsigned value);
/* INTEGER from a big-endian magnitude: leading zeros go, a sign octet comes. */
void der_put_unsigned(struct buf *out, struct bytes magnitude);
/* A BIT STRING of whole octets. */
void der_put_bits(struct buf *out, struct bytes octets);
/* A named bit list, bit 0 of the mask first; no trailing zeros (X.690 11.2.2). */
void der_put_named_bits(struct buf *out, unsigned mask);

/* An OBJECT IDENTIFIER from dotted text; empty, and so refused by every reader,
 * where the text is none. */
void der_put_dotted(struct buf *out, const char *dotted);
/* Two arcs or more, decimal, no leading zeros, each below 2^128 (as those that are a
 * UUID: X.667); first 0 to 2, second below 40 under 0 and 1. */
bool oid_is_valid(const char *dotted);

#endif
