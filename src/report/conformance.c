#include "report/conformance.h"

#include "report/custody.h"
#include "report/table.h"

static const enum custody_level levels[] = {
	CUSTODY_HARDWARE, CUSTODY_STRICT, CUSTODY_IMPORTED_OK, CUSTODY_LAB,
};

/* Would this level do? */
static bool
reaches(const struct conformance *c, enum custody_level level)
{
	struct custody_terms terms = *c->terms;
	struct custody custody;

	terms.level = level;
	custody_judge_terms(c->facts, &terms, &custody);
	return custody.accepted;
}

/* -- JSON ------------------------------------------------------------------------------ */

static json_t *
levels_json(const struct conformance *c)
{
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		json_put(o, custody_level_word(levels[i]), json_boolean(reaches(c, levels[i])));
	return o;
}

static json_t *
guarantees_json(const struct conformance *c)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	json_t *list = json_array();
	struct guarantees all;

	guarantee_list(c->facts, c->terms, arena, &all);
	for (size_t i = 0; i < all.v.n; i++) {
		const struct guarantee *g = &all.v.v[i];
		json_t *o = json_object();

		json_put(o, "id", json_foreign(g->id));
		json_put(o, "guarantee", json_foreign(g->sentence));
		json_put(o, "basis", json_foreign(guarantee_word(g->basis)));
		json_put(o, "evidence", json_words(g->evidence, g->n_evidence));
		json_add(list, o);
	}
	return list;
}

static json_t *
probes_json(const struct rc_facts *facts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < facts->n_probes; i++) {
		const struct rc_probe *probe = &facts->probe[i];
		json_t *o = json_object();

		json_put(o, "kind", json_foreign(describe_kind(probe->kind)));
		json_put(o, "name", json_foreign(probe->name));
		json_put(o, "outcome", json_foreign(describe_done(probe->done)));
		json_put(o, "answer", json_foreign(probe->answer));
		json_add(list, o);
	}
	return list;
}

json_t *
conformance_json(const struct conformance *c)
{
	json_t *o = custody_json(c->facts, c->custody);

	json_put(o, "levels", levels_json(c));
	json_put(o, "token", token_json(&c->facts->token));
	json_put(o, "guarantees", guarantees_json(c));
	json_put(o, "probes", probes_json(c->facts));
	return o;
}

/* -- text ------------------------------------------------------------------------------ */

static void
put_head(const struct conformance *c, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf maker = BUF_INIT;
	const struct rc_token_facts *t = &c->facts->token;

	buf_puts(out, "key '");
	style_put(style, INK_STRONG, c->facts->label[0] != '\0' ? c->facts->label : "(no label)",
	    out);
	buf_puts(out, "' on token '");
	style_put(style, INK_STRONG, t->label, out);
	buf_printf(out, "', level %s: ", custody_level_word(c->custody->level));
	style_put(style, c->custody->accepted ? INK_GOOD : INK_BAD,
	    c->custody->accepted ? "reached" : "not reached", out);
	buf_putc(out, '\n');
	buf_printf(&maker, "%s, %s, serial %s, firmware %s", t->manufacturer, t->model,
	    *t->serial != '\0' ? t->serial : "(none)", t->firmware);
	style_put_labelled(style, "maker", buf_text(&maker), out);
	style_put_labelled(style, "module", c->facts->module, out);
}

static void
put_levels(const struct conformance *c, const struct style *style, struct buf *out)
{
	buf_printf(out, "%*s%-*s", STYLE_INDENT, "", STYLE_LABEL, "levels");
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		bool good = reaches(c, levels[i]);

		buf_printf(out, "%s%s ", i != 0 ? ", " : "", custody_level_word(levels[i]));
		style_put(style, good ? INK_GOOD : INK_BAD, good ? "yes" : "no", out);
	}
	buf_puts(out, "\n\n");
}

static void
put_basis(enum guarantee_basis basis, const struct style *style, struct buf *out)
{
	static const enum ink inks[] = { INK_GOOD, INK_PLAIN, INK_FAINT, INK_BAD };
	size_t n = strlen(guarantee_word(basis));

	buf_printf(out, "%*s", STYLE_INDENT, "");
	style_put(style, inks[basis], guarantee_word(basis), out);
	buf_printf(out, "%*s", STYLE_LABEL - (int)n, "");
}

/* What is said goes into one line. */
static void
put_said(const struct guarantee *g, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf said = BUF_INIT;

	for (size_t i = 0; i < g->n_said; i++)
		buf_printf(&said, "%s%s", i != 0 ? ", " : "", g->evidence[i]);
	style_put_labelled(style, " ", buf_text(&said), out);
}

/* The sentence, and below it what it rests on. */
static void
put_guarantees(const struct conformance *c, const struct style *style, struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct guarantees all;

	guarantee_list(c->facts, c->terms, arena, &all);
	for (size_t i = 0; i < all.v.n; i++) {
		const struct guarantee *g = &all.v.v[i];

		put_basis(g->basis, style, out);
		style_put(style, INK_STRONG, g->sentence, out);
		buf_putc(out, '\n');
		put_said(g, style, out);
		for (size_t k = g->n_said; k < g->n_evidence; k++)
			style_put_labelled(style, " ", g->evidence[k], out);
	}
}

static void
put_findings(const struct conformance *c, const struct style *style, struct buf *out)
{
	SCOPED(table_free) struct table *table = table_new("ACTION", "RULE", "WHY", NULL);

	for (size_t i = 0; i < c->custody->n; i++)
		table_add(table, custody_action_word(c->custody->finding[i].action),
		    rule_id(c->custody->finding[i].rule), c->custody->finding[i].text);
	if (c->custody->n != 0)
		buf_putc(out, '\n');
	table_put(table, style, out);
}

void
conformance_put_text(const struct conformance *c, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	put_head(c, style, out);
	put_levels(c, style, out);
	put_guarantees(c, style, out);
	put_findings(c, style, out);
	if (!style->verbose)
		return;
	custody_describe(c->facts, c->custody, &text);
	buf_putc(out, '\n');
	buf_put(out, text.p, text.n);
}
