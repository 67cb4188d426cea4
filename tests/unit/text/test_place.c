/* Where an octet of a text stands in the file that somebody wrote. */
#include "text/node.h"

#include "tests/unit.h"

struct where {
	const char *yaml, *word;         /* the word in the value of `a`      */
	uint32_t line, column;
};

static void
expect_place(const struct where *w)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(document_free) struct document *document = NULL;
	const struct node *node;
	const char *at;
	struct place place;

	REQUIRE_OK(document_read(bytes_of_text(w->yaml), "a.yaml", 1000, &document, err), err);
	node = node_get(document_root(document), "a");
	REQUIRE(node != NULL && node->text != NULL);
	at = strstr(node->text, w->word);
	REQUIRE(at != NULL);
	place = node_place(node, (size_t)(at - node->text), 3);
	EXPECT_INT(place.line, w->line);
	EXPECT_INT(place.column, w->column);
}

TEST(a_word_is_found_where_it_was_written)
{
	static const struct where all[] = {
		{ "a: one two\n", "two", 1, 8 },
		{ "a: \"one two\"\n", "two", 1, 9 },
		{ "a: '\xc3\xa4\xc3\xb6 two'\n", "two", 1, 8 },
		{ "x: 1\na: >-\n  one\n  two three\n", "two", 4, 3 },
		{ "x: 1\na: >-\n  one\n  two three\n", "three", 4, 7 },
		{ "a: |\n    one\n    \xc3\xa4 two\n", "two", 3, 7 },
		{ "a: one\n  two\n", "two", 2, 3 },
		{ "a: 'one\n  two'\n", "two", 2, 3 },
		{ "a:\n  >\n\n  one\n\n  two\n", "two", 6, 3 },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		expect_place(&all[i]);
}

/* Escapes are not counted back: the text's beginning is told then. */
TEST(a_text_with_escapes_is_told_by_its_beginning)
{
	expect_place(&(struct where){ "a: \"one\\ttwo\"\n", "two", 1, 4 });
}
