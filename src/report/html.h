/*
 * html.h - foreign text in HTML and SVG.
 *
 * Names come from topologies, certificates and file names: nothing of them may become
 * markup.  Text and attribute values are escaped alike (& < > " and '), and what is
 * not printable ASCII comes out as on a terminal (base/escape.h), so that no mark of
 * direction and no half of a UTF-8 sequence reaches the page.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/buf.h"

void html_put(const char *text, struct buf *out);        /* NULL: nothing */
/* The same for text that is escaped for people already (dn_print, a certificate's names). */
void html_put_escaped(const char *text, struct buf *out);
/* The same of an id or a path: a line may break behind each stroke; NULL: nothing. */
void html_put_path(const char *text, struct buf *out);
/* At most `most` characters, the last three dots where it was longer. */
void html_put_cut(const char *text, size_t most, struct buf *out);

/* <TAG class="CLASS">text</TAG>; class may be NULL. */
void html_put_in(const char *tag, const char *class, const char *text, struct buf *out);

#endif
