/*
 * events.h - what happened to a ledger, for people and for programs.
 *
 * JSON of an event: {"seq", "time", "kind", "entry": number of its row or null,
 * "fields": {name: text, number, time or hex, or null}, "body": hex}; the names are those of
 * docs/ledger-format.md, and "body" is the leaf of the tree.
 */
#ifndef REPORT_EVENTS_H
#define REPORT_EVENTS_H

#include "ledger/ledger.h"
#include "report/json.h"
#include "report/table.h"

json_t *event_json(const struct ledger_event *event);

/* A table for event_add(). */
struct table *event_table(void);
/* Digests are left out, unless `whole`. */
void event_add(struct table *table, const struct ledger_event *event, bool whole);

#endif
