/*
 * The parameters of a role: typed values that the topology gives, beside the choices that
 * it takes; and how a role follows a choice or parameter of another.
 */
#include "profile/catalog.h"
#include "profile/forms.h"
#include "topology/value_read.h"

/* -- what another role offers ---------------------------------------------------------- */

/* Its own key of `key`, and none that follows yet another: so nothing goes in a circle. */
static const struct node_pair *
find_offer(const struct flat_role *flat, const char *key, const char *name)
{
	const struct setting *setting = flat_setting(flat, key);

	for (size_t i = 0; setting != NULL && i < setting->n; i++) {
		const struct node_pair *pair = node_pair(setting->nodes[i], name);

		if (pair != NULL)
			return node_get(pair->value, "from") == NULL ? pair : NULL;
	}
	return NULL;
}

enum rc_status
followed_offer(const struct offers *o, const struct node *from, const char *key,
    const char *name, const struct node_pair **ret)
{
	const char *role;

	TRY(node_text(from, "from", &role, o->err));
	for (size_t i = 0; i < o->catalog->n_texts; i++) {
		const struct role_text *text = o->catalog->texts[i];
		struct flat_role flat;

		if (text->role == NULL || strcmp(text->role, role) != 0 ||
		    !role_text_has_product(text, o->product->name))
			continue;
		TRY(role_flatten(o->catalog, text, o->arena, &flat, o->err));
		*ret = find_offer(&flat, key, name);
		if (*ret != NULL && (*ret)->value->kind == NODE_MAP)
			return RC_OK;
	}
	return error_at(o->err, strcmp(key, "choices") == 0 ? RULE_UNKNOWN_CHOICE :
	    RULE_UNKNOWN_PARAMETER, from->at, "'%s' has no %s '%s' of its own to follow", role,
	    strcmp(key, "choices") == 0 ? "choice" : "parameter", name);
}

/* -- parameters ---------------------------------------------------------------------------- */

static enum rc_status
read_default(const struct offers *o, const struct node *map, struct parameter *parameter)
{
	const struct node *fallback = node_get(map, "default"), *node = node_get(map, "required");
	const struct value *value;
	bool required = false;

	if (node != NULL)
		TRY(node_bool(node, "required", &required, o->err));
	if (required && fallback != NULL) {
		(void)error_at(o->err, RULE_PARAMETER_DEFAULT, fallback->at,
		    "a parameter that is required has no default");
		error_also(o->err, node->at, "required here");
		return rule_status(RULE_PARAMETER_DEFAULT);
	}
	if (!required && fallback == NULL)
		return error_at(o->err, RULE_PARAMETER_DEFAULT, parameter->at,
		    "the parameter '%s' has no default and is not required", parameter->name);
	if (required)
		return RC_OK;
	TRY(value_read(parameter->type, fallback, "the default", o->product, o->arena, &value,
	    o->err));
	parameter->fallback = value_at_nowhere(value, o->arena);
	return RC_OK;
}

static enum rc_status
read_own(const struct offers *o, const struct node *map, struct parameter *parameter)
{
	enum rc_status first = form_check_keys(&parameter_form, map, o->err);
	const struct node *node;
	size_t word;

	if ((node = node_get(map, "why")) != NULL)
		KEEP_FIRST(first, node_text(node, "why", &parameter->why, o->err));
	TRY(node_require(map, "type", "a parameter", &node, o->err));
	TRY(node_word(node, "the type", type_words, TYPE_WORDS, &word, o->err));
	parameter->type = type_named(word);
	KEEP_FIRST(first, read_default(o, map, parameter));
	return first;
}

static enum rc_status
read_parameter(const struct offers *o, const struct node_pair *pair, struct parameter *ret)
{
	const struct node *map = pair->value, *from;
	const struct node_pair *own;

	*ret = (struct parameter){ .name = pair->key->text, .at = pair->key->at };
	TRY(node_want(map, NODE_MAP, "a parameter", o->err));
	from = node_get(map, "from");
	if (from == NULL)
		return read_own(o, map, ret);
	TRY(form_check(&followed_parameter_form, map, o->err));
	TRY(followed_offer(o, from, "parameters", ret->name, &own));
	ret->from = from->text;
	return read_own(o, own->value, ret);
}

enum rc_status
role_parameters(const struct flat_role *flat, const struct offers *o, struct parameter **ret,
    size_t *ret_n)
{
	const struct setting *setting = flat_setting(flat, "parameters");
	VEC(struct parameter) parameters = { .v = NULL };
	enum rc_status first = RC_OK, status;

	for (size_t i = 0; setting != NULL && i < setting->n; i++) {
		const struct node *map = setting->nodes[i];

		TRY(node_want(map, NODE_MAP, "parameters", o->err));
		for (size_t k = 0; k < map->count; k++) {
			struct parameter parameter;

			status = read_parameter(o, &map->pairs[k], &parameter);
			if (status != RC_OK)
				error_while(o->err, "reading the parameter '%s'",
				    map->pairs[k].key->text);
			else
				*VEC_PUSH(o->arena, &parameters) = parameter;
			KEEP_FIRST(first, status);
		}
	}
	*ret = parameters.v;
	*ret_n = parameters.n;
	return first;
}

enum rc_status
parameter_read(const struct parameter *parameter, const struct parameter_setting *setting,
    const struct product *product, struct arena *arena, const struct value **ret,
    struct error *err)
{
	enum rc_status status = value_read(parameter->type, setting->value, parameter->name,
	    product, arena, ret, err);

	if (status != RC_OK)
		error_also(err, parameter->at, "declared here");
	return status;
}
