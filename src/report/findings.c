#include "report/findings.h"

static json_t *
finding_json(const struct diagnosis *d)
{
	json_t *o = json_object();

	json_put(o, "rule", json_foreign(rule_id(d->rule)));
	json_put(o, "severity", json_foreign(severity_word(d->severity)));
	json_put(o, "message", json_foreign(d->message));
	json_put(o, "want", json_foreign(d->want));
	json_put(o, "have", json_foreign(d->have));
	json_put(o, "fix", json_foreign(d->fix));
	return o;
}

json_t *
findings_json(const struct error *findings)
{
	json_t *list = json_array();

	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		json_add(list, finding_json(d));
	return list;
}

json_t *
verdict_json(const char *entry, bool satisfied, const struct error *findings)
{
	json_t *o = json_object();

	json_put(o, "entry", json_foreign(entry));
	json_put(o, "satisfied", json_boolean(satisfied));
	json_put(o, "findings", findings_json(findings));
	return o;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What is wanted and had stands once for findings in a row that share it. */
static void
put_want_have(const struct diagnosis *d, const struct diagnosis *next,
    const struct style *style, struct buf *out)
{
	if (next != NULL && same_text(d->want, next->want) && same_text(d->have, next->have))
		return;
	style_put_labelled(style, "  want", d->want != NULL ? d->want : "", out);
	style_put_labelled(style, "  have", d->have != NULL ? d->have : "", out);
}

static void
put_finding(const struct diagnosis *d, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	buf_printf(&line, "%s [%s]", d->message, rule_id(d->rule));
	style_put_labelled(style, severity_word(d->severity), buf_text(&line), out);
	put_want_have(d, d->next, style, out);
	style_put_labelled(style, "  fix", d->fix != NULL ? d->fix : "", out);
}

void
findings_put_text(const struct error *findings, const struct style *style, struct buf *out)
{
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		put_finding(d, style, out);
}

void
verdict_put_text(const char *entry, bool satisfied, const struct error *findings,
    const struct style *style, struct buf *out)
{
	style_put(style, satisfied ? INK_GOOD : INK_BAD,
	    satisfied ? "satisfied" : "not satisfied", out);
	buf_puts(out, "  ");
	style_put(style, INK_STRONG, entry, out);
	buf_putc(out, '\n');
	findings_put_text(findings, style, out);
}
