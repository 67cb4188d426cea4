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
approvals_json(const struct bundle_entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->n_approvals; i++) {
		const struct bundle_approval *approval = &entry->approvals[i];
		json_t *o = json_object();

		json_put(o, "officer", json_foreign(approval->officer));
		json_put(o, "key", json_hex(BYTES(approval->key, sizeof(approval->key))));
		json_put(o, "decision", json_string(approval->denies ? "deny" : "approve"));
		json_put(o, "time", json_time(approval->time));
		json_add(list, o);
	}
	return list;
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
	json_put(o, "approvals", approvals_json(entry));
	return o;
}

static json_t *
attested_json(const struct bundle *bundle)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bundle->n_attested; i++) {
		const struct bundle_attestation *a = &bundle->attested[i];
		json_t *o = json_object();

		json_put(o, "kind", json_string(attest_word(a->kind)));
		json_put(o, "signer", json_foreign(a->signer));
		json_put(o, "key", json_hex(BYTES(a->key, sizeof(a->key))));
		json_put(o, "stamped", a->stamped != 0 ? json_time(a->stamped) : json_null());
		json_add(list, o);
	}
	return list;
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
	json_put(o, "attested", attested_json(bundle));
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

static void
put_attested(const struct bundle *bundle, struct buf *out)
{
	for (size_t i = 0; i < bundle->n_attested; i++) {
		const struct bundle_attestation *a = &bundle->attested[i];

		if (a->kind == ATTEST_COSIGN)
			buf_puts(out, "cosigned");
		else {
			buf_puts(out, "stamped ");
			clock_put(out, a->stamped);
		}
		buf_printf(out, " by '%s', sha256:", a->signer);
		buf_put_hex(out, BYTES(a->key, sizeof(a->key)));
		buf_putc(out, '\n');
	}
}

static void
put_approvals(const struct bundle *bundle, struct buf *out)
{
	for (size_t i = 0; i < bundle->n_entries; i++)
		for (size_t k = 0; k < bundle->entries[i].n_approvals; k++) {
			const struct bundle_approval *a = &bundle->entries[i].approvals[k];

			buf_printf(out, "%lld  %s by ", (long long)bundle->entries[i].id,
			    a->denies ? "denied" : "approved");
			put_foreign_text(out, a->officer);
			buf_puts(out, " at ");
			clock_put(out, a->time);
			buf_putc(out, '\n');
		}
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
	put_attested(bundle, out);
	put_entries(bundle, style, out);
	put_approvals(bundle, out);
	findings_put_text(findings, style, out);
}
