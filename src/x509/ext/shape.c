#include "x509/ext/shape.h"

#include <stdlib.h>

#include "x509/der_write.h"
#include "x509/ext/ext.h"

/* -- holding a text against its shape -------------------------------------------------- */

static bool
is_open(const struct node *node, bool pattern)
{
	return pattern && node->kind == NODE_TEXT && strstr(node->text, "${") != NULL;
}

static enum rc_status
check_text(const struct shape *shape, const struct node *node, struct error *err)
{
	const char *text;

	TRY(node_text(node, shape->what, &text, err));
	return shape->check != NULL ? shape->check(text, node->at, err) : RC_OK;
}

static enum rc_status
check_list(const struct shape *shape, const struct node *node, bool pattern, struct error *err)
{
	enum rc_status first = RC_OK;

	TRY(node_want(node, NODE_LIST, shape->what, err));
	if (node->count == 0)
		return error_at(err, RULE_EXT_LIST_EMPTY, node->at, "%s: the list has no member",
		    shape->what);
	for (size_t i = 0; i < node->count; i++) {
		enum rc_status status = shape_check(shape->member, node->items[i], pattern, err);

		first = first != RC_OK ? first : status;
	}
	return first;
}

enum { KEYS_MAX = 16 };

static enum rc_status
check_keys(const struct shape *shape, const struct node *node, struct error *err)
{
	const char *known[KEYS_MAX];
	int64_t n = (int64_t)node->count;

	for (size_t i = 0; i < shape->n_keys; i++)
		known[i] = shape->keys[i].word;
	TRY(node_check_keys(node, known, shape->n_keys, shape->what, err));
	if (n < shape->least || (shape->most != 0 && n > shape->most))
		return error_at(err, RULE_EXT_KEYS, node->at, "%s has %s its keys", shape->what,
		    shape->most == 1 ? "exactly one of" : "at least one of");
	if (shape->either[0] != NULL && (node_get(node, shape->either[0]) == NULL) ==
	    (node_get(node, shape->either[1]) == NULL))
		return error_at(err, RULE_EXT_KEYS, node->at,
		    "%s has one of the keys '%s' and '%s'", shape->what, shape->either[0],
		    shape->either[1]);
	return RC_OK;
}

static enum rc_status
check_map(const struct shape *shape, const struct node *node, bool pattern, struct error *err)
{
	enum rc_status first = RC_OK;

	TRY(node_want(node, NODE_MAP, shape->what, err));
	TRY(check_keys(shape, node, err));
	for (size_t i = 0; i < shape->n_keys; i++) {
		const struct node *value = node_get(node, shape->keys[i].word);
		enum rc_status status = RC_OK;

		if (value != NULL)
			status = shape_check(shape->keys[i].shape, value, pattern, err);
		else if (shape->keys[i].required)
			status = node_require(node, shape->keys[i].word, shape->what, &value, err);
		first = first != RC_OK ? first : status;
	}
	return first;
}

static const struct shape *
shape_of_key(const struct shape *shape, const char *key)
{
	size_t i = 0;

	while (strcmp(shape->keys[i].word, key) != 0)
		i++;
	return shape->keys[i].shape;
}

enum rc_status
shape_check(const struct shape *shape, const struct node *node, bool pattern, struct error *err)
{
	int64_t number;
	bool truth;

	if (shape->kind == SHAPE_MAP && shape->short_key != NULL && node->kind == NODE_TEXT)
		return shape_check(shape_of_key(shape, shape->short_key), node, pattern, err);
	if (is_open(node, pattern)) {
		if (!shape->literal)
			return RC_OK;
		return error_at(err, RULE_EXT_LITERAL, node->at,
		    "%s is written out in the role; no fact decides it", shape->what);
	}
	switch (shape->kind) {
	case SHAPE_TEXT:
		return check_text(shape, node, err);
	case SHAPE_TRUTH:
		return node_bool(node, shape->what, &truth, err);
	case SHAPE_NUMBER:
		return node_number(node, shape->what, shape->least, shape->most, &number, err);
	case SHAPE_LIST:
		return check_list(shape, node, pattern, err);
	default:
		return check_map(shape, node, pattern, err);
	}
}

/* -- reading what fits ------------------------------------------------------------------ */

const char *
shape_text(const struct shape *shape, const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	if (map->kind == NODE_TEXT && shape->short_key != NULL &&
	    strcmp(shape->short_key, key) == 0)
		return map->text;
	return node != NULL ? node->text : NULL;
}

int64_t
shape_number(const struct node *node, int64_t otherwise)
{
	return node != NULL ? strtoll(node->text, NULL, 10) : otherwise;
}

/* -- what several share ----------------------------------------------------------------- */

enum rc_status
shape_oid(const char *text, struct place at, struct error *err)
{
	return oid_is_valid(text) ? RC_OK :
	    error_at(err, RULE_UNKNOWN_WORD, at, "'%s' is no OID", text);
}

enum rc_status
shape_usage(const char *text, struct place at, struct error *err)
{
	return eku_oid(text) != NULL ? RC_OK : error_at(err, RULE_UNKNOWN_WORD, at,
	    "'%s' is no extended key usage and no OID", text);
}

enum rc_status
shape_uri(const char *text, struct place at, struct error *err)
{
	const struct general_name name = { .type = NAME_URI, .value = text };

	return general_name_check(&name, false, at, err);
}

const struct shape shape_of_oid = { .kind = SHAPE_TEXT, .what = "an OID", .check = shape_oid };
const struct shape shape_of_uri = { .kind = SHAPE_TEXT, .what = "a URI", .check = shape_uri };
const struct shape shape_of_truth = { .kind = SHAPE_TRUTH, .what = "true or false" };

static const struct shape_key uri_keys[] = { { "uri", &shape_of_uri, true } };
static const struct shape uri_item = { .kind = SHAPE_MAP, .what = "a place", .keys = uri_keys,
	.n_keys = ARRAY_LEN(uri_keys), .short_key = "uri" };
const struct shape shape_of_uris = { .kind = SHAPE_LIST, .what = "a list of URIs",
	.member = &uri_item };

/* The roles say them, no topology does: what a key may be used for is policy. */
static const struct shape usage = { .kind = SHAPE_TEXT, .what = "a usage", .literal = true,
	.check = shape_usage };
static const struct shape_key usage_keys[] = { { "use", &usage, true } };
static const struct shape usage_item = { .kind = SHAPE_MAP, .what = "a usage",
	.keys = usage_keys, .n_keys = ARRAY_LEN(usage_keys), .short_key = "use" };
const struct shape shape_of_usages = { .kind = SHAPE_LIST, .what = "a list of usages",
	.member = &usage_item };
