/*
 * der.h - a strict reader of DER (X.690 clauses 8 to 11), for foreign bytes.
 *
 *      struct bytes in = file, seq, number;
 *
 *      if (!der_take(&in, DER_SEQUENCE, &seq) || in.n != 0)       one, and nothing behind
 *              return malformed;
 *      if (!der_take(&seq, DER_INTEGER, &number) || ...)
 *
 * der_take() advances over one element with this identifier octet and yields its
 * content; on false nothing was touched.  Only low tag numbers (below 31),
 * definite lengths in the fewest octets: what DER allows and X.509 uses.  No
 * allocation, no recursion but that of der_fault(), which is bounded.
 *
 * All yielded bytes point into the input.
 */
#ifndef CRYPTO_DER_H
#define CRYPTO_DER_H

#include "base/buf.h"

enum der_tag {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04, DER_NULL = 0x05, DER_OID = 0x06,
	DER_UTF8_STRING = 0x0c, DER_PRINTABLE_STRING = 0x13, DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17, DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30, DER_SET = 0x31,
};
/* [n]: primitive (IMPLICIT over a primitive type) and constructed. */
#define DER_CONTEXT(n)     (0x80 | (n))
#define DER_CONTEXT_SEQ(n) (0xa0 | (n))

/* The identifier octet that comes next; -1 at the end. */
int der_peek(struct bytes in);

bool der_take(struct bytes *in, unsigned tag, struct bytes *ret);
/* The next element whatever it is; `whole` has identifier and length, too. */
bool der_take_any(struct bytes *in, unsigned *ret_tag, struct bytes *ret,
    struct bytes *ret_whole);
/* The next element must bear this tag; yields all of it, header included. */
bool der_take_whole(struct bytes *in, unsigned tag, struct bytes *ret_whole);

/* INTEGER, positive or zero, minimal: the octets without the leading zero (none
 * for zero). */
bool der_take_unsigned(struct bytes *in, struct bytes *ret);
/* BIT STRING of whole octets (no unused bits): what a key or signature is. */
bool der_take_bit_octets(struct bytes *in, struct bytes *ret);

/* The content of an OID as dotted numbers, appended; "0x" and its octets in
 * hexadecimal when an arc does not fit 64 bits. */
void der_put_oid(struct bytes oid, struct buf *out);

/* Are these elements, one after the other, in the order of a DER SET OF? */
bool der_is_sorted(struct bytes members);

/*
 * Is this one element, nothing behind it, and everything in it DER: lengths,
 * BOOLEAN 00 or FF, minimal INTEGER, ENUMERATED and OID arcs, unused bits zero,
 * NULL empty, no constructed strings and no other SEQUENCE or SET, SET members in
 * ascending order (every SET of X.509 and PKCS#10 is a SET OF), at most DER_DEPTH
 * deep?  What is inside an OCTET STRING is not looked at.  NULL: yes; else what is
 * wrong, a sentence.
 */
enum { DER_DEPTH = 32 };
const char *der_fault(struct bytes der);

#endif
