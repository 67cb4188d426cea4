/*
 * What the lint says of usages, names, policies and octets: one change of a sound
 * certificate, and one that comes close.
 */
#include "tests/unit/check/lint_stage.h"

static void
leaf_usage(struct stage *s, unsigned usage)
{
	sample_ext(&s->leaf, EXT_KEY_USAGE)->u.key_usage = usage;
}

static void
leaf_purposes(struct stage *s, const char **oids, size_t n)
{
	sample_ext(&s->leaf, EXT_EXTENDED_KEY_USAGE)->u.oids.v = oids;
	sample_ext(&s->leaf, EXT_EXTENDED_KEY_USAGE)->u.oids.n = n;
}

TEST(a_purpose_needs_a_usage_that_serves_it)
{
	static const char *oids[] = { "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.3",
		"1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9" };
	static const struct { unsigned usage; bool serves[ARRAY_LEN(oids)]; } rows[] = {
		{ KU_DIGITAL_SIGNATURE, { true, true, true, true, true, true } },
		{ KU_NON_REPUDIATION, { false, false, false, true, true, true } },
		{ KU_KEY_AGREEMENT, { true, true, false, true, false, false } },
	};

	for (size_t row = 0; row < ARRAY_LEN(rows); row++)
		for (size_t i = 0; i < ARRAY_LEN(oids); i++) {
			SCOPED(stage_clear) struct stage s;

			stage_set(&s);
			leaf_usage(&s, rows[row].usage);
			leaf_purposes(&s, &oids[i], 1);
			EXPECT_INT(lint(&s) == RC_OK, rows[row].serves[i]);
			EXPECT_INT(error_rule(s.err), rows[row].serves[i] ? RULE_NONE : RULE_LINT_PURPOSE);
		}
}

TEST(a_time_stamp_authority_does_nothing_else)
{
	static const char *oids[] = { "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.1" };
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	leaf_purposes(&s, oids, 2);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_PURPOSE);
	leaf_purposes(&s, oids, 1);
	EXPECT_OK(lint(&s), s.err);
}

TEST(only_a_responder_need_not_be_asked_about)
{
	static const char *ocsp[] = { "1.3.6.1.5.5.7.3.9" };
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_OCSP_NOCHECK });
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_OCSP_NOCHECK);
	leaf_purposes(&s, ocsp, 1);
	EXPECT_OK(lint(&s), s.err);
}

TEST(only_ec_keys_agree)
{
	static const struct { unsigned algorithm; enum rule rule; } rows[] = {
		{ KEY_RSA_2048, RULE_LINT_KEY_USAGE }, { KEY_ED25519, RULE_LINT_KEY_USAGE },
		{ KEY_EC_P256, RULE_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(stage_clear) struct stage s;

		stage_set(&s);
		sample_key_clear(&s.key);
		s.key = sample_key_make(rows[i].algorithm);
		s.leaf = sample_leaf(&s.key, &s.ca);
		s.context.key = s.key.pub;
		EXPECT_OK(lint(&s), s.err);
		leaf_usage(&s, KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT);
		EXPECT_INT(lint(&s) == RC_OK, rows[i].rule == RULE_NONE);
		EXPECT_INT(error_rule(s.err), rows[i].rule);
	}
}

TEST(attributes_of_a_subject_have_their_bounds)
{
	SCOPED(stage_clear) struct stage s;
	char text[130];

	stage_set(&s);
	memset(text, 'x', sizeof(text));
	text[64] = '\0';
	s.leaf.subject.attr[DN_O] = text;
	EXPECT_OK(lint(&s), s.err);
	text[64] = 'x';
	text[65] = '\0';
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SUBJECT);
	s.leaf.subject.attr[DN_O] = NULL;
	s.leaf.subject.attr[DN_L] = text;
	text[65] = 'x';
	text[128] = '\0';
	EXPECT_OK(lint(&s), s.err);
	text[128] = 'x';
	text[129] = '\0';
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SUBJECT);
	s.leaf.subject.attr[DN_L] = NULL;
	s.leaf.subject.attr[DN_C] = "U1";
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SUBJECT);
	s.leaf.subject.attr[DN_C] = "US";
	EXPECT_OK(lint(&s), s.err);
}

TEST(names_are_those_that_the_ca_may_certify)
{
	static struct general_name contoso[] = { { NAME_DNS, "contoso.com" },
		{ NAME_DNS, "fabrikam.com" } };
	SCOPED(stage_clear) struct stage s;
	struct ext_value *limits;

	stage_set(&s);
	limits = sample_add(&s.root, (struct ext_value){ .id = EXT_NAME_CONSTRAINTS,
	    .critical = true, .u.constraints = { .permitted = contoso, .n_permitted = 2 } });
	stage_reissue(&s);
	EXPECT_OK(lint(&s), s.err);
	limits->u.constraints.n_permitted = 1;
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_CONSTRAINTS);
	EXPECT(lint(&s) == RC_POLICY);
	EXPECT_HAS(error_message(s.err), "sip.fabrikam.com");
}

/* The root as an issuing CA: another one stands above it. */
TEST(policies_are_those_of_the_ca)
{
	static struct policy ours[] = { { "1.2.3", NULL, NULL } }, any[] = {
	    { "2.5.29.32.0", NULL, NULL } };
	static struct policy_mapping map[] = { { "1.2.9", "1.2.3" } };
	SCOPED(stage_clear) struct stage s;
	struct ext_value policies = { .id = EXT_CERTIFICATE_POLICIES, .u.policies = { ours, 1 } };
	struct ext_value *above, *below;

	stage_set(&s);
	sample_drop(&s.leaf, EXT_CRL_DISTRIBUTION_POINTS);
	below = sample_add(&s.leaf, policies);
	EXPECT_OK(lint(&s), s.err);
	s.root.issuer.attr[DN_CN] = "Above";
	above = sample_add(&s.root, policies);
	stage_reissue(&s);
	EXPECT_OK(lint(&s), s.err);
	above->u.policies.v = (struct policy[]){ { "1.2.4", NULL, NULL } };
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_POLICIES);
	sample_add(&s.root, (struct ext_value){ .id = EXT_POLICY_MAPPINGS,
	    .u.mappings = { map, 1 } });
	stage_reissue(&s);
	EXPECT_OK(lint(&s), s.err);
	sample_drop(&s.root, EXT_POLICY_MAPPINGS);
	above->u.policies.v = any;
	stage_reissue(&s);
	EXPECT_OK(lint(&s), s.err);
	below->u.policies.v = any;
	EXPECT_OK(lint(&s), s.err);
	sample_add(&s.root, (struct ext_value){ .id = EXT_INHIBIT_ANY_POLICY, .critical = true });
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_POLICIES);
}

/* Only what our own writer makes: the octets are changed as other writers would have them. */
TEST(a_subject_is_written_in_one_way)
{
	static const struct { const char *old, *new; size_t n; } rows[] = {
		{ "\x0c\x0f" "sip", "\x13\x0f" "sip", 5 },      /* CN as PrintableString */
		{ "\x06\x03\x55\x04\x0a", "\x06\x03\x55\x04\x05", 5 },   /* O becomes serialNumber */
		{ "\x06\x03\x55\x04\x0a", "\x06\x03\x55\x04\x03", 5 },   /* CN twice */
		{ "\x06\x03\x55\x04\x0a", "\x06\x03\x55\x04\x0b", 5 },   /* OU: comes close, is fine */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(stage_clear) struct stage s;
		struct bytes tbs;

		stage_set(&s);
		tbs = exchanged(&s, rows[i].old, rows[i].new, rows[i].n);
		if (i + 1 == ARRAY_LEN(rows))
			EXPECT_OK(lint_certificate(tbs, &s.context, s.err), s.err);
		else
			EXPECT_RULE(lint_certificate(tbs, &s.context, s.err), s.err,
			    RULE_LINT_SUBJECT);
	}
}

TEST(blanks_at_the_ends_of_a_subject_are_found)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.subject.attr[DN_O] = "Contoso Ltd";
	EXPECT_OK(lint(&s), s.err);
	s.leaf.subject.attr[DN_O] = "Contoso ";
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SUBJECT);
	s.leaf.subject.attr[DN_O] = " Contoso";
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SUBJECT);
}

TEST(who_may_not_sign_certificates_signs_none)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_ext(&s.root, EXT_KEY_USAGE)->u.key_usage = KU_CRL_SIGN;
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_PATH);
	sample_ext(&s.root, EXT_KEY_USAGE)->u.key_usage = KU_KEY_CERT_SIGN;
	stage_reissue(&s);
	EXPECT_OK(lint(&s), s.err);
}

TEST(purposes_are_those_of_the_ca)
{
	static const char *client[] = { "1.3.6.1.5.5.7.3.2" }, *server[] = { "1.3.6.1.5.5.7.3.1",
		"1.3.6.1.5.5.7.3.2" };
	SCOPED(stage_clear) struct stage s;
	struct ext_value *usages;

	stage_set(&s);
	usages = sample_add(&s.root, (struct ext_value){ .id = EXT_EXTENDED_KEY_USAGE,
	    .u.oids = { client, 1 } });
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_ISSUER_PURPOSE);
	usages->u.oids.v = server;
	usages->u.oids.n = 2;
	stage_reissue(&s);
	EXPECT_OK(lint(&s), s.err);
}

/* What a role gave as octets, signed as it is but where that can only be wrong. */
TEST(octets_of_a_role_that_must_not_stand_are_found)
{
	static const struct { const char *oid, *der; size_t n; bool critical, good; } rows[] = {
		{ "2.5.29.18", "\x30\x05\x82\x03" "a.b", 7, false, true },
		{ "2.5.29.18", "\x30\x05\x82\x03" "a.b", 7, true, false },
		{ "2.5.29.18", "\x30\x00", 2, false, false },
		{ "2.5.29.9", "\x30\x00", 2, false, false },
		{ "2.5.29.20", "\x02\x01\x05", 3, false, false },
		{ "2.5.29.27", "\x02\x01\x05", 3, true, false },
		{ "2.5.29.28", "\x30\x03\x81\x01\xff", 5, true, false },
		{ "1.3.6.1.4.1.11129.2.4.2", "\x04\x02\x00\x00", 4, false, false },
		{ "1.3.6.1.4.1.11129.2.4.3", "\x05\x00", 2, true, false },
		{ "1.3.6.1.4.1.11129.2.4.4", "\x05\x00", 2, true, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ext_value value = { .id = EXT_OTHER, .critical = rows[i].critical,
			.u.other = { rows[i].oid, BYTES(rows[i].der, rows[i].n) } };
		struct entry_ext planned = { .id = EXT_OTHER, .from = EXT_FROM_ENTRY,
			.value = value };
		struct entry entry = { .exts = &planned, .n_exts = 1 };
		SCOPED(stage_clear) struct stage s;

		stage_set(&s);
		s.context.entry = &entry;
		sample_add(&s.leaf, value);
		if (rows[i].good)
			EXPECT_OK(lint(&s), s.err);
		else
			EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_OCTETS);
	}
}

/* Only a CA maps; what it maps stands among its own policies, or any does. */
TEST(what_is_mapped_is_a_policy_of_the_certificate)
{
	static struct policy ours[] = { { "1.2.3", NULL, NULL } }, any[] = {
	    { "2.5.29.32.0", NULL, NULL } };
	static struct policy_mapping map[] = { { "1.2.3", "1.2.9" } };
	SCOPED(stage_clear) struct stage s;
	struct ext_value *own;

	stage_set(&s);
	make_ca(&s, 0);
	sample_drop(&s.leaf, EXT_CRL_DISTRIBUTION_POINTS);
	own = sample_add(&s.leaf, (struct ext_value){ .id = EXT_CERTIFICATE_POLICIES,
	    .u.policies = { ours, 1 } });
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_POLICY_MAPPINGS, .critical = true,
	    .u.mappings = { map, 1 } });
	EXPECT_OK(lint(&s), s.err);
	map[0].issuer = "1.2.4";
	EXPECT_RULE(lint(&s), s.err, RULE_POLICY_MAPPINGS);
	own->u.policies.v = any;
	EXPECT_OK(lint(&s), s.err);
	map[0].issuer = "1.2.3";
}

/* RFC 5758 3.2, RFC 8692 and RFC 3279: parameters that are absent, or NULL. */
TEST(an_algorithm_has_its_own_parameters)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	/* ecdsa-with-SHA384 under another arc of the same length */
	EXPECT_RULE(lint_certificate(exchanged(&s, "\x2a\x86\x48\xce\x3d\x04\x03\x03",
	    "\x2a\x86\x48\xce\x3d\x04\x03\x04", 8), &s.context, s.err), s.err,
	    RULE_LINT_ALGORITHM);
	s.leaf.algorithm = s.context.algorithm = RC_RSA_SHA256;
	EXPECT_OK(lint(&s), s.err);
	/* NULL that is an empty OCTET STRING */
	EXPECT_RULE(lint_certificate(exchanged(&s, "\x01\x01\x0b\x05\x00", "\x01\x01\x0b\x04\x00",
	    5), &s.context, s.err), s.err, RULE_LINT_ALGORITHM);
}

/* DER, one octet beside it: what libcrypto reads as the same is not signed. */
TEST(what_is_not_der_is_not_signed)
{
	static const struct {
		const char *old, *new;
		size_t n;
	} rows[] = {
		{ "\x01\x01\xff", "\x01\x01\x01", 3 },      /* TRUE is 0xff              */
		{ "\x17\x0d", "\x18\x0d", 2 },                /* UTCTime as GeneralizedTime */
		{ "\x06\x03\x55\x1d\x13", "\x06\x03\x55\x1d\x93", 5 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(stage_clear) struct stage s;

		stage_set(&s);
		EXPECT(lint_certificate(exchanged(&s, rows[i].old, rows[i].new, rows[i].n),
		    &s.context, s.err) != RC_OK);
	}
}
