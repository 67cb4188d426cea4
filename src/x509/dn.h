/*
 * dn.h - distinguished names: the few attributes that a role or a CA may set.
 *
 * Encoded C, ST, L, O, OU, CN, one attribute an RDN (RFC 5280 4.1.2.4), absent
 * ones left out; UTF8String, C as PrintableString.  Printed the other way round,
 * as Windows and people write it: CN=..., OU=..., O=..., L=..., ST=..., C=...
 *
 * Upper bounds (X.520, RFC 5280 appendix A.1): CN, O, OU 64 characters; L, ST
 * 128; C exactly 2 letters.
 */
#ifndef X509_DN_H
#define X509_DN_H

#include "base/arena.h"
#include "base/error.h"

/* In the order of encoding. */
enum dn_attr { DN_C, DN_ST, DN_L, DN_O, DN_OU, DN_CN, DN_ATTRS };

struct dn {
	const char *attr[DN_ATTRS];     /* UTF-8, or NULL */
};

const char *dn_attr_word(enum dn_attr attr);             /* "CN" */
enum dn_attr dn_attr_find(const char *word);             /* DN_ATTRS: none; "S" is ST */

bool dn_is_empty(const struct dn *dn);

/*
 * Adds every fault: rules dn-too-long (says which bound), dn-country,
 * dn-empty-attribute, dn-syntax (control characters, not UTF-8).
 */
enum rc_status dn_check(const struct dn *dn, struct place at, struct error *err) RC_CHECK;

/* DER Name, appended. */
void dn_encode(const struct dn *dn, struct buf *out);

/*
 * "CN=a, O=b", safe to show: RFC 4514 escapes, and every octet that is not
 * printable ASCII as a backslash and two hex digits.
 */
void dn_print(const struct dn *dn, struct buf *out);

/*
 * Reads what dn_print writes: attributes in any order, a comma between them (or
 * a slash, where an attribute follows it), RFC 4514 backslash escapes.  A name
 * without attributes, twice the same attribute and "+" are errors.  Rule
 * dn-syntax.  Bounds are dn_check's.  Strings live in the arena.
 */
enum rc_status dn_parse(const char *text, struct arena *arena, struct dn *ret,
    struct error *err) RC_CHECK;

#endif
