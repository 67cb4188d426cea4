#include "token/custody.h"

#include <stdio.h>

#include "tests/unit.h"

/* A key as `token keygen` makes it, on a token that withstood every probe. */
static struct rc_facts
good(void)
{
	return (struct rc_facts){
		.token = { .label = "one", .manufacturer = "Maker", .model = "M1",
		    .serial = "77", .firmware = "1.2", .hardware = "3.4",
		    .flags = 0x5042d },
		.key_type = 3,
		.engine = "libp11", .module = "/m.so", .label = "issuing",
		.id = { 0xab, 0x01 }, .id_len = 2,
		.sensitive = RC_TRUE, .extractable = RC_FALSE, .always_sensitive = RC_TRUE,
		.never_extractable = RC_TRUE, .local = RC_TRUE, .is_private = RC_TRUE,
		.modifiable = RC_FALSE, .copyable = RC_FALSE, .wrap_with_trusted = RC_FALSE,
		.sign = RC_TRUE, .decrypt = RC_FALSE, .unwrap = RC_FALSE, .derive = RC_FALSE,
		.sign_recover = RC_FALSE, .always_authenticate = RC_FALSE,
		.keygen_known = RC_TRUE, .keygen_mechanism = 0,
		.secret_readable = RC_FALSE, .wrappable = RC_FALSE,
		.copyable_weaker = RC_FALSE, .twin_changeable = RC_FALSE,
		.not_enforced = RC_FALSE, .depth = RC_DEPTH_SESSION,
		.keys_with_this_id = 1, .public_key_matches = true,
	};
}

enum { LEVELS = 4 };
static const enum custody_level levels[LEVELS] = {
	CUSTODY_HARDWARE, CUSTODY_STRICT, CUSTODY_IMPORTED_OK, CUSTODY_LAB,
};
static const struct custody_model makers[] = { { "Maker", NULL } };

static void
judge_at(const struct rc_facts *facts, enum custody_level level, struct custody *ret)
{
	const struct custody_terms terms = { .level = level, .accepted = makers,
		.n_accepted = ARRAY_LEN(makers) };

	custody_judge_terms(facts, &terms, ret);
}

TEST(a_good_key_is_accepted_at_every_level_without_a_word)
{
	struct rc_facts facts = good();

	for (size_t i = 0; i < LEVELS; i++) {
		SCOPED(error_free) struct error *err = error_new();
		struct custody c;

		judge_at(&facts, levels[i], &c);
		EXPECT(c.accepted);
		EXPECT_INT(c.n, 0);
		EXPECT_OK(custody_refuse(&c, err), err);
	}
}

/* One thing wrong, the one rule that it breaks, and what each level does. */
struct fault {
	const char *what;
	size_t at;
	enum rc_fact fact;
	enum rule rule;
	const char *effect;              /* hardware, strict, imported-ok, lab */
};

#define FAULT(field, fact_, rule_, effect_)                                   \
	{ .what = #field, .at = offsetof(struct rc_facts, field), .fact = (fact_), \
	    .rule = (rule_), .effect = (effect_) }

static const struct fault faults[] = {
	FAULT(secret_readable, RC_TRUE, RULE_KEY_READABLE, "RRRR"),
	FAULT(secret_readable, RC_UNKNOWN, RULE_PROBE_NOT_PROVEN, "WWNN"),
	FAULT(sensitive, RC_FALSE, RULE_KEY_NOT_SENSITIVE, "RRRR"),
	FAULT(sensitive, RC_UNKNOWN, RULE_KEY_NOT_SENSITIVE, "RRRR"),
	FAULT(extractable, RC_TRUE, RULE_KEY_EXTRACTABLE, "RRRR"),
	FAULT(extractable, RC_UNKNOWN, RULE_KEY_EXTRACTABLE, "RRRR"),
	FAULT(wrappable, RC_TRUE, RULE_KEY_WRAPPABLE, "RRRR"),
	FAULT(wrappable, RC_UNKNOWN, RULE_PROBE_NOT_PROVEN, "WWNN"),
	FAULT(is_private, RC_FALSE, RULE_KEY_PUBLIC_OBJECT, "RRRR"),
	FAULT(is_private, RC_UNKNOWN, RULE_KEY_PUBLIC_OBJECT, "RRRR"),
	FAULT(sign, RC_FALSE, RULE_KEY_CANNOT_SIGN, "RRRR"),
	FAULT(sign, RC_UNKNOWN, RULE_KEY_CANNOT_SIGN, "RRRR"),
	FAULT(not_enforced, RC_TRUE, RULE_ATTRIBUTES_NOT_ENFORCED, "RRRW"),
	FAULT(copyable_weaker, RC_TRUE, RULE_KEY_COPYABLE_WEAKER, "RRWW"),
	FAULT(copyable_weaker, RC_UNKNOWN, RULE_PROBE_NOT_PROVEN, "WWNN"),
	FAULT(never_extractable, RC_FALSE, RULE_KEY_WAS_EXTRACTABLE, "RRWW"),
	FAULT(never_extractable, RC_UNKNOWN, RULE_KEY_WAS_EXTRACTABLE, "RRWW"),
	FAULT(always_sensitive, RC_FALSE, RULE_KEY_WAS_READABLE, "RRWW"),
	FAULT(always_sensitive, RC_UNKNOWN, RULE_KEY_WAS_READABLE, "RRWW"),
	FAULT(local, RC_FALSE, RULE_KEY_IMPORTED, "RRWW"),
	FAULT(local, RC_UNKNOWN, RULE_KEY_IMPORTED, "RRWW"),
	FAULT(keygen_known, RC_FALSE, RULE_KEY_IMPORTED, "RRWW"),
	FAULT(keygen_known, RC_UNKNOWN, RULE_PROBE_NOT_PROVEN, "WWNN"),
	FAULT(decrypt, RC_TRUE, RULE_KEY_CAN_DECRYPT, "WWWN"),
	FAULT(unwrap, RC_TRUE, RULE_KEY_CAN_UNWRAP, "WWWN"),
	FAULT(derive, RC_TRUE, RULE_KEY_CAN_DERIVE, "WWWN"),
	FAULT(sign_recover, RC_TRUE, RULE_KEY_CAN_DERIVE, "WWWN"),
	FAULT(modifiable, RC_TRUE, RULE_KEY_MODIFIABLE, "WWWN"),
	FAULT(copyable, RC_TRUE, RULE_KEY_COPYABLE, "WWWN"),
	FAULT(copyable, RC_UNKNOWN, RULE_PROBE_NOT_PROVEN, "WWNN"),
	FAULT(modifiable, RC_UNKNOWN, RULE_PROBE_NOT_PROVEN, "WWNN"),
};

static void
expect_effect(const struct rc_facts *facts, const char *what, enum rule rule,
    const char *effect)
{
	static const char letters[] = "NWR";

	for (size_t i = 0; i < LEVELS; i++) {
		SCOPED(error_free) struct error *err = error_new();
		struct custody c;

		judge_at(facts, levels[i], &c);
		if (c.n != 1)
			EXPECT_TEXT(what, "exactly one finding");
		EXPECT_INT(c.finding[0].rule, rule);
		EXPECT_INT(letters[c.finding[0].action], effect[i]);
		EXPECT_INT(c.accepted, effect[i] != 'R');
		if (effect[i] == 'R')
			EXPECT_RULE(custody_refuse(&c, err), err, rule);
		else
			EXPECT_OK(custody_refuse(&c, err), err);
	}
}

TEST(each_fault_breaks_its_rule_at_its_levels)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		struct rc_facts facts = good();

		memcpy((char *)&facts + faults[i].at, &faults[i].fact, sizeof(faults[i].fact));
		expect_effect(&facts, faults[i].what, faults[i].rule, faults[i].effect);
	}
}

TEST(what_is_told_and_not_judged_breaks_nothing)
{
	struct rc_facts facts = good();
	struct custody c;

	facts.wrap_with_trusted = RC_UNKNOWN;
	facts.always_authenticate = RC_TRUE;
	facts.keygen_mechanism = 0x1040;
	judge_at(&facts, CUSTODY_HARDWARE, &c);
	EXPECT_INT(c.n, 0);
}

TEST(a_shared_id_or_another_public_key_is_refused_everywhere)
{
	struct rc_facts facts = good();

	facts.keys_with_this_id = 2;
	expect_effect(&facts, "id", RULE_KEY_AMBIGUOUS, "RRRR");
	facts = good();
	facts.public_key_matches = false;
	expect_effect(&facts, "public key", RULE_KEY_MISMATCH, "RRRR");
}

TEST(a_token_of_another_make_is_not_hardware)
{
	struct rc_facts facts = good();

	(void)snprintf(facts.token.manufacturer, sizeof(facts.token.manufacturer), "%s", "Other");
	expect_effect(&facts, "maker", RULE_TOKEN_NOT_ACCEPTED, "RWWN");
}

TEST(the_model_counts_where_the_list_names_one)
{
	static const struct custody_model one[] = { { "Maker", "M2" } };
	const struct custody_terms terms = { .level = CUSTODY_HARDWARE, .accepted = one,
		.n_accepted = 1 };
	struct rc_facts facts = good();
	struct custody c;

	custody_judge_terms(&facts, &terms, &c);
	EXPECT(!c.accepted);
	(void)snprintf(facts.token.model, sizeof(facts.token.model), "%s", "M2");
	custody_judge_terms(&facts, &terms, &c);
	EXPECT(c.accepted);
}

TEST(hardware_without_a_list_accepts_nothing)
{
	struct rc_facts facts = good();
	struct custody c;

	custody_judge(&facts, CUSTODY_HARDWARE, &c);
	EXPECT(!c.accepted);
	EXPECT_INT(c.finding[0].rule, RULE_TOKEN_NOT_ACCEPTED);
	custody_judge(&facts, CUSTODY_STRICT, &c);
	EXPECT(c.accepted);
	EXPECT_INT(c.n, 0);
}

TEST(memory_and_custody_memory_belong_together)
{
	SCOPED(error_free) struct error *err = error_new();
	struct rc_facts memory = { .engine = "memory", .module = "-", .keys_with_this_id = 1,
		.public_key_matches = true };
	struct rc_facts token = good();
	struct custody c;

	custody_judge(&memory, CUSTODY_MEMORY, &c);
	EXPECT(c.accepted);
	EXPECT_INT(c.n, 0);
	for (size_t i = 0; i < LEVELS; i++) {
		custody_judge(&memory, levels[i], &c);
		EXPECT_RULE(custody_refuse(&c, err), err, RULE_CUSTODY_ENGINE);
	}
	custody_judge(&token, CUSTODY_MEMORY, &c);
	EXPECT_RULE(custody_refuse(&c, err), err, RULE_CUSTODY_ENGINE);
	custody_judge(&token, CUSTODY_NONE, &c);
	EXPECT_RULE(custody_refuse(&c, err), err, RULE_CUSTODY_ENGINE);
}

TEST(an_engine_that_knows_nothing_proves_nothing)
{
	struct rc_facts facts = { .engine = "libp11", .module = "-" };
	struct custody c;

	custody_judge(&facts, CUSTODY_LAB, &c);
	EXPECT(!c.accepted);
	EXPECT(c.n < CUSTODY_FINDINGS);
}

TEST(every_refusal_is_told_and_warnings_apart_from_them)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct rc_facts facts = good();
	struct custody c;

	facts.extractable = facts.decrypt = RC_TRUE;
	facts.sensitive = RC_FALSE;
	custody_judge(&facts, CUSTODY_STRICT, &c);
	custody_report(&c, CUSTODY_TELL_ALL, err);
	EXPECT_INT(error_count(err), 0);
	EXPECT(custody_refuse(&c, err) == RC_TOKEN);
	EXPECT_INT(error_count(err), 2);
	error_render(err, &text);
	EXPECT_HAS(buf_text(&text), "warning: CKA_DECRYPT is true [key-can-decrypt]\n");
	EXPECT_HAS(buf_text(&text), "CKA_SENSITIVE is false [key-not-sensitive]\n");
	EXPECT_HAS(buf_text(&text), "CKA_EXTRACTABLE is true [key-extractable]\n");
}

TEST(the_description_is_the_same_lines_in_the_same_order)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct rc_facts facts = good();
	struct custody c;

	(void)snprintf(facts.token.label, sizeof(facts.token.label), "%s", "one\nverdict x");
	facts.copyable = RC_UNKNOWN;
	custody_judge(&facts, CUSTODY_STRICT, &c);
	custody_describe(&facts, &c, &text);
	EXPECT_TEXT(buf_text(&text),
	    "custody strict\nengine libp11\nmodule /m.so\n"
	    "token.label one\\x0averdict x\ntoken.manufacturer Maker\ntoken.model M1\n"
	    "token.serial 77\ntoken.firmware 1.2\ntoken.hardware 3.4\ntoken.flags 0x042d\n"
	    "key.label issuing\nkey.id ab01\nCKA_KEY_TYPE 0x3\n"
	    "CKA_SENSITIVE true\nCKA_EXTRACTABLE false\nCKA_ALWAYS_SENSITIVE true\n"
	    "CKA_NEVER_EXTRACTABLE true\nCKA_LOCAL true\nCKA_PRIVATE true\nCKA_SIGN true\n"
	    "CKA_DECRYPT false\nCKA_UNWRAP false\nCKA_DERIVE false\nCKA_SIGN_RECOVER false\n"
	    "CKA_MODIFIABLE false\nCKA_COPYABLE unknown\nCKA_WRAP_WITH_TRUSTED false\n"
	    "CKA_ALWAYS_AUTHENTICATE false\nCKA_KEY_GEN_MECHANISM 0x00000000\n"
	    "keys-with-this-id 1\npublic-key-matches true\nprobes session\n"
	    "secret-readable false\nwrappable false\ncopyable-weaker false\n"
	    "twin-changeable false\nnot-enforced false\n"
	    "finding warn probe-not-proven the module does not know CKA_COPYABLE\n"
	    "verdict accepted\n");
}

TEST(the_mechanism_is_described_as_it_was_told)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct rc_facts facts = good();
	struct custody c;

	facts.keygen_known = RC_FALSE;
	custody_judge(&facts, CUSTODY_STRICT, &c);
	custody_describe(&facts, &c, &text);
	EXPECT_HAS(buf_text(&text), "CKA_KEY_GEN_MECHANISM unavailable\n");
	EXPECT_HAS(buf_text(&text), "verdict refused\n");
}

TEST(levels_have_words)
{
	EXPECT_INT(custody_level_find("imported-ok"), CUSTODY_IMPORTED_OK);
	EXPECT_INT(custody_level_find("memory"), CUSTODY_MEMORY);
	EXPECT_INT(custody_level_find("none"), CUSTODY_NONE);
	EXPECT_INT(custody_level_find("Strict"), CUSTODY_NONE);
	EXPECT_TEXT(custody_level_word(CUSTODY_HARDWARE), "hardware");
}
