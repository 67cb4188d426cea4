#include "report/explain.h"

#include "base/escape.h"

json_t *
place_json(struct place at)
{
	json_t *o;

	if (at.source == NULL)
		return json_null();
	o = json_object();
	json_put(o, "file", json_foreign(at.source->name));
	json_put(o, "line", json_integer(at.line));
	json_put(o, "column", json_integer(at.column));
	return o;
}

static json_t *
explanation_json(const struct explanation *row)
{
	json_t *o = json_object();

	json_put(o, "what", json_foreign(row->what));
	json_put(o, "value", json_foreign(row->value));
	json_put(o, "oid", json_foreign(row->value_oid != NULL ? row->value_oid : row->oid));
	json_put(o, "because", json_foreign(row->because));
	json_put(o, "set", place_json(row->rule));
	json_put(o, "replaced", place_json(row->replaced));
	json_put(o, "fact", place_json(row->fact));
	return o;
}

json_t *
explanations_json(const struct entry *entry, const struct explanations *rows, const char *about)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < rows->n; i++)
		if (explanation_is_about(&rows->v[i], about))
			json_add(list, explanation_json(&rows->v[i]));
	json_put(o, "entry", json_foreign(entry->id));
	json_put(o, "role", json_foreign(entry->role));
	json_put(o, "file", json_foreign(entry->role_file));
	json_put(o, "values", list);
	return o;
}

static void
put_place(const char *label, struct place at, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	if (at.source == NULL)
		return;
	buf_printf(&line, "%s:%u:%u", at.source->name, at.line, at.column);
	style_put_labelled(style, label, buf_text(&line), out);
}

static void
put_row(const struct explanation *row, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf head = BUF_INIT;

	buf_printf(&head, "%s %s", row->what, row->value);
	if (row->value_oid != NULL)
		buf_printf(&head, " (%s)", row->value_oid);
	style_put(style, INK_STRONG, buf_text(&head), out);
	buf_putc(out, '\n');
	style_put_labelled(style, "because", row->because != NULL ? row->because : "", out);
	put_place("set", row->rule, style, out);
	put_place("replaced", row->replaced, style, out);
	put_place("fact", row->fact, style, out);
}

void
explanations_put_text(const struct entry *entry, const struct explanations *rows,
    const char *about, const struct style *style, struct buf *out)
{
	buf_puts(out, "entry ");
	put_foreign_text(out, entry->id);
	buf_puts(out, "\n");
	for (size_t i = 0; i < rows->n; i++)
		if (explanation_is_about(&rows->v[i], about))
			put_row(&rows->v[i], style, out);
}
