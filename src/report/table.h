/*
 * table.h - rows and columns for people.
 *
 *      struct table *t = table_new("SERIAL", "STATE", "SUBJECT", NULL);
 *
 *      table_add(t, serial, state, subject);
 *      table_put(t, &style, &out);
 *      table_free(t);
 *
 * Cells are foreign text and come out escaped.  When the rows are wider than the
 * terminal, the text of the last column is broken at spaces (within a long word,
 * if it must be) and goes on below itself; where that would make a thin pillar of
 * it, it stands indented on a line of its own.  The other columns keep their width.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "report/style.h"

struct table;

/* Headings, at most 8, then NULL. */
struct table *table_new(const char *heading, ...) __attribute__((sentinel));
void table_free(struct table *table);
DEFINE_SCOPED(table_free, struct table *)

/* One cell for each heading; NULL is an empty one.  The text is copied. */
void table_add(struct table *table, ...);

/* The same for cells that are escaped already. */
void table_add_escaped(struct table *table, ...);

/* Of the row that was added last: the ink of its first cell, and a text that stands
 * indented below it, broken at spaces. */
void table_paint(struct table *table, enum ink ink);
void table_below(struct table *table, const char *text);

/* The headings and the rows; nothing when there is no row. */
void table_put(const struct table *table, const struct style *style, struct buf *out);

#endif
