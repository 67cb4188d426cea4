#include "base/error.h"

#include "base/arena.h"
#include "base/escape.h"
#include "base/secret.h"
#include "tests/unit.h"

static const struct source text = {
	.name = "edge.yaml",
	.text = { .p = (const uint8_t *)"role: edge\n  - dns: sip.${d.nam}\r\n", .n = 34 },
};

TEST(a_rule_is_found_by_its_id)
{
	EXPECT_INT(rule_find("usage"), RULE_USAGE);
	EXPECT_INT(rule_find("no-such-rule"), RULE_NONE);
	EXPECT_INT(rule_status(RULE_USAGE), RC_USAGE);
}

TEST(every_rule_has_an_id_a_text_and_a_reason)
{
	for (enum rule rule = RULE_NONE + 1; rule < RULE_COUNT; rule++) {
		EXPECT(strlen(rule_id(rule)) > 2);
		EXPECT(strlen(rule_text(rule)) > 10);
		EXPECT(strlen(rule_why(rule)) > 20);
		EXPECT(rule_status(rule) != RC_OK);
		EXPECT_INT(rule_find(rule_id(rule)), rule);
	}
}

TEST(an_error_shows_the_line_and_a_caret)
{
	SCOPED(error_free) struct error *err = error_new();
	struct buf b = BUF_INIT;
	struct place at = { .source = &text, .line = 2, .column = 16, .width = 5 };

	EXPECT_INT(error_at(err, RULE_USAGE, at, "no field '%s'", "nam\x1b"), RC_USAGE);
	error_fix(err, "did you mean '%s'?", "name");
	error_while(err, "compiling role %s", "edge");
	error_render(err, &b);
	EXPECT_TEXT(buf_text(&b),
	    "edge.yaml:2:16: error: no field 'nam\\x1b' [usage]\n"
	    "      - dns: sip.${d.nam}\n"
	    "                   ^~~~~\n"
	    "    did you mean 'name'?\n"
	    "    while compiling role edge\n");
	buf_clear(&b);
}

TEST(a_caret_stands_right_under_escaped_text)
{
	static const struct source s = {
		.name = "x", .text = { .p = (const uint8_t *)"\xc3\xa4: y", .n = 5 } };
	SCOPED(error_free) struct error *err = error_new();
	struct buf b = BUF_INIT;

	EXPECT(error_at(err, RULE_USAGE, (struct place){ &s, 1, 4, 1 }, "m") == RC_USAGE);
	error_render(err, &b);
	EXPECT_HAS(buf_text(&b), "\n    \\xc3\\xa4: y\n              ^\n");
	buf_clear(&b);
}

TEST(warnings_and_notes_do_not_count)
{
	SCOPED(error_free) struct error *err = error_new();

	error_warn(err, RULE_USAGE, NOWHERE, "careful");
	error_note(err, RULE_USAGE, NOWHERE, "by the way");
	EXPECT_INT(error_status(err), RC_OK);
	EXPECT_TEXT(error_message(err), "");
	EXPECT(error_fail(err, RULE_BUG, "first") == RC_BUG);
	EXPECT(error_fail(err, RULE_USAGE, "second") == RC_USAGE);
	EXPECT_INT(error_count(err), 2);
	EXPECT_INT(error_status(err), RC_BUG);
	EXPECT_TEXT(error_message(err), "first");
	error_clear(err);
	EXPECT_INT(error_count(err), 0);
}

TEST(want_have_and_second_places_are_shown)
{
	SCOPED(error_free) struct error *err = error_new();
	struct buf b = BUF_INIT;

	EXPECT(error_errno(err, RULE_USAGE, 2, "opening %s", "f") == RC_USAGE);
	error_want(err, "one", "two");
	error_also(err, (struct place){ &text, 1, 1, 4 }, "first set here");
	error_render(err, &b);
	EXPECT_HAS(buf_text(&b), "error: opening f: No such file or directory: want one, have two [usage]\n");
	EXPECT_HAS(buf_text(&b), "edge.yaml:1:1: note: first set here\n    role: edge\n    ^~~~\n");
	buf_clear(&b);
}

TEST(a_near_word_is_offered_and_a_far_one_is_not)
{
	static const char *const known[] = { "sip_domains", "pools", "product" };

	EXPECT_TEXT(nearest_word("sip_domain", known, 3), "sip_domains");
	EXPECT_TEXT(nearest_word("Porduct", known, 3), "product");
	EXPECT_TEXT(nearest_word("sip", known, 3), "sip_domains");
	EXPECT_TEXT(nearest_word("ulr", (const char *const[]){ "fqdn", "url" }, 2), "url");
	EXPECT(nearest_word("zebra", known, 3) == NULL);
}

TEST(foreign_text_is_escaped)
{
	struct buf b = BUF_INIT;

	put_foreign(&b, BYTES("a\\b\n\x1b[31m\x00\xe2\x80\xae", 13));
	EXPECT_TEXT(buf_text(&b), "a\\\\b\\x0a\\x1b[31m\\x00\\xe2\\x80\\xae");
	EXPECT_INT(foreign_width(BYTES("a\\b\n", 4)), 8);
	buf_clear(&b);
}

TEST(a_buffer_grows_and_prints)
{
	struct buf b = BUF_INIT;
	char *taken;

	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	EXPECT_INT(b.n, 3890);
	buf_cut(&b, 4);
	EXPECT_TEXT(buf_text(&b), "0,1,");
	buf_put_hex(&b, BYTES("\x00\xff", 2));
	taken = buf_take_text(&b);
	EXPECT_TEXT(taken, "0,1,00ff");
	EXPECT_TEXT(buf_text(&b), "");
	free(taken);
	taken = buf_take_text(&b);
	EXPECT_TEXT(taken, "");
	free(taken);
	buf_puts(&b, "x");
	buf_wipe(&b);
	EXPECT_INT(b.n, 0);
}

TEST(an_arena_keeps_what_it_was_given)
{
	SCOPED(arena_free) struct arena *a = arena_new();
	VEC(int) numbers = { .v = NULL };
	char *first = arena_strdup(a, "first");
	uint8_t *large = arena_alloc(a, 100000);

	for (int i = 0; i < 10000; i++)
		*VEC_PUSH(a, &numbers) = i;
	EXPECT_INT(numbers.v[9999], 9999);
	EXPECT_INT(large[99999], 0);
	EXPECT_TEXT(first, "first");
	EXPECT_TEXT(arena_printf(a, "%s-%d", "x", 7), "x-7");
	EXPECT(bytes_equal(arena_bytes(a, BYTES("ab", 2)), bytes_of_text("ab")));
	EXPECT(!bytes_equal(bytes_of_text("ab"), bytes_of_text("ac")));
}

TEST(an_arena_forgets_and_is_zeroed_again)
{
	SCOPED(arena_free) struct arena *a = arena_new();
	size_t dirty = 0;

	arena_reset(a);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 50; i++) {
			uint8_t *p = arena_alloc(a, i * 100);

			for (size_t k = 0; k < i * 100; k++)
				dirty += p[k] != 0;
			memset(p, 0xff, i * 100);
		}
		arena_reset(a);
	}
	EXPECT_INT(dirty, 0);
	EXPECT_TEXT(arena_strdup(a, "again"), "again");
	EXPECT_INT((uintptr_t)arena_alloc(a, 1) % _Alignof(max_align_t), 0);
}

TEST(a_secret_is_cut_and_compared)
{
	SCOPED(secret_free) struct secret *a = secret_copy(bytes_of_text("12345678"));
	SCOPED(secret_free) struct secret *b = secret_copy(bytes_of_text("12345679"));

	EXPECT(!secret_equal(a, b));
	secret_cut(a, 7);
	EXPECT(!secret_equal(a, b));
	secret_cut(b, 7);
	EXPECT(secret_equal(a, b));
	EXPECT_INT(secret_n(a), 7);
	EXPECT_INT(secret_p(a)[7], 0);
	EXPECT(secret_new(SECRET_MAX + 1) == NULL);
	(void)secret_is_locked(a);
}

TEST(sorting_puts_errors_into_the_order_of_their_files)
{
	static const struct source a = { .name = "a.yaml" }, b = { .name = "b.yaml" };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf order = BUF_INIT;
	static const struct { const struct source *source; uint32_t line, column; } places[] = {
		{ &b, 9, 1 }, { &a, 5, 2 }, { NULL, 0, 0 }, { &b, 2, 7 }, { &a, 5, 1 },
		{ &b, 2, 7 }, { &a, 1, 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		error_warn(err, RULE_UNKNOWN_KEY,
		    (struct place){ places[i].source, places[i].line, places[i].column, 1 },
		    "%zu ", i);
	EXPECT_INT(error_at(err, RULE_ROLE_CONTRADICTION, (struct place){ &b, 3, 1, 1 }, "7 "),
	    rule_status(RULE_ROLE_CONTRADICTION));
	EXPECT_INT(error_at(err, RULE_UNKNOWN_KEY, (struct place){ &b, 1, 1, 1 }, "8 "), RC_INPUT);
	error_sort(err);
	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		buf_puts(&order, d->message);
	EXPECT_TEXT(buf_text(&order), "8 3 5 7 0 6 4 1 2 ");
	EXPECT_INT(error_rule(err), RULE_ROLE_CONTRADICTION);
	EXPECT_TEXT(error_message(err), "7 ");
	EXPECT_INT(error_count(err), 2);
}
