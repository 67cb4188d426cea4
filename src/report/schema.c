#include "report/schema_parts.h"

/* -- pieces ------------------------------------------------------------------------ */

json_t *
schema_typed(const char *type)
{
	json_t *o = json_object();

	json_put(o, "type", json_foreign(type));
	return o;
}

json_t *
schema_list_of(json_t *take_items)
{
	json_t *o = schema_typed("array");

	json_put(o, "items", take_items);
	return o;
}

json_t *
schema_closed(json_t *take_properties)
{
	json_t *o = schema_typed("object");

	json_put(o, "properties", take_properties);
	json_put(o, "additionalProperties", json_false());
	return o;
}

json_t *
schema_map_of(json_t *take_values)
{
	json_t *o = schema_typed("object");

	json_put(o, "additionalProperties", take_values);
	return o;
}

json_t *
schema_enum(const char *const *words, size_t n)
{
	json_t *o = json_object();

	json_put(o, "enum", json_words(words, n));
	return o;
}

json_t *
schema_constant(const char *word)
{
	json_t *o = json_object();

	json_put(o, "const", json_foreign(word));
	return o;
}

json_t *
schema_pattern(const char *pattern)
{
	json_t *o = schema_typed("string");

	json_put(o, "pattern", json_foreign(pattern));
	return o;
}

json_t *
schema_needs(const char *key)
{
	json_t *o = json_object();

	json_put(o, "required", json_words(&key, 1));
	return o;
}

json_t *
schema_any_of(json_t *take_a, json_t *take_b)
{
	json_t *o = json_object(), *list = json_array();

	json_add(list, take_a);
	json_add(list, take_b);
	json_put(o, "anyOf", list);
	return o;
}

json_t *
schema_reference(struct schema *schema, const char *name,
    json_t *(*make)(struct schema *, const void *), const void *of)
{
	json_t *o = json_object();
	struct buf to = BUF_INIT;

	if (json_object_get(schema->definitions, name) == NULL) {
		/* It stands there before it is made: it may hold itself. */
		json_put(schema->definitions, name, json_true());
		json_put(schema->definitions, name, make(schema, of));
	}
	buf_printf(&to, "#/definitions/%s", name);
	json_put(o, "$ref", json_foreign(buf_text(&to)));
	buf_clear(&to);
	return o;
}

json_t *
schema_document(struct schema *schema, const char *title)
{
	json_t *o = json_object();

	schema->definitions = json_object();
	json_put(o, "$schema", json_foreign("http://json-schema.org/draft-07/schema#"));
	json_put(o, "title", json_foreign(title));
	json_put(o, "definitions", schema->definitions);
	return o;
}

/* -- forms -------------------------------------------------------------------------- */

/* A reader takes every scalar for a text; for YAML's readers some are numbers. */
static json_t *
any_scalar(void)
{
	static const char *const types[] = { "string", "number", "boolean" };
	json_t *o = json_object();

	json_put(o, "type", json_words(types, ARRAY_LEN(types)));
	return o;
}

static json_t *
text_schema(const struct form *form)
{
	json_t *o, *list;

	if (form->pattern != NULL)
		return schema_pattern(form->pattern);
	if (form->words != NULL)
		return schema_enum(form->words, form->n_words);
	if (form->word == NULL)
		return any_scalar();
	o = json_object();
	list = json_array();
	for (unsigned i = 0; i < form->n_words; i++)
		json_add(list, json_foreign(form->word(i)));
	json_put(o, "enum", list);
	return o;
}

static json_t *
number_schema(const struct form *form)
{
	json_t *o = schema_typed("integer");

	json_put(o, "minimum", json_integer(form->least));
	json_put(o, "maximum", json_integer(form->most));
	return o;
}

static json_t *
list_schema(struct schema *schema, const struct form *form)
{
	json_t *o = schema_list_of(form_schema(schema, form->member));

	if (form->least != 0)
		json_put(o, "minItems", json_integer(form->least));
	return o;
}

void
form_properties(struct schema *schema, const struct form *form, json_t *properties,
    json_t *required)
{
	for (size_t i = 0; i < form->n_keys; i++) {
		if (form->keys[i].form != NULL)
			json_put(properties, form->keys[i].word,
			    form_schema(schema, form->keys[i].form));
		if (required != NULL && form->keys[i].required)
			json_add(required, json_foreign(form->keys[i].word));
	}
}

static json_t *
map_schema(struct schema *schema, const struct form *form)
{
	json_t *properties = json_object(), *required = json_array(), *one_of = json_array();
	json_t *o;

	form_properties(schema, form, properties, required);
	o = schema_closed(properties);
	json_put(o, "required", required);
	for (size_t i = 0; form->one_of != NULL && form->one_of[i] != NULL; i++)
		json_add(one_of, schema_needs(form->one_of[i]));
	if (json_array_size(one_of) != 0)
		json_put(o, "oneOf", one_of);
	else
		json_decref(one_of);
	return o;
}

static json_t *
either_schema(struct schema *schema, const struct form *form)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < form->n_forms; i++)
		json_add(list, form_schema(schema, form->forms[i]));
	json_put(o, "anyOf", list);
	return o;
}

static json_t *
truth_schema(const struct form *form)
{
	json_t *o = schema_typed("boolean");

	if (form->never)
		json_put(o, "const", json_false());
	return o;
}

static json_t *
inside_schema(struct schema *schema, const void *of)
{
	const struct form *form = of;

	switch (form->kind) {
	case FORM_TRUTH:
		return truth_schema(form);
	case FORM_NUMBER:
		return number_schema(form);
	case FORM_LIST:
		return list_schema(schema, form);
	case FORM_MAP:
		return map_schema(schema, form);
	case FORM_NAMED:
		return schema_map_of(form_schema(schema, form->member));
	case FORM_EITHER:
		return either_schema(schema, form);
	case FORM_TEXT:
		break;
	}
	return text_schema(form);
}

json_t *
form_schema(struct schema *schema, const struct form *form)
{
	for (size_t i = 0; i < schema->n_specials; i++)
		if (schema->specials[i].form == form)
			return schema->specials[i].make(schema);
	if (form->ref != NULL)
		return schema_reference(schema, form->ref, inside_schema, form);
	return inside_schema(schema, form);
}
