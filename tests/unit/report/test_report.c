#include "report/diagnoses.h"
#include "report/json.h"
#include "report/json_writer.h"
#include "report/table.h"
#include "tests/unit.h"

static const struct style plain = { .width = 0 };

TEST(a_table_aligns_its_columns)
{
	SCOPED(table_free) struct table *t = table_new("A", "LONG", "LAST", NULL);
	struct buf b = BUF_INIT;

	table_put(t, &plain, &b);
	EXPECT_TEXT(buf_text(&b), "");
	table_add(t, "one", "x", "yes");
	table_add(t, "two\x1b", NULL, "");
	table_put(t, &plain, &b);
	EXPECT_TEXT(buf_text(&b),
	    "A        LONG  LAST\n"
	    "one      x     yes\n"
	    "two\\x1b\n");
	buf_clear(&b);
}

TEST(a_table_breaks_its_last_column_at_the_width)
{
	SCOPED(table_free) struct table *t = table_new("A", "B", NULL);
	struct style narrow = { .width = 23 };
	struct buf b = BUF_INIT;

	table_add(t, "abc", "alpha beta gamma delta");
	table_add(t, "d", "0123456789012345678901");
	table_put(t, &narrow, &b);
	EXPECT_TEXT(buf_text(&b),
	    "A    B\n"
	    "abc  alpha beta gamma\n"
	    "     delta\n"
	    "d    012345678901234567\n"
	    "     8901\n");
	buf_clear(&b);
}

TEST(a_name_without_blanks_is_broken_at_a_slash)
{
	SCOPED(table_free) struct table *t = table_new("A", "B", NULL);
	struct style narrow = { .width = 23 };
	struct buf b = BUF_INIT;

	table_add(t, "abc", "role/pool.test/server.test");
	table_put(t, &narrow, &b);
	EXPECT_TEXT(buf_text(&b),
	    "A    B\n"
	    "abc  role/pool.test/\n"
	    "     server.test\n");
	buf_clear(&b);
}

TEST(a_column_without_room_stands_below)
{
	SCOPED(table_free) struct table *t = table_new("FIRST", "SECOND", NULL);
	struct style narrow = { .width = 24 };
	struct buf b = BUF_INIT;

	table_add(t, "0123456789abcdef", "alpha beta gamma delta");
	table_add(t, "x", "");
	table_put(t, &narrow, &b);
	EXPECT_TEXT(buf_text(&b),
	    "FIRST\n"
	    "    SECOND\n"
	    "0123456789abcdef\n"
	    "    alpha beta gamma\n"
	    "    delta\n"
	    "x\n");
	buf_clear(&b);
}

TEST(a_labelled_text_is_wrapped_below_its_beginning)
{
	struct style narrow = { .width = 24 };
	struct buf b = BUF_INIT;

	style_put_labelled(&narrow, "names", "", &b);
	EXPECT_TEXT(buf_text(&b), "");
	style_put_labelled(&narrow, "names", "a.test, b.test, averyverylongname.test", &b);
	EXPECT_TEXT(buf_text(&b),
	    "    names     a.test,\n"
	    "              b.test,\n"
	    "              averyverylongname.test\n");
	buf_clear(&b);
}

TEST(colour_is_put_only_where_wanted)
{
	struct style coloured = { .colour = true };
	struct buf b = BUF_INIT;

	style_put(&plain, INK_BAD, "no\n", &b);
	style_put(&coloured, INK_BAD, "no", &b);
	style_put(&coloured, INK_PLAIN, "!", &b);
	EXPECT_TEXT(buf_text(&b), "no\\x0a\x1b[31mno\x1b[0m!");
	buf_clear(&b);
}

static void
expect_json(const char *text, const char *want)
{
	json_t *json = json_foreign(text);
	struct buf b = BUF_INIT;

	json_print(json, &b);
	EXPECT_TEXT(buf_text(&b), want);
	json_decref(json);
	buf_clear(&b);
}

TEST(json_text_is_always_utf8)
{
	expect_json(NULL, "null\n");
	expect_json("gr\xc3\xbc\xc3\x9f", "\"gr\\u00FC\\u00DF\"\n");
	expect_json("a\xff" "b", "\"a\\\\xffb\"\n");
	expect_json("\xc0\xaf", "\"\\\\xc0\\\\xaf\"\n");              /* overlong  */
	expect_json("\xed\xa0\x80", "\"\\\\xed\\\\xa0\\\\x80\"\n");    /* surrogate */
	expect_json("\xf0\x9f\x92", "\"\\\\xf0\\\\x9f\\\\x92\"\n");    /* cut short */
}

TEST(json_does_nothing_to_a_terminal)
{
	expect_json("\x1b[2J", "\"\\u001B[2J\"\n");
	expect_json("\xc2\x9b" "2J", "\"\\u009B2J\"\n");             /* CSI of C1 */
	expect_json("a\x7f" "b", "\"a\\\\x7fb\"\n");
	expect_json("\xe2\x80\xae" "gpj", "\"\\u202Egpj\"\n");       /* right to left */
}

TEST(json_times_are_in_utc)
{
	json_t *json = json_time(2147483648);

	EXPECT_TEXT(json_string_value(json), "2038-01-19T03:14:08Z");
	json_decref(json);
}

TEST(a_failure_is_a_document)
{
	static const struct source s = {
		.name = "x.yaml", .text = { .p = (const uint8_t *)"a", .n = 1 } };
	SCOPED(error_free) struct error *err = error_new();
	json_t *json, *error;

	error_warn(err, RULE_USAGE, NOWHERE, "beware");
	EXPECT(error_at(err, RULE_UNKNOWN_RULE, (struct place){ &s, 1, 1, 1 }, "bad") == RC_USAGE);
	error_want(err, "a", "b");
	error_while(err, "testing");
	json = failure_json(err);
	error = json_object_get(json, "error");
	EXPECT_TEXT(json_string_value(json_object_get(error, "rule")), "unknown-rule");
	EXPECT_INT(json_integer_value(json_object_get(error, "status")), 2);
	EXPECT_INT(json_array_size(json_object_get(error, "diagnoses")), 2);
	error = json_array_get(json_object_get(error, "diagnoses"), 1);
	EXPECT_TEXT(json_string_value(json_object_get(error, "file")), "x.yaml");
	EXPECT_TEXT(json_string_value(json_object_get(error, "have")), "b");
	json_decref(json);
}

TEST(a_deep_document_is_written_as_it_would_be_printed)
{
	SCOPED(buf_clear) struct buf written = BUF_INIT, printed = BUF_INIT;
	struct json_writer w = { .out = &written };
	json_t *json;

	for (unsigned i = 0; i < 20; i++)
		json_open(&w, i % 2 != 0 ? "key" : NULL, i % 2 != 0 ? '[' : '{');
	json_member_number(&w, NULL, 0);
	json_member_number(&w, NULL, 1234567890123456789);
	json_member_bool(&w, NULL, true);
	json_member_hex(&w, NULL, BYTES(NULL, 0));
	for (unsigned i = 20; i > 0; i--)
		json_close(&w, i % 2 != 0 ? '}' : ']');
	json = json_loadb(buf_text(&written), written.n, 0, NULL);
	REQUIRE(json != NULL);
	buf_putc(&written, '\n');
	json_print(json, &printed);
	EXPECT_TEXT(buf_text(&written), buf_text(&printed));
	json_decref(json);
}

TEST(a_compact_document_is_written_on_one_line)
{
	static const char *const words[] = { "a \"quoted\" \\", "two\nlines\n", "tab\t",
		"\xc2\x9b", "\xff", "" };
	SCOPED(buf_clear) struct buf written = BUF_INIT, put = BUF_INIT;
	struct json_writer w = { .out = &written, .compact = true };
	json_t *json;

	json_open(&w, NULL, '{');
	json_member_words(&w, "words", words, ARRAY_LEN(words));
	json_member_words(&w, "none", words, 0);
	json_member(&w, "nothing", NULL);
	json_member_time(&w, "time", 0);
	json_member_tree(&w, "tree", json_words(words, 2));
	json_close(&w, '}');
	json = json_loadb(buf_text(&written), written.n, 0, NULL);
	REQUIRE(json != NULL);
	EXPECT_TEXT(json_string_value(json_object_get(json, "time")), "1970-01-01T00:00:00Z");
	EXPECT_TEXT(json_string_value(json_array_get(json_object_get(json, "words"), 1)), words[1]);
	EXPECT_TEXT(json_string_value(json_array_get(json_object_get(json, "words"), 4)), "\\xff");
	EXPECT_INT(json_array_size(json_object_get(json, "tree")), 2);
	json_put_compact(json, &put);
	EXPECT_TEXT(buf_text(&written), buf_text(&put));
	json_decref(json);
}
