#include "report/diagnoses.h"

static json_t *
place_line(uint32_t number)
{
	return number != 0 ? json_integer(number) : json_null();
}

static json_t *
also_json(const struct diagnosis *d)
{
	json_t *list = json_array();

	for (; d != NULL; d = d->next) {
		json_t *o = json_object();

		json_put(o, "message", json_foreign(d->message));
		json_put(o, "file", json_foreign(d->file));
		json_put(o, "line", place_line(d->line));
		json_put(o, "column", place_line(d->column));
		json_add(list, o);
	}
	return list;
}

static json_t *
diagnosis_json(const struct diagnosis *d)
{
	json_t *o = json_object();

	json_put(o, "severity", json_foreign(severity_word(d->severity)));
	json_put(o, "rule", d->rule != RULE_NONE ? json_foreign(rule_id(d->rule)) : json_null());
	json_put(o, "message", json_foreign(d->message));
	json_put(o, "file", json_foreign(d->file));
	json_put(o, "line", place_line(d->line));
	json_put(o, "column", place_line(d->column));
	json_put(o, "width", place_line(d->width));
	json_put(o, "also", also_json(d->also));
	json_put(o, "want", json_foreign(d->want));
	json_put(o, "have", json_foreign(d->have));
	json_put(o, "fix", json_foreign(d->fix));
	json_put(o, "while", json_words((const char *const *)d->frames, d->n_frames));
	return o;
}

json_t *
diagnoses_json(const struct error *err)
{
	json_t *list = json_array();

	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		json_add(list, diagnosis_json(d));
	return list;
}

json_t *
failure_json(const struct error *err)
{
	json_t *o = json_object(), *whole = json_object();

	json_put(o, "rule", json_foreign(rule_id(error_rule(err))));
	json_put(o, "status", json_integer(error_status(err)));
	json_put(o, "message", json_foreign(error_message(err)));
	json_put(o, "diagnoses", diagnoses_json(err));
	json_put(whole, "error", o);
	return whole;
}

const char *
status_word(enum rc_status status)
{
	switch (status) {
	case RC_OK: return "done";
	case RC_NO: return "no";
	case RC_USAGE: return "usage";
	case RC_INPUT: return "input";
	case RC_POLICY: return "policy";
	case RC_TOKEN: return "token";
	case RC_SYSTEM: return "system";
	case RC_WAITS: return "waits";
	case RC_BUG: return "bug";
	}
	return "unknown";
}

json_t *
rule_json(enum rule rule)
{
	json_t *o = json_object();

	json_put(o, "rule", json_foreign(rule_id(rule)));
	json_put(o, "status", json_integer(rule_status(rule)));
	json_put(o, "class", json_foreign(rule_status(rule) == RC_OK ? "note" :
	    status_word(rule_status(rule))));
	json_put(o, "text", json_foreign(rule_text(rule)));
	json_put(o, "why", json_foreign(rule_why(rule)));
	return o;
}
