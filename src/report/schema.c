#include "report/schema.h"

static json_t *
typed(const char *type)
{
	json_t *o = json_object();

	json_put(o, "type", json_foreign(type));
	return o;
}

static json_t *
list_of(json_t *take_items)
{
	json_t *o = typed("array");

	json_put(o, "items", take_items);
	return o;
}

/* An object of these properties and no others. */
static json_t *
closed(json_t *take_properties)
{
	json_t *o = typed("object");

	json_put(o, "properties", take_properties);
	json_put(o, "additionalProperties", json_false());
	return o;
}

/* An object whose keys are names of the user's. */
static json_t *
map_of(json_t *take_values)
{
	json_t *o = typed("object");

	json_put(o, "additionalProperties", take_values);
	return o;
}

static json_t *
any_of(json_t *take_a, json_t *take_b)
{
	json_t *o = json_object(), *list = json_array();

	json_add(list, take_a);
	json_add(list, take_b);
	json_put(o, "anyOf", list);
	return o;
}

/* -- types ---------------------------------------------------------------------- */

static json_t *
type_schema(const struct type *type)
{
	json_t *o, *properties;

	switch (type->kind) {
	case TYPE_BOOL:
		return typed("boolean");
	case TYPE_NUMBER:
		return typed("integer");
	case TYPE_LIST:
		return list_of(type_schema(type->member));
	case TYPE_RECORD:
		properties = json_object();
		for (size_t i = 0; i < type->record->n_fields; i++)
			json_put(properties, type->record->fields[i].name,
			    type_schema(type->record->fields[i].type));
		return closed(properties);
	case TYPE_TEXT:
	case TYPE_FQDN:
		break;
	}
	o = typed("string");
	if (type->words != NULL)
		json_put(o, "enum", json_words(type->words, type->n_words));
	return o;
}

static json_t *fields_schema(const struct field_rule *rules, size_t n, json_t *properties,
    json_t *required);

static json_t *
field_schema(const struct field_rule *rule)
{
	json_t *properties;

	if (rule->is_pools)
		return list_of(typed("string"));
	if (rule->fields == NULL)
		return type_schema(rule->field->type);
	properties = json_object();
	return fields_schema(rule->fields, rule->field->type->record->n_fields, properties,
	    json_array());
}

/* Takes both. */
static json_t *
fields_schema(const struct field_rule *rules, size_t n, json_t *properties, json_t *required)
{
	json_t *o;

	for (size_t i = 0; i < n; i++) {
		json_put(properties, rules[i].field->name, field_schema(&rules[i]));
		if (rules[i].required)
			json_add(required, json_foreign(rules[i].field->name));
	}
	o = closed(properties);
	json_put(o, "required", required);
	return o;
}

/* -- pools ------------------------------------------------------------------------ */

static json_t *
kind_schema(const struct kind *kind)
{
	json_t *properties = json_object(), *required = json_array(), *o;

	json_put(properties, "fqdn", typed("string"));
	json_put(properties, "kind", typed("string"));
	json_put(properties, "servers", list_of(typed("string")));
	json_add(required, json_foreign("fqdn"));
	json_add(required, json_foreign("kind"));
	if (kind->servers == SERVERS_REQUIRED)
		json_add(required, json_foreign("servers"));
	o = fields_schema(kind->rules, kind->n_rules, properties, required);
	json_put(o, "title", json_foreign(kind->title));
	return o;
}

/* { "if": { KEY is WORD }, "then": ... } */
static json_t *
where(const char *key, const char *word, json_t *take_then)
{
	json_t *o = json_object(), *condition = json_object(), *properties = json_object();
	json_t *constant = json_object();

	json_put(constant, "const", json_foreign(word));
	json_put(properties, key, constant);
	json_put(condition, "properties", properties);
	json_put(o, "if", condition);
	json_put(o, "then", take_then);
	return o;
}

static json_t *
product_schema(const struct product *product)
{
	json_t *kinds = json_array(), *words = json_array(), *item = typed("object");
	json_t *kind = json_object(), *properties = json_object(), *pools = json_object();
	json_t *o = json_object();

	for (size_t i = 0; i < product->n_kinds; i++) {
		json_add(words, json_foreign(product->kinds[i]->name));
		json_add(kinds, where("kind", product->kinds[i]->name,
		    kind_schema(product->kinds[i])));
	}
	json_put(kind, "enum", words);
	json_put(properties, "kind", kind);
	json_put(item, "properties", properties);
	json_put(item, "allOf", kinds);
	json_put(pools, "pools", list_of(item));
	json_put(o, "properties", pools);
	return o;
}

/* -- the keys of a topology --------------------------------------------------------- */

static json_t *
text_schema(void)
{
	return typed("string");
}

static json_t *
domains_schema(void)
{
	json_t *properties = json_object(), *o;

	json_put(properties, "name", typed("string"));
	json_put(properties, "xmpp", any_of(typed("boolean"), list_of(typed("string"))));
	o = list_of(any_of(typed("string"), closed(properties)));
	json_put(o, "minItems", json_integer(1));
	return o;
}

static json_t *
flags_schema(const char *key)
{
	return type_schema(record_field(topology_type()->record, key)->type);
}

static json_t *
clients_schema(void)
{
	return flags_schema("clients");
}

static json_t *
public_im_schema(void)
{
	return flags_schema("public_im");
}

static json_t *
subject_schema(void)
{
	json_t *properties = json_object();

	for (unsigned i = 0; i < DN_ATTRS; i++)
		if (i != DN_CN)
			json_put(properties, dn_attr_word((enum dn_attr)i), typed("string"));
	return closed(properties);
}

static json_t *
urls_schema(void)
{
	json_t *properties = json_object();

	json_put(properties, "meet", any_of(typed("string"), map_of(typed("string"))));
	json_put(properties, "dialin", typed("string"));
	json_put(properties, "admin", typed("string"));
	return closed(properties);
}

static json_t *
pools_schema(void)
{
	return typed("array");
}

static json_t *
roles_schema(void)
{
	static const char *const words[] = { "include", "omit" };
	json_t *o = typed("string");

	json_put(o, "enum", json_words(words, ARRAY_LEN(words)));
	return map_of(o);
}

static json_t *
choices_schema(void)
{
	return map_of(map_of(typed("string")));
}

static json_t *
extras_schema(void)
{
	return map_of(list_of(typed("string")));
}

static const struct {
	const char *key;
	json_t *(*schema)(void);
} keys[] = {
	{ "topology", text_schema }, { "sip_domains", domains_schema },
	{ "clients", clients_schema }, { "public_im", public_im_schema },
	{ "subject", subject_schema }, { "simple_urls", urls_schema }, { "pools", pools_schema },
	{ "roles", roles_schema }, { "choices", choices_schema },
	{ "extra_names", extras_schema },
};

json_t *
topology_schema(const struct product *const *products, size_t n)
{
	static const char *const required[] = { "topology", "product", "sip_domains" };
	json_t *properties = json_object(), *words = json_array(), *all = json_array();
	json_t *product = json_object(), *o;

	for (size_t i = 0; i < n; i++) {
		json_add(words, json_foreign(products[i]->name));
		json_add(all, where("product", products[i]->name, product_schema(products[i])));
	}
	json_put(product, "enum", words);
	json_put(properties, "product", product);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		json_put(properties, keys[i].key, keys[i].schema());
	o = closed(properties);
	json_put(o, "$schema", json_foreign("http://json-schema.org/draft-07/schema#"));
	json_put(o, "title", json_foreign("a rolecert topology"));
	json_put(o, "required", json_words(required, ARRAY_LEN(required)));
	json_put(o, "allOf", all);
	return o;
}
