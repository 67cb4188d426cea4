/*
 * points.h - CRL distribution points: the form that two extensions share (RFC 5280
 * 4.2.1.13 and 4.2.1.15).  Private to ext/.
 */
#ifndef X509_EXT_POINTS_H
#define X509_EXT_POINTS_H

#include "x509/ext/ext.h"

/* ext_class's own functions; what decode and lint call needs to know which it is. */
void points_encode(const struct ext_value *value, struct buf *out);
enum rc_status points_decode(const struct ext_class *ext, struct bytes der, struct arena *arena,
    struct ext_value *ret, struct error *err) RC_CHECK;
void points_lint(const struct ext_class *ext, const struct ext_value *seen, struct error *err);
bool points_equal(const struct ext_value *a, const struct ext_value *b);

#endif
