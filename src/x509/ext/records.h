/*
 * records.h - the records of ext_all by name, one file each.  Private to x509/.
 */
#ifndef X509_EXT_RECORDS_H
#define X509_EXT_RECORDS_H

#include "x509/ext/ext.h"

extern const struct ext_class ext_basic_constraints, ext_key_usage, ext_extended_key_usage,
    ext_subject_alt_name, ext_subject_key_identifier, ext_authority_key_identifier,
    ext_certificate_policies, ext_name_constraints, ext_crl_distribution_points,
    ext_authority_info_access, ext_policy_mappings, ext_policy_constraints,
    ext_inhibit_any_policy, ext_freshest_crl, ext_subject_info_access,
    ext_private_key_usage_period, ext_tls_feature, ext_no_rev_avail, ext_ocsp_nocheck,
    ext_ms_template, ext_ms_template_name, ext_ms_application_policies, ext_ms_sid;

/* Two lists of texts, equal in every place. */
bool texts_equal(const char *const *a, size_t n_a, const char *const *b, size_t n_b);

/* Adds rule ext-critical: RFC 5280 wants (or we never write) it not critical. */
void critical_lint(const struct ext_class *ext, const struct ext_value *seen, bool want,
    struct error *err);

/* What holds for each that a role sets: adds rules ext-critical, ext-ca-only. */
void role_ext_lint(const struct ext_class *ext, const struct ext_value *seen,
    const struct ext_lint_context *context, struct error *err);

/* Of a list of usages: adds rules eku-empty, eku-any, eku-duplicate. */
void usages_lint(const struct ext_class *ext, const struct ext_value *seen,
    const struct ext_lint_context *context, struct error *err);

#endif
