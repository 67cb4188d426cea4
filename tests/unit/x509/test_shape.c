/*
 * What a role may write under the key of an extension: each shape refuses once at its
 * place, and takes what comes close.
 */
#include "x509/ext/other.h"
#include "x509/ext/shape.h"

#include "tests/unit.h"

static const struct shape *
shape_named(const char *word)
{
	const struct ext_class *class = ext_by_word(word);

	return class != NULL ? class->shape : &other_shape;
}

#define ANY_WHERE 0, 0

static const struct row {
	const char *word, *text;
	bool pattern;
	enum rule rule;
	uint32_t line, column;
} rows[] = {
	{ "name_constraints", "permitted: [ { dns: contoso.com }, { ip: 10.0.0.0/8 } ]", false,
	    RULE_NONE, ANY_WHERE },
	{ "name_constraints", "excluded: [ { dirname: \"C=US\" }, { email: .contoso.com } ]", false,
	    RULE_NONE, ANY_WHERE },
	{ "name_constraints", "{}", false, RULE_EXT_KEYS, 1, 1 },
	{ "name_constraints", "permitted: []", false, RULE_EXT_LIST_EMPTY, 1, 12 },
	{ "name_constraints", "permit: []", false, RULE_UNKNOWN_KEY, 1, 1 },
	{ "name_constraints", "permitted: [ { dns: a.b, ip: 10.0.0.0/8 } ]", false, RULE_EXT_KEYS,
	    1, 14 },
	{ "name_constraints", "permitted: [ { rid: 1.2.3 } ]", false, RULE_UNKNOWN_KEY, 1, 16 },
	{ "name_constraints", "permitted: [ { ip: 10.0.0.1/8 } ]", false, RULE_NAME_IP, 1, 20 },
	{ "name_constraints", "permitted: [ { ip: 10.0.0.0/33 } ]", false, RULE_NAME_IP, 1, 20 },
	{ "name_constraints", "permitted: [ { ip: \"10.0.0.0/\" } ]", false, RULE_NAME_IP, 1, 20 },
	{ "name_constraints", "permitted: [ { uri: \"http://a.b/\" } ]", false, RULE_NAME_NOT_FQDN,
	    1, 21 },
	{ "name_constraints", "permitted: [ { dns: \"${x}\" } ]", true, RULE_NONE, ANY_WHERE },
	{ "name_constraints", "permitted: [ { dns: \"${x}\" } ]", false, RULE_NAME_NOT_FQDN, 1, 21 },
	{ "certificate_policies", "[ 1.2.3, { oid: 1.2.4, cps: \"http://a.b/\", notice: x } ]", false,
	    RULE_NONE, ANY_WHERE },
	{ "certificate_policies", "[ 1.2.x ]", false, RULE_UNKNOWN_WORD, 1, 3 },
	{ "certificate_policies", "[ { cps: \"http://a.b/\" } ]", false, RULE_MISSING_KEY, 1, 3 },
	{ "certificate_policies", "[ { oid: 1.2.3, cps: a } ]", false, RULE_NAME_URI, 1, 22 },
	{ "certificate_policies", "[ { oid: 1.2.3, notice: \"\" } ]", false, RULE_POLICIES_NOTICE,
	    1, 25 },
	{ "certificate_policies", "x", false, RULE_YAML_TYPE, 1, 1 },
	{ "policy_mappings", "[ { issuer: 1.2.3, subject: 1.2.4 } ]", false, RULE_NONE, ANY_WHERE },
	{ "policy_mappings", "[ { issuer: 1.2.3 } ]", false, RULE_MISSING_KEY, 1, 3 },
	{ "policy_constraints", "require_explicit_policy: 0", false, RULE_NONE, ANY_WHERE },
	{ "policy_constraints", "require_explicit_policy: 101", false, RULE_YAML_TYPE, 1, 26 },
	{ "inhibit_any_policy", "0", false, RULE_NONE, ANY_WHERE },
	{ "inhibit_any_policy", "none", false, RULE_YAML_TYPE, 1, 1 },
	{ "freshest_crl", "[ \"http://a.b/\", { uri: \"ldap://a.b/\" } ]", false, RULE_NONE, ANY_WHERE },
	{ "freshest_crl", "[ a.b ]", false, RULE_NAME_URI, 1, 3 },
	{ "subject_information_access", "[ { ca_repository: \"http://a.b/\" } ]", false, RULE_NONE,
	    ANY_WHERE },
	{ "subject_information_access", "[ { ocsp: \"http://a.b/\" } ]", false, RULE_UNKNOWN_KEY, 1, 5 },
	{ "private_key_usage_period", "not_before: 2026-01-01T00:00:00Z", false, RULE_NONE, ANY_WHERE },
	{ "private_key_usage_period", "not_before: 2026-01-01", false, RULE_EXT_TIME, 1, 13 },
	{ "private_key_usage_period", "not_before: 2026-02-30T00:00:00Z", false, RULE_EXT_TIME, 1, 13 },
	{ "tls_feature", "[ status_request ]", false, RULE_NONE, ANY_WHERE },
	{ "tls_feature", "[ 5 ]", false, RULE_UNKNOWN_WORD, 1, 3 },
	{ "no_rev_avail", "true", false, RULE_NONE, ANY_WHERE },
	{ "no_rev_avail", "yes", false, RULE_YAML_TYPE, 1, 1 },
	{ "ocsp_nocheck", "\"${x}\"", true, RULE_NONE, ANY_WHERE },
	{ "ms_template", "{ oid: 1.2.3, major: 100 }", false, RULE_NONE, ANY_WHERE },
	{ "ms_template", "{ oid: 1.2.3 }", false, RULE_MISSING_KEY, 1, 1 },
	{ "ms_template_name", "WebServer", false, RULE_NONE, ANY_WHERE },
	{ "ms_template_name", "\"\"", false, RULE_MS_TEMPLATE_NAME, 1, 1 },
	{ "ms_template_name", "\xe2\x82\xac", false, RULE_NONE, ANY_WHERE },
	{ "ms_template_name", "\xf0\x9f\x99\x82", false, RULE_MS_TEMPLATE_NAME, 1, 1 },
	{ "ms_application_policies", "[ serverAuth, 1.2.3 ]", false, RULE_NONE, ANY_WHERE },
	{ "ms_application_policies", "[ server ]", false, RULE_UNKNOWN_WORD, 1, 3 },
	{ "ms_application_policies", "[ \"${x}\" ]", true, RULE_EXT_LITERAL, 1, 3 },
	{ "ms_sid", "S-1-5-21-1-2-3-500", false, RULE_NONE, ANY_WHERE },
	{ "ms_sid", "S-1-5-21-1-2-", false, RULE_MS_SID, 1, 1 },
	{ "extensions", "{ oid: 1.2.3, der: \"0500\" }", false, RULE_NONE, ANY_WHERE },
	{ "extensions", "{ oid: 1.2.3, critical: true, asn1: \"UTF8:hello\" }", false, RULE_NONE,
	    ANY_WHERE },
	{ "extensions", "{ oid: 1.2.3, asn1: \"EXPLICIT:0,INTEGER:5\" }", false, RULE_NONE, ANY_WHERE },
	{ "extensions", "{ oid: 1.2.3, der: \"0500\", asn1: \"NULL\" }", false, RULE_EXT_KEYS, 1, 1 },
	{ "extensions", "{ oid: 1.2.3 }", false, RULE_EXT_KEYS, 1, 1 },
	{ "extensions", "{ oid: 2.5.29.30, der: \"0500\" }", false, RULE_EXT_HAS_KEY, 1, 8 },
	{ "extensions", "{ oid: 2.5.29.14, der: \"0500\" }", false, RULE_EXT_HAS_KEY, 1, 8 },
	{ "extensions", "{ oid: \"${x}\", der: \"0500\" }", true, RULE_EXT_LITERAL, 1, 8 },
	{ "extensions", "{ oid: 1.2.3, der: \"050\" }", false, RULE_EXT_DER, 1, 20 },
	{ "extensions", "{ oid: 1.2.3, der: \"0501\" }", false, RULE_EXT_DER, 1, 20 },
	{ "extensions", "{ oid: 1.2.3, der: \"05000500\" }", false, RULE_EXT_DER, 1, 20 },
	{ "extensions", "{ oid: 1.2.3, asn1: hello }", false, RULE_EXT_ASN1, 1, 21 },
	{ "extensions", "{ oid: 1.2.3, asn1: \"SEQUENCE:section\" }", false, RULE_EXT_ASN1, 1, 21 },
	{ "extensions", "{ oid: 1.2.3, asn1: \"FORMAT:BITLIST,BITSTR:2000000000\" }", false,
	    RULE_EXT_ASN1, 1, 21 },
};

TEST(every_shape_takes_what_fits_and_refuses_the_rest_at_its_place)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(document_free) struct document *document = NULL;
		enum rc_status status;

		REQUIRE_OK(document_read(bytes_of_text(row->text), "t", TEXT_ROLE_MAX, &document, err),
		    err);
		status = shape_check(shape_named(row->word), document_root(document), row->pattern,
		    err);
		if (row->rule == RULE_NONE) {
			EXPECT_OK(status, err);
			continue;
		}
		if (error_first(err) == NULL || error_first(err)->line != row->line ||
		    error_first(err)->column != row->column)
			unit_expect_text(row->text, "refused at its place", row->word, __FILE__,
			    __LINE__);
		EXPECT_RULE(status, err, row->rule);
	}
}

TEST(what_fits_is_compiled)
{
	static const struct { const char *word, *text, *hex; } compiled[] = {
		{ "name_constraints", "excluded: [ { ip: \"::/0\" } ]", "3026a124302287200000000000000000"
		    "000000000000000000000000000000000000000000000000" },
		{ "policy_mappings", "[ { issuer: 1.2.3, subject: 1.2.4 } ]", "300a300806022a0306022a04" },
		{ "inhibit_any_policy", "3", "020103" },
		{ "freshest_crl", "[ \"x:y\", { uri: \"x:z\" } ]",
		    "3010300ea00ca00a8603783a798603783a7a" },
		{ "subject_information_access", "[ { time_stamping: \"x:y\" } ]",
		    "3011300f06082b060105050730038603783a79" },
		{ "private_key_usage_period", "not_after: 2026-12-31T23:59:59Z",
		    "3011810f32303236313233313233353935395a" },
		{ "tls_feature", "[ status_request, { feature: status_request_v2 } ]", "3006020105020111" },
		{ "ms_template", "{ oid: 1.2.3, major: 100 }", "300706022a03020164" },
		{ "ms_application_policies", "[ 1.2.3 ]", "3006300406022a03" },
		{ "certificate_policies", "[ { oid: 1.2.3, notice: a } ]",
		    "3019301706022a033011300f06082b06010505070202" "30030c0161" },
		{ "extensions", "{ oid: 1.2.3, asn1: \"UTF8:hi\" }", "0c026869" },
		{ "extensions", "{ oid: 1.2.3, der: \"0C026869\", critical: true }", "0c026869" },
	};

	for (size_t i = 0; i < ARRAY_LEN(compiled); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(arena_free) struct arena *arena = arena_new();
		SCOPED(document_free) struct document *document = NULL;
		SCOPED(buf_clear) struct buf der = BUF_INIT;
		SCOPED(buf_clear) struct buf hex = BUF_INIT;
		const struct ext_class *class = ext_by_word(compiled[i].word);
		struct ext_value value = { .id = class != NULL ? class->id : EXT_OTHER };

		REQUIRE_OK(document_read(bytes_of_text(compiled[i].text), "t", TEXT_ROLE_MAX, &document,
		    err), err);
		REQUIRE_OK(shape_check(shape_named(compiled[i].word), document_root(document), false,
		    err), err);
		(class != NULL ? class->compile : other_compile)(document_root(document), arena, &value);
		ext_encode(&value, &der);
		buf_put_hex(&hex, buf_bytes(&der));
		EXPECT_TEXT(buf_text(&hex), compiled[i].hex);
		EXPECT_INT(value.critical, strstr(compiled[i].text, "critical: true") != NULL);
	}
}
