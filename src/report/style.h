/*
 * style.h - how a report for people is to look: width and colour of where it
 * goes, and how much of it is wanted.
 */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

#include "base/buf.h"

struct style {
	size_t width;            /* columns of the terminal; 0: no limit      */
	bool colour;
	bool verbose;
};

enum ink { INK_PLAIN, INK_STRONG, INK_GOOD, INK_BAD, INK_WARN, INK_FAINT };

/* Our own text, or foreign text (escaped), in this ink if colour is wanted. */
void style_put(const struct style *style, enum ink ink, const char *text, struct buf *out);

/*
 * "    LABEL     words words, words": foreign text after a label, broken at
 * spaces where it would pass the width, the next lines indented below its
 * beginning.  A word that is longer than the room stands on a line of its own.
 * Nothing for an empty text.
 */
void style_put_labelled(const struct style *style, const char *label, const char *text,
    struct buf *out);

/* The same for text that is escaped already (dn_print, a certificate's names). */
void style_put_labelled_escaped(const struct style *style, const char *label,
    const char *text, struct buf *out);

/* Words of escaped text, broken at spaces where they would pass the width; the next
 * lines begin at column `at`, in which the first one stands already. */
void style_put_words(const struct style *style, size_t at, const char *text, struct buf *out);

/* Prose, indented by STYLE_INDENT; at most 80 columns, also without a terminal. */
void style_put_prose(const struct style *style, const char *text, struct buf *out);

enum { STYLE_INDENT = 4, STYLE_LABEL = 10 };     /* columns */

#endif
