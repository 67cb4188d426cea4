#include <libfyaml.h>
#include <stdlib.h>

#include "text/guard.h"
#include "text/node.h"

enum { DEPTH_MAX = 64 };

struct document {
	struct arena *arena;
	struct source source;
	struct node *root;
};

/* One reading: libfyaml's events become nodes of the document. */
struct reader {
	struct document *document;
	struct fy_parser *parser;
	struct fy_diag *diag;
	struct error *err;
};

const struct node *
document_root(const struct document *document)
{
	return document->root;
}

const struct source *
document_source(const struct document *document)
{
	return &document->source;
}

void
document_free(struct document *document)
{
	if (document == NULL)
		return;
	arena_free(document->arena);
	free(document);
}

/* libfyaml counts lines and columns (in characters) from 0, and sets the mark of
 * an anchor, an alias and a text in quotes behind the sign that begins it. */
static struct place
place_of(const struct reader *r, const struct fy_mark *mark, uint32_t width)
{
	struct place at = { .source = &r->document->source, .width = width };

	if (mark != NULL && mark->line >= 0 && mark->column >= 0) {
		at.line = (uint32_t)mark->line + 1;
		at.column = (uint32_t)mark->column + 1;
	}
	return at;
}

static struct place
behind_sign(struct place at)
{
	if (at.column > 1)
		at.column--;
	return at;
}

static struct node *
node_new(struct reader *r, enum node_kind kind, struct fy_event *event)
{
	const struct fy_mark *start = fy_event_start_mark(event);
	const struct fy_mark *end = fy_event_end_mark(event);
	struct node *node = ARENA_NEW(r->document->arena, struct node);
	uint32_t width = 1;

	if (kind == NODE_TEXT && start != NULL && end != NULL && start->line == end->line &&
	    end->column > start->column)
		width = (uint32_t)(end->column - start->column);
	node->kind = kind;
	node->at = place_of(r, start, width);
	node->begin = start != NULL ? (uint32_t)start->input_pos : 0;
	return node;
}

static enum rc_status
refuse_decoration(struct reader *r, struct fy_event *event)
{
	struct fy_token *anchor = fy_event_get_anchor_token(event);
	struct fy_token *tag = fy_event_get_tag_token(event);

	if (anchor != NULL)
		return error_at(r->err, RULE_YAML_ANCHOR,
		    behind_sign(place_of(r, fy_token_start_mark(anchor), 1)),
		    "an anchor may not stand here");
	if (tag != NULL)
		return error_at(r->err, RULE_YAML_TAG,
		    place_of(r, fy_token_start_mark(tag), 1), "a tag may not stand here");
	return RC_OK;
}

/* The first of what libfyaml had to complain about, in our words. */
static enum rc_status
syntax_error(struct reader *r)
{
	struct fy_diag_error *first = NULL;
	void *iterator = NULL;
	struct place at = { .source = &r->document->source };

	first = fy_diag_errors_iterate(r->diag, &iterator);
	if (first == NULL)
		return error_at(r->err, RULE_YAML_SYNTAX, at, "the text cannot be read as YAML");
	/* What it collects counts from 1, unlike its marks. */
	if (first->line > 0) {
		at.line = (uint32_t)first->line;
		at.column = first->column > 0 ? (uint32_t)first->column : 1;
	}
	return error_at(r->err, RULE_YAML_SYNTAX, at, "%s", first->msg);
}

static enum rc_status read_node(struct reader *r, struct fy_event *event, unsigned depth,
    struct node **ret) RC_CHECK;

static bool
is_empty_word(const char *text)
{
	return text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static bool
is_in_quotes(struct fy_token *token)
{
	enum fy_scalar_style style = fy_token_scalar_style(token);

	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static enum rc_status
read_scalar(struct reader *r, struct fy_event *event, struct node **ret)
{
	struct fy_token *token = event->scalar.value;
	struct node *node;
	const char *text;
	size_t n = 0;

	TRY(refuse_decoration(r, event));
	node = node_new(r, NODE_TEXT, event);
	if (token != NULL && is_in_quotes(token)) {
		node->at = behind_sign(node->at);
		node->at.width += 2;
	}
	text = token != NULL ? fy_token_get_text(token, &n) : "";
	if (text == NULL)
		return error_at(r->err, RULE_YAML_SYNTAX, node->at, "the text cannot be read");
	/* "\0" in double quotes: no name and no path may hold one. */
	if (memchr(text, '\0', n) != NULL)
		return error_at(r->err, RULE_YAML_ENCODING, node->at, "a NUL character");
	node->text = arena_strndup(r->document->arena, text, n);
	node->quoted = token != NULL && fy_token_scalar_style(token) != FYSS_PLAIN;
	if (!node->quoted && is_empty_word(node->text))
		node->kind = NODE_EMPTY;
	*ret = node;
	return RC_OK;
}

static enum rc_status
read_list(struct reader *r, struct fy_event *event, unsigned depth, struct node **ret)
{
	struct node *list = node_new(r, NODE_LIST, event);
	VEC(struct node *) items = { .v = NULL };
	enum rc_status status = refuse_decoration(r, event);
	bool end = false;

	while (status == RC_OK && !end) {
		struct fy_event *inner = fy_parser_parse(r->parser);
		struct node *item = NULL;

		if (inner == NULL)
			return syntax_error(r);
		end = inner->type == FYET_SEQUENCE_END;
		if (!end)
			status = read_node(r, inner, depth + 1, &item);
		if (!end && status == RC_OK)
			*VEC_PUSH(r->document->arena, &items) = item;
		fy_parser_event_free(r->parser, inner);
	}
	list->items = items.v;
	list->count = items.n;
	*ret = list;
	return status;
}

/* An open hash of the keys of one map, so that a key twice is found at once. */
struct key_set {
	struct node **slots;
	size_t size, used;
};

static void
key_set_clear(struct key_set *set)
{
	free(set->slots);
}
DEFINE_SCOPED_VALUE(key_set_clear, struct key_set)

static size_t
key_slot(const struct key_set *set, const char *text)
{
	uint64_t h = 14695981039346656037ULL;
	size_t i;

	for (const char *c = text; *c != '\0'; c++)
		h = (h ^ (uint8_t)*c) * 1099511628211ULL;
	for (i = (size_t)h & (set->size - 1); set->slots[i] != NULL; i = (i + 1) & (set->size - 1))
		if (strcmp(set->slots[i]->text, text) == 0)
			break;
	return i;
}

static void
key_set_grow(struct key_set *set)
{
	struct key_set bigger = { .size = set->size != 0 ? set->size * 2 : 16, .used = set->used };

	bigger.slots = mem_zero(bigger.size * sizeof(*bigger.slots));
	for (size_t i = 0; i < set->size; i++)
		if (set->slots[i] != NULL)
			bigger.slots[key_slot(&bigger, set->slots[i]->text)] = set->slots[i];
	free(set->slots);
	*set = bigger;
}

static enum rc_status
check_key(struct reader *r, struct key_set *keys, struct node *key)
{
	struct node **slot;

	if (key->kind != NODE_TEXT)
		return error_at(r->err, RULE_YAML_KEY, key->at, "%s cannot be a key",
		    node_kind_word(key->kind));
	if (!key->quoted && strcmp(key->text, "<<") == 0)
		return error_at(r->err, RULE_YAML_ANCHOR, key->at,
		    "a merge key may not stand here");
	if (keys->used * 2 >= keys->size)
		key_set_grow(keys);
	slot = &keys->slots[key_slot(keys, key->text)];
	if (*slot != NULL) {
		enum rc_status status = error_at(r->err, RULE_YAML_DUPLICATE_KEY, key->at,
		    "key '%s' stands twice", key->text);

		error_also(r->err, (*slot)->at, "first set here");
		return status;
	}
	*slot = key;
	keys->used++;
	return RC_OK;
}

static enum rc_status
read_pair(struct reader *r, struct fy_event *event, unsigned depth, struct key_set *keys,
    struct node_pair *ret)
{
	struct fy_event *inner;
	enum rc_status status;

	TRY(read_node(r, event, depth + 1, &ret->key));
	TRY(check_key(r, keys, ret->key));
	inner = fy_parser_parse(r->parser);
	if (inner == NULL)
		return syntax_error(r);
	status = read_node(r, inner, depth + 1, &ret->value);
	fy_parser_event_free(r->parser, inner);
	return status;
}

static enum rc_status
read_map(struct reader *r, struct fy_event *event, unsigned depth, struct node **ret)
{
	struct node *map = node_new(r, NODE_MAP, event);
	VEC(struct node_pair) pairs = { .v = NULL };
	SCOPED(key_set_clear) struct key_set keys = { .slots = NULL };
	enum rc_status status = refuse_decoration(r, event);
	bool end = false;

	while (status == RC_OK && !end) {
		struct node_pair pair = { .key = NULL };
		struct fy_event *inner = fy_parser_parse(r->parser);

		if (inner == NULL)
			return syntax_error(r);
		end = inner->type == FYET_MAPPING_END;
		if (!end)
			status = read_pair(r, inner, depth, &keys, &pair);
		if (!end && status == RC_OK)
			*VEC_PUSH(r->document->arena, &pairs) = pair;
		fy_parser_event_free(r->parser, inner);
	}
	map->pairs = pairs.v;
	map->count = pairs.n;
	*ret = map;
	return status;
}

static enum rc_status
read_node(struct reader *r, struct fy_event *event, unsigned depth, struct node **ret)
{
	struct place at = place_of(r, fy_event_start_mark(event), 1);

	if (depth > DEPTH_MAX)
		return error_at(r->err, RULE_YAML_DEPTH, at, "nested deeper than %d levels",
		    DEPTH_MAX);
	switch (event->type) {
	case FYET_SCALAR:
		return read_scalar(r, event, ret);
	case FYET_SEQUENCE_START:
		return read_list(r, event, depth, ret);
	case FYET_MAPPING_START:
		return read_map(r, event, depth, ret);
	case FYET_ALIAS:
		return error_at(r->err, RULE_YAML_ANCHOR, behind_sign(at),
		    "an alias may not stand here");
	default:
		return error_at(r->err, RULE_YAML_SYNTAX, at, "the text ends too early");
	}
}

/* Everything between the start of the stream and its end: exactly one node. */
static enum rc_status
read_stream(struct reader *r)
{
	bool end = false, have_document = false;
	enum rc_status status = RC_OK;

	while (!end && status == RC_OK) {
		struct fy_event *event = fy_parser_parse(r->parser);

		if (event == NULL)
			return syntax_error(r);
		if (event->type == FYET_STREAM_END)
			end = true;
		else if (event->type == FYET_DOCUMENT_START && have_document)
			status = error_at(r->err, RULE_YAML_DOCUMENTS,
			    place_of(r, fy_event_start_mark(event), 1),
			    "a second document begins here");
		else if (event->type == FYET_DOCUMENT_START)
			have_document = true;
		else if (event->type != FYET_STREAM_START && event->type != FYET_DOCUMENT_END)
			status = read_node(r, event, 0, &r->document->root);
		fy_parser_event_free(r->parser, event);
	}
	return status;
}

static enum rc_status
parse(struct document *document, struct error *err)
{
	/* Without a configuration it would ask for each text whether stderr is a terminal. */
	static const struct fy_diag_cfg silent = { .level = FYET_ERROR, .module_mask = ~0U };
	struct fy_diag *diag = fy_diag_create(&silent);
	struct fy_parse_cfg config = { .flags = FYPCF_QUIET, .diag = diag };
	struct reader r = { .document = document, .diag = diag, .err = err };
	enum rc_status status;

	if (diag == NULL)
		mem_die();
	fy_diag_set_collect_errors(diag, true);
	r.parser = fy_parser_create(&config);
	if (r.parser == NULL || fy_parser_set_string(r.parser,
	    (const char *)document->source.text.p, document->source.text.n) != 0)
		mem_die();
	status = read_stream(&r);
	fy_parser_destroy(r.parser);
	fy_diag_destroy(diag);
	return status;
}

static struct bytes
without_bom(struct bytes text)
{
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		return BYTES(text.p + 3, text.n - 3);
	return text;
}

enum rc_status
document_read(struct bytes text, const char *name, size_t limit, struct document **ret,
    struct error *err)
{
	SCOPED(document_free) struct document *document = mem_zero(sizeof(*document));

	if (text.n > limit)
		return error_fail(err, RULE_YAML_SIZE, "%s has %zu octets, at most %zu are read",
		    name, text.n, limit);
	document->arena = arena_new();
	document->source.name = arena_strdup(document->arena, name);
	document->source.text = arena_bytes(document->arena, without_bom(text));
	TRY(guard_check(&document->source, err));
	TRY(parse(document, err));
	if (document->root == NULL) {
		document->root = ARENA_NEW(document->arena, struct node);
		document->root->at = (struct place){ &document->source, 1, 1, 1 };
	}
	*ret = TAKE(document);
	return RC_OK;
}

const char *
document_library(void)
{
	return fy_library_version();
}
