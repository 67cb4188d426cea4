/*
 * schema_ceremony.c - ceremony files as JSON Schema: the reader's forms, and for each
 * kind which keys it needs and which it has no use for.
 */
#include "report/ceremony.h"
#include "report/schema_parts.h"

static size_t
count_of(const char *const *words)
{
	size_t n = 0;

	while (words[n] != NULL)
		n++;
	return n;
}

/* Keys of other kinds: false. */
static json_t *
no_use(const struct ceremony_kind_keys *kind)
{
	json_t *o = json_object();

	for (size_t i = 0; i < ceremony_form.n_keys; i++) {
		const char *word = ceremony_form.keys[i].word;
		bool some = false;

		for (size_t k = 0; k < CEREMONY_KINDS; k++)
			some = some || ceremony_kind_knows(&ceremony_kinds[k], word);
		if (some && !ceremony_kind_knows(kind, word))
			json_put(o, word, json_false());
	}
	return o;
}

static json_t *
kind_rule(const struct ceremony_kind_keys *kind)
{
	json_t *o = json_object(), *is = json_object(), *properties = json_object();
	json_t *then = json_object(), *either = json_array();

	json_put(properties, "kind", schema_constant(kind->word));
	json_put(is, "properties", properties);
	json_put(then, "required", json_words(kind->needs, count_of(kind->needs)));
	json_put(then, "properties", no_use(kind));
	for (size_t i = 0; kind->one_of != NULL && kind->one_of[i] != NULL; i++)
		json_add(either, schema_needs(kind->one_of[i]));
	if (json_array_size(either) != 0)
		json_put(then, "oneOf", either);
	else
		json_decref(either);
	json_put(o, "if", is);
	json_put(o, "then", then);
	return o;
}

json_t *
ceremony_schema(void)
{
	struct schema schema = { .products = NULL };
	json_t *o = schema_document(&schema, "a rolecert ceremony");
	json_t *properties = json_object(), *required = json_array(), *kinds = json_array();

	form_properties(&schema, &ceremony_form, properties, required);
	for (size_t i = 0; i < CEREMONY_KINDS; i++)
		json_add(kinds, kind_rule(&ceremony_kinds[i]));
	json_put(o, "type", json_foreign("object"));
	json_put(o, "properties", properties);
	json_put(o, "required", required);
	json_put(o, "additionalProperties", json_false());
	json_put(o, "allOf", kinds);
	return o;
}
