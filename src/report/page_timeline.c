/*
 * When certificates end, on a line of time: columns of equal spans, stacked by state.
 */
#include <stdlib.h>

#include "report/page_parts.h"

enum {
	DAY = 86400, BINS_MOST = 36, YEARS_SHOWN = 12,
	WIDTH = 960, HEIGHT = 232, LEFT = 44, RIGHT = 952, TOP = 24, BOTTOM = 196,
	TICKS = 6, NEXT = 12,
};

struct timeline {
	const struct page *page;
	int64_t from, span;              /* seconds of one column             */
	size_t n;                        /* columns; the first is of what has ended */
	size_t count[BINS_MOST + 2][STANDING_STATES];
	size_t most;
};

static size_t
column_of(const struct timeline *t, int64_t end)
{
	int64_t at = end < t->from ? 0 : (end - t->from) / t->span + 1;

	return at < (int64_t)t->n ? (size_t)at : t->n - 1;
}

/* The smallest span with which all fit. */
static void
scale(struct timeline *t, const struct standings *all)
{
	static const int days[] = { 7, 14, 30, 61, 91, 122, 183, 365, 730 };
	int64_t last = t->from + DAY;
	size_t i = 0;

	for (size_t e = 0; e < all->n; e++)
		if (all->v[e].cert != NULL && all->v[e].cert->cert.not_after > last)
			last = all->v[e].cert->cert.not_after;
	if (last > t->from + (int64_t)YEARS_SHOWN * 365 * DAY)
		last = t->from + (int64_t)YEARS_SHOWN * 365 * DAY;
	while (i + 1 < ARRAY_LEN(days) && (last - t->from) / ((int64_t)days[i] * DAY) >= BINS_MOST)
		i++;
	t->span = (int64_t)days[i] * DAY;
	t->n = (size_t)((last - t->from) / t->span) + 2;
}

static void
count(struct timeline *t, const struct standings *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].cert != NULL)
			t->count[column_of(t, all->v[i].cert->cert.not_after)][all->v[i].state]++;
	for (size_t c = 0; c < t->n; c++) {
		size_t sum = 0;

		for (size_t state = 0; state < STANDING_STATES; state++)
			sum += t->count[c][state];
		if (sum > t->most)
			t->most = sum;
	}
}

/* -- drawing ----------------------------------------------------------------------------------- */

static double
x_of(const struct timeline *t, size_t column)
{
	return LEFT + (double)(RIGHT - LEFT) * (double)column / (double)t->n;
}

static void
put_column(const struct timeline *t, size_t c, struct buf *out)
{
	double width = (double)(RIGHT - LEFT) / (double)t->n, y = BOTTOM;
	size_t sum = 0;

	for (int state = STANDING_VALID; state >= 0; state--) {
		double height = (double)(BOTTOM - TOP) * (double)t->count[c][state] /
		    (double)t->most;

		if (t->count[c][state] == 0)
			continue;
		y -= height;
		sum += t->count[c][state];
		buf_printf(out, "<rect class=\"t-%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		    "height=\"%.1f\"><title>%zu %s</title></rect>", standing_words[state],
		    x_of(t, c) + width * 0.12, y, width * 0.76, height,
		    t->count[c][state], standing_words[state]);
	}
	if (sum != 0)
		buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" "
		    "text-anchor=\"middle\">%zu</text>\n", x_of(t, c) + width / 2, y - 5, sum);
}

static void
put_stroke(const char *class, double x1, double y1, double x2, double y2, struct buf *out)
{
	buf_printf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
	    class, x1, y1, x2, y2);
}

static void
put_tick(double x, const char *anchor, const char *text, struct buf *out)
{
	buf_printf(out, "<text class=\"soft\" x=\"%.1f\" y=\"%d\" font-size=\"11\" "
	    "text-anchor=\"%s\">%s</text>\n", x, BOTTOM + 18, anchor, text);
}

/* Today, and the beginning of some columns; a day that would touch today is left out. */
static void
put_axis(const struct timeline *t, struct buf *out)
{
	size_t step = (t->n - 1 + TICKS - 1) / TICKS;

	put_stroke("axis", LEFT, BOTTOM, RIGHT, BOTTOM, out);
	put_stroke("now", x_of(t, 1), TOP - 12, x_of(t, 1), BOTTOM + 5, out);
	put_tick(x_of(t, 1), "middle", "today", out);
	for (size_t c = 1 + step; c < t->n; c += step) {
		SCOPED(buf_clear) struct buf day = BUF_INIT;

		if (x_of(t, c) - x_of(t, 1) < 60)
			continue;
		put_day(t->from + (int64_t)(c - 1) * t->span, &day);
		put_stroke("axis", x_of(t, c), BOTTOM, x_of(t, c), BOTTOM + 5, out);
		put_tick(x_of(t, c), RIGHT - x_of(t, c) < 32 ? "end" : "middle", buf_text(&day),
		    out);
	}
}

static void
put_chart(const struct timeline *t, struct buf *out)
{
	buf_printf(out, "<figure class=\"wide\"><svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"timeline-t timeline-d\">\n"
	    "<title id=\"timeline-t\">When certificates end</title>"
	    "<desc id=\"timeline-d\">Columns of %lld days each, as high as certificates end in "
	    "them; left of today stand those that have ended. The table below names the next."
	    "</desc>\n", WIDTH, HEIGHT, (long long)(t->span / DAY));
	put_axis(t, out);
	for (size_t c = 0; c < t->n; c++)
		put_column(t, c, out);
	buf_printf(out, "</svg><figcaption>One column is %lld days.  What has ended stands left of "
	    "today.</figcaption></figure>\n", (long long)(t->span / DAY));
}

/* -- the next ------------------------------------------------------------------------------- */

static int
end_compare(const void *a, const void *b)
{
	const struct standing *const *x = a, *const *y = b;
	int64_t p = (*x)->cert->cert.not_after, q = (*y)->cert->cert.not_after;

	return p != q ? (p > q) - (p < q) : (*x > *y) - (*x < *y);
}

static void
put_next_row(const struct page *page, const struct standing *s, struct buf *out)
{
	buf_puts(out, "<tr><td class=\"date\">");
	put_day(s->cert->cert.not_after, out);
	buf_printf(out, "</td><td class=\"num\">%lld</td><td class=\"date\">",
	    (long long)((s->cert->cert.not_after - page->view.standings->now) / DAY));
	put_day(s->renew_from, out);
	buf_puts(out, "</td><th scope=\"row\">");
	put_entry_link(page, s, out);
	buf_puts(out, "</th><td>");
	put_badge(s->state, out);
	buf_puts(out, "</td></tr>\n");
}

static void
put_next(const struct page *page, const struct standing **sorted, size_t n, struct buf *out)
{
	size_t past = 0;

	while (past < n && sorted[past]->cert->cert.not_after < page->view.standings->now)
		past++;
	if (past == n)
		return;
	buf_puts(out, "<h3>The next to end</h3>\n");
	table_begin((const char *const[]){ "Ends", "#Days", "Renew from", "Entry", "State", NULL },
	    out);
	for (size_t i = past; i < n && i < past + NEXT; i++)
		put_next_row(page, sorted[i], out);
	table_end(out);
}

void
page_put_timeline(const struct page *page, struct buf *out)
{
	const struct standings *all = page->view.standings;
	const struct standing **sorted = mem_zero((all->n + 1) * sizeof(*sorted));
	struct timeline t = { .page = page, .from = all->now };
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].cert != NULL)
			sorted[n++] = &all->v[i];
	if (n != 0) {
		qsort(sorted, n, sizeof(struct standing *), end_compare);
		scale(&t, all);
		count(&t, all);
		section_begin("ends", "When certificates end", out);
		put_chart(&t, out);
		put_next(page, sorted, n, out);
		section_end(out);
	}
	free(sorted);
}
