#include "report/plan.h"

#include <stdlib.h>

#include "base/escape.h"

const char *
eku_name(const char *oid)
{
	const char *word = eku_word(oid);

	return word != NULL ? word : oid;
}

void
put_ekus(const char *const *oids, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i != 0 ? ", " : "", eku_name(oids[i]));
}

void
put_key_algorithms(unsigned algorithms, struct buf *out)
{
	const char *between = "";

	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++) {
		if ((algorithms & 1U << bit) == 0)
			continue;
		buf_printf(out, "%s%s", between, key_algorithm_word(bit));
		between = ", ";
	}
}

/* "name", and what it is where it is no DNS name: "uri:sip:contoso.com". */
static void
put_name(const struct general_name *name, struct buf *out)
{
	if (name->type != NAME_DNS)
		buf_printf(out, "%s:", name_type_word(name->type));
	buf_puts(out, name->value);
}

static void
put_names(const struct entry *entry, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf names = BUF_INIT;

	for (size_t i = 0; i < entry->n_san; i++) {
		buf_puts(&names, i != 0 ? ", " : "");
		put_name(&entry->san[i], &names);
	}
	style_put_labelled(style, "names", entry->n_san != 0 ? buf_text(&names) : "(none)", out);
}

static void
put_names_with_reasons(const struct entry *entry, const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < entry->n_san; i++) {
		SCOPED(buf_clear) struct buf line = BUF_INIT;
		const struct provenance *why = &entry->why[i];

		put_name(&entry->san[i], &line);
		if (why->because != NULL)
			buf_printf(&line, " because %s", why->because);
		if (why->rule.source != NULL)
			buf_printf(&line, " (%s:%u:%u)", why->rule.source->name, why->rule.line,
			    why->rule.column);
		style_put_labelled(style, i == 0 ? "names" : "", buf_text(&line), out);
	}
}

static void
put_keys(const struct entry *entry, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf keys = BUF_INIT;

	put_key_algorithms(entry->key_algorithms, &keys);
	buf_puts(&keys, entry->exportable ? "; exportable" : "; not exportable");
	if (entry->shared)
		buf_puts(&keys, entry->pool != NULL ? "; one key for all servers of the pool" :
		    "; one key for the whole deployment");
	style_put_labelled(style, "key", buf_text(&keys), out);
}

static void
put_assign(const struct entry *entry, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;

	for (size_t i = 0; i < entry->n_assign; i++)
		buf_printf(&words, "%s%s", i != 0 ? ", " : "", entry->assign[i]);
	style_put_labelled(style, "assign", buf_text(&words), out);
}

static void
put_note(const struct plan_note *note, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	buf_printf(&line, "%s [%s]", note->message, note->rule);
	style_put_labelled(style, note->warning ? "warning" : "note", buf_text(&line), out);
}

/* The notes of a plan by the entry that they speak of; those of one in their order. */
struct note_index {
	const struct plan_note **v;
	bool *put;                       /* one for each note of the plan      */
	size_t n;
};

static int
note_compare(const void *a, const void *b)
{
	const struct plan_note *const *x = a, *const *y = b;
	int order = strcmp((*x)->entry, (*y)->entry);

	return order != 0 ? order : (*x > *y) - (*x < *y);
}

static struct note_index
note_index_of(const struct plan *plan, struct arena *arena)
{
	struct note_index index = { .n = 0 };

	index.v = arena_alloc(arena, plan->n_notes * sizeof(*index.v));
	index.put = arena_alloc(arena, plan->n_notes * sizeof(*index.put));
	for (size_t i = 0; i < plan->n_notes; i++)
		if (plan->notes[i].entry != NULL)
			index.v[index.n++] = &plan->notes[i];
	if (index.n > 1)
		qsort(index.v, index.n, sizeof(struct plan_note *), note_compare);
	return index;
}

static size_t
first_note_of(const struct note_index *index, const char *id)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->v[middle]->entry, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
put_notes_of(const struct plan *plan, const struct note_index *index, const char *id,
    const struct style *style, struct buf *out)
{
	for (size_t i = first_note_of(index, id);
	    i < index->n && strcmp(index->v[i]->entry, id) == 0; i++) {
		put_note(index->v[i], style, out);
		index->put[index->v[i] - plan->notes] = true;
	}
}

/* Those of the whole plan, and of entries that are not planned: they say why. */
static void
put_other_notes(const struct plan *plan, const struct note_index *index,
    const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < plan->n_notes; i++) {
		const char *entry = plan->notes[i].entry;

		if (index->put[i])
			continue;
		if (entry != NULL) {
			style_put(style, INK_STRONG, entry, out);
			buf_putc(out, '\n');
		}
		put_note(&plan->notes[i], style, out);
	}
}

static void
put_entry(const struct entry *entry, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT, uses = BUF_INIT;

	dn_print(&entry->subject, &subject);
	put_ekus(entry->eku, entry->n_eku, &uses);
	style_put(style, INK_STRONG, entry->id, out);
	buf_putc(out, '\n');
	if (style->verbose)
		style_put_labelled(style, "title", entry->title, out);
	style_put_labelled_escaped(style, "subject", buf_text(&subject), out);
	if (style->verbose && entry->n_san != 0)
		put_names_with_reasons(entry, style, out);
	else
		put_names(entry, style, out);
	style_put_labelled(style, "use", uses.n != 0 ? buf_text(&uses) : "(none)", out);
	put_keys(entry, style, out);
	put_assign(entry, style, out);
}

void
drain_some(const struct drain *drain, struct buf *out)
{
	if (drain != NULL)
		drain->take(out, drain->context);
}

void
plan_put_text(const struct plan *plan, const struct style *style, const struct drain *drain,
    struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct note_index index = note_index_of(plan, arena);

	for (size_t i = 0; i < plan->n_entries; i++) {
		put_entry(&plan->entries[i], style, out);
		put_notes_of(plan, &index, plan->entries[i].id, style, out);
		drain_some(drain, out);
	}
	put_other_notes(plan, &index, style, out);
	buf_printf(out, "%s%zu certificate%s for topology '", plan->n_entries != 0 ? "\n" : "",
	    plan->n_entries, plan->n_entries == 1 ? "" : "s");
	put_foreign_text(out, plan->topology);
	buf_puts(out, "', product ");
	put_foreign_text(out, plan->product);
	buf_puts(out, "\n");
}
