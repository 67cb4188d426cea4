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
		EXPECT_INT(rule_find(rule_id(rule)), rule);
	}
}

TEST(what_only_warns_is_no_success_when_it_fails)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_INT(rule_status(RULE_CSR_SHA1), RC_OK);
	error_note(err, RULE_CSR_SHA1, NOWHERE, "a note");
	EXPECT_INT(error_status(err), RC_OK);
	EXPECT_INT(error_fail(err, RULE_CSR_SHA1, "no note"), RC_BUG);
	EXPECT_INT(error_status(err), RC_BUG);
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

TEST(what_is_kept_of_many_mistakes_is_bounded)
{
	SCOPED(error_free) struct error *err = error_new();
	const char *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ERROR_KEPT + 7; i++) {
		error_warn(err, RULE_USAGE, NOWHERE, "careful");
		error_while(err, "looking");
	}
	for (size_t i = 0; i < ERROR_KEPT + 2; i++) {
		EXPECT(error_fail(err, i == 0 ? RULE_BUG : RULE_USAGE, "%zu", i) != RC_OK);
		if (i == ERROR_KEPT) {
			error_fix(err, "not said");
			error_also(err, NOWHERE, "not said");
			error_want(err, "not", "said");
			error_while(err, "not said");
		}
	}
	EXPECT_INT(error_count(err), ERROR_KEPT + 2);
	EXPECT_INT(error_status(err), RC_BUG);
	error_sort(err);
	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next, n++) {
		EXPECT(d->fix == NULL && d->also == NULL && d->want == NULL);
		EXPECT_INT(d->n_frames, d->severity == SEVERITY_WARNING);
		last = d->severity == SEVERITY_NOTE && d->next == NULL ? d->message : NULL;
	}
	EXPECT_INT(n, 2 * ERROR_KEPT + 1);
	EXPECT_TEXT(last, "and more than are shown: 2 errors, 7 warnings");
	error_sort(err);
	EXPECT(error_first(err)->severity == SEVERITY_WARNING);
	EXPECT_INT(error_count(err), ERROR_KEPT + 2);
}

/* A line of n characters of two octets, but for one 'x' at this column. */
static void
put_long_line(struct buf *line, size_t n, size_t column)
{
	buf_cut(line, 0);
	for (size_t i = 1; i <= n; i++)
		buf_puts(line, i == column ? "x" : "\xc3\xa4");
}

TEST(of_a_long_line_is_shown_what_stands_around_the_column)
{
	static const struct {
		size_t n, column, shown, source_column;
		bool cut_before, cut_after;
	} rows[] = {
		{ 400, 400, 400, 400, false, false },
		{ 401, 1, 400, 1, false, true },
		{ 401, 61, 400, 61, false, true },
		{ 401, 62, 400, 64, true, false },
		{ 5000, 3000, 400, 64, true, true },
		{ 5000, 5000, 61, 64, true, false },
	};
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf told = BUF_INIT;
		struct source source = { .name = "long" };
		const char *shown;
		size_t characters = 0;

		put_long_line(&line, rows[i].n, rows[i].column);
		source.text = buf_bytes(&line);
		EXPECT(error_at(err, RULE_USAGE, (struct place){ &source, 1,
		    (uint32_t)rows[i].column, 9999 }, "m") == RC_USAGE);
		shown = error_first(err)->source_line;
		EXPECT_INT(error_first(err)->column, rows[i].column);
		EXPECT_INT(error_first(err)->source_column, rows[i].source_column);
		EXPECT_INT(strncmp(shown, "...", 3) == 0, rows[i].cut_before);
		EXPECT_INT(strcmp(shown + strlen(shown) - 3, "...") == 0, rows[i].cut_after);
		for (; *shown != '\0'; shown++)
			characters += (*shown & 0xc0) != 0x80;
		EXPECT_INT(characters, rows[i].shown + (rows[i].cut_before ? 3 : 0) +
		    (rows[i].cut_after ? 3 : 0));
		error_render(err, &told);
		EXPECT(told.n < 8 * ERROR_LINE_SHOWN + 2 * ERROR_LINE_SHOWN * 8);
	}
}

TEST(the_caret_stands_under_its_character_of_a_long_line)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf line = BUF_INIT, told = BUF_INIT, want = BUF_INIT;
	struct source source = { .name = "long" };

	buf_printf(&line, "%*s%*s", 2000, "bad", 300, "");
	source.text = buf_bytes(&line);
	EXPECT(error_at(err, RULE_USAGE, (struct place){ &source, 1, 1998, 3 }, "m") == RC_USAGE);
	error_render(err, &told);
	buf_printf(&want, "long:1:1998: error: m [usage]\n    ...%*s%*s\n    %*s^~~\n",
	    ERROR_LINE_BEFORE + 3, "bad", 300, "", ERROR_LINE_BEFORE + 3, "");
	EXPECT_TEXT(buf_text(&told), buf_text(&want));
}

TEST(what_is_moved_stands_behind_what_was_there)
{
	SCOPED(error_free) struct error *err = error_new(), *from = error_new();
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	error_note(err, RULE_USAGE, NOWHERE, "one");
	(void)error_fail(from, RULE_BUG, "two");
	error_while(from, "counting");
	error_warn(from, RULE_USAGE, NOWHERE, "three");
	error_move(err, from);
	EXPECT_INT(error_status(err), RC_BUG);
	EXPECT_INT(error_count(err), 1);
	EXPECT_TEXT(error_message(err), "two");
	EXPECT(error_first(from) == NULL && error_status(from) == RC_OK);
	error_fix(err, "of the last");
	error_render(err, &b);
	EXPECT_TEXT(buf_text(&b), "note: one [usage]\nerror: two [bug]\n    while counting\n"
	    "warning: three [usage]\n    of the last\n");
}

TEST(what_is_moved_is_bounded_too)
{
	SCOPED(error_free) struct error *err = error_new(), *from = error_new();
	size_t n = 0;

	for (size_t i = 0; i < ERROR_KEPT; i++) {
		(void)error_fail(err, RULE_USAGE, "first");
		(void)error_fail(from, RULE_USAGE, "second");
		(void)error_fail(from, RULE_USAGE, "third");
	}
	error_move(err, from);
	EXPECT_INT(error_count(err), 3 * ERROR_KEPT);
	error_sort(err);
	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		n++;
	EXPECT_INT(n, ERROR_KEPT + 1);           /* and a note of 2000 more */
}
