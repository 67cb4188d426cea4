#include "report/table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/escape.h"

enum { COLUMNS_MAX = 8, GAP = 2, LAST_LEAST = 16, BELOW_INDENT = 4 };

struct row {
	const char *cell[COLUMNS_MAX];   /* escaped: one byte a column        */
	const char *below;               /* the same, or NULL                 */
	enum ink ink;                    /* of the first cell                 */
};

struct table {
	struct arena *arena;
	size_t columns;
	size_t width[COLUMNS_MAX];
	struct row headings;
	VEC(struct row) rows;
};

static void
put_cell(struct table *t, struct row *row, size_t i, const char *text, bool escaped)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	if (escaped)
		buf_puts(&b, text != NULL ? text : "");
	else
		put_foreign_text(&b, text != NULL ? text : "");
	row->cell[i] = arena_strdup(t->arena, buf_text(&b));
	if (b.n > t->width[i])
		t->width[i] = b.n;
}

struct table *
table_new(const char *heading, ...)
{
	struct table *t = mem_zero(sizeof(*t));
	va_list ap;

	t->arena = arena_new();
	va_start(ap, heading);
	for (const char *h = heading; h != NULL && t->columns < COLUMNS_MAX;
	    h = va_arg(ap, const char *))
		put_cell(t, &t->headings, t->columns++, h, true);
	va_end(ap);
	return t;
}

void
table_free(struct table *table)
{
	if (table == NULL)
		return;
	arena_free(table->arena);
	free(table);
}

static void
add_row(struct table *table, va_list cells, bool escaped)
{
	struct row *row = VEC_PUSH(table->arena, &table->rows);

	for (size_t i = 0; i < table->columns; i++)
		put_cell(table, row, i, va_arg(cells, const char *), escaped);
}

void
table_add(struct table *table, ...)
{
	va_list ap;

	va_start(ap, table);
	add_row(table, ap, false);
	va_end(ap);
}

void
table_add_escaped(struct table *table, ...)
{
	va_list ap;

	va_start(ap, table);
	add_row(table, ap, true);
	va_end(ap);
}

void
table_paint(struct table *table, enum ink ink)
{
	table->rows.v[table->rows.n - 1].ink = ink;
}

void
table_below(struct table *table, const char *text)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	put_foreign_text(&b, text);
	table->rows.v[table->rows.n - 1].below = arena_strdup(table->arena, buf_text(&b));
}

/* The column where the last one begins. */
static size_t
last_begins(const struct table *t)
{
	size_t at = 0;

	for (size_t i = 0; i + 1 < t->columns; i++)
		at += t->width[i] + GAP;
	return at;
}

/* How much of `text` goes on one line of `room` columns: up to a blank, else through a
 * slash, between the parts of an entry's name. */
static size_t
fitting(const char *text, size_t room)
{
	size_t n = strlen(text);

	if (n <= room)
		return n;
	for (size_t space = room; space > 0; space--)
		if (text[space] == ' ')
			return space;
	for (size_t through = room; through > 0; through--)
		if (text[through - 1] == '/')
			return through;
	return room;
}

static void
put_last(const char *text, size_t at, size_t room, struct buf *out)
{
	for (;;) {
		size_t n = fitting(text, room);

		buf_put(out, text, n);
		buf_putc(out, '\n');
		text += n;
		text += strspn(text, " ");
		if (*text == '\0')
			return;
		buf_printf(out, "%*s", (int)at, "");
	}
}

/* Where the last column goes. */
struct layout {
	bool below;              /* on a line of its own                      */
	size_t at, room;
};

static struct layout
layout_of(const struct table *t, size_t width)
{
	size_t at = last_begins(t), last = t->width[t->columns - 1];

	if (width == 0 || at + last <= width)
		return (struct layout){ .at = at, .room = SIZE_MAX };
	if (at + LAST_LEAST <= width && last <= 3 * (width - at))
		return (struct layout){ .at = at, .room = width - at };
	return (struct layout){ .below = true, .at = BELOW_INDENT,
		.room = width > BELOW_INDENT + LAST_LEAST ? width - BELOW_INDENT : LAST_LEAST };
}

static void
cut_blanks(struct buf *out, size_t begin)
{
	while (out->n > begin && out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 1);
}

/* What is escaped already, padded to the column's width. */
static void
put_padded(const struct table *t, const struct row *row, size_t i, const struct style *style,
    struct buf *out)
{
	bool paint = i == 0 && row->ink != INK_PLAIN && style->colour;

	if (!paint) {
		buf_printf(out, "%-*s", (int)(t->width[i] + GAP), row->cell[i]);
		return;
	}
	style_put(style, row->ink, row->cell[i], out);
	buf_printf(out, "%*s", (int)(t->width[i] + GAP - strlen(row->cell[i])), "");
}

static void
put_row(const struct table *t, const struct row *row, const struct layout *layout,
    const struct style *style, struct buf *out)
{
	const char *last = row->cell[t->columns - 1];
	size_t begin = out->n;

	for (size_t i = 0; i + 1 < t->columns; i++)
		put_padded(t, row, i, style, out);
	if (*last == '\0' || layout->below) {
		cut_blanks(out, begin);
		buf_putc(out, '\n');
	}
	if (*last == '\0')
		return;
	if (layout->below)
		buf_printf(out, "%*s", BELOW_INDENT, "");
	put_last(last, layout->at, layout->room, out);
}

static void
put_below(const struct row *row, size_t width, struct buf *out)
{
	size_t room = width > BELOW_INDENT + LAST_LEAST ? width - BELOW_INDENT : SIZE_MAX;

	if (row->below == NULL)
		return;
	buf_printf(out, "%*s", BELOW_INDENT, "");
	put_last(row->below, BELOW_INDENT, room, out);
}

void
table_put(const struct table *table, const struct style *style, struct buf *out)
{
	struct layout layout = layout_of(table, style->width);

	if (table->rows.n == 0)
		return;
	put_row(table, &table->headings, &layout, style, out);
	for (size_t i = 0; i < table->rows.n; i++) {
		put_row(table, &table->rows.v[i], &layout, style, out);
		put_below(&table->rows.v[i], style->width, out);
	}
}
