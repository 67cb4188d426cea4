/*
 * standing.h - how the entries of a plan stand: for people, calendars and monitors.
 *
 * Text: a table, its first column coloured, what is to be said of an entry below its
 * row; with `verbose` also every finding.  JSON: within that of the plan
 * (report/plan.h).
 *
 * Calendar: RFC 5545; an event for each entry that has a certificate, on the day from
 * which on it is to be renewed.  Lines end in CRLF and are folded at 75 octets.
 *
 * Metrics: the text format of Prometheus, for node_exporter's textfile collector.
 *
 *      rolecert_entries{topology,state}                        how many entries
 *      rolecert_entry_state{topology,entry,role,pool,state}    1 for the state it is in
 *      rolecert_entry_needs_work{topology,entry,role,pool}     0 or 1
 *      rolecert_entry_not_after_timestamp_seconds{...}         end of its certificate
 *      rolecert_entry_renew_from_timestamp_seconds{...}
 *      rolecert_certificates_superfluous{topology}
 *      rolecert_plan_timestamp_seconds{topology}               when this was written
 *
 * Both are ASCII: foreign text comes out escaped as on a terminal.
 */
#ifndef REPORT_STANDING_H
#define REPORT_STANDING_H

#include "check/standing.h"
#include "report/style.h"

/* Standings, or those of them that somebody asked for. */
struct standing_view {
	const struct plan *plan;
	const struct standings *standings;
	unsigned states;                 /* 1 << STANDING_MISSING | ...; 0: all */
};
bool standing_view_shows(const struct standing_view *view, const struct standing *standing);
/* Must anything of what is shown be done?  What is superfluous counts only where its
 * state was asked for by its word. */
bool standing_view_needs_work(const struct standing_view *view);

void standings_put_text(const struct standing_view *view, const struct style *style,
    struct buf *out);
void standings_put_calendar(const struct standing_view *view, struct buf *out);
void standings_put_metrics(const struct standing_view *view, struct buf *out);

/* "2 valid, 1 missing"; nothing for none. */
void standings_put_counts(const struct standings *standings, struct buf *out);

/* What helps: "renew it"; what its findings say helps more.  Empty where nothing need be. */
const char *standing_remedy(const struct standing *standing);

/* "2026-11-22", appended. */
void put_day(int64_t seconds, struct buf *out);

#endif
