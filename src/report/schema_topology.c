/*
 * The schema of a topology.
 */
#include "report/schema.h"
#include "report/schema_parts.h"
#include "topology/forms.h"

/* -- types ---------------------------------------------------------------------- */

static json_t *
fqdn_schema(struct schema *schema, const struct product *product)
{
	return form_schema(schema, product->idna ? &fqdn_form : &ascii_fqdn_form);
}

static json_t *
type_schema(struct schema *schema, const struct product *product, const struct type *type)
{
	json_t *o;

	switch (type->kind) {
	case TYPE_BOOL:
		return schema_typed("boolean");
	case TYPE_NUMBER:
		return schema_typed("integer");
	case TYPE_LIST:
		return schema_list_of(type_schema(schema, product, type->member));
	case TYPE_FQDN:
		return fqdn_schema(schema, product);
	case TYPE_OID:
		return form_schema(schema, &oid_form);
	case TYPE_URI:
		return form_schema(schema, &uri_form);
	case TYPE_DURATION:
		return form_schema(schema, &duration_form);
	case TYPE_IP:
		return schema_typed("string");
	case TYPE_RECORD:
	case TYPE_TEXT:
		break;
	}
	o = form_schema(schema, &form_text);
	if (type->words != NULL)
		json_put(o, "enum", json_words(type->words, type->n_words));
	return o;
}

/* -- pools ------------------------------------------------------------------------ */

static json_t *fields_schema(struct schema *schema, const struct product *product,
    const struct field_rule *rules, size_t n, json_t *properties, json_t *required);

static json_t *
field_schema(struct schema *schema, const struct product *product,
    const struct field_rule *rule)
{
	if (rule->is_pools)
		return schema_list_of(fqdn_schema(schema, product));
	if (rule->fields == NULL)
		return type_schema(schema, product, rule->field->type);
	return fields_schema(schema, product, rule->fields, rule->field->type->record->n_fields,
	    json_object(), json_array());
}

/* Takes both. */
static json_t *
fields_schema(struct schema *schema, const struct product *product,
    const struct field_rule *rules, size_t n, json_t *properties, json_t *required)
{
	json_t *o;

	for (size_t i = 0; i < n; i++) {
		json_put(properties, rules[i].field->name,
		    field_schema(schema, product, &rules[i]));
		if (rules[i].required)
			json_add(required, json_foreign(rules[i].field->name));
	}
	o = schema_closed(properties);
	json_put(o, "required", required);
	return o;
}

static json_t *
kind_schema(struct schema *schema, const struct product *product, const struct kind *kind)
{
	json_t *properties = json_object(), *required = json_array(), *o;

	json_put(properties, "fqdn", fqdn_schema(schema, product));
	json_put(properties, "kind", schema_constant(kind->name));
	json_put(properties, "servers", schema_list_of(fqdn_schema(schema, product)));
	json_add(required, json_foreign("fqdn"));
	json_add(required, json_foreign("kind"));
	if (kind->servers == SERVERS_REQUIRED)
		json_add(required, json_foreign("servers"));
	o = fields_schema(schema, product, kind->rules, kind->n_rules, properties, required);
	json_put(o, "title", json_foreign(kind->title));
	return o;
}

/* { "if": { KEY is WORD }, "then": ... } */
static json_t *
where(const char *key, const char *word, json_t *take_then)
{
	json_t *o = json_object(), *condition = json_object(), *properties = json_object();

	json_put(properties, key, schema_constant(word));
	json_put(condition, "properties", properties);
	json_put(o, "if", condition);
	json_put(o, "then", take_then);
	return o;
}

static json_t *
pools_schema(struct schema *schema, const struct product *product)
{
	json_t *kinds = json_array(), *words = json_array(), *item = schema_typed("object");
	json_t *kind = json_object(), *properties = json_object();

	for (size_t i = 0; i < product->n_kinds; i++) {
		json_add(words, json_foreign(product->kinds[i]->name));
		json_add(kinds, where("kind", product->kinds[i]->name,
		    kind_schema(schema, product, product->kinds[i])));
	}
	json_put(kind, "enum", words);
	json_put(properties, "kind", kind);
	json_put(item, "properties", properties);
	json_put(item, "required", json_words((const char *const[]){ "kind" }, 1));
	json_put(item, "allOf", kinds);
	return schema_list_of(item);
}

/* -- SIP domains, where the product says more of them ----------------------------------- */

static json_t *
domains_schema(struct schema *schema, const struct product *product)
{
	json_t *all = json_array(), *o = json_object(), *xmpp, *properties, *item;

	if (!product->idna)
		json_add(all, form_schema(schema, &ascii_sip_domains_form));
	if (product->forbid_xmpp != NULL) {
		xmpp = json_object();
		properties = json_object();
		item = json_object();
		json_put(xmpp, "const", json_false());
		json_put(properties, "xmpp", xmpp);
		json_put(item, "properties", properties);
		json_add(all, schema_list_of(item));
	}
	if (json_array_size(all) != 0)
		json_put(o, "allOf", all);
	else
		json_decref(all);
	return o;
}

/* -- what is said of roles ---------------------------------------------------------------- */

static json_t *
role_words(const struct program *program)
{
	json_t *o = json_object(), *list = json_array(), *names = json_object();

	for (size_t i = 0; i < program->n_roles; i++)
		json_add(list, json_foreign(program->roles[i]->name));
	json_put(names, "enum", list);
	json_put(o, "propertyNames", names);
	return o;
}

static json_t *
choices_schema(const struct program *program)
{
	json_t *roles = json_object();

	for (size_t i = 0; i < program->n_roles; i++) {
		const struct role *role = program->roles[i];
		json_t *choices = json_object();

		/* One that follows another role's is set there. */
		for (size_t k = 0; k < role->n_choices; k++)
			if (role->choices[k].from == NULL)
				json_put(choices, role->choices[k].name,
				    schema_enum(role->choices[k].values,
				    role->choices[k].n_values));
		json_put(roles, role->name, schema_closed(choices));
	}
	return schema_closed(roles);
}

static json_t *
parameters_schema(struct schema *schema, const struct program *program)
{
	json_t *roles = json_object();

	for (size_t i = 0; i < program->n_roles; i++) {
		const struct role *role = program->roles[i];
		json_t *parameters = json_object();

		for (size_t k = 0; k < role->n_parameters; k++)
			if (role->parameters[k].from == NULL)
				json_put(parameters, role->parameters[k].name, type_schema(schema,
				    program->product, role->parameters[k].type));
		json_put(roles, role->name, schema_closed(parameters));
	}
	return schema_closed(roles);
}

/* A role, or an entry: ROLE/POOL, ROLE/POOL/SERVER. */
static json_t *
targets_schema(const struct program *program)
{
	json_t *o = json_object();
	struct buf pattern = BUF_INIT;

	buf_puts(&pattern, "^(");
	for (size_t i = 0; i < program->n_roles; i++)
		buf_printf(&pattern, "%s%s", i == 0 ? "" : "|", program->roles[i]->name);
	buf_puts(&pattern, ")(/.*)?$");
	json_put(o, "propertyNames", schema_pattern(buf_text(&pattern)));
	buf_clear(&pattern);
	return o;
}

/* -- the whole ------------------------------------------------------------------------------ */

static json_t *
product_schema(struct schema *schema, const struct product *product,
    const struct program *program)
{
	json_t *properties = json_object(), *o = json_object();

	json_put(properties, "pools", pools_schema(schema, product));
	json_put(properties, "sip_domains", domains_schema(schema, product));
	if (program != NULL && program->n_roles != 0) {
		json_put(properties, "roles", role_words(program));
		json_put(properties, "choices", choices_schema(program));
		json_put(properties, "parameters", parameters_schema(schema, program));
		json_put(properties, "extra_names", targets_schema(program));
	}
	json_put(o, "properties", properties);
	return o;
}

static json_t *
product_names(struct schema *schema)
{
	json_t *o = json_object(), *words = json_array();

	for (size_t i = 0; i < schema->n_products; i++)
		json_add(words, json_foreign(schema->products[i]->name));
	json_put(o, "enum", words);
	return o;
}

static json_t *
any_pools(struct schema *schema)
{
	(void)schema;
	return schema_typed("array");
}

/* A record of true and false, as the type of the topology has it. */
static json_t *
flags_schema(const char *key)
{
	const struct record_type *record = record_field(topology_type()->record, key)->type->record;
	json_t *properties = json_object();

	for (size_t i = 0; i < record->n_fields; i++)
		json_put(properties, record->fields[i].name, schema_typed("boolean"));
	return schema_closed(properties);
}

static json_t *
clients_schema(struct schema *schema)
{
	(void)schema;
	return flags_schema(clients_form.what);
}

static json_t *
public_im_schema(struct schema *schema)
{
	(void)schema;
	return flags_schema(public_im_form.what);
}

json_t *
topology_schema(const struct product *const *products, const struct program *const *programs,
    size_t n)
{
	static const struct schema_special specials[] = {
		{ &topology_product_form, product_names }, { &pools_form, any_pools },
		{ &clients_form, clients_schema }, { &public_im_form, public_im_schema },
	};
	struct schema schema = { .products = products, .n_products = n, .specials = specials,
		.n_specials = ARRAY_LEN(specials) };
	json_t *o = schema_document(&schema, "a rolecert topology"), *all = json_array();
	json_t *properties = json_object(), *required = json_array();

	form_properties(&schema, &topology_form, properties, required);
	for (size_t i = 0; i < n; i++)
		json_add(all, where("product", products[i]->name,
		    product_schema(&schema, products[i], programs[i])));
	json_put(o, "type", json_foreign("object"));
	json_put(o, "properties", properties);
	json_put(o, "additionalProperties", json_false());
	json_put(o, "required", required);
	json_put(o, "allOf", all);
	return o;
}
