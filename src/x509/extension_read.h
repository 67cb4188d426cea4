/*
 * extension_read.h - Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }
 * (RFC 5280 4.1), in DER.  Private to the strict readers of lists and of OCSP.
 */
#ifndef X509_EXTENSION_READ_H
#define X509_EXTENSION_READ_H

#include "base/base.h"

struct extension {
	struct bytes oid, value;         /* contents                          */
	bool critical;
};

/* The next of a list; false: what stands there is none. */
bool extension_take(struct bytes *in, struct extension *ret);

#endif
