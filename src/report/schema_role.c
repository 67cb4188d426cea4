/*
 * The schema of a role definition.
 */
#include "profile/forms.h"
#include "report/schema.h"
#include "report/schema_parts.h"
#include "x509/ext/other.h"

/* -- extensions ---------------------------------------------------------------------- */

static json_t *shape_schema(struct schema *schema, const struct shape *shape);

/* A plain text, or one that a fact decides. */
static json_t *
text_schema(struct schema *schema, const struct shape *shape)
{
	json_t *o;

	if (!shape->literal)
		return form_schema(schema, &template_form);
	o = schema_typed("string");
	json_put(o, "not", schema_pattern("\\$\\{"));
	return o;
}

static json_t *
number_schema(struct schema *schema, const struct shape *shape)
{
	json_t *o = schema_typed("integer");

	json_put(o, "minimum", json_integer(shape->least));
	json_put(o, "maximum", json_integer(shape->most));
	return shape->literal ? o : schema_any_of(o, form_schema(schema, &condition_form));
}

static json_t *
truth_schema(struct schema *schema, const struct shape *shape)
{
	json_t *o = schema_typed("boolean");

	return shape->literal ? o : schema_any_of(o, form_schema(schema, &condition_form));
}

static json_t *list_inside(struct schema *schema, const void *of);

static json_t *
list_schema(struct schema *schema, const struct shape *shape)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;

	buf_puts(&name, shape->what);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == ' ')
			name.p[i] = '-';
	return schema_reference(schema, buf_text(&name), list_inside, shape);
}

/* Members stand for themselves, or once for each member of a list of the topology. */
static json_t *
list_inside(struct schema *schema, const void *of)
{
	const struct shape *shape = of;
	json_t *properties = json_object(), *required = json_array(), *each, *o;

	form_properties(schema, &ext_each_form, properties, required);
	json_put(properties, "items", list_schema(schema, shape));
	each = schema_closed(properties);
	json_put(each, "required", required);
	o = schema_list_of(schema_any_of(shape_schema(schema, shape->member), each));
	json_put(o, "minItems", json_integer(1));
	return o;
}

/* How many of its keys a map has: which, and exactly one of them or more. */
static void
put_bounds(const struct shape *shape, json_t *o)
{
	json_t *list = json_array();

	for (size_t i = 0; shape->least == 1 && i < shape->n_keys; i++)
		json_add(list, schema_needs(shape->keys[i].word));
	for (size_t i = 0; shape->either[0] != NULL && i < ARRAY_LEN(shape->either); i++)
		json_add(list, schema_needs(shape->either[i]));
	if (json_array_size(list) != 0)
		json_put(o, shape->most == 1 || shape->either[0] != NULL ? "oneOf" : "anyOf", list);
	else
		json_decref(list);
}

static json_t *
map_schema(struct schema *schema, const struct shape *shape)
{
	json_t *properties = json_object(), *required = json_array(), *o;
	json_t *short_form = NULL;

	for (size_t i = 0; i < shape->n_keys; i++) {
		const struct shape_key *key = &shape->keys[i];

		json_put(properties, key->word, shape_schema(schema, key->shape));
		if (key->required)
			json_add(required, json_foreign(key->word));
		if (shape->short_key != NULL && strcmp(shape->short_key, key->word) == 0)
			short_form = shape_schema(schema, key->shape);
	}
	json_put(properties, "when", form_schema(schema, &condition_form));
	o = schema_closed(properties);
	json_put(o, "required", required);
	put_bounds(shape, o);
	return short_form != NULL ? schema_any_of(short_form, o) : o;
}

static json_t *
shape_schema(struct schema *schema, const struct shape *shape)
{
	switch (shape->kind) {
	case SHAPE_TRUTH:
		return truth_schema(schema, shape);
	case SHAPE_NUMBER:
		return number_schema(schema, shape);
	case SHAPE_LIST:
		return list_schema(schema, shape);
	case SHAPE_MAP:
		return map_schema(schema, shape);
	case SHAPE_TEXT:
		break;
	}
	return text_schema(schema, shape);
}

/* -- the whole ------------------------------------------------------------------------- */

static json_t *
product_names(struct schema *schema)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < schema->n_products; i++)
		json_add(list, json_foreign(schema->products[i]->name));
	json_put(o, "enum", list);
	return o;
}

static bool
holds_word(const json_t *list, const char *word)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
			return true;
	return false;
}

/* Of all products: `products` of a role may name several. */
static json_t *
kind_names(struct schema *schema)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < schema->n_products; i++)
		for (size_t k = 0; k < schema->products[i]->n_kinds; k++) {
			const char *name = schema->products[i]->kinds[k]->name;

			if (!holds_word(list, name))
				json_add(list, json_foreign(name));
		}
	json_put(o, "enum", list);
	return o;
}

/* Keys that are inherited; `lists`: those that can be appended to. */
static void
put_body(struct schema *schema, bool lists, json_t *properties)
{
	const struct shape others = { .kind = SHAPE_LIST, .what = "extensions",
		.member = &other_shape };

	for (size_t i = 0; i < role_body_form.n_keys; i++)
		if (!lists || role_body_form.keys[i].form->kind == FORM_LIST)
			json_put(properties, role_body_form.keys[i].word,
			    form_schema(schema, role_body_form.keys[i].form));
	for (size_t i = 0; i < EXT_COUNT; i++)
		if (ext_all[i]->shape != NULL && (!lists || ext_all[i]->shape->kind == SHAPE_LIST))
			json_put(properties, ext_all[i]->word,
			    shape_schema(schema, ext_all[i]->shape));
	json_put(properties, "extensions", shape_schema(schema, &others));
}

static json_t *
body_schema(struct schema *schema, bool lists)
{
	json_t *properties = json_object();

	put_body(schema, lists, properties);
	return schema_closed(properties);
}

/* A role with its products, or a base. */
static json_t *
kinds_of_text(void)
{
	static const char *const role[] = { "role", "products" };
	json_t *list = json_array(), *o = json_object();

	json_put(o, "required", json_words(role, ARRAY_LEN(role)));
	json_add(list, o);
	json_add(list, schema_needs("base"));
	return list;
}

json_t *
role_schema(const struct product *const *products, size_t n)
{
	static const struct schema_special specials[] = {
		{ &product_name_form, product_names }, { &kind_name_form, kind_names },
	};
	struct schema schema = { .products = products, .n_products = n, .specials = specials,
		.n_specials = ARRAY_LEN(specials) };
	json_t *o = schema_document(&schema, "a rolecert role definition");
	json_t *properties = json_object();

	form_properties(&schema, &role_head_form, properties, NULL);
	json_put(properties, "override", body_schema(&schema, false));
	json_put(properties, "append", body_schema(&schema, true));
	put_body(&schema, false, properties);
	json_put(o, "type", json_foreign("object"));
	json_put(o, "properties", properties);
	json_put(o, "additionalProperties", json_false());
	json_put(o, "oneOf", kinds_of_text());
	return o;
}
