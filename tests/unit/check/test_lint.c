#include "tests/unit/check/lint_stage.h"

TEST(a_sound_certificate_passes)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_OK(lint(&s), s.err);
	EXPECT(error_first(s.err) == NULL);
}

TEST(a_root_signs_itself)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.context = (struct lint_context){ .algorithm = RC_ECDSA_SHA384, .key = s.ca.pub };
	EXPECT_OK(lint_certificate(sample_tbs(&s.root, s.arena), &s.context, s.err), s.err);
	s.root.issuer.attr[DN_O] = "Other";
	EXPECT_RULE(lint_certificate(sample_tbs(&s.root, s.arena), &s.context, s.err), s.err,
	    RULE_LINT_ISSUER);
}

TEST(every_fault_is_told)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.serial = BYTES("\x00", 1);
	s.leaf.not_after = s.leaf.not_before - 1;
	sample_ext(&s.leaf, EXT_KEY_USAGE)->u.key_usage = 0;
	EXPECT(lint(&s) == RC_POLICY);
	EXPECT_INT(error_count(s.err), 3);
	EXPECT(sample_found(s.err, RULE_LINT_SERIAL, SEVERITY_ERROR));
	EXPECT(sample_found(s.err, RULE_LINT_VALIDITY, SEVERITY_ERROR));
	EXPECT(sample_found(s.err, RULE_KU_EMPTY, SEVERITY_ERROR));
}

TEST(serials_are_positive_and_short)
{
	SCOPED(stage_clear) struct stage s;
	static const char twenty_one[] = "\x01" "12345678901234567890";

	stage_set(&s);
	s.leaf.serial = BYTES("\x01", 1);
	EXPECT_OK(lint(&s), s.err);
	s.leaf.serial = BYTES(twenty_one, 21);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SERIAL);
	/* the writer puts a sign octet: 21 octets */
	s.leaf.serial = BYTES("\x80" "1234567890123456789", 20);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SERIAL);
	s.leaf.serial = BYTES("\x80" "123456789012345678", 19);
	EXPECT_OK(lint(&s), s.err);
}

TEST(a_serial_is_the_one_that_is_recorded)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.serial = BYTES("\x12\x34", 2);
	s.context.serial = BYTES("\x00\x12\x34", 3);
	EXPECT_OK(lint(&s), s.err);
	s.context.serial = BYTES("\x12\x35", 2);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SERIAL);
	s.context.serial = BYTES("\x12", 1);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SERIAL);
}

TEST(the_algorithm_is_the_cas)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.algorithm = RC_ECDSA_SHA256;
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_ALGORITHM);
	s.context.algorithm = RC_ECDSA_SHA256;
	EXPECT_OK(lint(&s), s.err);
}

/* By the CA's choice, and for an entry whose servers do not accept it or do. */
TEST(signatures_that_the_servers_do_not_accept_are_refused)
{
	static const struct { enum rc_sigalg algorithm; enum rule rule; } rows[] = {
		{ RC_RSA_PSS_SHA256, RULE_LINT_PSS }, { RC_ED25519, RULE_LINT_ED25519 },
		{ RC_RSA_SHA256, RULE_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct entry entry = { .forbid_pss = "old servers", .forbid_ed25519 = "old servers" };
		SCOPED(stage_clear) struct stage s;

		stage_set(&s);
		s.leaf.algorithm = s.context.algorithm = rows[i].algorithm;
		EXPECT_OK(lint_certificate(sample_tbs(&s.leaf, s.arena), &s.context, s.err), s.err);
		s.context.entry = &entry;
		EXPECT_INT(lint_certificate(sample_tbs(&s.leaf, s.arena), &s.context, s.err) == RC_OK,
		    rows[i].rule == RULE_NONE);
		EXPECT_INT(error_rule(s.err), rows[i].rule);
		if (rows[i].rule != RULE_NONE)
			EXPECT_HAS(error_message(s.err), "old servers");
	}
}

TEST(pss_where_another_algorithm_was_chosen_is_refused)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.algorithm = RC_RSA_SHA256;
	EXPECT_RULE(lint_certificate(exchanged(&s, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9), &s.context, s.err), s.err,
	    RULE_LINT_ALGORITHM);
}

TEST(the_version_is_3)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_OK(lint(&s), s.err);
	s.leaf.n_exts = 0;
	s.context.issuer = NULL;
	s.leaf.issuer = s.leaf.subject;
	EXPECT_RULE(lint_certificate(exchanged(&s, "\xa0\x03\x02\x01\x02",
	    "\xa0\x03\x02\x01\x01", 5), &s.context, s.err), s.err, RULE_LINT_VERSION);
}

TEST(names_are_compared_octet_for_octet)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.issuer.attr[DN_CN] = "contoso root";
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_ISSUER);
}

TEST(the_validity_lies_within_the_cas)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.not_before = s.root.not_before;
	s.leaf.not_after = s.root.not_after;
	EXPECT_OK(lint(&s), s.err);
	s.leaf.not_after++;
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_VALIDITY);
	s.leaf.not_after--;
	s.leaf.not_before--;
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_VALIDITY);
	s.leaf.not_before = s.leaf.not_after;
	EXPECT_OK(lint(&s), s.err);
}

TEST(the_key_is_the_requests)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_OK(lint(&s), s.err);
	s.context.key = s.ca.pub;
	EXPECT(lint(&s) == RC_POLICY);
	EXPECT(sample_found(s.err, RULE_LINT_KEY, SEVERITY_ERROR));
	EXPECT(sample_found(s.err, RULE_LINT_SKI, SEVERITY_ERROR));
}

TEST(extensions_keep_their_order)
{
	SCOPED(stage_clear) struct stage s;
	struct ext_value first;

	stage_set(&s);
	first = s.leaf.exts[0];
	s.leaf.exts[0] = s.leaf.exts[1];
	s.leaf.exts[1] = first;
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_ORDER);
}

TEST(only_those_without_a_place_follow_the_role)
{
	SCOPED(stage_clear) struct stage s;
	static struct policy policy[] = { { "1.2.3", NULL, NULL } };

	stage_set(&s);
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_MS_SID, .u.text = "S-1-5-18" });
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_MS_TEMPLATE_NAME, .u.text = "x" });
	EXPECT_OK(lint(&s), s.err);
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_CERTIFICATE_POLICIES,
	    .u.policies = { policy, 1 } });
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_ORDER);
}

TEST(what_is_never_revoked_names_no_revocation)
{
	SCOPED(stage_clear) struct stage s;
	static const char *place[] = { "http://pki.contoso.com/a" };

	stage_set(&s);
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_AUTHORITY_INFO_ACCESS,
	    .u.aia = { .issuers = place, .n_issuers = 1 } });
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_NO_REV_AVAIL });
	EXPECT_RULE(lint(&s), s.err, RULE_NO_REV_AVAIL);
	error_clear(s.err);
	sample_drop(&s.leaf, EXT_CRL_DISTRIBUTION_POINTS);
	EXPECT_OK(lint(&s), s.err);
	sample_ext(&s.leaf, EXT_AUTHORITY_INFO_ACCESS)->u.aia.ocsp = place;
	sample_ext(&s.leaf, EXT_AUTHORITY_INFO_ACCESS)->u.aia.n_ocsp = 1;
	EXPECT_RULE(lint(&s), s.err, RULE_NO_REV_AVAIL);
}

TEST(octets_of_a_role_are_signed_as_it_gave_them)
{
	SCOPED(stage_clear) struct stage s;
	struct ext_value value = { .id = EXT_OTHER,
		.u.other = { "1.2.3.4", { (const uint8_t *)"\x05\x00", 2 } } };
	struct entry_ext planned = { .id = EXT_OTHER, .from = EXT_FROM_ENTRY, .value = value };
	struct entry entry = { .exts = &planned, .n_exts = 1 };

	stage_set(&s);
	sample_add(&s.leaf, value);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_UNKNOWN);
	error_clear(s.err);
	s.context.entry = &entry;
	EXPECT_OK(lint(&s), s.err);
	planned.value.critical = true;
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_UNKNOWN);
	error_clear(s.err);
	planned.value = value;
	planned.value.u.other.der = BYTES("\x30\x00", 2);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_UNKNOWN);
}

TEST(every_purpose_is_signed_where_it_was_planned)
{
	SCOPED(stage_clear) struct stage s;
	static const char *any[] = { "2.5.29.37.0" };
	struct entry_ext planned = { .id = EXT_EXTENDED_KEY_USAGE, .from = EXT_FROM_ENTRY,
		.value = { .id = EXT_EXTENDED_KEY_USAGE, .u.oids = { any, 1 } } };
	struct entry entry = { .exts = &planned, .n_exts = 1 };

	stage_set(&s);
	sample_ext(&s.leaf, EXT_EXTENDED_KEY_USAGE)->u.oids.v = any;
	sample_ext(&s.leaf, EXT_EXTENDED_KEY_USAGE)->u.oids.n = 1;
	EXPECT_RULE(lint(&s), s.err, RULE_EKU_ANY);
	error_clear(s.err);
	s.context.entry = &entry;
	EXPECT_OK(lint(&s), s.err);
}

TEST(an_extension_twice_does_not_read)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_OK(lint(&s), s.err);
	sample_add(&s.leaf, s.leaf.exts[0]);
	EXPECT_RULE(lint(&s), s.err, RULE_CERT_EXT_TWICE);
}

TEST(an_unknown_extension_is_not_signed)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_RULE(lint_certificate(exchanged(&s, "\x06\x03\x55\x1d\x13",
	    "\x06\x03\x55\x1d\x63", 5), &s.context, s.err), s.err, RULE_LINT_EXT_UNKNOWN);
}

TEST(a_malformed_extension_is_not_signed)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_RULE(lint_certificate(exchanged(&s, "\x03\x02\x07\x80", "\x03\x02\x07\x81", 4),
	    &s.context, s.err), s.err, RULE_EXT_MALFORMED);
}

TEST(key_identifiers_must_stand)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_drop(&s.leaf, EXT_SUBJECT_KEY_IDENTIFIER);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_MISSING);
	s.leaf = sample_leaf(&s.key, &s.ca);
	sample_drop(&s.leaf, EXT_AUTHORITY_KEY_IDENTIFIER);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_MISSING);
	s.leaf = sample_leaf(&s.key, &s.ca);
	sample_drop(&s.leaf, EXT_SUBJECT_ALT_NAME);
	EXPECT_OK(lint(&s), s.err);
}

TEST(key_identifiers_are_those_of_the_keys)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_OK(lint(&s), s.err);
	sample_ext(&s.leaf, EXT_SUBJECT_KEY_IDENTIFIER)->u.key_id = pubkey_key_id(s.ca.pub);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SKI);
	s.leaf = sample_leaf(&s.key, &s.ca);
	sample_ext(&s.leaf, EXT_AUTHORITY_KEY_IDENTIFIER)->u.key_id = pubkey_key_id(s.key.pub);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_AKI);
}

TEST(an_empty_subject_needs_critical_names)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.subject = (struct dn){ .attr = { NULL } };
	EXPECT_RULE(lint(&s), s.err, RULE_SAN_CRITICAL);
	sample_ext(&s.leaf, EXT_SUBJECT_ALT_NAME)->critical = true;
	EXPECT_OK(lint(&s), s.err);
	sample_drop(&s.leaf, EXT_SUBJECT_ALT_NAME);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_MISSING);
}

TEST(a_ca_issues_within_its_path_length)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	make_ca(&s, 7);
	EXPECT_OK(lint(&s), s.err);
	sample_ext(&s.root, EXT_BASIC_CONSTRAINTS)->u.basic.path_len = 1;
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_PATH);
	make_ca(&s, 1);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_PATH);
	make_ca(&s, 0);
	EXPECT_OK(lint(&s), s.err);
	sample_ext(&s.root, EXT_BASIC_CONSTRAINTS)->u.basic.path_len = 0;
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_PATH);
	s.leaf = sample_leaf(&s.key, &s.ca);
	EXPECT_OK(lint(&s), s.err);
}

TEST(only_a_ca_issues)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_ext(&s.root, EXT_BASIC_CONSTRAINTS)->u.basic.ca = false;
	stage_reissue(&s);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_PATH);
}

TEST(a_ca_has_a_subject_and_a_key_usage)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	make_ca(&s, 0);
	s.leaf.subject = (struct dn){ .attr = { NULL } };
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_SUBJECT);
	make_ca(&s, 0);
	sample_drop(&s.leaf, EXT_KEY_USAGE);
	EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_MISSING);
}

TEST(an_rsa_usage_on_an_ec_key_is_found)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_ext(&s.leaf, EXT_KEY_USAGE)->u.key_usage |= KU_KEY_ENCIPHERMENT;
	EXPECT_RULE(lint(&s), s.err, RULE_KU_EC_KEY_ENCIPHERMENT);
}

TEST(what_is_written_in_two_ways_is_not_signed)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_OK(lint(&s), s.err);
	/* digitalSignature with seven zero bits that DER leaves out: 03 02 00 80 */
	EXPECT_RULE(lint_certificate(exchanged(&s, "\x03\x02\x07\x80", "\x03\x02\x00\x80", 4),
	    &s.context, s.err), s.err, RULE_LINT_CANONICAL);
}

TEST(what_is_no_certificate_is_not_signed)
{
	SCOPED(stage_clear) struct stage s;
	struct bytes tbs;

	stage_set(&s);
	EXPECT_OK(lint(&s), s.err);
	tbs = sample_tbs(&s.leaf, s.arena);
	EXPECT_RULE(lint_certificate(BYTES(tbs.p, tbs.n - 1), &s.context, s.err), s.err,
	    RULE_CERT_MALFORMED);
	EXPECT_RULE(lint_certificate(BYTES(NULL, 0), &s.context, s.err), s.err,
	    RULE_CERT_MALFORMED);
}
