#include "check/judge.h"

#include "tests/unit/check/sample_entry.h"

struct stage {
	struct arena *arena;
	struct error *findings;
	struct sample_key ca, key;
	struct sample root, leaf;
	struct sample_entry planned;
	struct judge_context context;
};

static void
stage_set(struct stage *s)
{
	*s = (struct stage){ .arena = arena_new(), .findings = error_new(),
		.ca = sample_key_make(KEY_EC_P256), .key = sample_key_make(KEY_EC_P256),
		.context = { .now = SAMPLE_NOW } };
	s->root = sample_root(&s->ca);
	s->leaf = sample_leaf(&s->key, &s->ca);
	sample_entry_fill(&s->planned);
}

static void
stage_clear(struct stage *s)
{
	arena_free(s->arena);
	error_free(s->findings);
	sample_key_clear(&s->ca);
	sample_key_clear(&s->key);
}
DEFINE_SCOPED_VALUE(stage_clear, struct stage)

static bool
judge(struct stage *s)
{
	struct cert cert = sample_cert(&s->leaf, s->arena);

	error_clear(s->findings);
	return judge_entry(&s->planned.entry, &cert, &s->context, s->findings);
}

/* The verdict is no, by this rule first. */
#define EXPECT_NO(stage, rule)                                                \
	do {                                                                  \
		EXPECT(!judge(stage));                                        \
		EXPECT_INT(error_rule((stage)->findings), (rule));            \
	} while (0)
/* The verdict is yes, with a warning or note of this rule. */
#define EXPECT_YES_BUT(stage, rule, severity)                                 \
	do {                                                                  \
		EXPECT_OK(judge(stage) ? RC_OK : RC_NO, (stage)->findings);   \
		EXPECT(sample_found((stage)->findings, (rule), (severity)));  \
	} while (0)
#define EXPECT_YES(stage)                                                     \
	do {                                                                  \
		EXPECT_OK(judge(stage) ? RC_OK : RC_NO, (stage)->findings);   \
		EXPECT(error_first((stage)->findings) == NULL);               \
	} while (0)

TEST(a_certificate_as_planned_satisfies)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_YES(&s);
}

TEST(validity_is_judged_at_both_ends)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.context.now = s.leaf.not_after;
	EXPECT_YES(&s);
	s.context.now++;
	EXPECT_NO(&s, RULE_CHECK_EXPIRED);
	EXPECT_TEXT(error_first(s.findings)->have, "20251113221320Z");
	s.context.now = s.leaf.not_before;
	EXPECT_YES(&s);
	s.context.now--;
	EXPECT_NO(&s, RULE_CHECK_NOT_YET_VALID);
}

TEST(a_long_validity_is_a_warning)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.not_after = s.leaf.not_before + 731 * SAMPLE_DAY;
	EXPECT_YES(&s);
	s.leaf.not_after++;
	EXPECT_YES_BUT(&s, RULE_CHECK_VALIDITY_DAYS, SEVERITY_WARNING);
}

TEST(the_subject_is_compared_without_case)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.subject.attr[DN_CN] = "SIP.Contoso.com.";
	s.leaf.subject.attr[DN_O] = "CONTOSO";
	EXPECT_YES(&s);
	s.leaf.subject.attr[DN_L] = "Redmond";
	EXPECT_YES_BUT(&s, RULE_CHECK_SUBJECT, SEVERITY_NOTE);
	s.leaf.subject.attr[DN_O] = NULL;
	EXPECT_NO(&s, RULE_CHECK_SUBJECT);
	EXPECT_TEXT(error_first(s.findings)->have, "none");
	s.leaf.subject.attr[DN_O] = "Contoso";
	s.leaf.subject.attr[DN_CN] = "sip.contoso.co";
	EXPECT_NO(&s, RULE_CHECK_SUBJECT);
	EXPECT_TEXT(error_first(s.findings)->want, "sip.contoso.com");
}

/* -- names --------------------------------------------------------------------------- */

static struct general_name san_missing[] = { { NAME_DNS, "sip.contoso.com" },
	{ NAME_DNS, "sip.fabrikam.com" } };
static struct general_name san_swapped[] = { { NAME_DNS, "webcon.contoso.com" },
	{ NAME_DNS, "sip.contoso.com" }, { NAME_DNS, "sip.fabrikam.com" } };
static struct general_name san_between[] = { { NAME_DNS, "sip.contoso.com" },
	{ NAME_DNS, "a.contoso.com" }, { NAME_DNS, "webcon.contoso.com" },
	{ NAME_DNS, "sip.fabrikam.com" } };
static struct general_name san_behind[] = { { NAME_DNS, "sip.contoso.com" },
	{ NAME_DNS, "webcon.contoso.com" }, { NAME_DNS, "sip.fabrikam.com" },
	{ NAME_URI, "sip:contoso.com" } };
static struct general_name san_other_case[] = { { NAME_DNS, "SIP.contoso.com" },
	{ NAME_DNS, "webcon.contoso.com." }, { NAME_DNS, "sip.FABRIKAM.com" } };
static struct general_name san_wildcard[] = { { NAME_DNS, "*.contoso.com" },
	{ NAME_DNS, "sip.fabrikam.com" } };

TEST(names_are_judged_by_the_roles_order)
{
	static const struct {
		struct general_name *names;
		size_t n;
		enum rule rule[4];       /* exact, prefix, superset, set */
	} rows[] = {
		{ san_other_case, 3, { RULE_NONE, RULE_NONE, RULE_NONE, RULE_NONE } },
		{ san_missing, 2, { RULE_CHECK_SAN_MISSING, RULE_CHECK_SAN_MISSING,
		    RULE_CHECK_SAN_MISSING, RULE_CHECK_SAN_MISSING } },
		{ san_wildcard, 2, { RULE_CHECK_SAN_MISSING, RULE_CHECK_SAN_MISSING,
		    RULE_CHECK_SAN_MISSING, RULE_CHECK_SAN_MISSING } },
		{ san_swapped, 3, { RULE_CHECK_SAN_ORDER, RULE_CHECK_SAN_ORDER,
		    RULE_CHECK_SAN_ORDER, RULE_NONE } },
		{ san_between, 4, { RULE_CHECK_SAN_EXTRA, RULE_CHECK_SAN_ORDER, RULE_NONE,
		    RULE_CHECK_SAN_EXTRA } },
		{ san_behind, 4, { RULE_CHECK_SAN_EXTRA, RULE_NONE, RULE_NONE,
		    RULE_CHECK_SAN_EXTRA } },
	};
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ext_value *san = sample_ext(&s.leaf, EXT_SUBJECT_ALT_NAME);

		san->u.names.v = rows[i].names;
		san->u.names.n = rows[i].n;
		for (enum san_order order = SAN_EXACT; order <= SAN_SET; order++) {
			s.planned.entry.san_order = order;
			EXPECT_INT(judge(&s), rows[i].rule[order] == RULE_NONE);
			EXPECT_INT(error_rule(s.findings), rows[i].rule[order]);
		}
	}
}

/* The leaf with these names alone, planned and present. */
static bool
judge_names(struct stage *s, struct general_name *want, struct general_name *have, size_t n)
{
	struct ext_value *san = sample_ext(&s->leaf, EXT_SUBJECT_ALT_NAME);

	san->u.names.v = have;
	san->u.names.n = n;
	s->planned.entry.san = want;
	s->planned.entry.n_san = 1;
	return judge(s);
}

TEST(a_label_that_is_not_ascii_is_compared_in_its_ascii_form)
{
	static struct general_name want[] = { { NAME_DNS, "xn--bcher-kva.contoso.com" } };
	static struct general_name same[] = { { NAME_DNS, "XN--Bcher-KVA.Contoso.com." } };
	static struct general_name other[] = { { NAME_DNS, "xn--bcher-kvb.contoso.com" } };
	static struct general_name raw[] = { { NAME_DNS, "b\xc3\xbc" "cher.contoso.com" } };
	static struct general_name dots[] = { { NAME_DNS, "xn--bcher-kva.contoso.com.." } };
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT(judge_names(&s, want, same, 1));
	EXPECT(error_first(s.findings) == NULL);
	EXPECT(!judge_names(&s, want, other, 1));
	EXPECT_INT(error_rule(s.findings), RULE_CHECK_SAN_MISSING);
	EXPECT(!judge_names(&s, want, raw, 1));
	EXPECT_INT(error_rule(s.findings), RULE_CHECK_SAN_MISSING);
	EXPECT(!judge_names(&s, want, dots, 1));
	EXPECT_INT(error_rule(s.findings), RULE_CHECK_SAN_MISSING);
}

TEST(a_name_that_stands_twice_is_told)
{
	static struct general_name want[] = { { NAME_DNS, "sip.contoso.com" } };
	static struct general_name twice[] = { { NAME_DNS, "sip.contoso.com" },
		{ NAME_DNS, "SIP.contoso.com." } };
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT(judge_names(&s, want, twice, 2));
	EXPECT(sample_found(s.findings, RULE_CHECK_SAN_EXTRA, SEVERITY_WARNING));
	EXPECT(judge_names(&s, want, twice, 1));
	EXPECT(error_first(s.findings) == NULL);
}

TEST(a_missing_name_says_why_it_is_planned)
{
	SCOPED(stage_clear) struct stage s;
	static struct provenance why[] = { { .because = NULL }, { .because = "users meet there" },
		{ .because = NULL } };

	stage_set(&s);
	s.planned.entry.why = why;
	sample_ext(&s.leaf, EXT_SUBJECT_ALT_NAME)->u.names.v = san_missing;
	sample_ext(&s.leaf, EXT_SUBJECT_ALT_NAME)->u.names.n = 2;
	EXPECT_NO(&s, RULE_CHECK_SAN_MISSING);
	EXPECT_TEXT(error_message(s.findings),
	    "the alternative names lack dns 'webcon.contoso.com': users meet there");
	EXPECT_TEXT(error_first(s.findings)->want,
	    "sip.contoso.com, webcon.contoso.com, sip.fabrikam.com");
	EXPECT_TEXT(error_first(s.findings)->have, "sip.contoso.com, sip.fabrikam.com");
}

TEST(no_names_are_missing_names)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_drop(&s.leaf, EXT_SUBJECT_ALT_NAME);
	EXPECT_NO(&s, RULE_CHECK_SAN_MISSING);
	EXPECT_INT(error_count(s.findings), 3);
	s.planned.entry.n_san = 0;
	EXPECT_YES(&s);
}

TEST(an_entry_without_names_bears_the_subjects)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.planned.entry.n_san = 0;
	sample_ext(&s.leaf, EXT_SUBJECT_ALT_NAME)->u.names.n = 1;
	EXPECT_YES_BUT(&s, RULE_CHECK_SAN_EXTRA, SEVERITY_NOTE);
	sample_ext(&s.leaf, EXT_SUBJECT_ALT_NAME)->u.names.n = 2;
	EXPECT_NO(&s, RULE_CHECK_SAN_EXTRA);
}

/* -- usages and keys -------------------------------------------------------------------- */

TEST(purposes_are_compared)
{
	static const char *two[] = { "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1" };
	static const char *any[] = { "2.5.29.37.0" };
	SCOPED(stage_clear) struct stage s;
	struct ext_value *eku;

	stage_set(&s);
	eku = sample_ext(&s.leaf, EXT_EXTENDED_KEY_USAGE);
	eku->u.oids.v = two;
	eku->u.oids.n = 2;
	EXPECT_YES_BUT(&s, RULE_CHECK_EKU_EXTRA, SEVERITY_WARNING);
	eku->u.oids.n = 1;
	EXPECT_NO(&s, RULE_CHECK_EKU_MISSING);
	EXPECT_TEXT(error_message(s.findings), "the certificate does not allow serverAuth");
	eku->u.oids.v = any;
	EXPECT_YES_BUT(&s, RULE_CHECK_EKU_EXTRA, SEVERITY_WARNING);
	sample_drop(&s.leaf, EXT_EXTENDED_KEY_USAGE);
	EXPECT_YES_BUT(&s, RULE_CHECK_EKU_EXTRA, SEVERITY_WARNING);
	s.planned.entry.n_eku = 0;
	EXPECT_YES(&s);
}

TEST(key_usage_goes_by_the_kind_of_key)
{
	SCOPED(stage_clear) struct stage s;
	SCOPED(sample_key_clear) struct sample_key rsa = sample_key_make(KEY_RSA_2048);

	stage_set(&s);
	s.leaf = sample_leaf(&rsa, &s.ca);
	EXPECT_YES(&s);
	sample_ext(&s.leaf, EXT_KEY_USAGE)->u.key_usage = KU_DIGITAL_SIGNATURE;
	EXPECT_NO(&s, RULE_CHECK_KEY_USAGE);
	EXPECT_TEXT(error_first(s.findings)->want, "digitalSignature, keyEncipherment");
	sample_ext(&s.leaf, EXT_KEY_USAGE)->u.key_usage = KU_DIGITAL_SIGNATURE |
	    KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT;
	EXPECT_YES_BUT(&s, RULE_CHECK_KEY_USAGE, SEVERITY_WARNING);
	sample_drop(&s.leaf, EXT_KEY_USAGE);
	EXPECT_YES_BUT(&s, RULE_CHECK_KEY_USAGE, SEVERITY_WARNING);
}

TEST(the_kind_of_key_is_the_roles)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.planned.entry.key_algorithms = KEY_RSA_2048 | KEY_RSA_4096;
	EXPECT_NO(&s, RULE_CHECK_KEY_ALGORITHM);
	EXPECT_TEXT(error_first(s.findings)->want, "rsa-2048, rsa-4096");
}

TEST(a_weak_key_is_found)
{
	SCOPED(stage_clear) struct stage s;
	SCOPED(sample_key_clear) struct sample_key rsa = sample_key_make(KEY_RSA_2048);
	struct cert cert;
	uint8_t *exponent;

	stage_set(&s);
	s.leaf = sample_leaf(&rsa, &s.ca);
	cert = sample_cert(&s.leaf, s.arena);
	/* the exponent 65537 becomes 65538, which is even */
	exponent = memmem(cert.spki.p, cert.spki.n, "\x02\x03\x01\x00\x01", 5);
	REQUIRE(exponent != NULL);
	exponent[4] = 2;
	EXPECT(!judge_entry(&s.planned.entry, &cert, &s.context, s.findings));
	EXPECT(sample_found(s.findings, RULE_CHECK_KEY_WEAK, SEVERITY_ERROR));
}

TEST(a_key_that_cannot_be_read_is_found)
{
	SCOPED(stage_clear) struct stage s;
	struct cert cert;

	stage_set(&s);
	cert = sample_cert(&s.leaf, s.arena);
	cert.spki = BYTES("\x30\x00", 2);
	EXPECT(!judge_entry(&s.planned.entry, &cert, &s.context, s.findings));
	EXPECT_INT(error_rule(s.findings), RULE_CHECK_KEY_ALGORITHM);
}

TEST(a_ca_is_no_server_and_a_server_no_ca)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_drop(&s.leaf, EXT_BASIC_CONSTRAINTS);
	EXPECT_YES(&s);
	s.planned.exts[0].value.u.basic.ca = true;
	EXPECT_NO(&s, RULE_CHECK_BASIC_CONSTRAINTS);
	s.leaf = sample_leaf(&s.key, &s.ca);
	s.planned.exts[0].value.u.basic.ca = false;
	sample_ext(&s.leaf, EXT_BASIC_CONSTRAINTS)->u.basic.ca = true;
	EXPECT_NO(&s, RULE_CHECK_BASIC_CONSTRAINTS);
}

TEST(an_extension_of_the_role_is_expected)
{
	SCOPED(stage_clear) struct stage s;
	static struct policy one[] = { { "1.2.3", NULL, NULL } };
	static struct policy other[] = { { "1.2.4", NULL, NULL } };

	stage_set(&s);
	s.planned.exts[s.planned.entry.n_exts++] = (struct entry_ext){
		.id = EXT_CERTIFICATE_POLICIES, .from = EXT_FROM_ENTRY,
		.value = { .u.policies = { one, 1 } } };
	EXPECT_YES_BUT(&s, RULE_CHECK_EXT_MISSING, SEVERITY_WARNING);
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_CERTIFICATE_POLICIES,
	    .u.policies = { other, 1 } });
	EXPECT_YES_BUT(&s, RULE_CHECK_EXT_MISSING, SEVERITY_WARNING);
	sample_ext(&s.leaf, EXT_CERTIFICATE_POLICIES)->u.policies.v = one;
	EXPECT_YES(&s);
}

TEST(octets_of_the_role_are_expected)
{
	SCOPED(stage_clear) struct stage s;
	struct ext_value value = { .id = EXT_OTHER, .critical = true,
		.u.other = { "1.2.3.4", { (const uint8_t *)"\x05\x00", 2 } } };
	struct entry_ext *planned;

	stage_set(&s);
	planned = &s.planned.exts[s.planned.entry.n_exts++];
	*planned = (struct entry_ext){ .id = EXT_OTHER, .critical = true, .from = EXT_FROM_ENTRY,
		.value = value };
	EXPECT_YES_BUT(&s, RULE_CHECK_EXT_MISSING, SEVERITY_WARNING);
	sample_add(&s.leaf, value);
	EXPECT_YES(&s);
	planned->value.u.other.der = BYTES("\x30\x00", 2);
	EXPECT_YES_BUT(&s, RULE_CHECK_EXT_MISSING, SEVERITY_WARNING);
}

TEST(an_unknown_critical_extension_is_a_warning)
{
	SCOPED(stage_clear) struct stage s;
	struct cert cert;

	stage_set(&s);
	cert = sample_cert(&s.leaf, s.arena);
	cert.exts[0].known = false;
	cert.exts[0].critical = true;
	EXPECT(judge_entry(&s.planned.entry, &cert, &s.context, s.findings));
	EXPECT(sample_found(s.findings, RULE_CHECK_EXT_CRITICAL, SEVERITY_WARNING));
}

TEST(unsuitable_signatures_are_found)
{
	static const struct { const char *oid; enum rule rule; } rows[] = {
		{ "1.2.840.113549.1.1.4", RULE_CHECK_SIGNATURE_WEAK },
		{ "1.2.840.113549.1.1.5", RULE_CHECK_SIGNATURE_WEAK },
		{ "1.2.840.10045.4.1", RULE_CHECK_SIGNATURE_WEAK },
		{ "1.2.840.113549.1.1.10", RULE_CHECK_SIGNATURE_PSS },
		{ "1.2.840.113549.1.1.11", RULE_NONE },
		{ "1.3.101.112", RULE_CHECK_SIGNATURE_ED25519 },
	};
	SCOPED(stage_clear) struct stage s;
	struct cert cert;

	stage_set(&s);
	s.planned.entry.forbid_pss = s.planned.entry.forbid_ed25519 = "old servers";
	cert = sample_cert(&s.leaf, s.arena);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cert.algorithm_oid = rows[i].oid;
		error_clear(s.findings);
		EXPECT_INT(judge_entry(&s.planned.entry, &cert, &s.context, s.findings),
		    rows[i].rule == RULE_NONE);
		EXPECT_INT(error_rule(s.findings), rows[i].rule);
	}
	/* Other servers accept what is merely new. */
	s.planned.entry.forbid_pss = s.planned.entry.forbid_ed25519 = NULL;
	for (size_t i = 3; i < ARRAY_LEN(rows); i++) {
		cert.algorithm_oid = rows[i].oid;
		error_clear(s.findings);
		EXPECT(judge_entry(&s.planned.entry, &cert, &s.context, s.findings));
	}
}

TEST(an_old_version_is_found)
{
	SCOPED(stage_clear) struct stage s;
	struct cert cert;

	stage_set(&s);
	cert = sample_cert(&s.leaf, s.arena);
	cert.version = 1;
	EXPECT(!judge_entry(&s.planned.entry, &cert, &s.context, s.findings));
	EXPECT_INT(error_rule(s.findings), RULE_CHECK_VERSION);
}
