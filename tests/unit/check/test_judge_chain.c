#include "check/judge.h"

#include "tests/unit/check/sample_entry.h"

/* root -> issuing -> leaf */
struct stage {
	struct arena *arena;
	struct error *findings;
	struct sample_key root_key, issuing_key, key;
	struct sample root, issuing, leaf;
	struct cert issuers[2];
	struct judge_context context;
};

static void
stage_set(struct stage *s)
{
	*s = (struct stage){ .arena = arena_new(), .findings = error_new(),
		.root_key = sample_key_make(KEY_EC_P384),
		.issuing_key = sample_key_make(KEY_EC_P256), .key = sample_key_make(KEY_EC_P256),
		.context = { .now = SAMPLE_NOW, .n_issuers = 2 } };
	s->root = sample_root(&s->root_key);
	s->issuing = sample_root(&s->issuing_key);
	s->issuing.signer = &s->root_key;
	s->issuing.algorithm = s->root_key.algorithm;
	s->issuing.subject.attr[DN_CN] = "Contoso Issuing";
	s->leaf = sample_leaf(&s->key, &s->issuing_key);
	s->leaf.issuer = s->issuing.subject;
}

static void
stage_clear(struct stage *s)
{
	arena_free(s->arena);
	error_free(s->findings);
	sample_key_clear(&s->root_key);
	sample_key_clear(&s->issuing_key);
	sample_key_clear(&s->key);
}
DEFINE_SCOPED_VALUE(stage_clear, struct stage)

/* The root stands first: the order of the issuers does not matter. */
static bool
judge(struct stage *s)
{
	struct cert leaf = sample_cert(&s->leaf, s->arena);

	error_clear(s->findings);
	s->issuers[0] = sample_cert(&s->root, s->arena);
	s->issuers[1] = sample_cert(&s->issuing, s->arena);
	if (s->context.n_issuers == 1)
		s->issuers[0] = s->issuers[1];
	s->context.issuers = s->issuers;
	return judge_chain(&leaf, &s->context, s->findings);
}

static void
expect_no(struct stage *s, enum rule rule, const char *words)
{
	EXPECT(!judge(s));
	EXPECT_INT(error_rule(s->findings), rule);
	EXPECT_HAS(error_message(s->findings), words);
}

TEST(a_chain_reaches_its_root)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_OK(judge(&s) ? RC_OK : RC_NO, s.findings);
	EXPECT(error_first(s.findings) == NULL);
}

TEST(a_chain_may_end_before_its_root)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.context.n_issuers = 1;
	EXPECT_OK(judge(&s) ? RC_OK : RC_NO, s.findings);
	EXPECT(sample_found(s.findings, RULE_CHECK_CHAIN, SEVERITY_NOTE));
}

TEST(an_issuer_that_was_not_given_is_missed)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.issuer.attr[DN_CN] = "Somebody";
	expect_no(&s, RULE_CHECK_CHAIN, "is not among those given");
}

TEST(the_name_alone_makes_no_issuer)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.signer = &s.key;
	expect_no(&s, RULE_CHECK_CHAIN, "was not signed by the key of");
	stage_clear(&s);
	stage_set(&s);
	s.issuing.signer = &s.issuing_key;
	s.issuing.algorithm = s.issuing_key.algorithm;
	expect_no(&s, RULE_CHECK_CHAIN, "'CN=Contoso Issuing, C=US' was not signed by");
}

TEST(an_issuer_is_a_ca)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_ext(&s.issuing, EXT_BASIC_CONSTRAINTS)->u.basic.ca = false;
	expect_no(&s, RULE_CHECK_CHAIN, "'CN=Contoso Issuing, C=US' is no CA");
	stage_clear(&s);
	stage_set(&s);
	sample_ext(&s.root, EXT_KEY_USAGE)->u.key_usage = KU_CRL_SIGN;
	expect_no(&s, RULE_CHECK_CHAIN, "does not allow keyCertSign");
}

TEST(a_path_is_not_too_long)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	sample_ext(&s.root, EXT_BASIC_CONSTRAINTS)->u.basic.path_len = 1;
	sample_ext(&s.issuing, EXT_BASIC_CONSTRAINTS)->u.basic.path_len = 0;
	EXPECT_OK(judge(&s) ? RC_OK : RC_NO, s.findings);
	sample_ext(&s.root, EXT_BASIC_CONSTRAINTS)->u.basic.path_len = 0;
	expect_no(&s, RULE_CHECK_CHAIN, "allows 0 CAs below it: there are 1");
}

TEST(issuers_are_in_their_validity)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.issuing.not_after = SAMPLE_NOW - 1;
	expect_no(&s, RULE_CHECK_EXPIRED, "'CN=Contoso Issuing, C=US' has expired");
	s.issuing.not_after = SAMPLE_NOW;
	EXPECT_OK(judge(&s) ? RC_OK : RC_NO, s.findings);
	s.root.not_before = SAMPLE_NOW + 1;
	expect_no(&s, RULE_CHECK_NOT_YET_VALID, "is not valid yet");
}

TEST(a_chain_is_judged_with_the_entry_when_issuers_are_given)
{
	SCOPED(stage_clear) struct stage s;
	struct sample_entry planned;
	struct cert leaf;

	stage_set(&s);
	sample_entry_fill(&planned);
	EXPECT(judge(&s));
	leaf = sample_cert(&s.leaf, s.arena);
	EXPECT(judge_entry(&planned.entry, &leaf, &s.context, s.findings));
	s.context.n_issuers = 1;         /* the root alone did not sign it */
	EXPECT(!judge_entry(&planned.entry, &leaf, &s.context, s.findings));
	EXPECT_INT(error_rule(s.findings), RULE_CHECK_CHAIN);
	s.context.n_issuers = 0;
	error_clear(s.findings);
	EXPECT(judge_entry(&planned.entry, &leaf, &s.context, s.findings));
}

TEST(a_purpose_is_one_of_every_issuer_that_names_any)
{
	static const char *client[] = { "1.3.6.1.5.5.7.3.2" }, *both[] = { "1.3.6.1.5.5.7.3.2",
		"1.3.6.1.5.5.7.3.1" };
	SCOPED(stage_clear) struct stage s;
	struct ext_value *usages;

	stage_set(&s);
	usages = sample_add(&s.issuing, (struct ext_value){ .id = EXT_EXTENDED_KEY_USAGE,
	    .u.oids = { both, 2 } });
	EXPECT(judge(&s));
	usages->u.oids.v = client;
	usages->u.oids.n = 1;
	expect_no(&s, RULE_CHECK_CHAIN, "does not allow serverAuth");
	sample_drop(&s.issuing, EXT_EXTENDED_KEY_USAGE);
	sample_add(&s.root, (struct ext_value){ .id = EXT_EXTENDED_KEY_USAGE,
	    .u.oids = { client, 1 } });
	expect_no(&s, RULE_CHECK_CHAIN, "does not allow serverAuth");
}
