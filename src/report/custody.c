#include "report/custody.h"


/* The lines of custody_describe() that tell facts, not the verdict. */
static json_t *
facts_json(const struct rc_facts *facts, const struct custody *custody)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	json_t *list = json_array();
	char *line, *rest;

	custody_describe(facts, custody, &text);
	for (line = strtok_r((char *)text.p, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest))
		if (strncmp(line, "finding ", 8) != 0 && strncmp(line, "verdict ", 8) != 0)
			json_add(list, json_foreign(line));
	return list;
}

static json_t *
findings_json(const struct custody *custody)
{
	json_t *list = json_array();

	for (size_t i = 0; i < custody->n; i++) {
		const struct custody_finding *f = &custody->finding[i];
		json_t *o = json_object();

		json_put(o, "rule", json_foreign(rule_id(f->rule)));
		json_put(o, "action", json_foreign(custody_action_word(f->action)));
		json_put(o, "message", json_foreign(f->text));
		json_add(list, o);
	}
	return list;
}

json_t *
custody_json(const struct rc_facts *facts, const struct custody *custody)
{
	json_t *o = json_object();

	json_put(o, "level", json_foreign(custody_level_word(custody->level)));
	json_put(o, "accepted", json_boolean(custody->accepted));
	json_put(o, "findings", findings_json(custody));
	json_put(o, "facts", facts_json(facts, custody));
	return o;
}

json_t *
token_json(const struct rc_token_facts *token)
{
	json_t *o = json_object();

	json_put(o, "label", json_foreign(token->label));
	json_put(o, "manufacturer", json_foreign(token->manufacturer));
	json_put(o, "model", json_foreign(token->model));
	json_put(o, "serial", json_foreign(token->serial));
	json_put(o, "firmware", json_foreign(token->firmware));
	json_put(o, "initialized", json_boolean(token->initialized));
	json_put(o, "login_required", json_boolean(token->login_required));
	json_put(o, "pin_count_low", json_boolean(token->pin_count_low));
	json_put(o, "pin_final_try", json_boolean(token->pin_final_try));
	json_put(o, "pin_locked", json_boolean(token->pin_locked));
	return o;
}
