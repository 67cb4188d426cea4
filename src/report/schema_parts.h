/*
 * schema_parts.h - what the schemas share: pieces of JSON Schema (draft 7), made of
 * forms.  Each function that takes a json_t whose name begins with take_ owns it.
 */
#ifndef REPORT_SCHEMA_PARTS_H
#define REPORT_SCHEMA_PARTS_H

#include "report/json.h"
#include "text/form.h"
#include "topology/product.h"

struct schema;

/* A form whose inside is not in the form. */
struct schema_special {
	const struct form *form;
	json_t *(*make)(struct schema *);
};

struct schema {
	const struct product *const *products;
	size_t n_products;
	json_t *definitions;             /* borrowed: of the document          */
	const struct schema_special *specials;
	size_t n_specials;
};

json_t *form_schema(struct schema *schema, const struct form *form);
/* The properties of a form's keys, added to what is there; NULL: of no required. */
void form_properties(struct schema *schema, const struct form *form, json_t *properties,
    json_t *required);

json_t *schema_typed(const char *type);
json_t *schema_list_of(json_t *take_items);
json_t *schema_closed(json_t *take_properties);          /* these and no others */
json_t *schema_map_of(json_t *take_values);              /* keys are the user's */
json_t *schema_enum(const char *const *words, size_t n);
json_t *schema_constant(const char *word);
json_t *schema_pattern(const char *pattern);
json_t *schema_needs(const char *key);                   /* { "required": [key] } */
json_t *schema_any_of(json_t *take_a, json_t *take_b);
/* { "$ref": ... }; made once, by `make`, which is given `of`. */
json_t *schema_reference(struct schema *schema, const char *name,
    json_t *(*make)(struct schema *, const void *), const void *of);
/* A document with its head; its properties come later. */
json_t *schema_document(struct schema *schema, const char *title);

#endif
