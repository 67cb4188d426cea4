#include "report/standing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "os/clock.h"
#include "report/findings.h"
#include "report/table.h"

enum { DAY = 86400, DAY_WIDTH = 10 };

bool
standing_view_shows(const struct standing_view *view, const struct standing *s)
{
	return view->states == 0 || (view->states & 1U << s->state) != 0;
}

bool
standing_view_needs_work(const struct standing_view *view)
{
	const struct standings *all = view->standings;

	for (size_t i = 0; i < all->n; i++)
		if (standing_view_shows(view, &all->v[i]) &&
		    standing_needs_work(&all->v[i], all->now))
			return true;
	return (view->states & 1U << STANDING_SUPERFLUOUS) != 0 && all->n_superfluous != 0;
}

void
put_day(int64_t seconds, struct buf *out)
{
	size_t at = out->n;

	clock_put(out, seconds);
	buf_cut(out, at + DAY_WIDTH);
}

const char *
standing_remedy(const struct standing *standing)
{
	static const char *const remedies[STANDING_STATES] = {
		[STANDING_MISSING] = "have it requested and issued",
		[STANDING_EXPIRED] = "issue a new one now",
		[STANDING_REVOKED] = "issue a new one for a new key",
		[STANDING_WRONG] = "issue it again, as it is planned",
		[STANDING_FOREIGN] = "have it issued as it is planned",
		[STANDING_EXPIRING] = "renew it",
	};

	if (standing->newer != NULL)
		return "put the one on record in place";
	return remedies[standing->state] != NULL ? remedies[standing->state] : "";
}

void
standings_put_counts(const struct standings *standings, struct buf *out)
{
	const char *between = "";

	for (int i = 0; i < STANDING_STATES; i++) {
		/* From the best to the worst, and last what is no entry's. */
		enum standing_state state = i + 1 < STANDING_STATES
		    ? (enum standing_state)(STANDING_VALID - i) : STANDING_SUPERFLUOUS;

		if (standings->count[state] == 0)
			continue;
		buf_printf(out, "%s%zu %s", between, standings->count[state],
		    standing_word(state));
		between = ", ";
	}
}

/* -- text -------------------------------------------------------------------------------- */

static enum ink
ink_of(const struct standing *s, int64_t now)
{
	static const enum ink inks[STANDING_STATES] = {
		[STANDING_MISSING] = INK_BAD, [STANDING_EXPIRED] = INK_BAD,
		[STANDING_REVOKED] = INK_BAD, [STANDING_WRONG] = INK_BAD,
		[STANDING_FOREIGN] = INK_BAD, [STANDING_SUPERSEDED] = INK_WARN,
		[STANDING_EXPIRING] = INK_WARN, [STANDING_VALID] = INK_GOOD,
		[STANDING_SUPERFLUOUS] = INK_WARN,
	};

	return s->state == STANDING_FOREIGN && s->satisfies
	    ? standing_needs_work(s, now) ? INK_WARN : INK_GOOD : inks[s->state];
}

/* Its entry, or of what no entry wants where it lies and whose it is. */
static void
put_what(const struct standing *s, struct buf *out)
{
	if (s->entry != NULL)
		buf_puts(out, s->entry->id);
	else if (s->cert->file != NULL)
		buf_puts(out, s->cert->file);
	else
		buf_put_hex(out, s->cert->cert.serial);
}

static void
add_row(struct table *table, const struct standing *s, int64_t now)
{
	SCOPED(buf_clear) struct buf until = BUF_INIT, what = BUF_INIT;
	char days[24] = "-";

	if (s->cert != NULL) {
		put_day(s->cert->cert.not_after, &until);
		(void)snprintf(days, sizeof(days), "%5lld",
		    (long long)((s->cert->cert.not_after - now) / DAY));
	}
	put_what(s, &what);
	table_add(table, standing_word(s->state), until.n != 0 ? buf_text(&until) : "-",
	    days, buf_text(&what));
	table_paint(table, ink_of(s, now));
	if (s->detail != NULL)
		table_below(table, s->detail);
}

static void
add_rows(struct table *table, const struct standing_view *view, const struct standing *v,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (standing_view_shows(view, &v[i]))
			add_row(table, &v[i], view->standings->now);
}

/* Which certificate it is, what helps, and all that was found. */
static void
put_more(const struct standing *s, int64_t now, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT;
	bool work = s->entry != NULL && standing_needs_work(s, now);

	if (s->entry == NULL || (s->cert == NULL && !work))
		return;
	buf_putc(out, '\n');
	style_put(style, INK_STRONG, s->entry->id, out);
	buf_putc(out, '\n');
	style_put_labelled(style, "helps", work ? standing_remedy(s) : "", out);
	if (s->cert == NULL)
		return;
	buf_put_hex(&serial, s->cert->cert.serial);
	style_put_labelled(style, "serial", buf_text(&serial), out);
	style_put_labelled_escaped(style, "issuer", s->cert->cert.issuer_text, out);
	style_put_labelled(style, "file", s->cert->file != NULL ? s->cert->file : "", out);
	findings_put_text(s->findings, style, out);
}

/* -- what the planner said --------------------------------------------------------------- */

enum { ENTRIES_NAMED = 4 };      /* of those that the same is said of, with few words */

/* Those that say the same stand together, in the plan's order. */
static int
note_order(const void *a, const void *b)
{
	const struct plan_note *x = *(const struct plan_note *const *)a;
	const struct plan_note *y = *(const struct plan_note *const *)b;
	int order = strcmp(x->rule, y->rule);

	if (order == 0)
		order = strcmp(x->message, y->message);
	return order != 0 ? order : (x > y) - (x < y);
}

/* With few words what it warned of, with many also what it left out; of what is shown. */
static bool
shows_note(const struct standing_view *view, const struct style *style,
    const struct plan_note *note)
{
	const struct entry *entry;

	if (!note->warning && !style->verbose)
		return false;
	entry = note->entry != NULL ? plan_find(view->plan, note->entry) : NULL;
	return entry == NULL ||
	    standing_view_shows(view, &view->standings->v[entry - view->plan->entries]);
}

/* "message [rule]: entry, entry and 7 more" */
static void
put_same_notes(const struct plan_note *const *notes, size_t n, const struct style *style,
    struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;
	size_t named = style->verbose || n <= ENTRIES_NAMED ? n : ENTRIES_NAMED;

	buf_printf(&line, "%s [%s]", notes[0]->message, notes[0]->rule);
	for (size_t i = 0; i < named; i++)
		if (notes[i]->entry != NULL)
			buf_printf(&line, "%s %s", i == 0 ? ":" : ",", notes[i]->entry);
	if (named < n)
		buf_printf(&line, " and %zu more", n - named);
	style_put_labelled(style, notes[0]->warning ? "warning" : "note", buf_text(&line), out);
}

static void
put_notes(const struct standing_view *view, const struct style *style, struct buf *out)
{
	const struct plan *plan = view->plan;
	const struct plan_note **notes = mem_alloc((plan->n_notes + 1) * sizeof(*notes));
	size_t n = 0;

	for (size_t i = 0; i < plan->n_notes; i++)
		if (shows_note(view, style, &plan->notes[i]))
			notes[n++] = &plan->notes[i];
	if (n != 0)
		qsort(notes, n, sizeof(*notes), note_order);
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1; i + same < n && strcmp(notes[i]->rule, notes[i + same]->rule) == 0 &&
		    strcmp(notes[i]->message, notes[i + same]->message) == 0;)
			same++;
		put_same_notes(notes + i, same, style, out);
	}
	free(notes);
}

void
standings_put_text(const struct standing_view *view, const struct style *style,
    struct buf *out)
{
	SCOPED(table_free) struct table *table =
	    table_new("STATE", "UNTIL", "DAYS", "ENTRY", NULL);
	const struct standings *all = view->standings;

	add_rows(table, view, all->v, all->n);
	add_rows(table, view, all->superfluous, all->n_superfluous);
	table_put(table, style, out);
	for (size_t i = 0; style->verbose && i < all->n; i++)
		if (standing_view_shows(view, &all->v[i]))
			put_more(&all->v[i], all->now, style, out);
	if (style->verbose)
		buf_putc(out, '\n');
	put_notes(view, style, out);
	buf_puts(out, out->n != 0 ? "\n" : "");
	standings_put_counts(all, out);
	buf_puts(out, all->n + all->n_superfluous != 0 ? ": topology '" : "no entries: topology '");
	put_foreign_text(out, view->plan->topology);
	buf_puts(out, "', product ");
	put_foreign_text(out, view->plan->product);
	buf_putc(out, '\n');
}
