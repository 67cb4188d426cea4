#include "report/diff.h"

static json_t *
words_json(const struct words *words)
{
	return json_words(words->v, words->n);
}

static json_t *
changed_json(const struct changed *changed)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < changed->n; i++) {
		const struct difference *d = &changed->v[i];
		json_t *one = json_object();

		json_put(one, "what", json_foreign(d->what));
		json_put(one, "was", words_json(&d->was));
		json_put(one, "now", words_json(&d->now));
		json_put(one, "added", words_json(&d->added));
		json_put(one, "removed", words_json(&d->removed));
		json_add(list, one);
	}
	json_put(o, "id", json_foreign(changed->id));
	json_put(o, "change", json_foreign(change_word(changed->change)));
	json_put(o, "differences", list);
	return o;
}

json_t *
changes_json(const struct changes *changes)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < changes->n; i++)
		json_add(list, changed_json(&changes->v[i]));
	json_put(o, "differ", json_boolean(changes->n != 0));
	json_put(o, "changes", list);
	json_put(o, "certificates", json_null());        /* who has a CA home puts them */
	return o;
}

static void
put_signed(const char *label, char sign, const struct words *words, const struct style *style,
    struct buf *out)
{
	for (size_t i = 0; i < words->n; i++) {
		SCOPED(buf_clear) struct buf line = BUF_INIT;

		buf_printf(&line, "%c %s", sign, words->v[i]);
		style_put_labelled(style, i == 0 ? label : "", buf_text(&line), out);
	}
}

static void
put_order(const char *label, const struct words *words, const struct style *style,
    struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	buf_puts(&line, "now in this order: ");
	for (size_t i = 0; i < words->n; i++)
		buf_printf(&line, "%s%s", i != 0 ? ", " : "", words->v[i]);
	style_put_labelled(style, label, buf_text(&line), out);
}

static void
put_difference(const struct difference *d, const struct style *style, struct buf *out)
{
	put_signed(d->what, '-', &d->removed, style, out);
	put_signed(d->removed.n != 0 ? "" : d->what, '+', &d->added, style, out);
	if (d->removed.n + d->added.n == 0)
		put_order(d->what, &d->now, style, out);
}

static const enum ink change_ink[] = {
	[CHANGE_ADDED] = INK_GOOD, [CHANGE_REMOVED] = INK_BAD, [CHANGE_CHANGED] = INK_STRONG,
};

void
changes_put_text(const struct changes *changes, const char *noun, const struct style *style,
    struct buf *out)
{
	size_t count[] = { 0, 0, 0 };

	for (size_t i = 0; i < changes->n; i++) {
		const struct changed *changed = &changes->v[i];

		count[changed->change]++;
		style_put(style, change_ink[changed->change], change_word(changed->change), out);
		buf_puts(out, "  ");
		style_put(style, INK_STRONG, changed->id, out);
		buf_putc(out, '\n');
		for (size_t k = 0; k < changed->n; k++)
			put_difference(&changed->v[k], style, out);
	}
	if (changes->n == 0)
		buf_printf(out, "no %s changes\n", noun);
	else
		buf_printf(out, "\n%ss: %zu added, %zu removed, %zu changed\n", noun,
		    count[CHANGE_ADDED], count[CHANGE_REMOVED], count[CHANGE_CHANGED]);
}
