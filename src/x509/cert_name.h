/*
 * cert_name.h - a distinguished name as libcrypto has read it.  Private to x509/.
 */
#ifndef X509_CERT_NAME_H
#define X509_CERT_NAME_H

#include <openssl/x509.h>

#include "base/arena.h"
#include "base/error.h"
#include "x509/dn.h"

/*
 * Its DER; the attributes that dn.h knows, of one that stands twice the last; and
 * all of it as text, most significant last, escaped as dn_print does.  Rule
 * cert-malformed: a value with a NUL octet, or not of its string type.
 */
enum rc_status name_take(const X509_NAME *name, struct arena *arena, struct bytes *ret_der,
    struct dn *ret_dn, const char **ret_text, struct error *err) RC_CHECK;

#endif
