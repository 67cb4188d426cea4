#include "x509/general_name.h"

#include "tests/unit.h"

#define L61 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxy"
#define L63 L61 "z0"

TEST(host_names_are_checked)
{
	static const struct { const char *name; bool wildcard_ok; enum rule rule; } rows[] = {
		{ "edge.contoso.com", false, RULE_NONE },
		{ "contoso.com", false, RULE_NONE },
		{ "a.b", false, RULE_NONE },
		{ "3com.xn--p1ai", false, RULE_NONE },
		{ L63 ".com", false, RULE_NONE },
		{ L63 "." L63 "." L63 "." L61, false, RULE_NONE },
		{ "*.contoso.com", true, RULE_NONE },
		{ "XN--Mnchen-3ya.de", false, RULE_NONE },
		{ "xn-a.xn.de", false, RULE_NONE },
		{ "xn--n3h.de", false, RULE_NAME_IDN },              /* a snowman, not of IDNA2008 */
		{ "xn--abc-.de", false, RULE_NAME_NOT_FQDN },
		{ "xn--.de", false, RULE_NAME_NOT_FQDN },
		{ "a.xn--abc.de", false, RULE_NAME_IDN },
		{ "xn--a-ecp.ru", false, RULE_NAME_IDN },            /* A with U+0301, not NFC */
		{ "xn--80ak6aa92e.com", false, RULE_NONE },
		{ "*.xn--mnchen-3ya.de", true, RULE_NONE },
		{ "", false, RULE_NAME_NOT_FQDN },
		{ "edge", false, RULE_NAME_NOT_FQDN },
		{ "edge01_a.contoso.com", false, RULE_NAME_NOT_FQDN },
		{ "-a.contoso.com", false, RULE_NAME_NOT_FQDN },
		{ "a-.contoso.com", false, RULE_NAME_NOT_FQDN },
		{ "a.contoso.com-", false, RULE_NAME_NOT_FQDN },
		{ "a..com", false, RULE_NAME_NOT_FQDN },
		{ ".contoso.com", false, RULE_NAME_NOT_FQDN },
		{ "contoso.com.", false, RULE_NAME_NOT_FQDN },
		{ "a b.com", false, RULE_NAME_NOT_FQDN },
		{ "m\xc3\xbcnchen.de", false, RULE_NAME_NOT_FQDN },
		{ "192.0.2.1", false, RULE_NAME_NOT_FQDN },
		{ "a" L63 ".com", false, RULE_NAME_TOO_LONG },
		{ L63 "." L63 "." L63 "." L61 "z", false, RULE_NAME_TOO_LONG },
		{ "*.contoso.com", false, RULE_NAME_WILDCARD },
		{ "a*.contoso.com", true, RULE_NAME_WILDCARD },
		{ "*a.contoso.com", true, RULE_NAME_WILDCARD },
		{ "a.*.com", true, RULE_NAME_WILDCARD },
		{ "*.*.com", true, RULE_NAME_WILDCARD },
		{ "*", true, RULE_NAME_WILDCARD },
		{ "*.com", true, RULE_NAME_NOT_FQDN },
		{ "*.", true, RULE_NAME_NOT_FQDN },
	};
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].rule == RULE_NONE)
			EXPECT_OK(fqdn_check(rows[i].name, rows[i].wildcard_ok, NOWHERE, err), err);
		else
			EXPECT_RULE(fqdn_check(rows[i].name, rows[i].wildcard_ok, NOWHERE, err),
			    err, rows[i].rule);
	}
}

TEST(a_bad_host_name_is_told_with_its_place)
{
	static const struct source source = { .name = "t.yaml" };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	EXPECT(fqdn_check("sip_a.contoso.com", false, (struct place){ &source, 3, 7, 5 }, err) ==
	    RC_INPUT);
	error_render(err, &out);
	EXPECT_TEXT(buf_text(&out),
	    "t.yaml:3:7: error: 'sip_a.contoso.com' is not a fully qualified "
	    "domain name: want labels of letters, digits and hyphens, with no hyphen at an end, "
	    "have 'sip_a' [name-not-fqdn]\n");
}

TEST(the_other_names_are_checked)
{
	static const struct { enum name_type type; const char *name; enum rule rule; } rows[] = {
		{ NAME_IP, "192.0.2.1", RULE_NONE },
		{ NAME_IP, "2001:db8::1", RULE_NONE },
		{ NAME_IP, "192.0.2", RULE_NAME_IP },
		{ NAME_IP, "192.0.2.1/24", RULE_NAME_IP },
		{ NAME_IP, "fe80::1%eth0", RULE_NAME_IP },
		{ NAME_EMAIL, "ann@contoso.com", RULE_NONE },
		{ NAME_EMAIL, "ann", RULE_NAME_EMAIL },
		{ NAME_EMAIL, "@contoso.com", RULE_NAME_EMAIL },
		{ NAME_EMAIL, "Ann <ann@contoso.com>", RULE_NAME_EMAIL },
		{ NAME_EMAIL, "a.n.n@contoso.com", RULE_NONE },
		{ NAME_EMAIL, ".ann@contoso.com", RULE_NAME_EMAIL },
		{ NAME_EMAIL, "ann.@contoso.com", RULE_NAME_EMAIL },
		{ NAME_EMAIL, "a..nn@contoso.com", RULE_NAME_EMAIL },
		{ NAME_EMAIL, L63 "z@contoso.com", RULE_NONE },
		{ NAME_EMAIL, L63 "zz@contoso.com", RULE_NAME_EMAIL },
		{ NAME_EMAIL, "j\xc3\xb8rn@contoso.com", RULE_NAME_EMAIL },
		{ NAME_EMAIL, "ann@localhost", RULE_NAME_NOT_FQDN },
		{ NAME_EMAIL, "ann@b@contoso.com", RULE_NAME_NOT_FQDN },
		{ NAME_URI, "sip:contoso.com", RULE_NONE },
		{ NAME_URI, "ldap:///CN=a,DC=b?x?base", RULE_NONE },
		{ NAME_URI, "http://pki.contoso.com:8080/a?b#c", RULE_NONE },
		{ NAME_URI, "http://ann:x@pki.contoso.com", RULE_NONE },
		{ NAME_URI, "http://192.0.2.1/a", RULE_NONE },
		{ NAME_URI, "http://[2001:db8::1]:80/a", RULE_NONE },
		{ NAME_URI, "urn:uuid:1", RULE_NONE },
		{ NAME_URI, "http://pki/a.crl", RULE_NAME_URI },
		{ NAME_URI, "http://pki_1.contoso.com/", RULE_NAME_URI },
		{ NAME_URI, "http:///a", RULE_NAME_URI },
		{ NAME_URI, "http://pki.contoso.com:http/", RULE_NAME_URI },
		{ NAME_URI, "http://[2001:db8::1/a", RULE_NAME_URI },
		{ NAME_URI, "http://[2001:db8::1]x/", RULE_NAME_URI },
		{ NAME_URI, "http://[]/", RULE_NAME_URI },
		{ NAME_URI, "http://ann@/", RULE_NAME_URI },
		{ NAME_URI, "http://192.0.2.300/", RULE_NAME_URI },
		{ NAME_URI, "sip:", RULE_NAME_URI },
		{ NAME_URI, "contoso.com", RULE_NAME_URI },
		{ NAME_URI, "1sip:a", RULE_NAME_URI },
		{ NAME_URI, ":a", RULE_NAME_URI },
		{ NAME_URI, "http://a b/", RULE_NAME_URI },
		{ NAME_URI, "http://\xc3\xbc/", RULE_NAME_URI },
		{ NAME_DIRNAME, "CN=a, O=b", RULE_NONE },
		{ NAME_DIRNAME, "a", RULE_DN_SYNTAX },
		{ NAME_DIRNAME, "C=USA", RULE_DN_COUNTRY },
		{ NAME_RID, "1.2.3", RULE_NONE },
		{ NAME_RID, "1.2.03", RULE_NAME_RID },
		{ NAME_SRV, "_sip.contoso.com", RULE_NONE },
		{ NAME_SRV, "_xmpp-server.contoso.com", RULE_NONE },
		{ NAME_SRV, "sip.contoso.com", RULE_NAME_SRV },
		{ NAME_SRV, "_sip", RULE_NAME_SRV },
		{ NAME_SRV, "_.contoso.com", RULE_NAME_SRV },
		{ NAME_SRV, "", RULE_NAME_SRV },
		{ NAME_SRV, "_sixteen-letters.contoso.com", RULE_NONE },
		{ NAME_SRV, "_seventeen-letter.contoso.com", RULE_NAME_SRV },
		{ NAME_SRV, "_sip._tls.contoso.com", RULE_NAME_NOT_FQDN },
		{ NAME_XMPP, "contoso.com", RULE_NONE },
		{ NAME_XMPP, "j\xc3\xb8rn@contoso.com", RULE_NONE },
		{ NAME_XMPP, "a b@contoso.com", RULE_NAME_XMPP },
		{ NAME_XMPP, "@contoso.com", RULE_NAME_XMPP },
		{ NAME_XMPP, "a@contoso.com/desk", RULE_NAME_NOT_FQDN },
		{ NAME_UPN, "ann@contoso.com", RULE_NONE },
		{ NAME_UPN, "contoso.com", RULE_NAME_UPN },
		{ NAME_UPN, "CONTOSO\\ann@contoso.com", RULE_NAME_UPN },
		{ NAME_UPN, "ann@contoso", RULE_NAME_NOT_FQDN },
		{ NAME_OTHER, "otherName 3000", RULE_NAME_TYPE },
		{ NAME_TYPES, "x", RULE_NAME_TYPE },
	};
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct general_name name = { .type = rows[i].type, .value = rows[i].name };

		if (rows[i].rule == RULE_NONE)
			EXPECT_OK(general_name_check(&name, false, NOWHERE, err), err);
		else
			EXPECT_RULE(general_name_check(&name, false, NOWHERE, err), err,
			    rows[i].rule);
	}
}

static bool
equal(enum name_type type, const char *a, const char *b)
{
	struct general_name x = { .type = type, .value = a }, y = { .type = type, .value = b };

	return general_name_equal(&x, &y);
}

TEST(names_compare_as_their_kind_does)
{
	EXPECT(equal(NAME_DNS, "SIP.contoso.com", "sip.Contoso.com."));
	EXPECT(!equal(NAME_DNS, "sip.contoso.com", "sip.contoso.co"));
	EXPECT(!equal(NAME_DNS, "sip.contoso.com", "sip.contoso.com.."));
	EXPECT(equal(NAME_IP, "2001:DB8:0::1", "2001:db8::1"));
	EXPECT(!equal(NAME_IP, "192.0.2.1", "::192.0.2.1"));
	EXPECT(equal(NAME_IP, "bad", "bad"));
	EXPECT(equal(NAME_EMAIL, "Ann@Contoso.com", "Ann@contoso.com"));
	EXPECT(!equal(NAME_EMAIL, "Ann@contoso.com", "ann@contoso.com"));
	EXPECT(!equal(NAME_EMAIL, "a", "b"));
	EXPECT(!equal(NAME_URI, "sip:A", "sip:a"));
	EXPECT(equal(NAME_DIRNAME, "O=b, CN=a", "CN=a,O=b"));
	EXPECT(!equal(NAME_DIRNAME, "O=b, CN=a", "O=b, CN=A"));
	EXPECT(!equal(NAME_DIRNAME, "a", "b"));
	EXPECT(equal(NAME_SRV, "_SIP.contoso.com", "_sip.Contoso.com"));
	EXPECT(equal(NAME_XMPP, "Contoso.com", "contoso.com"));
	EXPECT(!equal(NAME_XMPP, "Ann@contoso.com", "ann@contoso.com"));
	EXPECT(equal(NAME_UPN, "Ann@contoso.com", "ann@contoso.com"));
	EXPECT(equal(NAME_OTHER, "otherName 30", "otherName 30"));
	EXPECT(!general_name_equal(&(struct general_name){ NAME_DNS, "a" },
	    &(struct general_name){ NAME_URI, "a" }));
}

TEST(domains_contain_what_is_below_them)
{
	EXPECT(fqdn_is_below("a.Contoso.com", "contoso.COM"));
	EXPECT(fqdn_is_below("contoso.com", "contoso.com"));
	EXPECT(!fqdn_is_below("acontoso.com", "contoso.com"));
	EXPECT(!fqdn_is_below("com", "contoso.com"));
	EXPECT(!fqdn_is_below("a.com", ""));
	EXPECT_TEXT(fqdn_parent("a.b.c"), "b.c");
	EXPECT(fqdn_parent("a") == NULL);
	EXPECT(fqdn_parent("a.") == NULL);
}

TEST(kinds_of_names_have_words)
{
	for (enum name_type type = 0; type < NAME_OTHER; type++)
		EXPECT_INT(name_type_find(name_type_word(type)), type);
	EXPECT_INT(name_type_find("other"), NAME_TYPES);
	EXPECT_TEXT(name_type_word(NAME_TYPES), "unknown");
}
