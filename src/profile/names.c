/*
 * The names of a role (san, define) and its notes: lists of items that may hang on
 * a condition, repeat over a list, or include a list of `define`.
 */
#include "profile/catalog.h"
#include "profile/forms.h"

enum { INCLUDE_MAX = 8 };

static enum rc_status compile_item(struct compiler *c, const struct node *map,
    struct name_item *ret) RC_CHECK;

enum rc_status
compile_when(struct compiler *c, const struct node *map, const struct expr **ret)
{
	const struct node *when = node_get(map, "when");

	return when != NULL ? condition_compile(when, &c->scope, c->arena, ret, c->err) : RC_OK;
}

enum rc_status
compile_names(struct compiler *c, const struct node *list, struct name_item **ret, size_t *ret_n)
{
	enum rc_status first = RC_OK;
	struct name_item *items;

	TRY(node_want(list, NODE_LIST, "the names", c->err));
	items = arena_alloc(c->arena, (list->count + 1) * sizeof(*items));
	for (size_t i = 0; i < list->count && c->n_items <= ROLE_ITEMS_MAX; i++) {
		enum rc_status status = compile_item(c, list->items[i], &items[i]);

		if (first == RC_OK)
			first = status;
	}
	*ret = items;
	*ret_n = list->count;
	return first;
}

/* A host name for an address, a URI for a host name: each is known before a topology is. */
static enum rc_status
check_name_type(struct compiler *c, const struct name_item *item, const struct node *node)
{
	static const enum type_kind kinds[NAME_TYPES] = {
		[NAME_DNS] = TYPE_FQDN, [NAME_IP] = TYPE_IP, [NAME_URI] = TYPE_URI,
		[NAME_RID] = TYPE_OID, [NAME_XMPP] = TYPE_FQDN,
	};
	SCOPED(buf_clear) struct buf want = BUF_INIT, have = BUF_INIT;
	const struct type *type;
	bool optional;

	type = expr_type(item->text.pieces[0].expr, &optional);
	if (type->kind == TYPE_TEXT || type->kind == kinds[item->type])
		return RC_OK;
	(void)error_at(c->err, RULE_EXPR_TYPE, node->at, "this is no name of type %s",
	    name_type_word(item->type));
	type_print(&(struct type){ .kind = kinds[item->type] }, &want);
	type_print(type, &have);
	error_want(c->err, buf_text(&want), buf_text(&have));
	if (type->kind == TYPE_URI && kinds[item->type] == TYPE_FQDN)
		error_fix(c->err, "host-of() is the host of a URI");
	return rule_status(RULE_EXPR_TYPE);
}

/* What is written out must be such a name; what comes from a fact is checked when it is
 * planned. */
static enum rc_status
check_name_text(struct compiler *c, const struct name_item *item, const struct node *node)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct general_name name = { .type = item->type };

	if (item->text.n == 1 && item->text.pieces[0].expr != NULL)
		return check_name_type(c, item, node);
	for (size_t i = 0; i < item->text.n; i++) {
		if (item->text.pieces[i].expr != NULL)
			return RC_OK;
		buf_puts(&text, item->text.pieces[i].text);
	}
	name.value = buf_text(&text);
	return general_name_check(&name, true, node->at, c->err);
}

static enum rc_status
compile_name(struct compiler *c, const struct node_pair *pair, struct name_item *item)
{
	item->kind = ITEM_NAME;
	item->type = name_type_find(pair->key->text);
	TRY(template_compile(pair->value, &c->scope, c->arena, &item->text, c->err));
	if (item->type == NAME_DNS && strncmp(pair->value->text, "*.", 2) == 0 &&
	    c->product->no_wildcards)
		return error_at(c->err, RULE_WILDCARD_REFUSED, pair->value->at,
		    "'%s': %s takes no wildcards", pair->value->text, c->product->title);
	return check_name_text(c, item, pair->value);
}

static enum rc_status
compile_each(struct compiler *c, const struct node *each, const struct node *names,
    struct name_item *item)
{
	item->kind = ITEM_EACH;
	if (names == NULL)
		return error_at(c->err, RULE_MISSING_KEY, each->at, "`each` needs the key 'names'");
	TRY(each_open(each, &c->scope, c->arena, &item->each, c->err));
	return each_close(&c->scope, &item->each,
	    compile_names(c, names, &item->items, &item->n_items), c->err);
}

static enum rc_status
unknown_list(struct compiler *c, const struct node *node, const struct setting *define)
{
	enum rc_status status = error_at(c->err, RULE_UNKNOWN_LIST, node->at,
	    "nothing defines a list '%s'", node->text);
	VEC(const char *) names = { .v = NULL };
	const char *near;

	for (size_t i = 0; define != NULL && i < define->n; i++)
		for (size_t k = 0; k < define->nodes[i]->count; k++)
			*VEC_PUSH(c->arena, &names) = define->nodes[i]->pairs[k].key->text;
	near = nearest_word(node->text, names.v, names.n);
	if (near != NULL)
		error_fix(c->err, "did you mean '%s'?", near);
	return status;
}

/* Somebody who reads a list believes that its names are in a certificate. */
enum rc_status
check_lists(const struct compiler *c)
{
	const struct setting *define = flat_setting(c->flat, "define");
	enum rc_status first = RC_OK;

	for (size_t i = 0; define != NULL && i < define->n; i++)
		for (size_t k = 0; k < define->nodes[i]->count; k++) {
			const struct node *name = define->nodes[i]->pairs[k].key;

			if (!catalog_includes(c->catalog, name->text))
				KEEP_FIRST(first, error_at(c->err, RULE_UNUSED_LIST, name->at,
				    "nothing includes the list '%s'", name->text));
		}
	return first;
}

/* The list is compiled anew where it is included: it sees what stands there. */
static enum rc_status
compile_include(struct compiler *c, const struct node *node, struct name_item *item)
{
	const struct setting *define = flat_setting(c->flat, "define");
	const struct node *list = NULL;
	enum rc_status status;

	item->kind = ITEM_GROUP;
	item->included = true;
	TRY(node_want(node, NODE_TEXT, "include", c->err));
	for (size_t i = 0; define != NULL && i < define->n; i++)
		if (list == NULL)
			list = node_get(define->nodes[i], node->text);
	if (list == NULL)
		return unknown_list(c, node, define);
	if (c->include_depth == INCLUDE_MAX)
		return error_at(c->err, RULE_INCLUDE_LOOP, node->at,
		    "lists include each other in a circle, or over more than %d steps",
		    INCLUDE_MAX);
	c->include_depth++;
	status = compile_names(c, list, &item->items, &item->n_items);
	if (status != RC_OK)
		error_while(c->err, "including the list '%s'", node->text);
	c->include_depth--;
	return status;
}

static enum rc_status
compile_kind(struct compiler *c, const struct node *map, struct name_item *item)
{
	const struct node *each = node_get(map, "each"), *include = node_get(map, "include");
	const struct node *names = node_get(map, "names");
	const struct node_pair *name = NULL;
	size_t kinds = 0;

	for (size_t i = 0; i < map->count; i++)
		if (name_type_find(map->pairs[i].key->text) != NAME_TYPES) {
			name = &map->pairs[i];
			kinds++;
		}
	kinds += include != NULL ? 1 : 0;
	kinds += each != NULL || names != NULL ? 1 : 0;
	if (kinds != 1)
		return error_at(c->err, RULE_NAME_ITEM, map->at,
		    "an item is one name, one `each` with names, one `names`, or one `include`");
	if (name != NULL)
		return compile_name(c, name, item);
	if (include != NULL)
		return compile_include(c, include, item);
	if (each != NULL)
		return compile_each(c, each, names, item);
	item->kind = ITEM_GROUP;
	return compile_names(c, names, &item->items, &item->n_items);
}

static enum rc_status
compile_item(struct compiler *c, const struct node *map, struct name_item *item)
{
	const struct node *because = node_get(map, "because");
	enum rc_status first;

	item->at = map->at;
	/* Lists that include each other several times multiply: it is told once. */
	if (c->n_items++ >= ROLE_ITEMS_MAX)
		return c->n_items != ROLE_ITEMS_MAX + 1 ? rule_status(RULE_ROLE_LIMIT)
		    : error_at(c->err, RULE_ROLE_LIMIT, map->at,
		    "with its lists included the role has more than %d names and groups",
		    ROLE_ITEMS_MAX);
	TRY(form_check(&name_item_form, map, c->err));
	first = compile_when(c, map, &item->when);
	if (because != NULL)
		KEEP_FIRST(first, node_text(because, "because", &item->because, c->err));
	KEEP_FIRST(first, compile_kind(c, map, item));
	return first;
}

/* -- notes ------------------------------------------------------------------------- */

static enum rc_status
compile_note_text(struct compiler *c, const struct node *map, struct note_item *note)
{
	const struct node *plain = node_get(map, "note"), *warning = node_get(map, "warning");

	if ((plain == NULL) == (warning == NULL))
		return error_at(c->err, RULE_MISSING_KEY, map->at,
		    "a note has one of the keys 'note' and 'warning'");
	note->warning = warning != NULL;
	return template_compile(warning != NULL ? warning : plain, &c->scope, c->arena, &note->text,
	    c->err);
}

static enum rc_status
compile_note(struct compiler *c, const struct node *map, struct note_item *note)
{
	const struct node *each = node_get(map, "each"), *rule = node_get(map, "rule");
	enum rc_status status;

	note->at = map->at;
	note->rule = rule_id(RULE_ROLE_NOTE);
	TRY(form_check(&note_form, map, c->err));
	if (rule != NULL)
		TRY(node_text(rule, "rule", &note->rule, c->err));
	if (rule_find(note->rule) == RULE_NONE)
		return error_at(c->err, RULE_UNKNOWN_WORD, rule != NULL ? rule->at : map->at,
		    "there is no rule '%s'", note->rule);
	if (each != NULL)
		TRY(each_open(each, &c->scope, c->arena, &note->each, c->err));
	status = compile_when(c, map, &note->when);
	KEEP_FIRST(status, compile_note_text(c, map, note));
	return each != NULL ? each_close(&c->scope, &note->each, status, c->err) : status;
}

enum rc_status
compile_notes(struct compiler *c)
{
	const struct setting *setting = flat_setting(c->flat, "notes");
	VEC(struct note_item) notes = { .v = NULL };
	enum rc_status first = RC_OK;

	for (size_t i = 0; setting != NULL && i < setting->n; i++) {
		const struct node *list = setting->nodes[i];

		TRY(node_want(list, NODE_LIST, "notes", c->err));
		for (size_t k = 0; k < list->count; k++) {
			struct note_item note = { .warning = false };

			KEEP_FIRST(first, compile_note(c, list->items[k], &note));
			*VEC_PUSH(c->arena, &notes) = note;
		}
	}
	c->role->notes = notes.v;
	c->role->n_notes = notes.n;
	return first;
}
