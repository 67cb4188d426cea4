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
read_followed(const struct offers *o, const struct node *from, struct choice *choice)
{
	const struct node_pair *pair;

	TRY(followed_offer(o, from, "choices", choice->name, &pair));
	choice->from = from->text;
	return read_own(pair->value, o->arena, choice, o->err);
}

static enum rc_status
read_choice(const struct offers *o, const struct node_pair *pair, struct choice *ret)
{
	const struct node *map = pair->value, *from;

	*ret = (struct choice){ .name = pair->key->text, .at = pair->key->at };
	TRY(node_want(map, NODE_MAP, "a choice", o->err));
	from = node_get(map, "from");
	if (from == NULL)
		return read_own(map, o->arena, ret, o->err);
	TRY(form_check(&followed_choice_form, map, o->err));
	return read_followed(o, from, ret);
}

enum rc_status
role_choices(const struct flat_role *flat, const struct offers *o, struct choice **ret,
    size_t *ret_n)
{
	const struct setting *setting = flat_setting(flat, "choices");
	VEC(struct choice) choices = { .v = NULL };
	enum rc_status first = RC_OK, status;

	for (size_t i = 0; setting != NULL && i < setting->n; i++) {
		const struct node *map = setting->nodes[i];

		TRY(node_want(map, NODE_MAP, "choices", o->err));
		for (size_t k = 0; k < map->count; k++) {
			struct choice choice;

			status = read_choice(o, &map->pairs[k], &choice);
			if (status != RC_OK)
				error_while(o->err, "reading the choice '%s'",
				    map->pairs[k].key->text);
			/* one whose values could be read can be asked for all the same */
			if (choice.n_values != 0)
				*VEC_PUSH(o->arena, &choices) = choice;
			KEEP_FIRST(first, status);
		}
	}
	*ret = choices.v;
	*ret_n = choices.n;
	return first;
}
