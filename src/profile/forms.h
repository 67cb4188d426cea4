/*
 * forms.h - what a role definition may hold, key by key; both the compiler's and, as
 * JSON Schema, the editors'.
 *
 * The keys of the extensions are not here: they are the words of the records that
 * have a shape (x509/ext/ext.h), and role_check_keys() knows them.
 */
#ifndef PROFILE_FORMS_H
#define PROFILE_FORMS_H

#include "text/form.h"

/* The head is a text's own; the body is inherited, and what `override` and `append`
 * may hold. */
extern const struct form role_head_form, role_body_form;

extern const struct form choice_form, followed_choice_form, parameter_form,
    followed_parameter_form, name_item_form, note_form,
    subject_form, san_form, usage_item_form, assign_item_form, key_usage_form,
    basic_constraints_form, key_form, ext_each_form;
/* Texts whose words the catalog has. */
extern const struct form product_name_form, kind_name_form;
/* ${...} and nothing else; a text with or without ${...}. */
extern const struct form condition_form, template_form;

/* The words of `per`, in the order of enum per; what `allow` may say. */
extern const char *const per_words[4];
extern const char *const allow_words[2];

/* Keys of the body and of the extensions; `whole`: those of the head too.  Rule
 * unknown-key, for every one. */
enum rc_status role_check_keys(const struct node *map, bool whole, struct error *err) RC_CHECK;

#endif
