#include "report/events.h"

#include <stdio.h>

#include "crypto/digest.h"
#include "ledger/event.h"

static json_t *
field_json(const struct event_field *field, struct bytes value)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (value.n == 0)
		return json_null();
	if (field->form == EVENT_HEX)
		return json_hex(value);
	if (field->form == EVENT_NUMBER)
		return json_integer((json_int_t)event_number(value));
	if (field->form == EVENT_TIME)
		return json_time(event_number(value));
	buf_put_bytes(&text, value);
	return json_foreign(buf_text(&text));
}

json_t *
event_json(const struct ledger_event *event)
{
	json_t *o = json_object(), *fields = json_object();
	struct event read;

	if (event_read(event->body, &read))
		for (size_t i = 0; i < read.n; i++)
			json_put(fields, read.kind->fields[i].name,
			    field_json(&read.kind->fields[i], read.field[i]));
	json_put(o, "seq", json_integer(event->seq));
	json_put(o, "time", json_time(event->time));
	json_put(o, "kind", json_foreign(event->kind));
	json_put(o, "entry", event->intent != 0 ? json_integer(event->intent) : json_null());
	json_put(o, "fields", fields);
	json_put(o, "body", json_hex(event->body));
	return o;
}

struct table *
event_table(void)
{
	return table_new("EVENT", "TIME", "KIND", "ENTRY", "WHAT", NULL);
}

/* The row's number has a column of its own; digests are for who asks, but for one that is all
 * that there is. */
static bool
is_told(const struct event_field *field, struct bytes value, bool whole)
{
	return value.n != 0 && strcmp(field->name, "id") != 0 &&
	    (whole || field->form != EVENT_HEX || value.n < SHA256_OCTETS);
}

/* The lines of a note in one. */
static void
describe(struct bytes body, bool whole, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct event e;

	if (!event_read(body, &e))
		buf_puts(&text, "(not readable)");
	else
		for (size_t i = 0; i < e.n; i++)
			if (is_told(&e.kind->fields[i], e.field[i], whole || e.n == 1))
				event_field_describe(&e.kind->fields[i], e.field[i], &text);
	for (const char *p = buf_text(&text); *p != '\0'; p++)
		buf_puts(out, *p == '\n' ? "; " : (char[]){ *p, '\0' });
}

void
event_add(struct table *table, const struct ledger_event *event, bool whole)
{
	SCOPED(buf_clear) struct buf when = BUF_INIT, what = BUF_INIT;
	char seq[24], entry[24] = "";

	(void)snprintf(seq, sizeof(seq), "%lld", (long long)event->seq);
	if (event->intent != 0)
		(void)snprintf(entry, sizeof(entry), "%lld", (long long)event->intent);
	clock_put(&when, event->time);
	describe(event->body, whole, &what);
	table_add(table, seq, buf_text(&when), event->kind, entry, buf_text(&what));
}
