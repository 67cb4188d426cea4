#include "text/node.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const char *
node_kind_word(enum node_kind kind)
{
	static const char *const words[] = { "nothing", "a text", "a list", "a map" };

	return words[kind];
}

const struct node_pair *
node_pair(const struct node *map, const char *key)
{
	if (map == NULL || map->kind != NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->pairs[i].key->text, key) == 0)
			return &map->pairs[i];
	return NULL;
}

const struct node *
node_get(const struct node *map, const char *key)
{
	const struct node_pair *pair = node_pair(map, key);

	return pair != NULL ? pair->value : NULL;
}

enum { HAVE_SHOWN = 60 };        /* octets of a value that was not wanted */

static enum rc_status
wrong_type(const struct node *node, const char *what, const char *want, struct error *err)
{
	enum rc_status status =
	    error_at(err, RULE_YAML_TYPE, node->at, "%s is of the wrong type", what);

	if (node->kind == NODE_TEXT) {
		struct buf have = BUF_INIT;
		size_t n = strnlen(node->text, HAVE_SHOWN);

		while (n != 0 && (node->text[n] & 0xc0) == 0x80)
			n--;
		buf_printf(&have, "'%.*s'%s", (int)n, node->text,
		    node->text[n] != '\0' ? "..." : "");
		error_want(err, want, buf_text(&have));
		buf_clear(&have);
	} else
		error_want(err, want, node_kind_word(node->kind));
	return status;
}

enum rc_status
node_want(const struct node *node, enum node_kind kind, const char *what, struct error *err)
{
	return node->kind == kind ? RC_OK : wrong_type(node, what, node_kind_word(kind), err);
}

static bool
is_known(const char *key, const char *const *known, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(key, known[i]) == 0)
			return true;
	return false;
}

enum rc_status
node_check_keys(const struct node *map, const char *const *known, size_t n, const char *what,
    struct error *err)
{
	enum rc_status status = RC_OK;

	for (size_t i = 0; i < map->count; i++) {
		const struct node *key = map->pairs[i].key;
		const char *near;

		if (is_known(key->text, known, n))
			continue;
		status = error_at(err, RULE_UNKNOWN_KEY, key->at, "%s has no key '%s'", what,
		    key->text);
		near = nearest_word(key->text, known, n);
		if (near != NULL)
			error_fix(err, "did you mean '%s'?", near);
	}
	return status;
}

enum rc_status
node_require(const struct node *map, const char *key, const char *what,
    const struct node **ret, struct error *err)
{
	const struct node *value = node_get(map, key);

	if (value == NULL)
		return error_at(err, RULE_MISSING_KEY, map->at, "%s needs the key '%s'", what, key);
	*ret = value;
	return RC_OK;
}

enum rc_status
node_text(const struct node *node, const char *what, const char **ret, struct error *err)
{
	TRY(node_want(node, NODE_TEXT, what, err));
	*ret = node->text;
	return RC_OK;
}

bool
node_is_bool(const struct node *node)
{
	return node->kind == NODE_TEXT && !node->quoted &&
	    (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0);
}

enum rc_status
node_bool(const struct node *node, const char *what, bool *ret, struct error *err)
{
	if (!node_is_bool(node))
		return wrong_type(node, what, "true or false", err);
	*ret = node->text[0] == 't';
	return RC_OK;
}

/* Decimal, no leading zero or plus sign; nothing that strtoll would be kind about. */
static bool
read_number(const char *text, size_t n, int64_t *ret)
{
	char digits[24], *end;
	size_t sign = n > 0 && text[0] == '-' ? 1 : 0;

	if (n == sign || n >= sizeof(digits) || (text[sign] == '0' && n > sign + 1))
		return false;
	for (size_t i = sign; i < n; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	memcpy(digits, text, n);
	digits[n] = '\0';
	errno = 0;
	*ret = strtoll(digits, &end, 10);
	return errno == 0;
}

bool
node_is_number(const struct node *node)
{
	int64_t number;

	return node->kind == NODE_TEXT && !node->quoted &&
	    read_number(node->text, strlen(node->text), &number);
}

enum rc_status
node_number(const struct node *node, const char *what, int64_t least, int64_t most,
    int64_t *ret, struct error *err)
{
	int64_t number;
	char want[64];

	if (!node_is_number(node) || !read_number(node->text, strlen(node->text), &number) ||
	    number < least || number > most) {
		(void)snprintf(want, sizeof(want), "a number from %lld to %lld",
		    (long long)least, (long long)most);
		return wrong_type(node, what, want, err);
	}
	*ret = number;
	return RC_OK;
}

enum rc_status
node_duration(const struct node *node, const char *what, int64_t *ret_seconds, struct error *err)
{
	static const struct { char unit; int64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 },
	};
	size_t n = node->kind == NODE_TEXT ? strlen(node->text) : 0;
	int64_t number;

	for (size_t i = 0; n > 1 && i < ARRAY_LEN(units); i++)
		if (node->text[n - 1] == units[i].unit && read_number(node->text, n - 1, &number) &&
		    number >= 0 && number <= INT32_MAX) {
			*ret_seconds = number * units[i].seconds;
			return RC_OK;
		}
	return wrong_type(node, what, "a number with s, m, h, d or w, such as 5m", err);
}

enum rc_status
node_word(const struct node *node, const char *what, const char *const *words, size_t n,
    size_t *ret, struct error *err)
{
	struct buf list = BUF_INIT;
	const char *text, *near;
	enum rc_status status;

	TRY(node_text(node, what, &text, err));
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], text) == 0) {
			*ret = i;
			return RC_OK;
		}
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", words[i]);
	status = error_at(err, RULE_UNKNOWN_WORD, node->at, "%s cannot be '%s': it is %s", what,
	    text,
	    buf_text(&list));
	near = nearest_word(text, words, n);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	buf_clear(&list);
	return status;
}
