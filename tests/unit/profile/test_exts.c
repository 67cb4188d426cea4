/*
 * The extensions of roles: what is wrong with one is told at its place before a
 * topology is seen, and what comes close compiles.
 */
#include "profile/program.h"
#include "tests/unit.h"

static const char product_text[] =
    "product: p\n"
    "wildcards: refuse\n"
    "kinds:\n"
    "  fe: { servers: required, fields: { on: { type: boolean, default: false }, off: { type: fqdn } } }\n";

static enum rc_status
compile(const char *role, struct buf *canonical, struct error *err)
{
	struct profile_file files[] = {
		{ "p/product.yaml", "p", "product", 0, bytes_of_text(product_text) },
		{ "p/r.yaml", "p", "r", 0, bytes_of_text(role) },
	};
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(program_free) struct program *program = NULL;
	const struct product *const *products;
	size_t n;

	TRY(catalog_read(files, ARRAY_LEN(files), &catalog, err));
	products = catalog_products(catalog, &n);
	TRY(program_compile(catalog, products[0], NULL, &program, err));
	if (canonical != NULL)
		role_print(program->roles[0], canonical);
	return RC_OK;
}

#define ROLE "role: r\nproducts: [p]\napplies_to: fe\nper: pool\nsubject: { CN: \"${pool.fqdn}\" }\n" \
	"key: { algorithms: [ec-p256] }\n"
#define LEAF ROLE "key_usage: { ec: [digitalSignature] }\n"
#define CA ROLE "key_usage: { ec: [keyCertSign] }\nbasic_constraints: { ca: true }\n"

static const struct { const char *text; enum rule rule; uint32_t line, column; } refused[] = {
	/* the value has another shape; all others are in tests/unit/x509/test_shape.c */
	{ CA "name_constraints: { permitted: [ { dsn: contoso.com } ] }\n", RULE_UNKNOWN_KEY, 9, 36 },
	{ CA "name_constraints: { permitted: [ { dns: -contoso.com } ] }\n", RULE_NAME_NOT_FQDN, 9, 41 },
	{ CA "name_constraints: { permitted: [] }\n", RULE_EXT_LIST_EMPTY, 9, 32 },
	{ LEAF "ocsp_nocheck: \"true\"\n", RULE_YAML_TYPE, 8, 15 },
	{ LEAF "certificate_policies: [ { oid: 1.2.3, cps: x } ]\n", RULE_NAME_URI, 8, 44 },
	{ LEAF "ms_sid: S-1\n", RULE_MS_SID, 8, 9 },
	{ LEAF "tls_feture: [status_request]\n", RULE_UNKNOWN_KEY, 8, 1 },
	/* the language */
	{ LEAF "ms_sid: \"${pool.sid}\"\n", RULE_UNKNOWN_VARIABLE, 8, 17 },
	{ LEAF "ms_sid: \"${pool.off}\"\n", RULE_EXT_ABSENT, 8, 9 },
	{ LEAF "freshest_crl: [ { each: \"d in ${sip_domains}\" } ]\n", RULE_MISSING_KEY, 8, 17 },
	{ LEAF "freshest_crl: [ { each: \"d in ${pool.fqdn}\", items: [] } ]\n", RULE_EXPR_TYPE, 8, 33 },
	{ LEAF "freshest_crl: [ { uri: \"x:y\", when: \"${pool.fqdn}\" } ]\n", RULE_EXPR_TYPE, 8, 40 },
	{ LEAF "extensions: [ { oid: \"${pool.fqdn}\", der: \"0500\" } ]\n", RULE_EXT_LITERAL, 8, 22 },
	{ LEAF "extensions: [ { oid: 2.5.29.30, der: \"0500\" } ]\n", RULE_EXT_HAS_KEY, 8, 22 },
	/* against the rest of the role */
	{ LEAF "name_constraints: { permitted: [ { dns: contoso.com } ] }\n", RULE_EXT_CA_ONLY, 8, 1 },
	{ LEAF "inhibit_any_policy: 0\n", RULE_EXT_CA_ONLY, 8, 1 },
	{ LEAF "ocsp_nocheck: true\n", RULE_ROLE_CONTRADICTION, 8, 1 },
	{ CA "no_rev_avail: true\n", RULE_NO_REV_AVAIL, 9, 1 },
	{ LEAF "no_rev_avail: true\nfreshest_crl: [\"http://a.b/\"]\n", RULE_NO_REV_AVAIL, 8, 1 },
	/* what a role must say by name */
	{ LEAF "extended_key_usage: [serverAuth, anyExtendedKeyUsage]\n", RULE_EKU_ANY, 8, 34 },
	{ LEAF "extended_key_usage: [1.3.6.1.4.1.311.20.2.1]\n", RULE_EKU_ENROLMENT_AGENT, 8, 22 },
	{ LEAF "allow: [any-extended-key-usage]\nextended_key_usage: [msEnrolmentAgent]\n",
	    RULE_EKU_ENROLMENT_AGENT, 9, 22 },
	{ LEAF "ms_application_policies: [1.3.6.1.4.1.311.10.12.1]\n", RULE_EKU_ANY, 8, 27 },
	{ LEAF "allow: [everything]\n", RULE_UNKNOWN_WORD, 8, 9 },
	/* the product takes no wildcards */
	{ LEAF "san: { names: [ { dns: \"*.contoso.com\" } ] }\n", RULE_WILDCARD_REFUSED, 8, 24 },
};

TEST(every_mistake_of_an_extension_is_refused_at_its_place)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		SCOPED(error_free) struct error *err = error_new();
		enum rc_status status = compile(refused[i].text, NULL, err);
		const struct diagnosis *first = error_first(err);

		if (first == NULL || first->line != refused[i].line ||
		    first->column != refused[i].column) {
			unit_expect_text(refused[i].text, "refused at its place", "role", __FILE__,
			    __LINE__);
			EXPECT_INT(first != NULL ? first->line : 0, refused[i].line);
			EXPECT_INT(first != NULL ? first->column : 0, refused[i].column);
		}
		EXPECT_RULE(status, err, refused[i].rule);
	}
}

static const char *const accepted[] = {
	CA "name_constraints: { permitted: [ { dns: contoso.com }, { each: \"d in ${sip_domains}\","
	    " items: [ { dns: \"${d.name}\" } ] } ] }\npolicy_constraints: { inhibit_policy_mapping: 0 }\n"
	    "policy_mappings: [ { issuer: 1.2.3, subject: 1.2.4 } ]\ninhibit_any_policy: 1\n",
	LEAF "ms_sid: \"${pool.off else 'S-1-5-18'}\"\n",
	LEAF "freshest_crl: [ { uri: \"http://${pool.off}/\", when: \"${has(pool.off)}\" } ]\n",
	LEAF "ms_template: { oid: 1.2.3, major: 100, when: \"${pool.on}\" }\n",
	LEAF "no_rev_avail: true\n",
	LEAF "no_rev_avail: \"${pool.on}\"\n",
	LEAF "ocsp_nocheck: true\nextended_key_usage: [OCSPSigning]\n",
	LEAF "allow: [any-extended-key-usage]\nextended_key_usage: [anyExtendedKeyUsage]\n",
	LEAF "allow: [enrolment-agent]\nextended_key_usage: [msEnrolmentAgent]\n"
	    "ms_application_policies: [msEnrolmentAgent]\n",
	LEAF "extended_key_usage: [smartcardLogon]\n",
	LEAF "extensions: [ { oid: 1.2.3, asn1: \"UTF8:${pool.fqdn}\" }, { oid: 1.2.4, der: \"0500\","
	    " critical: true, when: \"${pool.on}\" } ]\n",
	LEAF "san: { names: [ { srv: _sip.contoso.com }, { upn: a@b.c }, { xmpp: b.c }, { rid: 1.2.3 },"
	    " { dirname: \"CN=a\" }, { uri: \"sip:*.b\" } ] }\n",
};

TEST(extensions_that_come_close_compile)
{
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		EXPECT_OK(compile(accepted[i], &text, err), err);
		EXPECT(text.n > 0);
	}
}

TEST(the_compiled_form_says_extensions_in_the_order_of_the_role)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	EXPECT_OK(compile(LEAF "freshest_crl: [ \"http://a.b/\", { uri: \"x:y\", when: \"${pool.on}\" },\n"
	    "  { each: \"d in ${sip_domains}\", items: [ \"http://${d.name}/\" ] } ]\n"
	    "ms_template: { oid: 1.2.3, major: 100, when: \"${pool.on}\" }\n", &text, err), err);
	EXPECT_HAS(buf_text(&text), "extension freshest_crl\n  - http://a.b/\n"
	    "  - when pool.on\n    uri: x:y\n"
	    "  each #0 in topology.sip_domains\n    - http://${variable#0.name}/\n"
	    "extension ms_template when pool.on\n  oid: 1.2.3\n  major: 100\nkey ec-p256\n");
}
