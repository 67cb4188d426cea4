#include "report/bundle.h"

#include "base/escape.h"
#include "report/findings.h"
#include "report/table.h"

static json_t *
text_or_null(const char *text)
{
	return text[0] != '\0' ? json_foreign(text) : json_null();
}

static json_t *
entry_json(const struct bundle_entry *entry)
{
	bool has = entry->subject != NULL;
	json_t *o = json_object();

	json_put(o, "number", json_integer(entry->id));
	json_put(o, "entry", text_or_null(entry->entry));
	json_put(o, "serial", text_or_null(entry->serial));
	json_put(o, "state", json_string(ledger_state_word(entry->state)));
	json_put(o, "time", json_time(entry->time));
	json_put(o, "subject", json_foreign(entry->subject));
	json_put(o, "not_before", has ? json_time(entry->not_before) : json_null());
	json_put(o, "not_after", has ? json_time(entry->not_after) : json_null());
	json_put(o, "requester", text_or_null(entry->requester));
	return o;
}

json_t *
bundle_json(const struct bundle *bundle, const struct error *findings)
{
	const struct checkpoint *c = &bundle->checkpoint;
	json_t *o = json_object(), *seal = json_object(), *list = json_array();

	for (size_t i = 0; i < bundle->n_entries; i++)
		json_add(list, entry_json(&bundle->entries[i]));
	json_put(seal, "size", json_integer((json_int_t)c->size));
	json_put(seal, "root", json_hex(BYTES(c->root, sizeof(c->root))));
	json_put(seal, "time", json_time(c->time));
	json_put(o, "holds", json_boolean(error_count(findings) == 0));
	json_put(o, "ca", json_foreign(bundle->ca));
	json_put(o, "checkpoint", seal);
	json_put(o, "entries", list);
	json_put(o, "findings", findings_json(findings));
	return o;
}

static void
put_entries(const struct bundle *bundle, const struct style *style, struct buf *out)
{
	SCOPED(table_free) struct table *table =
	    table_new("NO", "STATE", "SINCE", "SERIAL", "ENTRY", NULL);

	for (size_t i = 0; i < bundle->n_entries; i++) {
		const struct bundle_entry *entry = &bundle->entries[i];
		SCOPED(buf_clear) struct buf when = BUF_INIT;
		char id[24];

		(void)snprintf(id, sizeof(id), "%lld", (long long)entry->id);
		clock_put(&when, entry->time);
		table_add(table, id, ledger_state_word(entry->state), buf_text(&when),
		    entry->serial, entry->entry);
	}
	table_put(table, style, out);
}

void
bundle_put_text(const struct bundle *bundle, const struct error *findings,
    const struct style *style, struct buf *out)
{
	const struct checkpoint *c = &bundle->checkpoint;
	bool holds = error_count(findings) == 0;

	style_put(style, holds ? INK_GOOD : INK_BAD, holds ? "holds" : "does not hold", out);
	buf_printf(out, "  %zu entr%s of %s\n", bundle->n_entries,
	    bundle->n_entries == 1 ? "y" : "ies", bundle->ca);
	if (c->size != 0) {
		buf_printf(out, "sealed with the first %llu events at ",
		    (unsigned long long)c->size);
		clock_put(out, c->time);
		buf_puts(out, "\n");
	}
	put_entries(bundle, style, out);
	findings_put_text(findings, style, out);
}
