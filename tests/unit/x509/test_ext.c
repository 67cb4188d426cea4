#include "x509/ext/ext.h"

#include "tests/sample_ext.h"
#include "tests/unit.h"
#include "x509/der_write.h"

#define LIST(...) { __VA_ARGS__ }

static const char *server[] = LIST("1.3.6.1.5.5.7.3.1");
static const char *both[] = LIST("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.999.123456789");
static const char *any[] = LIST("2.5.29.37.0");
static const char *twice[] = LIST("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.1");
static const char *http[] = LIST("http://pki.contoso.com/a.crl");
static const char *http_and_ldap[] = LIST("http://pki.contoso.com/a.crl",
    "ldap:///CN=a,DC=contoso,DC=com?certificateRevocationList?base");
static const char *https[] = LIST("https://pki.contoso.com/a.crl");
static struct general_name names[] = LIST({ NAME_DNS, "sip.contoso.com" },
    { NAME_DNS, "*.contoso.com" }, { NAME_IP, "192.0.2.1" }, { NAME_IP, "2001:db8::1" },
    { NAME_EMAIL, "ann@contoso.com" }, { NAME_URI, "sip:contoso.com" },
    { NAME_DIRNAME, "CN=a\\, b, O=Contoso" }, { NAME_RID, "1.2.3.4" },
    { NAME_SRV, "_sip.contoso.com" }, { NAME_XMPP, "contoso.com" },
    { NAME_UPN, "j\xc3\xb8rn@contoso.com" });
static struct general_name same[] = LIST({ NAME_DNS, "sip.contoso.com" },
    { NAME_DNS, "SIP.contoso.com" });
static struct general_name short_name[] = LIST({ NAME_DNS, "edge" });
static struct policy policies[] = LIST(
    { "1.3.6.1.4.1.99999.1", "http://pki.contoso.com/cps", "For servers of Contoso only" },
    { "2.23.140.1.2.2", NULL, NULL }, { "2.23.140.1.2.3", NULL, "Gr\xc3\xbc\xc3\x9f" " Gott" });
static struct policy same_policies[] = LIST({ "2.23.140.1.2.2", NULL, NULL },
    { "2.23.140.1.2.2", "http://a/", NULL });
static struct general_name subtrees[] = LIST({ NAME_DNS, "contoso.com" },
    { NAME_IP, "192.0.2.0/24" }, { NAME_IP, "2001:db8::/32" }, { NAME_IP, "0.0.0.0/0" },
    { NAME_EMAIL, ".contoso.com" }, { NAME_EMAIL, "ann@contoso.com" },
    { NAME_URI, "contoso.com" }, { NAME_DIRNAME, "O=Contoso, C=US" });
static struct general_name bad_subtree[] = LIST({ NAME_DNS, ".contoso.com" });
static struct general_name odd_subtree[] = LIST({ NAME_RID, "1.2.3" });
static struct policy_mapping mappings[] = LIST({ "1.2.3", "1.2.4" }, { "1.2.3", "1.2.5" });
static struct policy_mapping any_mapping[] = LIST({ "1.2.3", "2.5.29.32.0" });
static struct access_place services[] = LIST(
    { "1.3.6.1.5.5.7.48.5", "http://pki.contoso.com/repository" },
    { "1.3.6.1.5.5.7.48.3", "http://tsa.contoso.com/" });
static unsigned features[] = LIST(5, 17, 65535);
static unsigned same_features[] = LIST(5, 5);

/* -- the generic test --------------------------------------------------------------- */

static const struct ext_value values[] = {
	BASIC(false, -1), BASIC(true, -1), BASIC(true, 0), BASIC(true, 300), BASIC(false, 3),
	USAGE(0), USAGE(KU_DIGITAL_SIGNATURE), USAGE(KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT),
	USAGE(KU_KEY_CERT_SIGN | KU_CRL_SIGN), USAGE(0x1ff), USAGE(KU_DECIPHER_ONLY),
	EKU(NULL, 0), EKU(server, 1), EKU(both, 3), EKU(any, 1), EKU(twice, 2),
	SAN(NULL, 0), SAN(names, 1), SAN(names, 11), SAN(same, 2), SAN(short_name, 1),
	KEY_ID(EXT_SUBJECT_KEY_IDENTIFIER, 20), KEY_ID(EXT_SUBJECT_KEY_IDENTIFIER, 0),
	KEY_ID(EXT_AUTHORITY_KEY_IDENTIFIER, 20), KEY_ID(EXT_AUTHORITY_KEY_IDENTIFIER, 8),
	POLICIES(NULL, 0), POLICIES(policies, 1), POLICIES(policies, 3), POLICIES(same_policies, 2),
	CDP(NULL, 0), CDP(http, 1), CDP(http_and_ldap, 2),
	AIA(NULL, 0, NULL, 0), AIA(http, 1, NULL, 0), AIA(NULL, 0, https, 1),
	AIA(http, 1, http_and_ldap, 2),
	NC(NULL, 0, NULL, 0), NC(subtrees, 8, NULL, 0), NC(NULL, 0, subtrees, 8),
	NC(subtrees, 1, subtrees + 1, 3), NC(odd_subtree, 1, bad_subtree, 1),
	MAPPINGS(NULL, 0), MAPPINGS(mappings, 2), MAPPINGS(any_mapping, 1),
	PC(-1, -1), PC(0, -1), PC(-1, 0), PC(100, 300), INHIBIT(0), INHIBIT(200),
	FRESHEST(NULL, 0), FRESHEST(http_and_ldap, 2), SIA(NULL, 0), SIA(services, 2),
	PERIOD(NULL, NULL), PERIOD("20260101000000Z", NULL), PERIOD(NULL, "20270101000000Z"),
	PERIOD("20260101000000Z", "20270101000000Z"),
	FEATURES(NULL, 0), FEATURES(features, 3), FEATURES(same_features, 2),
	{ .id = EXT_NO_REV_AVAIL }, { .id = EXT_OCSP_NOCHECK },
	TEMPLATE(-1, -1), TEMPLATE(100, -1), TEMPLATE(100, 0), TEMPLATE(0xffffffff, 7),
	TEXT(EXT_MS_TEMPLATE_NAME, ""), TEXT(EXT_MS_TEMPLATE_NAME, "WebServer"),
	TEXT(EXT_MS_TEMPLATE_NAME, "Gr\xc3\xbc\xc3\x9f" "e \xe2\x82\xac"),
	APPLICATION(NULL, 0), APPLICATION(both, 3),
	TEXT(EXT_MS_SID, ""), TEXT(EXT_MS_SID, "S-1-5-21-1-2-3-1104"),
};

TEST(what_was_encoded_is_decoded)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	unsigned seen = 0;

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		const struct ext_class *ext = ext_all[values[i].id];
		SCOPED(buf_clear) struct buf der = BUF_INIT;
		struct ext_value back = { .id = EXT_COUNT };

		ext->encode(&values[i], &der);
		REQUIRE_OK(ext->decode(buf_bytes(&der), arena, &back, err), err);
		EXPECT_INT(back.id, values[i].id);
		EXPECT(ext->equal(&back, &values[i]));
		seen |= 1U << values[i].id;
	}
	EXPECT_INT(seen, (1 << EXT_COUNT) - 1);
}

TEST(different_values_are_not_equal)
{
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		const struct ext_class *ext = ext_all[values[i].id];

		for (size_t j = 0; j < ARRAY_LEN(values); j++)
			if (values[i].id == values[j].id)
				EXPECT_INT(ext->equal(&values[i], &values[j]), i == j);
	}
}

TEST(an_address_is_the_same_in_all_its_texts)
{
	struct general_name a[] = { { NAME_IP, "2001:DB8:0:0::1" } };
	struct general_name b[] = { { NAME_IP, "2001:db8::1" } };
	struct ext_value x = SAN(a, 1), y = SAN(b, 1);

	EXPECT(ext_all[EXT_SUBJECT_ALT_NAME]->equal(&x, &y));
	b[0].value = "2001:db8::2";
	EXPECT(!ext_all[EXT_SUBJECT_ALT_NAME]->equal(&x, &y));
}

TEST(no_cut_or_longer_value_decodes)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		const struct ext_class *ext = ext_all[values[i].id];
		SCOPED(buf_clear) struct buf der = BUF_INIT;
		struct ext_value back = { .id = EXT_COUNT };

		ext->encode(&values[i], &der);
		for (size_t n = 0; n < der.n; n++)
			EXPECT_RULE(ext->decode(BYTES(der.p, n), arena, &back, err), err,
			    RULE_EXT_MALFORMED);
		buf_putc(&der, 0);
		EXPECT_RULE(ext->decode(buf_bytes(&der), arena, &back, err), err,
		    RULE_EXT_MALFORMED);
		EXPECT_INT(back.id, EXT_COUNT);
	}
}

TEST(every_record_is_whole)
{
	for (size_t i = 0; i < EXT_COUNT; i++) {
		EXPECT_INT(ext_all[i]->id, i);
		EXPECT(ext_by_oid(ext_all[i]->oid) == ext_all[i]);
		EXPECT(ext_by_word(ext_all[i]->word) == ext_all[i]);
		EXPECT(oid_is_valid(ext_all[i]->oid));
		EXPECT(strncmp(ext_all[i]->section, "RFC ", 4) == 0 ||
		    strncmp(ext_all[i]->section, "MS-WCCE ", 8) == 0);
		EXPECT((ext_all[i]->shape != NULL) == (ext_all[i]->compile != NULL));
	}
	EXPECT(ext_by_oid("1.2.3") == NULL);
	EXPECT(ext_by_word("san") == NULL);
}

TEST(an_extension_is_critical_or_says_nothing)
{
	struct ext_value value = BASIC(true, 0);
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	ext_put(&value, &der);
	value.critical = false;
	ext_put(&value, &der);
	buf_put_hex(&text, buf_bytes(&der));
	EXPECT_TEXT(buf_text(&text), "30120603551d130101ff040830060101ff020100"
	    "300f0603551d13040830060101ff020100");
}

/* -- bytes that others write --------------------------------------------------------- */

static enum rc_status
decode(enum ext_id id, const char *bytes, size_t n, struct ext_value *ret, struct arena *arena,
    struct error *err)
{
	return ext_all[id]->decode(BYTES(bytes, n), arena, ret, err);
}
#define DECODE(id, literal) decode((id), (literal), sizeof(literal) - 1, &value, arena, err)

TEST(what_is_not_der_is_refused)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct ext_value value;

	/* cA FALSE written although it is the default */
	EXPECT_RULE(DECODE(EXT_BASIC_CONSTRAINTS, "\x30\x03\x01\x01\x00"), err, RULE_EXT_MALFORMED);
	/* TRUE as 01 */
	EXPECT_RULE(DECODE(EXT_BASIC_CONSTRAINTS, "\x30\x03\x01\x01\x01"), err, RULE_EXT_MALFORMED);
	/* path length -1 */
	EXPECT_RULE(DECODE(EXT_BASIC_CONSTRAINTS, "\x30\x06\x01\x01\xff\x02\x01\xff"), err,
	    RULE_EXT_MALFORMED);
	/* indefinite length */
	EXPECT_RULE(DECODE(EXT_BASIC_CONSTRAINTS, "\x30\x80\x00\x00"), err, RULE_EXT_MALFORMED);
	/* an unused bit set; a tenth bit */
	EXPECT_RULE(DECODE(EXT_KEY_USAGE, "\x03\x02\x07\x81"), err, RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_KEY_USAGE, "\x03\x03\x06\x80\x40"), err, RULE_EXT_MALFORMED);
	/* a NUL inside a DNS name, an address of five octets */
	EXPECT_RULE(DECODE(EXT_SUBJECT_ALT_NAME, "\x30\x05\x82\x03" "a\x00" "b"), err,
	    RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_SUBJECT_ALT_NAME, "\x30\x07\x87\x05" "12345"), err,
	    RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_CRL_DISTRIBUTION_POINTS,
	    "\x30\x0b\x30\x09\xa0\x07\xa0\x05\x86\x03" "a\x00" "b"), err, RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_AUTHORITY_INFO_ACCESS,
	    "\x30\x11\x30\x0f\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01\x86\x03" "a\x00" "b"), err,
	    RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_CERTIFICATE_POLICIES, "\x30\x15\x30\x13\x06\x02\x2a\x03\x30\x0d\x30"
	    "\x0b\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x01\x16\x00" "x"), err, RULE_EXT_MALFORMED);
	/* an OID whose last arc does not end */
	EXPECT_RULE(DECODE(EXT_EXTENDED_KEY_USAGE, "\x30\x04\x06\x02\x2a\x83"), err,
	    RULE_EXT_MALFORMED);
}

TEST(the_rare_ones_are_written_as_their_documents_say)
{
	static const struct { struct ext_value value; const char *hex; } rows[] = {
		/* RFC 7633 4.1 */
		{ FEATURES(features, 1), "3003020105" },
		{ { .id = EXT_NO_REV_AVAIL }, "0500" },
		{ { .id = EXT_OCSP_NOCHECK }, "0500" },
		/* as certificates of Windows' own CA hold them */
		{ TEXT(EXT_MS_TEMPLATE_NAME, "CA"), "1e0400430041" },
		{ TEMPLATE(100, 4), "3013060b2b060104018237150801" "02020164020104" },
		{ TEXT(EXT_MS_SID, "S-1-5-18"),
		    "301aa018060a2b060104018237190201a00a0408532d312d352d3138" },
		{ APPLICATION(server, 1), "300c300a06082b06010505070301" },
		/* [0] permitted { dNSName }, [1] excluded { 192.0.2.0 with its mask } */
		{ NC(subtrees, 1, subtrees + 1, 1), "301fa00f300d820b636f6e746f736f2e636f6d"
		    "a10c300a" "8708c0000200ffffff00" },
		{ PC(0, 5), "3006800100810105" },
		{ PERIOD("20260101000000Z", NULL), "3011800f32303236303130313030303030305a" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(buf_clear) struct buf der = BUF_INIT;
		SCOPED(buf_clear) struct buf hex = BUF_INIT;

		ext_encode(&rows[i].value, &der);
		buf_put_hex(&hex, buf_bytes(&der));
		EXPECT_TEXT(buf_text(&hex), rows[i].hex);
	}
}

TEST(an_extension_without_a_record_is_its_octets)
{
	struct ext_value value = { .id = EXT_OTHER, .critical = true,
		.u.other = { "1.2.3.4", { (const uint8_t *)"\x05\x00", 2 } } };
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	SCOPED(buf_clear) struct buf hex = BUF_INIT;

	EXPECT_TEXT(ext_oid(&value), "1.2.3.4");
	EXPECT_TEXT(ext_name(&value), "1.2.3.4");
	ext_put(&value, &der);
	buf_put_hex(&hex, buf_bytes(&der));
	EXPECT_TEXT(buf_text(&hex), "300c06032a0304" "0101ff" "04020500");
	value = (struct ext_value)BASIC(true, 0);
	EXPECT_TEXT(ext_oid(&value), "2.5.29.19");
	EXPECT_TEXT(ext_name(&value), "basicConstraints");
}

TEST(the_rare_ones_of_others_are_read_or_refused)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct ext_value value;

	/* a minimum; a mask with a hole is shown as its octets */
	EXPECT_RULE(DECODE(EXT_NAME_CONSTRAINTS,
	    "\x30\x0a\xa0\x08\x30\x06\x82\x01" "a" "\x80\x01\x01"), err, RULE_EXT_MALFORMED);
	REQUIRE_OK(DECODE(EXT_NAME_CONSTRAINTS,
	    "\x30\x0e\xa0\x0c\x30\x0a\x87\x08\x0a\x00\x00\x00\xff\x00\xff\x00"), err);
	EXPECT_INT(value.u.constraints.permitted[0].type, NAME_OTHER);
	/* a TLS feature beyond 16 bits, a negative skip */
	EXPECT_RULE(DECODE(EXT_TLS_FEATURE, "\x30\x05\x02\x03\x01\x00\x00"), err,
	    RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_INHIBIT_ANY_POLICY, "\x02\x01\xff"), err, RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_POLICY_CONSTRAINTS, "\x30\x03\x80\x01\xff"), err,
	    RULE_EXT_MALFORMED);
	/* half a surrogate pair, NUL; a fraction of a second */
	EXPECT_RULE(DECODE(EXT_MS_TEMPLATE_NAME, "\x1e\x02\xd8\x00"), err, RULE_EXT_MALFORMED);
	EXPECT_RULE(DECODE(EXT_MS_TEMPLATE_NAME, "\x1e\x02\x00\x00"), err, RULE_EXT_MALFORMED);
	REQUIRE_OK(DECODE(EXT_MS_TEMPLATE_NAME, "\x1e\x06\x00" "A" "\x00\xe4\x20\xac"), err);
	EXPECT_TEXT(value.u.text, "A\xc3\xa4\xe2\x82\xac");
	EXPECT_RULE(DECODE(EXT_PRIVATE_KEY_USAGE_PERIOD,
	    "\x30\x13\x80\x11" "20260101000000.5Z"), err, RULE_EXT_MALFORMED);
	/* another kind of name than a SID */
	EXPECT_RULE(DECODE(EXT_MS_SID, "\x30\x0b\xa0\x09\x06\x02\x2a\x03\xa0\x03\x04\x01" "S"),
	    err, RULE_EXT_MALFORMED);
}

TEST(names_that_only_others_issue_are_shown)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct ext_value value;

	/* a directory name (empty), an otherName that we do not know, a user principal
	 * name as IA5String, a registeredID, and a host */
	REQUIRE_OK(DECODE(EXT_SUBJECT_ALT_NAME, "\x30\x2d" "\xa4\x02\x30\x00"
	    "\xa0\x0b\x06\x02\x2a\x03\xa0\x05\x0c\x03" "a@b"
	    "\xa0\x13\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03\xa0\x05\x16\x03" "a@b"
	    "\x88\x02\x2a\x03" "\x82\x01" "x"), err);
	EXPECT_INT(value.u.names.n, 5);
	EXPECT_INT(value.u.names.v[0].type, NAME_OTHER);
	EXPECT_TEXT(value.u.names.v[0].value, "directoryName a4023000");
	EXPECT_TEXT(value.u.names.v[1].value, "otherName a00b06022a03a0050c03614062");
	EXPECT_HAS(value.u.names.v[2].value, "otherName a0130");
	EXPECT_INT(value.u.names.v[3].type, NAME_RID);
	EXPECT_TEXT(value.u.names.v[3].value, "1.2.3");
	EXPECT_INT(value.u.names.v[4].type, NAME_DNS);
}

TEST(authority_key_identifiers_of_others_are_read)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct ext_value value;

	/* issuer and serial only */
	REQUIRE_OK(DECODE(EXT_AUTHORITY_KEY_IDENTIFIER,
	    "\x30\x09\xa1\x04\xa4\x02\x30\x00\x82\x01\x05"), err);
	EXPECT_INT(value.u.key_id.n, 0);
	REQUIRE_OK(DECODE(EXT_AUTHORITY_KEY_IDENTIFIER,
	    "\x30\x0c\x80\x01\x07\xa1\x04\xa4\x02\x30\x00\x82\x01\x05"), err);
	EXPECT(bytes_equal(value.u.key_id, BYTES("\x07", 1)));
}

TEST(points_and_notices_of_others_are_passed_over)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct ext_value value;

	/* a CRL issuer, a directory name, a URI */
	REQUIRE_OK(DECODE(EXT_CRL_DISTRIBUTION_POINTS, "\x30\x19" "\x30\x06\xa2\x04\xa4\x02\x30\x00"
	    "\x30\x0f\xa0\x0d\xa0\x0b\xa4\x02\x30\x00\x86\x05" "x:abc"), err);
	EXPECT_INT(value.u.uris.n, 1);
	EXPECT_TEXT(value.u.uris.v[0], "x:abc");
	/* caRepository */
	REQUIRE_OK(DECODE(EXT_AUTHORITY_INFO_ACCESS,
	    "\x30\x0f\x30\x0d\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x05\x86\x01" "a"), err);
	EXPECT_INT(value.u.aia.n_ocsp + value.u.aia.n_issuers, 0);
	/* user notice without text, and one in another string type than ours */
	REQUIRE_OK(DECODE(EXT_CERTIFICATE_POLICIES,
	    "\x30\x19\x30\x17\x06\x02\x2a\x03\x30\x11\x30\x0f"
	    "\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x02\x30\x03\x1a\x01" "a"), err);
	EXPECT(value.u.policies.v[0].notice == NULL);
	REQUIRE_OK(DECODE(EXT_CERTIFICATE_POLICIES,
	    "\x30\x16\x30\x14\x06\x02\x2a\x03\x30\x0e\x30\x0c"
	    "\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x02\x30\x00"), err);
	EXPECT(value.u.policies.v[0].cps == NULL);
	EXPECT_TEXT(value.u.policies.v[0].oid, "1.2.3");
}

static const struct ext_lint_context leaf = { .is_ca = false };

TEST(an_https_uri_is_a_warning)
{
	SCOPED(error_free) struct error *err = error_new();
	struct ext_value value = CDP(https, 1);

	ext_all[value.id]->lint(&value, &leaf, err);
	EXPECT_INT(error_count(err), 0);
	REQUIRE(error_first(err) != NULL);
	EXPECT_INT(error_first(err)->rule, RULE_EXT_URI_HTTPS);
}

TEST(usages_have_words)
{
	EXPECT_TEXT(key_usage_word(0), "digitalSignature");
	EXPECT_TEXT(key_usage_word(9), "unknown");
	EXPECT_INT(key_usage_find("cRLSign"), KU_CRL_SIGN);
	EXPECT_INT(key_usage_find("crlSign"), 0);
	EXPECT_TEXT(eku_word("1.3.6.1.5.5.7.3.2"), "clientAuth");
	EXPECT(eku_word("1.2.3") == NULL);
	EXPECT_TEXT(eku_oid("serverAuth"), "1.3.6.1.5.5.7.3.1");
	EXPECT_TEXT(eku_oid("1.2.3"), "1.2.3");
	EXPECT(eku_oid("server") == NULL);
}
