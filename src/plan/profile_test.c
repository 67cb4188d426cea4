#include "plan/profile_test.h"

#include <stdlib.h>

/* What an entry may be expected to be; the run has a function for each. */
static const char *const expect_lists[] =
    { "san", "eku", "assign", "extensions", "key_usage_rsa", "key_usage_ec" };
static const char *const expect_words[] =
    { "entry", "subject", "dn", "basic_constraints", "exportable", "validity_days" };

/* One reading. */
struct reader {
	struct profile_tests *tests;
	const struct node *products;     /* of all, or NULL                    */
	const char *source;              /* of all, or NULL                    */
	VEC(struct profile_test) found;
	struct error *err;
};

void
profile_tests_free(struct profile_tests *tests)
{
	if (tests == NULL)
		return;
	arena_free(tests->arena);
	document_free(tests->document);
	free(tests);
}

/* -- what a test says --------------------------------------------------------------- */

static enum rc_status
check_texts(const struct node *list, const char *what, struct error *err)
{
	const char *text;

	TRY(node_want(list, NODE_LIST, what, err));
	for (size_t i = 0; i < list->count; i++)
		TRY(node_text(list->items[i], what, &text, err));
	return RC_OK;
}

static enum rc_status
check_rules(const struct node *list, const char *what, struct error *err)
{
	TRY(check_texts(list, what, err));
	for (size_t i = 0; i < list->count; i++)
		if (rule_find(list->items[i]->text) == RULE_NONE)
			return error_at(err, RULE_UNKNOWN_WORD, list->items[i]->at,
			    "there is no rule '%s'", list->items[i]->text);
	return RC_OK;
}

static bool
is_one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static enum rc_status
check_expected(const struct node *map, struct error *err)
{
	const char *keys[ARRAY_LEN(expect_lists) + ARRAY_LEN(expect_words)], *text;
	const struct node *entry;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(expect_words); i++)
		keys[n++] = expect_words[i];
	for (size_t i = 0; i < ARRAY_LEN(expect_lists); i++)
		keys[n++] = expect_lists[i];
	TRY(node_want(map, NODE_MAP, "what is expected", err));
	TRY(node_check_keys(map, keys, n, "what is expected", err));
	TRY(node_require(map, "entry", "what is expected", &entry, err));
	for (size_t i = 0; i < map->count; i++) {
		const struct node_pair *pair = &map->pairs[i];

		if (is_one_of(pair->key->text, expect_lists, ARRAY_LEN(expect_lists)))
			TRY(check_texts(pair->value, pair->key->text, err));
		else
			TRY(node_text(pair->value, pair->key->text, &text, err));
	}
	return RC_OK;
}

static enum rc_status
check_refuse(const struct node *map, const struct node *refuse, struct error *err)
{
	static const char *const others[] = { "expect", "absent", "notes", "no_notes" };
	const char *rule;

	TRY(node_text(refuse, "refuse", &rule, err));
	if (rule_find(rule) == RULE_NONE)
		return error_at(err, RULE_UNKNOWN_WORD, refuse->at, "there is no rule '%s'", rule);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (node_get(map, others[i]) != NULL)
			return error_at(err, RULE_PROFILE_TEST_EMPTY, node_get(map, others[i])->at,
			    "where a topology is refused there is no plan to speak of");
	return RC_OK;
}

static enum rc_status
check_claims(const struct node *map, struct error *err)
{
	const struct node *expect = node_get(map, "expect"), *absent = node_get(map, "absent");
	const struct node *notes = node_get(map, "notes"), *silent = node_get(map, "no_notes");
	const struct node *refuse = node_get(map, "refuse");
	size_t n = 0;

	if (refuse != NULL)
		return check_refuse(map, refuse, err);
	if (expect != NULL)
		TRY(node_want(expect, NODE_LIST, "expect", err));
	for (size_t i = 0; expect != NULL && i < expect->count; i++, n++)
		TRY(check_expected(expect->items[i], err));
	if (absent != NULL)
		TRY(check_texts(absent, "absent", err));
	if (notes != NULL)
		TRY(check_rules(notes, "notes", err));
	if (silent != NULL)
		TRY(check_rules(silent, "no_notes", err));
	n += (absent != NULL ? absent->count : 0) + (notes != NULL ? notes->count : 0) +
	    (silent != NULL ? silent->count : 0);
	return n != 0 ? RC_OK
	    : error_at(err, RULE_PROFILE_TEST_EMPTY, map->at, "the test says nothing to expect");
}

/* -- one test, for each of its products ----------------------------------------------- */

static enum rc_status
read_topology(const struct node *map, struct profile_test *test, struct error *err)
{
	const struct node *topology = node_get(map, "topology");

	if (topology == NULL)
		return RC_OK;
	if (topology->kind == NODE_TEXT)
		return node_text(topology, "the topology", &test->topology_file, err);
	return node_want(topology, NODE_MAP, "the topology", err);
}

static enum rc_status
check_ca(const struct node *map, struct error *err)
{
	static const char *const keys[] = { "role", "subject", "path_length", "days" };
	const struct node *ca = node_get(map, "ca"), *topology = node_get(map, "topology"), *node;
	const char *text;
	int64_t number;

	if (ca == NULL)
		return RC_OK;
	if (topology != NULL)
		return error_at(err, RULE_UNKNOWN_KEY, topology->at,
		    "a CA's own certificate has no topology");
	TRY(node_want(ca, NODE_MAP, "ca", err));
	TRY(node_check_keys(ca, keys, ARRAY_LEN(keys), "ca", err));
	TRY(node_require(ca, "role", "ca", &node, err));
	TRY(node_text(node, "role", &text, err));
	TRY(node_require(ca, "subject", "ca", &node, err));
	TRY(node_text(node, "subject", &text, err));
	if ((node = node_get(ca, "path_length")) != NULL)
		TRY(node_number(node, "path_length", 0, 100, &number, err));
	if ((node = node_get(ca, "days")) != NULL)
		TRY(node_number(node, "days", 1, 36525, &number, err));
	return RC_OK;
}

static enum rc_status
read_test(struct reader *r, const struct node *map)
{
	static const char *const keys[] = { "name", "products", "source", "topology", "expect",
		"absent", "notes", "no_notes", "refuse", "ca" };
	const struct node *node, *products = node_get(map, "products");
	struct profile_test test = { .source = r->source, .map = map };

	TRY(node_want(map, NODE_MAP, "a test", r->err));
	TRY(node_check_keys(map, keys, ARRAY_LEN(keys), "a test", r->err));
	TRY(node_require(map, "name", "a test", &node, r->err));
	TRY(node_text(node, "the test's name", &test.name, r->err));
	test.at = node->at;
	if ((node = node_get(map, "source")) != NULL)
		TRY(node_text(node, "the source", &test.source, r->err));
	TRY(read_topology(map, &test, r->err));
	TRY(check_ca(map, r->err));
	TRY(check_claims(map, r->err));
	if (products != NULL)
		TRY(check_texts(products, "products", r->err));
	else
		products = r->products;
	for (size_t i = 0; products != NULL && i < products->count; i++) {
		test.product = products->items[i];
		*VEC_PUSH(r->tests->arena, &r->found) = test;
	}
	if (products == NULL)
		*VEC_PUSH(r->tests->arena, &r->found) = test;
	return RC_OK;
}

static enum rc_status
read_head(struct reader *r, const struct node *root)
{
	static const char *const keys[] = { "products", "source", "topology", "tests" };
	const struct node *node;

	TRY(node_want(root, NODE_MAP, "a file of tests", r->err));
	TRY(node_check_keys(root, keys, ARRAY_LEN(keys), "a file of tests", r->err));
	if ((r->products = node_get(root, "products")) != NULL)
		TRY(check_texts(r->products, "products", r->err));
	if ((node = node_get(root, "source")) != NULL)
		TRY(node_text(node, "the source", &r->source, r->err));
	if ((r->tests->topology = node_get(root, "topology")) != NULL)
		TRY(node_want(r->tests->topology, NODE_MAP, "the topology", r->err));
	TRY(node_require(root, "tests", "a file of tests", &node, r->err));
	return node_want(node, NODE_LIST, "the tests", r->err);
}

enum rc_status
profile_tests_read(struct bytes text, const char *name, struct profile_tests **ret,
    struct error *err)
{
	SCOPED(profile_tests_free) struct profile_tests *tests = mem_zero(sizeof(*tests));
	struct reader r = { .tests = tests, .err = err };
	enum rc_status first = RC_OK;
	const struct node *list;

	tests->arena = arena_new();
	TRY(document_read(text, name, TEXT_ROLE_MAX, &tests->document, err));
	TRY(read_head(&r, document_root(tests->document)));
	list = node_get(document_root(tests->document), "tests");
	for (size_t i = 0; i < list->count; i++) {
		enum rc_status status = read_test(&r, list->items[i]);

		if (first == RC_OK)
			first = status;
	}
	if (first != RC_OK)
		return first;
	tests->v = r.found.v;
	tests->n = r.found.n;
	*ret = TAKE(tests);
	return RC_OK;
}
