#include "text/form.h"

const struct form form_text = { .kind = FORM_TEXT, .what = "a text" };
const struct form form_texts = { .kind = FORM_LIST, .what = "a list of texts",
	.member = &form_text };
const struct form form_truth = { .kind = FORM_TRUTH, .what = "true or false" };

bool
form_has(const struct form *form, const char *key)
{
	for (size_t i = 0; i < form->n_keys; i++)
		if (strcmp(form->keys[i].word, key) == 0)
			return true;
	return false;
}

enum { KEYS_MAX = 64 };

enum rc_status
form_check_keys(const struct form *form, const struct node *map, struct error *err)
{
	const char *known[KEYS_MAX];
	size_t n = 0;

	for (; n < form->n_keys && n < KEYS_MAX; n++)
		known[n] = form->keys[n].word;
	return node_check_keys(map, known, n, form->what, err);
}

enum rc_status
form_check(const struct form *form, const struct node *map, struct error *err)
{
	const struct node *value;

	TRY(node_want(map, NODE_MAP, form->what, err));
	TRY(form_check_keys(form, map, err));
	for (size_t i = 0; i < form->n_keys; i++)
		if (form->keys[i].required)
			TRY(node_require(map, form->keys[i].word, form->what, &value, err));
	return RC_OK;
}
