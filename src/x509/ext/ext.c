#include "x509/ext/ext.h"

#include "x509/der_write.h"
#include "x509/ext/records.h"

const struct ext_class *const ext_all[EXT_COUNT] = {
	[EXT_BASIC_CONSTRAINTS] = &ext_basic_constraints,
	[EXT_KEY_USAGE] = &ext_key_usage,
	[EXT_EXTENDED_KEY_USAGE] = &ext_extended_key_usage,
	[EXT_SUBJECT_ALT_NAME] = &ext_subject_alt_name,
	[EXT_SUBJECT_KEY_IDENTIFIER] = &ext_subject_key_identifier,
	[EXT_AUTHORITY_KEY_IDENTIFIER] = &ext_authority_key_identifier,
	[EXT_CERTIFICATE_POLICIES] = &ext_certificate_policies,
	[EXT_NAME_CONSTRAINTS] = &ext_name_constraints,
	[EXT_CRL_DISTRIBUTION_POINTS] = &ext_crl_distribution_points,
	[EXT_AUTHORITY_INFO_ACCESS] = &ext_authority_info_access,
	[EXT_POLICY_MAPPINGS] = &ext_policy_mappings,
	[EXT_POLICY_CONSTRAINTS] = &ext_policy_constraints,
	[EXT_INHIBIT_ANY_POLICY] = &ext_inhibit_any_policy,
	[EXT_FRESHEST_CRL] = &ext_freshest_crl,
	[EXT_SUBJECT_INFO_ACCESS] = &ext_subject_info_access,
	[EXT_PRIVATE_KEY_USAGE_PERIOD] = &ext_private_key_usage_period,
	[EXT_TLS_FEATURE] = &ext_tls_feature,
	[EXT_NO_REV_AVAIL] = &ext_no_rev_avail,
	[EXT_OCSP_NOCHECK] = &ext_ocsp_nocheck,
	[EXT_MS_TEMPLATE] = &ext_ms_template,
	[EXT_MS_TEMPLATE_NAME] = &ext_ms_template_name,
	[EXT_MS_APPLICATION_POLICIES] = &ext_ms_application_policies,
	[EXT_MS_SID] = &ext_ms_sid,
};

const struct ext_class *
ext_by_oid(const char *oid)
{
	for (size_t i = 0; i < EXT_COUNT; i++)
		if (strcmp(ext_all[i]->oid, oid) == 0)
			return ext_all[i];
	return NULL;
}

const struct ext_class *
ext_by_word(const char *word)
{
	for (size_t i = 0; i < EXT_COUNT; i++)
		if (strcmp(ext_all[i]->word, word) == 0)
			return ext_all[i];
	return NULL;
}

const char *
ext_oid(const struct ext_value *value)
{
	return value->id == EXT_OTHER ? value->u.other.oid : ext_all[value->id]->oid;
}

const char *
ext_name(const struct ext_value *value)
{
	return value->id == EXT_OTHER ? value->u.other.oid : ext_all[value->id]->name;
}

void
ext_encode(const struct ext_value *value, struct buf *out)
{
	if (value->id == EXT_OTHER)
		buf_put_bytes(out, value->u.other.der);
	else
		ext_all[value->id]->encode(value, out);
}

void
ext_put_raw(const char *oid, bool critical, struct bytes der, struct buf *out)
{
	size_t from = out->n;

	der_put_dotted(out, oid);
	if (critical)                    /* DEFAULT FALSE: X.690 11.5 */
		der_put_bool(out, true);
	der_put(out, DER_OCTET_STRING, der);
	der_wrap(out, from, DER_SEQUENCE);
}

void
ext_put(const struct ext_value *value, struct buf *out)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	ext_encode(value, &der);
	ext_put_raw(ext_oid(value), value->critical, buf_bytes(&der), out);
}

bool
texts_equal(const char *const *a, size_t n_a, const char *const *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

void
critical_lint(const struct ext_class *ext, const struct ext_value *seen, bool want,
    struct error *err)
{
	if (seen->critical == want)
		return;
	(void)error_fail(err, RULE_EXT_CRITICAL, "the extension %s (%s)", ext->name, ext->section);
	error_want(err, want ? "critical" : "not critical", want ? "not critical" : "critical");
}

void
role_ext_lint(const struct ext_class *ext, const struct ext_value *seen,
    const struct ext_lint_context *context, struct error *err)
{
	critical_lint(ext, seen, ext->critical, err);
	if (ext->ca_only && !context->is_ca)
		(void)error_fail(err, RULE_EXT_CA_ONLY,
		    "%s stands in a certificate that is no CA's (%s)", ext->name, ext->section);
}
