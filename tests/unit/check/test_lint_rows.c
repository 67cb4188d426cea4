/*
 * For each rule of the extensions and of names a certificate that breaks it, and one that
 * comes close and is sound.  Each is a whole TBSCertificate, linted as libcrypto reads it.
 * tests/cli/lint_table.sh asks for both of every rule of docs/lint.md.
 */
#include "tests/sample_ext.h"
#include "tests/unit/check/lint_stage.h"
#include "x509/der_write.h"

#define X63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"

/* What stands in the sample before the change. */
enum kind {
	SERVER,                          /* RSA key                              */
	EC_SERVER,
	CA_BELOW,                        /* a CA below the sample's              */
	NAMELESS,                        /* a server without a subject           */
	EVERY_USE,                       /* its entry plans anyExtendedKeyUsage  */
	RESPONDER,                       /* an OCSP responder                    */
	UNLISTED,                        /* a server without distribution point  */
};

static const char *server[] = { "1.3.6.1.5.5.7.3.1" }, *responder[] = { "1.3.6.1.5.5.7.3.9" },
    *both[] = { "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.999.123456789" },
    *any[] = { "2.5.29.37.0" }, *twice[] = { "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.1" },
    *http[] = { "http://pki.contoso.com/a.crl" }, *https[] = { "https://pki.contoso.com/a.crl" },
    *ldap[] = { "ldap:///CN=a,DC=contoso,DC=com?certificateRevocationList?base" },
    *file[] = { "file://pki.contoso.com/a.crl" }, *no_uri[] = { "pki.contoso.com" },
    *short_host[] = { "http://pki/a.crl" }, *no_attribute[] = { "ldap:///CN=a,DC=contoso,DC=com" },
    *no_entry[] = { "ldap:///?certificateRevocationList?base" };
static struct general_name names[] = { { NAME_DNS, "sip.contoso.com" }, { NAME_IP, "192.0.2.1" },
    { NAME_URI, "sip:contoso.com" }, { NAME_DIRNAME, "CN=a\\, b, O=Contoso" } },
    same[] = { { NAME_DNS, "sip.contoso.com" }, { NAME_DNS, "SIP.contoso.com" } },
    alike[] = { { NAME_DNS, "sip.contoso.com" }, { NAME_URI, "sip.contoso.com:" "a" } },
    short_name[] = { { NAME_DNS, "edge" } };
static struct policy policies[] = { { "1.3.6.1.4.1.99999.1", "http://pki.contoso.com/cps",
    "For servers of Contoso only" }, { "2.23.140.1.2.2", NULL, NULL } },
    same_policies[] = { { "2.23.140.1.2.2", NULL, NULL }, { "2.23.140.1.2.2",
    "http://pki.contoso.com/", NULL } },
    bad_cps[] = { { "2.23.140.1.2.2", "pki/cps", NULL } },
    bad_notice[] = { { "2.23.140.1.2.2", NULL, "two\nlines" } },
    mapped[] = { { "1.2.3", NULL, NULL } };
static struct general_name subtrees[] = { { NAME_DNS, "contoso.com" }, { NAME_IP, "192.0.2.0/24" },
    { NAME_EMAIL, ".contoso.com" }, { NAME_URI, "contoso.com" },
    { NAME_DIRNAME, "O=Contoso, C=US" } },
    dotted[] = { { NAME_DNS, ".contoso.com" } }, odd[] = { { NAME_RID, "1.2.3" } };
static struct policy_mapping mappings[] = { { "1.2.3", "1.2.4" } },
    any_mapping[] = { { "1.2.3", "2.5.29.32.0" } };
static struct access_place services[] = { { "1.3.6.1.5.5.7.48.5", "http://pki.contoso.com/r" } },
    bad_service[] = { { "1.3.6.1.5.5.7.48.5", "file://pki.contoso.com/x" } };
static unsigned features[] = { 5, 17 }, same_features[] = { 5, 5 };

#define BREAKS(rule_, kind_, ...) { (rule_), true, (kind_), { __VA_ARGS__ } },
#define CLOSE(rule_, kind_, ...) { (rule_), false, (kind_), { __VA_ARGS__ } },

static const struct row {
	enum rule rule;
	bool breaks;
	enum kind kind;
	struct ext_value value[2];       /* in place of the sample's; the second may lack */
} rows[] = {
	BREAKS(RULE_EXT_BASIC_PATH_LEN_WITHOUT_CA, SERVER, BASIC(false, 0))
	CLOSE(RULE_EXT_BASIC_PATH_LEN_WITHOUT_CA, CA_BELOW, BASIC(true, 0))
	BREAKS(RULE_EXT_CRITICAL, SERVER, { .id = EXT_BASIC_CONSTRAINTS, .u.basic = { false, -1 } })
	BREAKS(RULE_EXT_CRITICAL, SERVER, { .id = EXT_KEY_USAGE, .u.key_usage = 1 })
	BREAKS(RULE_EXT_CRITICAL, SERVER, { .id = EXT_EXTENDED_KEY_USAGE, .critical = true,
	    .u.oids = { server, 1 } })
	BREAKS(RULE_EXT_CRITICAL, SERVER, { .id = EXT_CERTIFICATE_POLICIES, .critical = true,
	    .u.policies = { policies, 2 } })
	BREAKS(RULE_EXT_CRITICAL, SERVER, { .id = EXT_CRL_DISTRIBUTION_POINTS, .critical = true,
	    .u.uris = { http, 1 } })
	BREAKS(RULE_EXT_CRITICAL, SERVER, { .id = EXT_FRESHEST_CRL, .critical = true,
	    .u.uris = { http, 1 } })
	BREAKS(RULE_EXT_CRITICAL, SERVER, { .id = EXT_AUTHORITY_INFO_ACCESS, .critical = true,
	    .u.aia = { .issuers = http, .n_issuers = 1 } })
	BREAKS(RULE_EXT_CRITICAL, CA_BELOW, { .id = EXT_SUBJECT_INFO_ACCESS, .critical = true,
	    .u.access = { services, 1 } })
	BREAKS(RULE_EXT_CRITICAL, CA_BELOW, { .id = EXT_NAME_CONSTRAINTS,
	    .u.constraints = { .permitted = subtrees, .n_permitted = 1 } })
	BREAKS(RULE_EXT_CRITICAL, CA_BELOW, { .id = EXT_POLICY_CONSTRAINTS,
	    .u.policy_constraints = { 0, -1 } })
	BREAKS(RULE_EXT_CRITICAL, CA_BELOW, { .id = EXT_INHIBIT_ANY_POLICY })
	BREAKS(RULE_EXT_CRITICAL, RESPONDER, { .id = EXT_OCSP_NOCHECK, .critical = true })
	CLOSE(RULE_EXT_CRITICAL, RESPONDER, { .id = EXT_OCSP_NOCHECK })
	CLOSE(RULE_EXT_CRITICAL, CA_BELOW, INHIBIT(0))

	BREAKS(RULE_KU_EMPTY, SERVER, USAGE(0))
	CLOSE(RULE_KU_EMPTY, SERVER, USAGE(KU_DIGITAL_SIGNATURE))
	BREAKS(RULE_KU_CERT_SIGN_WITHOUT_CA, SERVER, USAGE(KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN))
	CLOSE(RULE_KU_CERT_SIGN_WITHOUT_CA, SERVER, USAGE(KU_DIGITAL_SIGNATURE | KU_CRL_SIGN))
	BREAKS(RULE_KU_CA_WITHOUT_CERT_SIGN, CA_BELOW, USAGE(KU_CRL_SIGN))
	CLOSE(RULE_KU_CA_WITHOUT_CERT_SIGN, CA_BELOW, USAGE(KU_KEY_CERT_SIGN))
	BREAKS(RULE_KU_EC_KEY_ENCIPHERMENT, EC_SERVER, USAGE(KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT))
	BREAKS(RULE_KU_EC_KEY_ENCIPHERMENT, EC_SERVER, USAGE(KU_DIGITAL_SIGNATURE | KU_DATA_ENCIPHERMENT))
	CLOSE(RULE_KU_EC_KEY_ENCIPHERMENT, SERVER, USAGE(KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT))
	BREAKS(RULE_KU_ONLY_WITHOUT_AGREEMENT, EC_SERVER, USAGE(KU_DIGITAL_SIGNATURE | KU_DECIPHER_ONLY))
	CLOSE(RULE_KU_ONLY_WITHOUT_AGREEMENT, EC_SERVER, USAGE(KU_KEY_AGREEMENT | KU_DECIPHER_ONLY))

	BREAKS(RULE_EKU_EMPTY, SERVER, EKU(NULL, 0))
	CLOSE(RULE_EKU_EMPTY, SERVER, EKU(both, 3))
	BREAKS(RULE_EKU_ANY, SERVER, EKU(any, 1))
	BREAKS(RULE_EKU_ANY, SERVER, APPLICATION(any, 1))
	CLOSE(RULE_EKU_ANY, EVERY_USE, EKU(any, 1))
	BREAKS(RULE_EKU_DUPLICATE, SERVER, EKU(twice, 2))
	BREAKS(RULE_EKU_DUPLICATE, SERVER, APPLICATION(twice, 2))
	CLOSE(RULE_EKU_DUPLICATE, SERVER, EKU(both, 3), APPLICATION(both, 3))

	BREAKS(RULE_SAN_EMPTY, SERVER, SAN(NULL, 0))
	CLOSE(RULE_SAN_EMPTY, SERVER, SAN(names, 1))
	BREAKS(RULE_SAN_DUPLICATE, SERVER, SAN(same, 2))
	CLOSE(RULE_SAN_DUPLICATE, SERVER, SAN(alike, 2))
	BREAKS(RULE_SAN_NAME, SERVER, SAN(short_name, 1))
	CLOSE(RULE_SAN_NAME, SERVER, SAN(names, 4))
	BREAKS(RULE_SAN_CRITICAL, NAMELESS, SAN(names, 4))
	BREAKS(RULE_SAN_CRITICAL, SERVER, { .id = EXT_SUBJECT_ALT_NAME, .critical = true,
	    .u.names = { names, 4 } })
	CLOSE(RULE_SAN_CRITICAL, NAMELESS, { .id = EXT_SUBJECT_ALT_NAME, .critical = true,
	    .u.names = { names, 4 } })

	BREAKS(RULE_SKI_LENGTH, SERVER, KEY_ID(EXT_SUBJECT_KEY_IDENTIFIER, 19))
	CLOSE(RULE_SKI_LENGTH, SERVER, USAGE(KU_DIGITAL_SIGNATURE))
	BREAKS(RULE_AKI_LENGTH, SERVER, KEY_ID(EXT_AUTHORITY_KEY_IDENTIFIER, 0))
	CLOSE(RULE_AKI_LENGTH, SERVER, USAGE(KU_DIGITAL_SIGNATURE))

	BREAKS(RULE_POLICIES_EMPTY, SERVER, POLICIES(NULL, 0))
	CLOSE(RULE_POLICIES_EMPTY, SERVER, POLICIES(policies, 2))
	BREAKS(RULE_POLICIES_DUPLICATE, SERVER, POLICIES(same_policies, 2))
	CLOSE(RULE_POLICIES_DUPLICATE, SERVER, POLICIES(policies, 2))
	BREAKS(RULE_POLICIES_CPS, SERVER, POLICIES(bad_cps, 1))
	CLOSE(RULE_POLICIES_CPS, SERVER, POLICIES(policies, 2))
	BREAKS(RULE_POLICIES_NOTICE, SERVER, POLICIES(bad_notice, 1))
	CLOSE(RULE_POLICIES_NOTICE, SERVER, POLICIES(policies, 2))

	BREAKS(RULE_NC_EMPTY, CA_BELOW, NC(NULL, 0, NULL, 0))
	CLOSE(RULE_NC_EMPTY, CA_BELOW, NC(NULL, 0, subtrees, 1))
	BREAKS(RULE_NC_NAME, CA_BELOW, NC(dotted, 1, NULL, 0))
	BREAKS(RULE_NC_NAME, CA_BELOW, NC(NULL, 0, odd, 1))
	CLOSE(RULE_NC_NAME, CA_BELOW, NC(subtrees, 5, subtrees, 5))
	BREAKS(RULE_EXT_CA_ONLY, SERVER, NC(subtrees, 1, NULL, 0))
	BREAKS(RULE_EXT_CA_ONLY, SERVER, MAPPINGS(mappings, 1))
	BREAKS(RULE_EXT_CA_ONLY, SERVER, PC(0, -1))
	BREAKS(RULE_EXT_CA_ONLY, SERVER, INHIBIT(0))
	CLOSE(RULE_EXT_CA_ONLY, CA_BELOW, PC(0, -1), INHIBIT(0))
	BREAKS(RULE_POLICY_MAPPINGS, CA_BELOW, MAPPINGS(NULL, 0))
	BREAKS(RULE_POLICY_MAPPINGS, CA_BELOW, POLICIES(mapped, 1), MAPPINGS(any_mapping, 1))
	CLOSE(RULE_POLICY_MAPPINGS, CA_BELOW, POLICIES(mapped, 1), MAPPINGS(mappings, 1))
	BREAKS(RULE_POLICY_CONSTRAINTS, CA_BELOW, PC(-1, -1))
	CLOSE(RULE_POLICY_CONSTRAINTS, CA_BELOW, PC(0, -1))

	BREAKS(RULE_CDP_EMPTY, SERVER, CDP(NULL, 0))
	BREAKS(RULE_CDP_EMPTY, SERVER, FRESHEST(NULL, 0))
	CLOSE(RULE_CDP_EMPTY, SERVER, CDP(http, 1), FRESHEST(http, 1))
	BREAKS(RULE_AIA_EMPTY, SERVER, AIA(NULL, 0, NULL, 0))
	CLOSE(RULE_AIA_EMPTY, SERVER, AIA(NULL, 0, http, 1))
	BREAKS(RULE_SIA_EMPTY, CA_BELOW, SIA(NULL, 0))
	CLOSE(RULE_SIA_EMPTY, CA_BELOW, SIA(services, 1))
	BREAKS(RULE_EXT_URI, SERVER, CDP(file, 1))
	BREAKS(RULE_EXT_URI, SERVER, CDP(no_uri, 1))
	BREAKS(RULE_EXT_URI, SERVER, CDP(short_host, 1))
	BREAKS(RULE_EXT_URI, SERVER, CDP(no_attribute, 1))
	BREAKS(RULE_EXT_URI, SERVER, CDP(no_entry, 1))
	BREAKS(RULE_EXT_URI, SERVER, FRESHEST(file, 1))
	BREAKS(RULE_EXT_URI, SERVER, AIA(NULL, 0, file, 1))
	BREAKS(RULE_EXT_URI, SERVER, AIA(file, 1, NULL, 0))
	BREAKS(RULE_EXT_URI, CA_BELOW, SIA(bad_service, 1))
	CLOSE(RULE_EXT_URI, SERVER, CDP(ldap, 1), AIA(http, 1, ldap, 1))
	CLOSE(RULE_EXT_URI_HTTPS, SERVER, CDP(https, 1))

	BREAKS(RULE_PKUP, SERVER, PERIOD("20260101000001Z", "20260101000000Z"))
	BREAKS(RULE_PKUP, SERVER, PERIOD(NULL, NULL))
	CLOSE(RULE_PKUP, SERVER, PERIOD("20260101000000Z", "20260101000000Z"))
	BREAKS(RULE_TLS_FEATURE, SERVER, FEATURES(NULL, 0))
	BREAKS(RULE_TLS_FEATURE, SERVER, FEATURES(same_features, 2))
	CLOSE(RULE_TLS_FEATURE, SERVER, FEATURES(features, 2))
	BREAKS(RULE_NO_REV_AVAIL, SERVER, { .id = EXT_NO_REV_AVAIL })
	BREAKS(RULE_NO_REV_AVAIL, CA_BELOW, { .id = EXT_NO_REV_AVAIL })
	CLOSE(RULE_NO_REV_AVAIL, UNLISTED, { .id = EXT_NO_REV_AVAIL })
	BREAKS(RULE_MS_TEMPLATE_NAME, SERVER, TEXT(EXT_MS_TEMPLATE_NAME, ""))
	CLOSE(RULE_MS_TEMPLATE_NAME, SERVER, TEXT(EXT_MS_TEMPLATE_NAME, "WebServer"), TEMPLATE(100, 0))
	BREAKS(RULE_MS_SID, SERVER, TEXT(EXT_MS_SID, "S-1-5"))
	CLOSE(RULE_MS_SID, SERVER, TEXT(EXT_MS_SID, "S-1-5-18"))
};

/* Keys are made once: what changes is beside them. */
static void
stage_of(struct stage *s, enum kind kind)
{
	stage_set(s);
	if (kind == SERVER) {
		sample_key_clear(&s->key);
		s->key = sample_key_make(KEY_RSA_2048);
	}
	s->context.key = s->key.pub;
	s->leaf = sample_leaf(&s->key, &s->ca);
	if (kind == CA_BELOW)
		make_ca(s, 0);
}

static void
change(struct sample *leaf, const struct ext_value *value)
{
	size_t at = 0;

	while (at < leaf->n_exts && leaf->exts[at].id < value->id)
		at++;
	if (at == leaf->n_exts || leaf->exts[at].id != value->id) {
		memmove(&leaf->exts[at + 1], &leaf->exts[at],
		    (leaf->n_exts - at) * sizeof(leaf->exts[0]));
		leaf->n_exts++;
	}
	leaf->exts[at] = *value;
}

static void
expect_row(struct stage *s, size_t i)
{
	struct entry_ext planned = { .id = EXT_EXTENDED_KEY_USAGE, .from = EXT_FROM_ENTRY,
		.value = EKU(any, 1) };
	struct entry entry = { .exts = &planned, .n_exts = 1 };
	const struct row *row = &rows[i];
	struct sample kept = s->leaf;

	s->context.entry = row->kind == EVERY_USE ? &entry : NULL;
	if (row->kind == NAMELESS)
		s->leaf.subject = (struct dn){ .attr = { NULL } };
	if (row->kind == UNLISTED)
		sample_drop(&s->leaf, EXT_CRL_DISTRIBUTION_POINTS);
	if (row->kind == RESPONDER)
		change(&s->leaf, &(struct ext_value)EKU(responder, 1));
	change(&s->leaf, &row->value[0]);
	if (row->value[1].id != EXT_BASIC_CONSTRAINTS)
		change(&s->leaf, &row->value[1]);
	EXPECT_INT(lint(s) == RC_OK, !row->breaks);
	/* the rule of the row among those that are told; what comes close is told nothing */
	EXPECT_TEXT(sample_found(s->err, row->rule, SEVERITY_ERROR) ? rule_id(row->rule) :
	    rule_id(error_rule(s->err)), rule_id(row->breaks ? row->rule : RULE_NONE));
	error_clear(s->err);
	s->leaf = kept;
}

static void
expect_rows(enum kind first, enum kind last)
{
	SCOPED(stage_clear) struct stage s;

	stage_of(&s, first);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind >= first && rows[i].kind <= last)
			expect_row(&s, i);
}

TEST(each_rule_of_an_extension_rings_and_only_then)
{
	expect_rows(SERVER, SERVER);
	expect_rows(EC_SERVER, EC_SERVER);
	expect_rows(CA_BELOW, CA_BELOW);
	expect_rows(NAMELESS, UNLISTED);
}

/* -- names ---------------------------------------------------------------------------- */

#define NAME_BREAKS(rule_, type_, text_) { (rule_), true, { (type_), (text_) } },
#define NAME_CLOSE(rule_, type_, text_) { (rule_), false, { (type_), (text_) } },

static struct name_row {
	enum rule rule;
	bool breaks;
	struct general_name name;
} name_rows[] = {
	NAME_BREAKS(RULE_NAME_NOT_FQDN, NAME_DNS, "edge_1.contoso.com")
	NAME_BREAKS(RULE_NAME_NOT_FQDN, NAME_DNS, "edge.contoso.com.")
	NAME_CLOSE(RULE_NAME_NOT_FQDN, NAME_DNS, "edge--1.contoso.com")
	NAME_BREAKS(RULE_NAME_TOO_LONG, NAME_DNS, X63 "z.contoso.com")
	NAME_CLOSE(RULE_NAME_TOO_LONG, NAME_DNS, X63 ".contoso.com")
	NAME_BREAKS(RULE_NAME_IDN, NAME_DNS, "xn--n3h.contoso.com")
	NAME_CLOSE(RULE_NAME_IDN, NAME_DNS, "xn--mnchen-3ya.contoso.com")
	NAME_BREAKS(RULE_NAME_WILDCARD, NAME_DNS, "a*.contoso.com")
	NAME_CLOSE(RULE_NAME_WILDCARD, NAME_DNS, "*.contoso.com")
	NAME_BREAKS(RULE_NAME_EMAIL, NAME_EMAIL, "a..nn@contoso.com")
	NAME_CLOSE(RULE_NAME_EMAIL, NAME_EMAIL, "a.nn@contoso.com")
	NAME_BREAKS(RULE_NAME_URI, NAME_URI, "https://edge/a")
	NAME_CLOSE(RULE_NAME_URI, NAME_URI, "https://edge.contoso.com:443/a")
	NAME_BREAKS(RULE_NAME_SRV, NAME_SRV, "sip.contoso.com")
	NAME_CLOSE(RULE_NAME_SRV, NAME_SRV, "_sip.contoso.com")
	NAME_BREAKS(RULE_NAME_XMPP, NAME_XMPP, "a b@contoso.com")
	NAME_CLOSE(RULE_NAME_XMPP, NAME_XMPP, "a-b@contoso.com")
	NAME_BREAKS(RULE_NAME_UPN, NAME_UPN, "CONTOSO\\ann@contoso.com")
	NAME_CLOSE(RULE_NAME_UPN, NAME_UPN, "j\xc3\xb8rn@contoso.com")
	NAME_BREAKS(RULE_DN_COUNTRY, NAME_DIRNAME, "CN=a, C=U1")
	NAME_CLOSE(RULE_DN_COUNTRY, NAME_DIRNAME, "CN=a, C=US")
	NAME_BREAKS(RULE_DN_TOO_LONG, NAME_DIRNAME, "CN=" X63 "zz")
	NAME_CLOSE(RULE_DN_TOO_LONG, NAME_DIRNAME, "CN=" X63 "z")
	NAME_BREAKS(RULE_DN_SYNTAX, NAME_DIRNAME, "CN=a\\ ")
	NAME_CLOSE(RULE_DN_SYNTAX, NAME_DIRNAME, "CN=a b")
	NAME_BREAKS(RULE_DN_EMPTY_ATTRIBUTE, NAME_DIRNAME, "CN=a, O=")
	NAME_CLOSE(RULE_DN_EMPTY_ATTRIBUTE, NAME_DIRNAME, "CN=a, O=b")
};

/* A name of each kind that is not one of these is told by its own rule, and refused by the
 * lint as a member of the list. */
TEST(each_rule_of_a_name_rings_in_a_certificate_too)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	for (size_t i = 0; i < ARRAY_LEN(name_rows); i++) {
		struct name_row *row = &name_rows[i];
		struct ext_value san = SAN(&row->name, 1);

		change(&s.leaf, &san);
		EXPECT_INT(lint(&s) == RC_OK, !row->breaks);
		EXPECT_TEXT(rule_id(error_rule(s.err)), rule_id(row->breaks ? RULE_SAN_NAME : RULE_NONE));
		error_clear(s.err);
		if (row->breaks)
			EXPECT_RULE(general_name_check(&row->name, true, NOWHERE, s.err), s.err,
			    row->rule);
	}
}

/* The list of names in a TBS whose other parts are the sample's. */
static enum rule
lint_with_san(struct stage *s, struct bytes san)
{
	SCOPED(buf_clear) struct buf exts = BUF_INIT, issuer = BUF_INIT;
	SCOPED(buf_clear) struct buf subject = BUF_INIT, tbs = BUF_INIT;
	const struct sample *leaf = &s->leaf;

	for (size_t i = 0; i < leaf->n_exts; i++)
		if (leaf->exts[i].id == EXT_SUBJECT_ALT_NAME)
			ext_put_raw("2.5.29.17", false, san, &exts);
		else
			ext_put(&leaf->exts[i], &exts);
	dn_encode(&leaf->issuer, &issuer);
	dn_encode(&leaf->subject, &subject);
	tbs_encode(&(struct tbs_parts){
		.algorithm = leaf->algorithm, .issuer = buf_bytes(&issuer),
		.subject = buf_bytes(&subject), .spki = pubkey_spki(leaf->key->pub),
		.serial = leaf->serial, .not_before = leaf->not_before,
		.not_after = leaf->not_after, .extensions = buf_bytes(&exts),
	}, &tbs);
	error_clear(s->err);
	(void)!lint_certificate(buf_bytes(&tbs), &s->context, s->err);
	return error_rule(s->err);
}

/* Kinds of names as others write them: an otherName with a mailbox in other letters (RFC
 * 9598), an address of five octets, an OID that is none, and what comes close. */
TEST(kinds_of_names_that_are_not_issued_are_refused)
{
	static const struct { const char *der; size_t n; enum rule rule; } odd_names[] = {
		{ "\xa0\x19\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09\xa0\x0d\x0c\x0b" "j\xc3\xb8n@a.de.eu",
		    0x1b, RULE_SAN_NAME },
		{ "\xa5\x04\xa1\x02\x0c\x00", 6, RULE_SAN_NAME },
		{ "\xa4\x02\x30\x00", 4, RULE_SAN_NAME },
		{ "\x87\x05" "12345", 7, RULE_EXT_MALFORMED },
		{ "\x88\x02\x2a\x83", 4, RULE_EXT_MALFORMED },
		{ "\x82\x0f" "sip.contoso.com", 17, RULE_NONE },
		{ "\x88\x02\x2a\x03", 4, RULE_NONE },
		{ "\x87\x04" "1234", 6, RULE_NONE },
	};
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	for (size_t i = 0; i < ARRAY_LEN(odd_names); i++) {
		SCOPED(buf_clear) struct buf der = BUF_INIT;

		buf_put(&der, odd_names[i].der, odd_names[i].n);
		der_wrap(&der, 0, DER_SEQUENCE);
		EXPECT_TEXT(rule_id(lint_with_san(&s, buf_bytes(&der))), rule_id(odd_names[i].rule));
	}
}
