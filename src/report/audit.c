#include "report/audit.h"

#include "ledger/event.h"
#include "report/findings.h"

json_t *
audit_json(const struct ledger_verdict *verdict, const struct error *findings)
{
	json_t *o = json_object();

	json_put(o, "whole", json_boolean(verdict->findings == 0));
	json_put(o, "events", json_integer((json_int_t)verdict->events));
	json_put(o, "entries", json_integer((json_int_t)verdict->rows));
	json_put(o, "checkpoints", json_integer((json_int_t)verdict->checkpoints));
	json_put(o, "sealed", json_integer((json_int_t)verdict->sealed));
	json_put(o, "root", json_hex(BYTES(verdict->root, sizeof(verdict->root))));
	json_put(o, "findings", findings_json(findings));
	return o;
}

void
audit_put_text(const struct ledger_verdict *verdict, const struct error *findings,
    const struct style *style, struct buf *out)
{
	bool whole = verdict->findings == 0;

	style_put(style, whole ? INK_GOOD : INK_BAD, whole ? "whole" : "not whole", out);
	buf_printf(out, "  %llu events, %llu entries, %llu checkpoint%s; sealed up to event %llu\n",
	    (unsigned long long)verdict->events, (unsigned long long)verdict->rows,
	    (unsigned long long)verdict->checkpoints, verdict->checkpoints == 1 ? "" : "s",
	    (unsigned long long)verdict->sealed);
	buf_puts(out, "root   ");
	buf_put_hex(out, BYTES(verdict->root, sizeof(verdict->root)));
	buf_putc(out, '\n');
	findings_put_text(findings, style, out);
	if (verdict->findings > error_count(findings))
		buf_printf(out, "and %zu more\n", verdict->findings - error_count(findings));
}

/* -- proofs -------------------------------------------------------------------------- */

/* "commit: id 7, serial 0a0b, signed 9f..." */
static void
event_text(const struct proof_event *proven, struct buf *out)
{
	struct event e;

	if (event_read(proven->body, &e)) {
		buf_printf(out, "%s: ", e.kind->word);
		(void)event_describe(proven->body, out);
	} else {
		buf_puts(out, "not in the canonical form of any event");
	}
}

json_t *
proof_json(const struct proof *proof)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < proof->n_events; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;
		json_t *event = json_object();

		event_text(&proof->events[i], &text);
		json_put(event, "number", json_integer((json_int_t)proof->events[i].seq));
		json_put(event, "text", json_foreign(buf_text(&text)));
		json_add(list, event);
	}
	json_put(o, "proven", json_true());
	json_put(o, "size", json_integer((json_int_t)proof->size));
	json_put(o, "root", json_hex(BYTES(proof->root, sizeof(proof->root))));
	json_put(o, "events", list);
	json_put(o, "grown_from",
	    proof->has_older ? json_integer((json_int_t)proof->old_size) : json_null());
	return o;
}

void
proof_put_text(const struct proof *proof, const struct style *style, struct buf *out)
{
	style_put(style, INK_GOOD, "proven", out);
	buf_printf(out, "  %zu event%s of the first %llu\n", proof->n_events,
	    proof->n_events == 1 ? "" : "s", (unsigned long long)proof->size);
	for (size_t i = 0; i < proof->n_events; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;
		char number[24];

		(void)snprintf(number, sizeof(number), "%llu",
		    (unsigned long long)proof->events[i].seq);
		event_text(&proof->events[i], &text);
		style_put_labelled(style, number, buf_text(&text), out);
	}
	if (proof->has_older)
		buf_printf(out, "grown from the first %llu\n", (unsigned long long)proof->old_size);
}
