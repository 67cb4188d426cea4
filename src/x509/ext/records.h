/*
 * records.h - the records of ext_all by name, one file each.  Private to x509/.
 */
#ifndef X509_EXT_RECORDS_H
#define X509_EXT_RECORDS_H

#include "x509/ext/ext.h"

extern const struct ext_class ext_basic_constraints, ext_key_usage, ext_extended_key_usage,
    ext_subject_alt_name, ext_subject_key_identifier, ext_authority_key_identifier,
    ext_certificate_policies, ext_crl_distribution_points, ext_authority_info_access;

/* Two lists of texts, equal in every place. */
bool texts_equal(const char *const *a, size_t n_a, const char *const *b, size_t n_b);

/* Adds rule ext-critical: RFC 5280 wants (or we never write) it not critical. */
void critical_lint(const struct ext_class *ext, const struct ext_value *seen, bool want,
    struct error *err);

#endif
