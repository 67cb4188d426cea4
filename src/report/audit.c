#include "report/audit.h"

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
