/*
 * The choices of a role: where the vendor's documents disagree, the role names the
 * ways and the topology takes one.
 */
#include "profile/catalog.h"
#include "profile/forms.h"

static enum rc_status
read_values(const struct node *node, struct arena *arena, struct choice *choice,
    struct error *err)
{
	struct type *type = ARENA_NEW(arena, struct type);
	const char **values;

	TRY(node_want(node, NODE_LIST, "the values of a choice", err));
	if (node->count < 2)
		return error_at(err, RULE_CHOICE_VALUES, node->at,
		    "a choice has at least two values");
	values = arena_alloc(arena, node->count * sizeof(*values));
	for (size_t i = 0; i < node->count; i++) {
		TRY(node_text(node->items[i], "a value of a choice", &values[i], err));
		for (size_t k = 0; k < i; k++)
			if (strcmp(values[i], values[k]) == 0)
				return error_at(err, RULE_CHOICE_VALUES, node->items[i]->at,
				    "the value '%s' stands twice", values[i]);
	}
	type->kind = TYPE_TEXT;
	type->words = choice->values = values;
	type->n_words = choice->n_values = node->count;
	choice->type = type;
	return RC_OK;
}

static enum rc_status
read_own(const struct node *map, struct arena *arena, struct choice *choice, struct error *err)
{
	const struct node *node;

	TRY(form_check(&choice_form, map, err));
	TRY(read_values(node_get(map, "values"), arena, choice, err));
	TRY(node_word(node_get(map, "default"), "the default", choice->values, choice->n_values,
	    &choice->fallback, err));
	if ((node = node_get(map, "why")) != NULL)
		TRY(node_text(node, "why", &choice->why, err));
	return RC_OK;
}

/* { from: edge-external }: the value that the topology gives to that role's choice. */
static enum rc_status
read_followed(const struct catalog *catalog, const struct product *product,
    const struct node *from, struct arena *arena, struct choice *choice, struct error *err)
{
	const struct choice *others;
	size_t n = 0;
	const char *name;

	TRY(node_text(from, "from", &name, err));
	for (size_t i = 0; i < catalog->n_texts; i++) {
		struct choice *found = NULL;
		struct flat_role flat;

		if (catalog->texts[i]->role == NULL || strcmp(catalog->texts[i]->role, name) != 0 ||
		    !role_text_has_product(catalog->texts[i], product->name))
			continue;
		TRY(role_flatten(catalog, catalog->texts[i], arena, &flat, err));
		TRY(role_choices(&flat, catalog, product, arena, &found, &n, err));
		others = found;
		for (size_t k = 0; k < n; k++)
			if (strcmp(others[k].name, choice->name) == 0 && others[k].from == NULL) {
				const char *own = choice->name;

				*choice = others[k];
				choice->name = own;
				choice->from = name;
				return RC_OK;
			}
	}
	return error_at(err, RULE_UNKNOWN_CHOICE, from->at,
	    "'%s' has no choice '%s' of its own to follow",
	    name, choice->name);
}

static enum rc_status
read_choice(const struct catalog *catalog, const struct product *product,
    const struct node_pair *pair, struct arena *arena, struct choice *ret, struct error *err)
{
	const struct node *map = pair->value, *from;

	*ret = (struct choice){ .name = pair->key->text, .at = pair->key->at };
	TRY(node_want(map, NODE_MAP, "a choice", err));
	from = node_get(map, "from");
	if (from == NULL)
		return read_own(map, arena, ret, err);
	TRY(form_check(&followed_choice_form, map, err));
	return read_followed(catalog, product, from, arena, ret, err);
}

enum rc_status
role_choices(const struct flat_role *flat, const struct catalog *catalog,
    const struct product *product, struct arena *arena, struct choice **ret, size_t *ret_n,
    struct error *err)
{
	const struct setting *setting = flat_setting(flat, "choices");
	VEC(struct choice) choices = { .v = NULL };

	for (size_t i = 0; setting != NULL && i < setting->n; i++) {
		const struct node *map = setting->nodes[i];

		TRY(node_want(map, NODE_MAP, "choices", err));
		for (size_t k = 0; k < map->count; k++) {
			struct choice choice;

			TRY_WHILE(err,
			    read_choice(catalog, product, &map->pairs[k], arena, &choice, err),
			    "reading the choice '%s'", map->pairs[k].key->text);
			*VEC_PUSH(arena, &choices) = choice;
		}
	}
	*ret = choices.v;
	*ret_n = choices.n;
	return RC_OK;
}
