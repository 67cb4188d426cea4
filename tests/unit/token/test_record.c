#include "token/record.h"

#include "tests/unit.h"

static struct rc_facts
sample(void)
{
	return (struct rc_facts){
		.token = { .label = "one", .serial = "77", .flags = 0x2042d },
		.label = "k\nprobe wrap x done y", .id = { 1 }, .id_len = 1,
		.extractable = RC_FALSE, .keys_with_this_id = 1,
		.probe = {
		    { .kind = RC_PROBE_READ, .name = "CKA_VALUE", .done = RC_FALSE,
		      .answer = "CKR_ATTRIBUTE_SENSITIVE" },
		    { .kind = RC_PROBE_WRAP, .name = "CKM_AES_CBC_PAD", .done = RC_TRUE,
		      .answer = "CKR_OK, 144 octets" },
		    { .kind = RC_PROBE_COPY, .name = "CKA_PRIVATE", .done = RC_UNKNOWN },
		}, .n_probes = 3,
		.secret_readable = RC_FALSE, .wrappable = RC_TRUE, .not_enforced = RC_TRUE,
	};
}

static void
make(const struct rc_facts *facts, struct arena *arena, struct record *ret)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	record_put(facts, BYTES("spki", 4), &text);
	EXPECT_HAS(buf_text(&text), RECORD_HEAD "\npublic-key sha256:");
	record_read(buf_text(&text), arena, ret);
}

TEST(what_was_tried_comes_back_from_a_record)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_facts facts = sample(), back = { .n_probes = 0 };
	struct record record;

	make(&facts, arena, &record);
	record_apply(&record, arena, &back);
	REQUIRE(back.n_probes == 3);
	for (size_t i = 0; i < back.n_probes; i++) {
		EXPECT_INT(back.probe[i].kind, facts.probe[i].kind);
		EXPECT_INT(back.probe[i].done, facts.probe[i].done);
		EXPECT_TEXT(back.probe[i].name, facts.probe[i].name);
		EXPECT_TEXT(back.probe[i].answer, facts.probe[i].answer);
	}
	EXPECT_INT(back.secret_readable, RC_FALSE);
	EXPECT_INT(back.wrappable, RC_TRUE);
	EXPECT_INT(back.copyable_weaker, RC_UNKNOWN);
	EXPECT_INT(back.not_enforced, RC_TRUE);
	/* Nothing takes the place of what was tried now. */
	back.n_probes = 1;
	back.wrappable = RC_FALSE;
	record_apply(&record, arena, &back);
	EXPECT_INT(back.wrappable, RC_FALSE);
}

TEST(a_label_cannot_speak_for_the_token)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_facts facts = sample();
	struct record record;

	make(&facts, arena, &record);
	EXPECT_TEXT(record_find(&record, "key.label"), "k\\x0aprobe wrap x done y");
	EXPECT_TEXT(record_find(&record, "token.flags"), "0x042d");
	EXPECT(record_find(&record, "token") == NULL);
}

static void
count(void *arg, const char *difference)
{
	(void)difference;
	++*(size_t *)arg;
}

TEST(what_was_tried_is_not_compared)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_facts facts = sample();
	struct record was, now;
	size_t n = 0;

	make(&facts, arena, &was);
	facts.n_probes = 0;
	facts.wrappable = facts.not_enforced = RC_UNKNOWN;
	make(&facts, arena, &now);
	record_compare(&was, &now, count, &n);
	EXPECT_INT(n, 0);
	facts.id[0] = 2;
	facts.key_type = 3;
	make(&facts, arena, &now);
	record_compare(&was, &now, count, &n);
	EXPECT_INT(n, 2);
}

TEST(any_text_can_be_read_as_a_record)
{
	static const char *const texts[] = { "", "\n", " \n", "word", "probe\nprobe \nprobe a b\n",
		"probe wrap name refused\nwrappable\nwrappable perhaps\n" };
	SCOPED(arena_free) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct rc_facts facts = { .n_probes = 0 };
		struct record record;

		record_read(texts[i], arena, &record);
		record_apply(&record, arena, &facts);
		EXPECT_INT(facts.n_probes, i == 5 ? 1 : 0);
		EXPECT_INT(facts.wrappable, RC_UNKNOWN);
	}
}
