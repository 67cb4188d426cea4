#include "report/sarif.h"

#include <ctype.h>

#include <rolecert/version.h>

static json_t *
text_json(const char *text)
{
	json_t *o = json_object();

	json_put(o, "text", json_foreign(text));
	return o;
}

/* A path as a URI reference (RFC 3986, 3.3): what a path may not hold is %XX. */
static json_t *
uri_json(const char *path)
{
	SCOPED(buf_clear) struct buf uri = BUF_INIT;

	buf_puts(&uri, *path == '/' ? "file://" : "");
	for (; *path != '\0'; path++)
		if ((uint8_t)*path < 0x80 && (isalnum((uint8_t)*path) || strchr("/-._~", *path)))
			buf_putc(&uri, *path);
		else
			buf_printf(&uri, "%%%02X", (unsigned)(uint8_t)*path);
	return json_foreign(buf_text(&uri));
}

static json_t *
region_json(const struct diagnosis *d)
{
	json_t *o = json_object();

	json_put(o, "startLine", json_integer(d->line));
	if (d->column != 0) {
		json_put(o, "startColumn", json_integer(d->column));
		json_put(o, "endColumn", json_integer((json_int_t)d->column + d->width));
	}
	if (d->source_line != NULL)
		json_put(o, "snippet", text_json(d->source_line));
	return o;
}

static json_t *
location_json(const struct diagnosis *d, bool with_message)
{
	json_t *o = json_object(), *physical = json_object(), *artifact = json_object();

	json_put(artifact, "uri", uri_json(d->file));
	json_put(physical, "artifactLocation", artifact);
	if (d->line != 0)
		json_put(physical, "region", region_json(d));
	json_put(o, "physicalLocation", physical);
	if (with_message)
		json_put(o, "message", text_json(d->message));
	return o;
}

static json_t *
locations_json(const struct diagnosis *d)
{
	json_t *list = json_array();

	if (d->file != NULL)
		json_add(list, location_json(d, false));
	return list;
}

static json_t *
related_json(const struct diagnosis *d)
{
	json_t *list = json_array();

	for (d = d->also; d != NULL; d = d->next)
		if (d->file != NULL)
			json_add(list, location_json(d, true));
	return list;
}

static json_t *
message_json(const struct diagnosis *d)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_puts(&text, d->message);
	if (d->want != NULL)
		buf_printf(&text, ": want %s, have %s", d->want, d->have);
	if (d->fix != NULL)
		buf_printf(&text, "; %s", d->fix);
	for (size_t i = 0; i < d->n_frames; i++)
		buf_printf(&text, "\nwhile %s", d->frames[i]);
	return text_json(buf_text(&text));
}

static json_t *
result_json(const struct diagnosis *d, size_t rule_index)
{
	json_t *o = json_object();

	json_put(o, "ruleId", json_foreign(rule_id(d->rule)));
	json_put(o, "ruleIndex", json_integer((json_int_t)rule_index));
	json_put(o, "level", json_foreign(severity_word(d->severity)));
	json_put(o, "message", message_json(d));
	json_put(o, "locations", locations_json(d));
	json_put(o, "relatedLocations", related_json(d));
	return o;
}

static json_t *
sarif_rule_json(enum rule rule)
{
	json_t *o = json_object();

	json_put(o, "id", json_foreign(rule_id(rule)));
	json_put(o, "shortDescription", text_json(rule_text(rule)));
	json_put(o, "help", text_json(rule_why(rule)));
	return o;
}

/* Where the rule stands among those of the run; at the end if it is new. */
static size_t
rule_index(const struct diagnosis *d, enum rule *seen, size_t *n, json_t *rules)
{
	for (size_t i = 0; i < *n; i++)
		if (seen[i] == d->rule)
			return i;
	seen[*n] = d->rule;
	json_add(rules, sarif_rule_json(d->rule));
	return (*n)++;
}

static json_t *
tool_json(json_t *take_rules)
{
	json_t *o = json_object(), *driver = json_object();

	json_put(driver, "name", json_foreign("rolecert"));
	json_put(driver, "version", json_foreign(ROLECERT_VERSION));
	json_put(driver, "rules", take_rules);
	json_put(o, "driver", driver);
	return o;
}

json_t *
sarif_json(const struct error *err)
{
	json_t *whole = json_object(), *runs = json_array(), *run = json_object();
	json_t *rules = json_array(), *results = json_array();
	enum rule seen[RULE_COUNT];
	size_t n = 0;

	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		json_add(results, result_json(d, rule_index(d, seen, &n, rules)));
	json_put(run, "tool", tool_json(rules));
	json_put(run, "columnKind", json_foreign("unicodeCodePoints"));
	json_put(run, "results", results);
	json_add(runs, run);
	json_put(whole, "$schema", json_foreign("https://json.schemastore.org/sarif-2.1.0.json"));
	json_put(whole, "version", json_foreign("2.1.0"));
	json_put(whole, "runs", runs);
	return whole;
}
