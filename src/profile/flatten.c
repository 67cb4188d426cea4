#include <stdlib.h>

#include "profile/catalog.h"
#include "profile/forms.h"

/* How a child may speak of a key that an ancestor has set. */
enum merge { MERGE_PLAIN, MERGE_OVERRIDE, MERGE_APPEND };

const struct setting *
flat_setting(const struct flat_role *flat, const char *key)
{
	for (size_t i = 0; i < flat->n_settings; i++)
		if (strcmp(flat->settings[i].key, key) == 0)
			return &flat->settings[i];
	return NULL;
}

const struct node *
flat_node(const struct flat_role *flat, const char *key)
{
	const struct setting *setting = flat_setting(flat, key);

	return setting != NULL ? setting->nodes[setting->n - 1] : NULL;
}

static bool
grows(const char *key)
{
	return strcmp(key, "choices") == 0 || strcmp(key, "parameters") == 0 ||
	    strcmp(key, "define") == 0;
}

/* What the map of an ancestor holds may not stand in the child's again. */
static enum rc_status
check_growth(const struct setting *setting, const struct node *map, struct error *err)
{
	for (size_t i = 0; map->kind == NODE_MAP && i < map->count; i++)
		for (size_t n = 0; n < setting->n; n++) {
			const struct node_pair *old =
			    node_pair(setting->nodes[n], map->pairs[i].key->text);
			enum rc_status status;

			if (old == NULL)
				continue;
			status = error_at(err, RULE_OVERRIDE_MISSING, map->pairs[i].key->at,
			    "'%s' is set already", map->pairs[i].key->text);
			error_also(err, old->key->at, "set here");
			error_fix(err, "give it another name, or override the whole of '%s'",
			    setting->key);
			return status;
		}
	return RC_OK;
}

static enum rc_status
merge_again(struct setting *setting, const struct node_pair *pair, enum merge merge,
    struct error *err)
{
	const struct node *value = pair->value;
	enum rc_status status;

	if (merge == MERGE_OVERRIDE) {
		setting->nodes[0] = value;
		setting->n = 1;
		setting->replaced = setting->at;
	} else if (merge == MERGE_APPEND || grows(setting->key)) {
		if (merge == MERGE_PLAIN)
			TRY(check_growth(setting, value, err));
		else if (value->kind != NODE_LIST || setting->nodes[0]->kind != NODE_LIST)
			return error_at(err, RULE_APPEND_NO_LIST, pair->key->at,
			    "only a list can be appended to, and '%s' is %s", setting->key,
			    node_kind_word(setting->nodes[0]->kind));
		setting->nodes[setting->n++] = value;
	} else {
		status = error_at(err, RULE_OVERRIDE_MISSING, pair->key->at,
		    "'%s' is set by what this role extends", setting->key);
		error_also(err, setting->at, "set here");
		error_fix(err,
		    "put it under `override:` to replace it, or under `append:` to add to it");
		return status;
	}
	setting->at = pair->key->at;
	return RC_OK;
}

static enum rc_status
merge_pair(struct flat_role *flat, const struct node_pair *pair, enum merge merge,
    struct error *err)
{
	struct setting *setting = NULL;

	for (size_t i = 0; i < flat->n_settings; i++)
		if (strcmp(flat->settings[i].key, pair->key->text) == 0)
			setting = &flat->settings[i];
	if (setting != NULL)
		return merge_again(setting, pair, merge, err);
	if (merge != MERGE_PLAIN)
		return error_at(err, RULE_OVERRIDE_NOTHING, pair->key->at,
		    "nothing that this role extends sets '%s'", pair->key->text);
	flat->settings[flat->n_settings++] = (struct setting){ .key = pair->key->text,
		.nodes = { pair->value }, .n = 1, .at = pair->key->at };
	return RC_OK;
}

static bool
is_inherited(const char *key)
{
	const struct ext_class *class = ext_by_word(key);

	return form_has(&role_body_form, key) || strcmp(key, "extensions") == 0 ||
	    (class != NULL && class->shape != NULL);
}

/* An unknown key is told and passed over. */
static enum rc_status
merge_map(struct flat_role *flat, const struct node *map, enum merge merge, struct error *err)
{
	enum rc_status first;

	TRY(node_want(map, NODE_MAP, "override and append", err));
	first = role_check_keys(map, merge == MERGE_PLAIN, err);
	for (size_t i = 0; i < map->count; i++)
		if (is_inherited(map->pairs[i].key->text))
			KEEP_FIRST(first, merge_pair(flat, &map->pairs[i], merge, err));
	return first;
}

static enum rc_status
merge_text(struct flat_role *flat, const struct role_text *text, struct error *err)
{
	const struct node *override = node_get(text->root, "override");
	const struct node *append = node_get(text->root, "append");
	enum rc_status first = RC_OK;

	if (override != NULL)
		KEEP_FIRST(first, merge_map(flat, override, MERGE_OVERRIDE, err));
	if (append != NULL)
		KEEP_FIRST(first, merge_map(flat, append, MERGE_APPEND, err));
	KEEP_FIRST(first, merge_map(flat, text->root, MERGE_PLAIN, err));
	return first;
}

static enum rc_status
unknown_base(const struct catalog *catalog, const struct node *node, struct error *err)
{
	const char **names = mem_alloc((catalog->n_texts + 1) * sizeof(*names)), *near;
	enum rc_status status = error_at(err, RULE_UNKNOWN_BASE, node->at,
	    "there is no '%s' to extend", node->text);

	for (size_t i = 0; i < catalog->n_texts; i++)
		names[i] = arena_printf(catalog->arena, "%s/%s", catalog->texts[i]->folder,
		    catalog->texts[i]->stem);
	near = nearest_word(node->text, names, catalog->n_texts);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	free(names);
	return status;
}

/* The line of descent, the role itself first. */
static enum rc_status
find_ancestors(const struct catalog *catalog, const struct role_text *text,
    const struct role_text **line, size_t *ret_n, struct error *err)
{
	size_t n = 0;

	while (text != NULL) {
		const struct node *extends = node_get(text->root, "extends");

		if (n == EXTENDS_MAX)
			return error_at(err, RULE_EXTENDS_LOOP, text->at,
			    "extends goes in a circle, or over more than %d steps", EXTENDS_MAX);
		line[n++] = text;
		if (extends == NULL)
			break;
		TRY(node_want(extends, NODE_TEXT, "extends", err));
		text = catalog_find_text(catalog, text->folder, extends->text);
		if (text == NULL)
			return unknown_base(catalog, extends, err);
	}
	*ret_n = n;
	return RC_OK;
}

enum rc_status
role_flatten(const struct catalog *catalog, const struct role_text *text, struct arena *arena,
    struct flat_role *ret, struct error *err)
{
	const struct role_text *line[EXTENDS_MAX];
	struct flat_role flat = { .text = text };
	size_t n = 0, most = role_body_form.n_keys + EXT_COUNT + 1;      /* and `extensions` */

	flat.settings = arena_alloc(arena, most * sizeof(*flat.settings));
	TRY(find_ancestors(catalog, text, line, &n, err));
	for (size_t i = n; i > 0; i--)
		KEEP_FIRST(flat.status, merge_text(&flat, line[i - 1], err));
	*ret = flat;
	return RC_OK;
}
