#include "token/guarantee.h"

#include "tests/unit.h"

static struct rc_facts
good(void)
{
	return (struct rc_facts){
		.engine = "libp11", .module = "/m.so", .depth = RC_DEPTH_FULL,
		.token = { .manufacturer = "Maker", .model = "M1" },
		.sensitive = RC_TRUE, .extractable = RC_FALSE, .always_sensitive = RC_TRUE,
		.never_extractable = RC_TRUE, .local = RC_TRUE, .is_private = RC_TRUE,
		.modifiable = RC_FALSE, .copyable = RC_FALSE, .sign = RC_TRUE,
		.decrypt = RC_FALSE, .unwrap = RC_FALSE, .derive = RC_FALSE,
		.sign_recover = RC_FALSE, .keygen_known = RC_TRUE,
		.keys_with_this_id = 1, .public_key_matches = true,
		.probe = {
		    { .kind = RC_PROBE_WRAP, .name = "CKM_AES_KEY_WRAP", .done = RC_FALSE,
		      .answer = "CKR_KEY_UNEXTRACTABLE" },
		    { .kind = RC_PROBE_WRAP, .name = "CKM_RSA_PKCS", .done = RC_FALSE,
		      .answer = "CKR_KEY_UNEXTRACTABLE" },
		}, .n_probes = 2,
		.secret_readable = RC_FALSE, .wrappable = RC_FALSE,
		.copyable_weaker = RC_FALSE, .twin_changeable = RC_FALSE,
	};
}

static const struct custody_terms no_terms = { .level = CUSTODY_STRICT };

/* The basis of one, in a word. */
static const char *
basis(const struct rc_facts *facts, const struct custody_terms *terms, const char *id)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct guarantees all;

	guarantee_list(facts, terms, arena, &all);
	for (size_t i = 0; i < all.v.n; i++)
		if (strcmp(all.v.v[i].id, id) == 0)
			return guarantee_word(all.v.v[i].basis);
	return "none";
}

TEST(what_was_refused_is_proven_and_what_is_said_is_claimed)
{
	struct rc_facts facts = good();

	EXPECT_TEXT(basis(&facts, &no_terms, "not-wrapped"), "proven");
	EXPECT_TEXT(basis(&facts, &no_terms, "parts-closed"), "proven");
	EXPECT_TEXT(basis(&facts, &no_terms, "guards-stay"), "proven");
	EXPECT_TEXT(basis(&facts, &no_terms, "one-key"), "proven");
	EXPECT_TEXT(basis(&facts, &no_terms, "never-extractable"), "claimed");
	EXPECT_TEXT(basis(&facts, &no_terms, "made-inside"), "claimed");
	EXPECT_TEXT(basis(&facts, &no_terms, "signs-only"), "claimed");
	EXPECT_TEXT(basis(&facts, &no_terms, "accepted-make"), "open");
}

TEST(what_could_not_be_tried_is_no_more_than_a_claim)
{
	struct rc_facts facts = good();

	facts.wrappable = facts.copyable_weaker = RC_UNKNOWN;
	EXPECT_TEXT(basis(&facts, &no_terms, "not-wrapped"), "claimed");
	EXPECT_TEXT(basis(&facts, &no_terms, "copies-guarded"), "open");
	facts.extractable = facts.copyable = RC_UNKNOWN;
	EXPECT_TEXT(basis(&facts, &no_terms, "not-wrapped"), "open");
	EXPECT_TEXT(basis(&facts, &no_terms, "not-copied"), "open");
}

TEST(what_was_done_or_is_denied_is_broken)
{
	struct rc_facts facts = good();

	facts.wrappable = RC_TRUE;
	EXPECT_TEXT(basis(&facts, &no_terms, "not-wrapped"), "broken");
	facts = good();
	/* Refused this time, but the key says that it may. */
	facts.extractable = RC_TRUE;
	EXPECT_TEXT(basis(&facts, &no_terms, "not-wrapped"), "broken");
	facts.keygen_known = RC_FALSE;
	facts.unwrap = RC_TRUE;
	facts.keys_with_this_id = 2;
	EXPECT_TEXT(basis(&facts, &no_terms, "made-inside"), "broken");
	EXPECT_TEXT(basis(&facts, &no_terms, "signs-only"), "broken");
	EXPECT_TEXT(basis(&facts, &no_terms, "one-key"), "broken");
}

TEST(a_make_is_claimed_by_the_token_and_accepted_by_people)
{
	static const struct custody_model maker = { "Maker", "M1" }, other = { "Other", NULL };
	struct custody_terms terms = { .level = CUSTODY_HARDWARE, .accepted = &maker,
		.n_accepted = 1 };
	struct rc_facts facts = good();

	EXPECT_TEXT(basis(&facts, &terms, "accepted-make"), "claimed");
	terms.accepted = &other;
	EXPECT_TEXT(basis(&facts, &terms, "accepted-make"), "broken");
}

TEST(probes_of_one_answer_are_one_piece_of_evidence)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_facts facts = good();
	struct guarantees all;

	guarantee_list(&facts, &no_terms, arena, &all);
	REQUIRE(all.v.n > 2);
	EXPECT_TEXT(all.v.v[1].id, "not-wrapped");
	EXPECT_INT(all.v.v[1].n_evidence, 2);
	EXPECT_INT(all.v.v[1].n_said, 1);
	EXPECT_TEXT(all.v.v[1].evidence[0], "CKA_EXTRACTABLE false");
	EXPECT_TEXT(all.v.v[1].evidence[1],
	    "CKM_AES_KEY_WRAP, CKM_RSA_PKCS: CKR_KEY_UNEXTRACTABLE");
}
