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

/* PKCS#11 v2.40, section 3.2. */
static const struct flag {
	unsigned long bit;
	const char *name;
} flags[] = {
	{ 0x1, "RNG" }, { 0x2, "WRITE_PROTECTED" }, { 0x4, "LOGIN_REQUIRED" },
	{ 0x8, "USER_PIN_INITIALIZED" }, { 0x20, "RESTORE_KEY_NOT_NEEDED" },
	{ 0x40, "CLOCK_ON_TOKEN" }, { 0x100, "PROTECTED_AUTHENTICATION_PATH" },
	{ 0x200, "DUAL_CRYPTO_OPERATIONS" }, { 0x400, "TOKEN_INITIALIZED" },
	{ 0x800, "SECONDARY_AUTHENTICATION" }, { 0x10000, "USER_PIN_COUNT_LOW" },
	{ 0x20000, "USER_PIN_FINAL_TRY" }, { 0x40000, "USER_PIN_LOCKED" },
	{ 0x80000, "USER_PIN_TO_BE_CHANGED" }, { 0x100000, "SO_PIN_COUNT_LOW" },
	{ 0x200000, "SO_PIN_FINAL_TRY" }, { 0x400000, "SO_PIN_LOCKED" },
	{ 0x800000, "SO_PIN_TO_BE_CHANGED" }, { 0x1000000, "ERROR_STATE" },
};

void
token_put_flags(const struct rc_token_facts *token, struct buf *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if ((token->flags & flags[i].bit) != 0)
			buf_printf(out, "%s%s", out->n != before ? ", " : "", flags[i].name);
}

static json_t *
flags_json(const struct rc_token_facts *token)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if ((token->flags & flags[i].bit) != 0)
			json_add(list, json_foreign(flags[i].name));
	return list;
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
	json_put(o, "flags", flags_json(token));
	json_put(o, "login_required", json_boolean(token->login_required));
	json_put(o, "pin_count_low", json_boolean(token->pin_count_low));
	json_put(o, "pin_final_try", json_boolean(token->pin_final_try));
	json_put(o, "pin_locked", json_boolean(token->pin_locked));
	return o;
}
