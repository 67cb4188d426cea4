/*
 * page_parts.h - the parts of page.c that have a file of their own.
 */
#ifndef REPORT_PAGE_PARTS_H
#define REPORT_PAGE_PARTS_H

#include "report/html.h"
#include "report/page.h"

/* The style sheet, line by line, then NULL. */
extern const char *const page_style[];

/* Each is a <section>, or nothing where there is nothing to say. */
void page_put_picture(const struct page *page, struct buf *out);
void page_put_timeline(const struct page *page, struct buf *out);
void page_put_work(const struct page *page, struct buf *out);
void page_put_entries(const struct page *page, struct buf *out);
void page_put_details(const struct page *page, struct buf *out);
void page_put_superfluous(const struct page *page, struct buf *out);
void page_put_ca(const struct page *page, struct buf *out);
void page_put_custody(const struct page *page, struct buf *out);
void page_put_record(const struct page *page, struct buf *out);

/* <section id="ID" aria-labelledby="ID-h"><h2 ...>TITLE</h2>; ends with section_end(). */
void section_begin(const char *id, const char *title, struct buf *out);
void section_end(struct buf *out);

/* A table that can be scrolled, with these columns; one of numbers begins with '#', and
 * NULL ends them. */
void table_begin(const char *const *heads, struct buf *out);
void table_end(struct buf *out);

/* A state in its colour, in words. */
void put_badge(enum standing_state state, struct buf *out);
/* <a href="#e7">ID</a>: to the details of an entry. */
void put_entry_link(const struct page *page, const struct standing *s, struct buf *out);
/* A row of a <dl>; nothing for an empty text.  `code`: in letters of one width. */
void put_fact(const char *name, const char *text, bool code, struct buf *out);
void put_fact_escaped(const char *name, const char *text, struct buf *out);
/* The findings of check as a list; nothing where there are none. */
void put_findings(const struct error *findings, struct buf *out);

#endif
