/*
 * other.h - extensions that have no record: any OID, its value as DER or ASN.1 text.
 *
 *      extensions:
 *        - { oid: 1.2.3.4, critical: false, der: "0500" }
 *        - { oid: 1.2.3.5, asn1: "UTF8:hello" }
 *
 * Only a role says them.  What stands in them cannot be judged; lint sees to it that
 * it is, octet for octet, what the entry planned.
 */
#ifndef X509_EXT_OTHER_H
#define X509_EXT_OTHER_H

#include "x509/ext/ext.h"
#include "x509/ext/shape.h"

enum { OTHER_MAX = 16 * 1024, ASN1_TEXT_MAX = 4096 };    /* octets */

/* One member of `extensions`.  Rules ext-has-key, ext-der, ext-asn1. */
extern const struct shape other_shape;
void other_compile(const struct node *node, struct arena *arena, struct ext_value *ret);

#endif
