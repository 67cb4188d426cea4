/*
 * origin.h - where an entry came from, to be kept with the record: which texts were
 * read, and which line of them put each value there.
 *
 *      rolecert origin v1
 *      program 0.1.0
 *      entry edge-external/lsedge.contoso.net
 *      topology contoso
 *      product lync-2013
 *      text 1 9f2c... topology.yaml           SHA-256 of the text, what the user called it
 *      text 2 07ab... profiles/lync-2013/edge-external.yaml
 *      value san sip.contoso.com
 *        because the subject name must be repeated among the alternative names
 *        set 2:14:9                           text:line:column
 *        fact 1:22:15
 *      ...
 *
 * Values stand in the order of plan/explain.h.  Names and values are escaped
 * (base/escape.h), so a line end ends a line.
 */
#ifndef PLAN_ORIGIN_H
#define PLAN_ORIGIN_H

#include "plan/plan.h"

enum { ORIGIN_TEXTS = 64 };              /* of one entry                      */

struct origin {
	struct bytes text;               /* in the arena                      */
	struct digested texts[ORIGIN_TEXTS];     /* the compiled role, then those of the lines */
	size_t n_texts;
};

/* False: the entry is of no plan for a topology, and nothing is known. */
bool origin_make(const struct plan *plan, const struct entry *entry, struct arena *arena,
    struct origin *ret);

/* Every text of the plan, into plan->texts: for plan_make(). */
void plan_find_texts(struct plan *plan);

/* The next `text` line of an origin: its digest as 64 hexadecimal digits.  False: no
 * more.  `rest` begins as the whole text. */
bool origin_next_text(struct bytes *rest, struct bytes *ret_hex, struct bytes *ret_name);

#endif
