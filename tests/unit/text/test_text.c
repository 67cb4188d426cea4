#include "tests/unit.h"
#include "text/node.h"

static enum rc_status
read_text(const char *text, struct document **ret, struct error *err)
{
	return document_read(bytes_of_text(text), "t.yaml", TEXT_ROLE_MAX, ret, err);
}

TEST(a_tree_knows_its_places)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(document_free) struct document *d = NULL;
	const struct node *list;

	REQUIRE_OK(read_text("a: x\n\"b\": [\"\xc3\xa4\", yy]\nc:\n  - k: 1\n", &d, err), err);
	EXPECT_INT(document_root(d)->count, 3);
	EXPECT_TEXT(node_get(document_root(d), "a")->text, "x");
	list = node_get(document_root(d), "b");
	EXPECT_INT(list->kind, NODE_LIST);
	EXPECT_INT(list->items[1]->at.line, 2);
	EXPECT_INT(list->items[1]->at.column, 12);
	EXPECT_INT(list->items[1]->at.width, 2);
	EXPECT(list->items[0]->quoted);
	list = node_get(document_root(d), "c");
	EXPECT_INT(list->items[0]->pairs[0].key->at.line, 4);
	EXPECT_INT(list->items[0]->pairs[0].key->at.column, 5);
	EXPECT(node_get(list, "a") == NULL);
	EXPECT(node_get(NULL, "a") == NULL);
}

TEST(empty_texts_are_read)
{
	static const char *const texts[] = { "", "\n", "# only a comment\n", "---\n", "~\n" };
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		SCOPED(document_free) struct document *d = NULL;

		REQUIRE_OK(read_text(texts[i], &d, err), err);
		EXPECT_INT(document_root(d)->kind, NODE_EMPTY);
	}
}

static const struct { const char *text; enum rule rule; uint32_t line, column; } refused[] = {
	{ "a: b\n  c: d\n", RULE_YAML_SYNTAX, 0, 0 },
	{ "a: [1, 2\n", RULE_YAML_SYNTAX, 0, 0 },
	{ "a: \"x\n", RULE_YAML_SYNTAX, 0, 0 },
	{ "a: \xff\n", RULE_YAML_ENCODING, 1, 4 },
	{ "a: \xc0\x80\n", RULE_YAML_ENCODING, 1, 4 },
	{ "a: \xed\xa0\x80\n", RULE_YAML_ENCODING, 1, 4 },
	{ "a: \x1b[31m\n", RULE_YAML_ENCODING, 1, 4 },
	{ "a: x\xe2\x80\xae\n", RULE_YAML_ENCODING, 1, 5 },
	{ "a: \"\\0\"\n", RULE_YAML_ENCODING, 1, 4 },
	{ "%YAML 1.2\n---\na: 1\n", RULE_YAML_DIRECTIVE, 1, 1 },
	{ "a: 1\n%x", RULE_YAML_DIRECTIVE, 2, 1 },
	{ "a: &x 1\n", RULE_YAML_ANCHOR, 1, 4 },
	{ "a: *x\n", RULE_YAML_ANCHOR, 1, 4 },
	{ "<<: {a: 1}\n", RULE_YAML_ANCHOR, 1, 1 },
	{ "a: !!int 1\n", RULE_YAML_TAG, 1, 4 },
	{ "a: !local [1]\n", RULE_YAML_TAG, 1, 4 },
	{ "a: 1\n---\nb: 2\n", RULE_YAML_DOCUMENTS, 2, 1 },
	{ "a: 1\nb: 2\na: 3\n", RULE_YAML_DUPLICATE_KEY, 3, 1 },
	{ "{a: 1, \"a\": 2}\n", RULE_YAML_DUPLICATE_KEY, 1, 8 },
	{ "[x]: 1\n", RULE_YAML_KEY, 1, 1 },
	{ "~: 1\n", RULE_YAML_KEY, 1, 1 },
};

TEST(what_is_not_in_the_subset_is_refused_at_its_place)
{
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct document *d = NULL;
		enum rc_status status = read_text(refused[i].text, &d, err);

		if (refused[i].line != 0 && error_first(err) != NULL) {
			EXPECT_INT(error_first(err)->line, refused[i].line);
			EXPECT_INT(error_first(err)->column, refused[i].column);
		}
		EXPECT_RULE(status, err, refused[i].rule);
		EXPECT(d == NULL);
	}
}

TEST(quotes_make_signs_harmless)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(document_free) struct document *d = NULL;

	REQUIRE_OK(read_text("\xef\xbb\xbf{a: '&x', b: \"*x\", '<<': '!t', c: 'true'}\r\n", &d, err), err);
	EXPECT_TEXT(node_get(document_root(d), "b")->text, "*x");
	EXPECT(!node_is_bool(node_get(document_root(d), "c")));
}

TEST(depth_and_size_are_limited)
{
	SCOPED(error_free) struct error *err = error_new();
	struct document *d = NULL;
	char deep[200];

	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	EXPECT_RULE(document_read(BYTES(deep, 200), "t", TEXT_ROLE_MAX, &d, err), err, RULE_YAML_DEPTH);
	EXPECT_RULE(document_read(BYTES(deep, 200), "t", 199, &d, err), err, RULE_YAML_SIZE);
	EXPECT_OK(document_read(BYTES(deep + 40, 120), "t", TEXT_ROLE_MAX, &d, err), err);
	document_free(d);
}

TEST(many_keys_take_no_quadratic_time)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(document_free) struct document *d = NULL;
	struct buf b = BUF_INIT;

	for (int i = 0; i < 20000; i++)
		buf_printf(&b, "key-%d: %d\n", i, i);
	REQUIRE_OK(document_read(buf_bytes(&b), "t", TEXT_ROLE_MAX, &d, err), err);
	EXPECT_INT(document_root(d)->count, 20000);
	buf_clear(&b);
}

TEST(unknown_keys_come_all_at_once_with_a_guess)
{
	static const char *const known[] = { "pools", "product" };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(document_free) struct document *d = NULL;
	struct buf b = BUF_INIT;

	REQUIRE_OK(read_text("pool: 1\nproduct: x\nzebra: 2\n", &d, err), err);
	EXPECT(node_check_keys(document_root(d), known, 2, "a topology", err) == RC_INPUT);
	EXPECT_INT(error_count(err), 2);
	error_render(err, &b);
	EXPECT_HAS(buf_text(&b), "t.yaml:1:1: error: a topology has no key 'pool' [unknown-key]\n"
	    "    pool: 1\n    ^~~~\n    did you mean 'pools'?\n");
	EXPECT_HAS(buf_text(&b), "t.yaml:3:1: error: a topology has no key 'zebra'");
	buf_clear(&b);
}

TEST(typed_values_are_strict)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(document_free) struct document *d = NULL;
	static const char *const words[] = { "include", "omit" };
	const struct node *root;
	const char *text;
	int64_t n = 0;
	size_t i = 0;
	bool b = false;

	REQUIRE_OK(read_text("{t: true, f: 'true', n: 12, z: 007, m: 5m, d: 2x, w: omti, l: [1]}", &d, err),
	    err);
	root = document_root(d);
	EXPECT_OK(node_bool(node_get(root, "t"), "t", &b, err), err);
	EXPECT(b);
	EXPECT_RULE(node_bool(node_get(root, "f"), "f", &b, err), err, RULE_YAML_TYPE);
	EXPECT_OK(node_number(node_get(root, "n"), "n", 0, 12, &n, err), err);
	EXPECT_INT(n, 12);
	EXPECT_RULE(node_number(node_get(root, "n"), "n", 0, 11, &n, err), err, RULE_YAML_TYPE);
	EXPECT_RULE(node_number(node_get(root, "z"), "z", 0, 99, &n, err), err, RULE_YAML_TYPE);
	EXPECT_OK(node_duration(node_get(root, "m"), "m", &n, err), err);
	EXPECT_INT(n, 300);
	EXPECT_RULE(node_duration(node_get(root, "d"), "d", &n, err), err, RULE_YAML_TYPE);
	EXPECT_RULE(node_duration(node_get(root, "l"), "l", &n, err), err, RULE_YAML_TYPE);
	EXPECT_RULE(node_text(node_get(root, "l"), "l", &text, err), err, RULE_YAML_TYPE);
	EXPECT(node_word(node_get(root, "w"), "the choice", words, 2, &i, err) == RC_INPUT);
	EXPECT_TEXT(error_message(err), "the choice cannot be 'omti': it is include or omit");
	EXPECT_TEXT(error_first(err)->fix, "did you mean 'omit'?");
	EXPECT_INT(error_rule(err), RULE_UNKNOWN_WORD);
	error_clear(err);
	EXPECT_RULE(node_require(root, "gone", "the map", &root, err), err, RULE_MISSING_KEY);
}
