/*
 * Standings for other programs' eyes: a calendar and a monitor.
 */
#include "base/escape.h"
#include "os/clock.h"
#include "report/standing.h"

/* -- calendar ----------------------------------------------------------------------------- */

enum { FOLD = 75 };

/* RFC 5545 3.1: a content line of at most 75 octets, the next begin with a blank; all of
 * ours is ASCII, so that a fold cannot cut a character. */
static void
put_line(const char *line, struct buf *out)
{
	size_t n = strlen(line), room = FOLD;

	while (n > room) {
		buf_put(out, line, room);
		buf_puts(out, "\r\n ");
		line += room;
		n -= room;
		room = FOLD - 1;
	}
	buf_put(out, line, n);
	buf_puts(out, "\r\n");
}

/* "NAME:", then a TEXT (3.3.11) of foreign bytes. */
static void
put_text(const char *name, const char *text, struct buf *out)
{
	SCOPED(buf_clear) struct buf plain = BUF_INIT, line = BUF_INIT;

	put_foreign_text(&plain, text);
	buf_printf(&line, "%s:", name);
	for (size_t i = 0; i < plain.n; i++) {
		if (strchr("\\;,", plain.p[i]) != NULL)
			buf_putc(&line, '\\');
		buf_putc(&line, (char)plain.p[i]);
	}
	put_line(buf_text(&line), out);
}

/* "20261122", or with `time` "20261122T103000Z". */
static void
put_stamp(int64_t seconds, bool time, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	clock_put(&text, seconds);
	for (size_t i = 0; i < (time ? text.n : 10); i++)
		if (text.p[i] != '-' && text.p[i] != ':')
			buf_putc(out, (char)text.p[i]);
}

static void
put_date(const char *name, int64_t seconds, bool time, struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	buf_printf(&line, "%s:", name);
	put_stamp(seconds, time, &line);
	put_line(buf_text(&line), out);
}

static void
put_event(const struct standing_view *view, const struct standing *s, struct buf *out)
{
	SCOPED(buf_clear) struct buf uid = BUF_INIT, summary = BUF_INIT, more = BUF_INIT;

	/* The same certificate for the same entry is the same event, whenever it is told. */
	buf_put_hex(&uid, s->cert->cert.serial);
	buf_printf(&uid, "-");
	buf_put_hex(&uid, BYTES(s->entry->digest, 8));
	buf_puts(&uid, "@rolecert");
	buf_printf(&summary, "Renew %s", s->entry->id);
	buf_puts(&more, "The certificate ends on ");
	put_day(s->cert->cert.not_after, &more);
	buf_printf(&more, "; topology %s, subject %s, serial ", view->plan->topology,
	    s->cert->cert.subject_text);
	buf_put_hex(&more, s->cert->cert.serial);
	put_line("BEGIN:VEVENT", out);
	put_text("UID", buf_text(&uid), out);
	put_date("DTSTAMP", view->standings->now, true, out);
	put_date("DTSTART;VALUE=DATE", s->renew_from, false, out);
	put_text("SUMMARY", buf_text(&summary), out);
	put_text("DESCRIPTION", buf_text(&more), out);
	put_line("TRANSP:TRANSPARENT", out);
	put_line("END:VEVENT", out);
}

void
standings_put_calendar(const struct standing_view *view, struct buf *out)
{
	const struct standings *all = view->standings;

	put_line("BEGIN:VCALENDAR", out);
	put_line("VERSION:2.0", out);
	put_line("PRODID:-//rolecert//plan//EN", out);
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].cert != NULL && standing_view_shows(view, &all->v[i]))
			put_event(view, &all->v[i], out);
	put_line("END:VCALENDAR", out);
}

/* -- metrics -------------------------------------------------------------------------------- */

static void
put_label(const char *name, const char *value, const char *before, struct buf *out)
{
	SCOPED(buf_clear) struct buf plain = BUF_INIT;

	put_foreign_text(&plain, value != NULL ? value : "");
	buf_printf(out, "%s%s=\"", before, name);
	for (size_t i = 0; i < plain.n; i++) {
		if (plain.p[i] == '\\' || plain.p[i] == '"')
			buf_putc(out, '\\');
		buf_putc(out, (char)plain.p[i]);
	}
	buf_putc(out, '"');
}

static void
put_head(const char *name, const char *help, struct buf *out)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* A sample of an entry; `state` may be NULL. */
static void
put_entry(const struct standing_view *view, const char *name, const struct entry *entry,
    const char *state, int64_t value, struct buf *out)
{
	buf_puts(out, name);
	put_label("topology", view->plan->topology, "{", out);
	put_label("entry", entry->id, ",", out);
	put_label("role", entry->role, ",", out);
	put_label("pool", entry->pool, ",", out);
	if (state != NULL)
		put_label("state", state, ",", out);
	buf_printf(out, "} %lld\n", (long long)value);
}

/* What is told of each entry; false: of this one nothing. */
struct measure {
	const char *name, *help;
	bool (*value)(const struct standing *s, int64_t now, int64_t *ret);
};

static bool
measure_state(const struct standing *s, int64_t now, int64_t *ret)
{
	(void)s;
	(void)now;
	*ret = 1;
	return true;
}

static bool
measure_needs(const struct standing *s, int64_t now, int64_t *ret)
{
	*ret = standing_needs_work(s, now);
	return true;
}

static bool
measure_end(const struct standing *s, int64_t now, int64_t *ret)
{
	(void)now;
	*ret = s->cert != NULL ? s->cert->cert.not_after : 0;
	return s->cert != NULL;
}

static bool
measure_renewal(const struct standing *s, int64_t now, int64_t *ret)
{
	(void)now;
	*ret = s->renew_from;
	return s->cert != NULL;
}

static const struct measure measures[] = {
	{ "rolecert_entry_state", "The state that the entry is in.", measure_state },
	{ "rolecert_entry_needs_work", "1 where somebody must do something.", measure_needs },
	{ "rolecert_entry_not_after_timestamp_seconds", "When the entry's certificate ends.",
	  measure_end },
	{ "rolecert_entry_renew_from_timestamp_seconds", "From when on it is to be renewed.",
	  measure_renewal },
};

static void
put_measure(const struct standing_view *view, const struct measure *m, struct buf *out)
{
	const struct standings *all = view->standings;
	int64_t value;

	put_head(m->name, m->help, out);
	for (size_t i = 0; i < all->n; i++)
		if (standing_view_shows(view, &all->v[i]) &&
		    m->value(&all->v[i], all->now, &value))
			put_entry(view, m->name, all->v[i].entry, m->value == measure_state ?
			    standing_word(all->v[i].state) : NULL, value, out);
}

static void
put_total(const struct standing_view *view, const char *name, const char *help, int64_t value,
    struct buf *out)
{
	put_head(name, help, out);
	buf_puts(out, name);
	put_label("topology", view->plan->topology, "{", out);
	buf_printf(out, "} %lld\n", (long long)value);
}

void
standings_put_metrics(const struct standing_view *view, struct buf *out)
{
	const struct standings *all = view->standings;

	put_head("rolecert_entries", "Entries of the plan in this state.", out);
	for (enum standing_state state = 0; state < STANDING_SUPERFLUOUS; state++) {
		buf_puts(out, "rolecert_entries");
		put_label("topology", view->plan->topology, "{", out);
		put_label("state", standing_word(state), ",", out);
		buf_printf(out, "} %zu\n", all->count[state]);
	}
	for (size_t i = 0; i < ARRAY_LEN(measures); i++)
		put_measure(view, &measures[i], out);
	put_total(view, "rolecert_certificates_superfluous", "Certificates that no entry wants.",
	    (int64_t)all->n_superfluous, out);
	put_total(view, "rolecert_plan_timestamp_seconds", "When this was written.", all->now, out);
}
