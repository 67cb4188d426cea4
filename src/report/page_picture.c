/*
 * The deployment as a picture: a card for each pool, in columns.  Every entry is a line
 * of its card; where there are too many, a card counts them.
 */
#include <stdlib.h>
#include <strings.h>

#include "report/page_parts.h"

enum {
	WIDTH = 960, GAP = 16, PAD = 12, COLUMNS_FEW = 3, COLUMNS_MANY = 4, COLUMNS = 4,
	HEAD = 46,               /* of a card: name and kind                  */
	LINE = 21,
	BAR = 30,                /* of a card that counts                     */
};

/* A pool, or what is of the whole deployment: entries first to first + n. */
struct card {
	const struct pool *pool;         /* NULL: the whole deployment        */
	size_t first, n;
	long x, y, height;
};

struct drawing {
	const struct page *page;
	bool few;                        /* each entry has a line             */
	long columns, width;
	VEC(struct card) cards;
	size_t left_out;                 /* pools                             */
	long height;
	struct arena *arena;
};

static const struct standing *
standing_at(const struct drawing *d, size_t i)
{
	return &d->page->view.standings->v[i];
}

/* -- where everything stands ---------------------------------------------------------------- */

static bool
is_of(const struct entry *entry, const struct pool *pool)
{
	return pool != NULL ? entry->pool != NULL && strcasecmp(entry->pool, pool->fqdn) == 0 :
	    entry->pool == NULL;
}

/* The entries stand pool by pool, in the topology's order; those of the whole last. */
static void
collect(struct drawing *d)
{
	const struct plan *plan = d->page->view.plan;
	const struct topology *t = d->page->topology;
	size_t at = 0;

	for (size_t i = 0; i <= t->n_pools; i++) {
		struct card card = { .pool = i < t->n_pools ? &t->pools[i] : NULL, .first = at };

		while (at < plan->n_entries && is_of(&plan->entries[at], card.pool))
			at++;
		card.n = at - card.first;
		if (card.pool == NULL && card.n == 0)
			continue;
		if (d->cards.n < PAGE_POOLS || card.pool == NULL)
			*VEC_PUSH(d->arena, &d->cards) = card;
		else
			d->left_out++;
	}
}

static const char *
server_of(const struct card *card, size_t i)
{
	return value_field(card->pool->servers[i], "fqdn")->u.text;
}

static size_t
servers_of(const struct card *card)
{
	return card->pool != NULL ? card->pool->n_servers : 0;
}

static long
height_of(const struct drawing *d, const struct card *card)
{
	size_t lines = card->n;

	if (!d->few)
		return HEAD + BAR;
	for (size_t i = 0; i < servers_of(card); i++)
		lines++;
	return HEAD + (long)(lines != 0 ? lines : 1) * LINE + PAD / 2;
}

/* Each card under the shortest column so far. */
static void
arrange(struct drawing *d)
{
	long end[COLUMNS] = { 0 };

	for (size_t i = 0; i < d->cards.n; i++) {
		struct card *card = &d->cards.v[i];
		long best = 0;

		for (long c = 1; c < d->columns; c++)
			if (end[c] < end[best])
				best = c;
		card->height = height_of(d, card);
		card->x = best * (d->width + GAP);
		card->y = end[best];
		end[best] += card->height + GAP;
		if (end[best] > d->height)
			d->height = end[best];
	}
}

/* -- drawing ----------------------------------------------------------------------------------- */

static void
put_label(long x, long y, int size, const char *class, const char *text, size_t most,
    struct buf *out)
{
	buf_printf(out, "<text x=\"%ld\" y=\"%ld\" font-size=\"%d\"%s%s%s>", x, y, size,
	    class != NULL ? " class=\"" : "", class != NULL ? class : "",
	    class != NULL ? "\"" : "");
	html_put_cut(text, most, out);
	buf_puts(out, "</text>");
}

/* One entry: its role, and its state on a ground of its colour. */
static void
put_role(const struct drawing *d, const struct card *card, size_t i, long indent, long y,
    struct buf *out)
{
	const struct standing *s = standing_at(d, i);
	const char *word = standing_word(s->state);
	long pill = (long)strlen(word) * 6 + 14, right = card->x + d->width - PAD;

	buf_printf(out, "<a href=\"#e%zu\"><title>", i);
	html_put(s->entry->id, out);
	buf_printf(out, ": %s</title>", word);
	put_label(card->x + PAD + indent, y + 14, 12, NULL, s->entry->role,
	    (size_t)(d->width - 2 * PAD - indent - pill - 8) / 7, out);
	buf_printf(out, "<rect class=\"b-%s\" x=\"%ld\" y=\"%ld\" width=\"%ld\" height=\"17\" "
	    "rx=\"8.5\"/><text class=\"t-%s\" x=\"%ld\" y=\"%ld\" font-size=\"11\" "
	    "font-weight=\"600\" text-anchor=\"middle\">%s</text></a>\n", word, right - pill, y + 1,
	    pill, word, right - pill / 2, y + 13, word);
}

static long
put_roles_of(const struct drawing *d, const struct card *card, const char *server, long y,
    struct buf *out)
{
	for (size_t i = card->first; i < card->first + card->n; i++) {
		const char *other = standing_at(d, i)->entry->server;
		bool mine = server == NULL ? other == NULL :
		    other != NULL && strcasecmp(other, server) == 0;

		if (!mine)
			continue;
		put_role(d, card, i, server != NULL ? PAD : 0, y, out);
		y += LINE;
	}
	return y;
}

static void
put_lines(const struct drawing *d, const struct card *card, struct buf *out)
{
	long y = put_roles_of(d, card, NULL, card->y + HEAD, out);

	for (size_t i = 0; i < servers_of(card); i++) {
		buf_printf(out, "<g><title>");
		html_put(server_of(card, i), out);
		buf_puts(out, "</title>");
		put_label(card->x + PAD, y + 14, 12, "soft", server_of(card, i),
		    (size_t)(d->width - 2 * PAD) / 7, out);
		buf_puts(out, "</g>\n");
		y = put_roles_of(d, card, server_of(card, i), y + LINE, out);
	}
	if (card->n == 0 && servers_of(card) == 0)
		put_label(card->x + PAD, y + 14, 12, "soft", "no certificate is planned", 40, out);
}

static void
count_states(const struct drawing *d, const struct card *card, size_t count[STANDING_STATES])
{
	for (size_t i = card->first; i < card->first + card->n; i++)
		count[standing_at(d, i)->state]++;
}

/* The states of a pool side by side, as wide as they are many, and in words. */
static void
put_sum(const struct drawing *d, const struct card *card, struct buf *out)
{
	size_t count[STANDING_STATES] = { 0 };
	SCOPED(buf_clear) struct buf words = BUF_INIT;
	long x = card->x + PAD, room = d->width - 2 * PAD, y = card->y + HEAD;

	count_states(d, card, count);
	for (int state = STANDING_VALID; state >= 0; state--) {
		long width = card->n != 0 ? room * (long)count[state] / (long)card->n : 0;

		if (count[state] == 0)
			continue;
		buf_printf(out, "<rect class=\"t-%s\" x=\"%ld\" y=\"%ld\" width=\"%ld\" "
		    "height=\"6\"/>", standing_words[state], x, y - 4, width);
		x += width;
		buf_printf(&words, "%s%zu %s", words.n != 0 ? ", " : "", count[state],
		    standing_words[state]);
	}
	put_label(card->x + PAD, y + 17, 11, NULL,
	    words.n != 0 ? buf_text(&words) : "no certificate", (size_t)room / 6, out);
}

static void
put_card(const struct drawing *d, const struct card *card, struct buf *out)
{
	const char *name = card->pool != NULL ? card->pool->fqdn : "Whole deployment";
	const struct kind *kind = card->pool != NULL ? card->pool->kind : NULL;
	const char *title = kind == NULL ? "for all pools" :
	    kind->title != NULL ? kind->title : kind->name;

	buf_printf(out, "<g><title>");
	html_put(name, out);
	buf_printf(out, "</title><rect class=\"card\" x=\"%ld.5\" y=\"%ld.5\" width=\"%ld\" "
	    "height=\"%ld\" rx=\"8\"/>", card->x, card->y, d->width - 1, card->height);
	buf_puts(out, "<g font-weight=\"600\">");
	put_label(card->x + PAD, card->y + 20, 13, NULL, name,
	    (size_t)(d->width - 2 * PAD) * 10 / 76, out);
	buf_puts(out, "</g>");
	put_label(card->x + PAD, card->y + 36, 11, "soft", title,
	    (size_t)(d->width - 2 * PAD) / 6, out);
	buf_puts(out, "</g>\n");
	if (d->few)
		put_lines(d, card, out);
	else
		put_sum(d, card, out);
}

static void
put_description(const struct drawing *d, struct buf *out)
{
	const struct topology *t = d->page->topology;

	buf_puts(out, "<title id=\"picture-t\">The deployment ");
	html_put(t->name, out);
	buf_printf(out, "</title><desc id=\"picture-d\">%zu pools as boxes, with their %s: ",
	    t->n_pools, d->few ? "servers and the state of each certificate" :
	    "certificates counted by state");
	standings_put_counts(d->page->view.standings, out);
	buf_puts(out, ". The table of entries below says the same in words.</desc>\n");
}

void
page_put_picture(const struct page *page, struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct drawing d = { .page = page, .arena = arena,
		.few = page->view.plan->n_entries <= PAGE_ROLES };

	d.columns = d.few ? COLUMNS_FEW : COLUMNS_MANY;
	d.width = (WIDTH - (d.columns - 1) * GAP) / d.columns;
	collect(&d);
	arrange(&d);
	section_begin("deployment", "The deployment", out);
	buf_printf(out, "<figure class=\"wide\"><svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %ld\" role=\"img\" aria-labelledby=\"picture-t picture-d\">\n", WIDTH,
	    d.height > GAP ? d.height - GAP + 1 : 1);
	put_description(&d, out);
	for (size_t i = 0; i < d.cards.n; i++)
		put_card(&d, &d.cards.v[i], out);
	buf_puts(out, "</svg>");
	if (d.left_out != 0)
		buf_printf(out, "<figcaption>%zu more pools are not drawn; their entries stand in "
		    "the table.</figcaption>", d.left_out);
	buf_puts(out, "</figure>\n");
	section_end(out);
}
