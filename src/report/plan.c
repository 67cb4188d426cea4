#include "report/plan.h"

#include "base/escape.h"
#include "report/explain.h"

static const char *
eku_name(const char *oid)
{
	const char *word = eku_word(oid);

	return word != NULL ? word : oid;
}

static json_t *
san_json(const struct entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->n_san; i++) {
		json_t *o = json_object();

		json_put(o, "type", json_foreign(name_type_word(entry->san[i].type)));
		json_put(o, "value", json_foreign(entry->san[i].value));
		json_put(o, "because", json_foreign(entry->why[i].because));
		json_put(o, "source", place_json(entry->why[i].rule));
		json_add(list, o);
	}
	return list;
}

static json_t *
ekus_json(const struct entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->n_eku; i++)
		json_add(list, json_foreign(eku_name(entry->eku[i])));
	return list;
}

static json_t *
key_usage_bits(unsigned mask)
{
	json_t *list = json_array();

	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if ((mask & 1U << bit) != 0)
			json_add(list, json_foreign(key_usage_word(bit)));
	return list;
}

static json_t *
key_usage_json(const struct entry *entry)
{
	json_t *o = json_object();

	json_put(o, "rsa", key_usage_bits(entry->key_usage_rsa));
	json_put(o, "ec", key_usage_bits(entry->key_usage_ec));
	return o;
}

/* The bytes, where the entry alone decides them: key usage waits for the key. */
static json_t *
ext_der(const struct entry_ext *ext)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	if (ext->from != EXT_FROM_ENTRY || ext->id == EXT_KEY_USAGE)
		return json_null();
	ext_encode(&ext->value, &b);
	return json_hex(buf_bytes(&b));
}

static json_t *
extensions_json(const struct entry *entry)
{
	static const char *const from[] = {
		[EXT_FROM_ENTRY] = "entry", [EXT_FROM_KEY] = "key", [EXT_FROM_CA] = "ca" };
	json_t *list = json_array();

	for (size_t i = 0; i < entry->n_exts; i++) {
		const struct entry_ext *ext = &entry->exts[i];
		json_t *o = json_object();

		json_put(o, "oid", json_foreign(entry_ext_oid(ext)));
		json_put(o, "name", json_foreign(entry_ext_name(ext)));
		json_put(o, "critical", json_boolean(ext->critical));
		json_put(o, "der", ext_der(ext));
		json_put(o, "from", json_foreign(from[ext->from]));
		json_add(list, o);
	}
	return list;
}

static json_t *
key_json(const struct entry *entry)
{
	json_t *o = json_object(), *algorithms = json_array();

	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		if ((entry->key_algorithms & 1U << bit) != 0)
			json_add(algorithms, json_foreign(key_algorithm_word(bit)));
	json_put(o, "algorithms", algorithms);
	json_put(o, "exportable", json_boolean(entry->exportable));
	json_put(o, "shared", json_boolean(entry->shared));
	return o;
}

json_t *
entry_json(const struct entry *entry)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	json_t *o = json_object();

	dn_print(&entry->subject, &subject);
	json_put(o, "id", json_foreign(entry->id));
	json_put(o, "role", json_foreign(entry->role));
	json_put(o, "title", json_foreign(entry->title));
	json_put(o, "pool", json_foreign(entry->pool));
	json_put(o, "server", json_foreign(entry->server));
	json_put(o, "subject", json_foreign(buf_text(&subject)));
	json_put(o, "san", san_json(entry));
	json_put(o, "san_order", json_foreign(san_order_word(entry->san_order)));
	json_put(o, "eku", ekus_json(entry));
	json_put(o, "key_usage", key_usage_json(entry));
	json_put(o, "extensions", extensions_json(entry));
	json_put(o, "key", key_json(entry));
	json_put(o, "validity_days", json_integer(entry->validity_days));
	json_put(o, "assign", json_words(entry->assign, entry->n_assign));
	json_put(o, "digest", json_hex(BYTES(entry->digest, sizeof(entry->digest))));
	json_put(o, "state", json_null());
	return o;
}

static json_t *
note_json(const struct plan_note *note)
{
	json_t *o = json_object();

	json_put(o, "severity", json_foreign(note->warning ? "warning" : "note"));
	json_put(o, "rule", json_foreign(note->rule));
	json_put(o, "entry", json_foreign(note->entry));
	json_put(o, "message", json_foreign(note->message));
	json_put(o, "source", place_json(note->at));
	return o;
}

json_t *
plan_json(const struct plan *plan)
{
	json_t *o = json_object(), *entries = json_array(), *notes = json_array();

	for (size_t i = 0; i < plan->n_entries; i++)
		json_add(entries, entry_json(&plan->entries[i]));
	for (size_t i = 0; i < plan->n_notes; i++)
		json_add(notes, note_json(&plan->notes[i]));
	json_put(o, "topology", json_foreign(plan->topology));
	json_put(o, "product", json_foreign(plan->product));
	json_put(o, "digest", json_hex(BYTES(plan->digest, sizeof(plan->digest))));
	json_put(o, "entries", entries);
	json_put(o, "notes", notes);
	return o;
}

void
put_ekus(const char *const *oids, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i != 0 ? ", " : "", eku_name(oids[i]));
}

void
put_key_algorithms(unsigned algorithms, struct buf *out)
{
	const char *between = "";

	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++) {
		if ((algorithms & 1U << bit) == 0)
			continue;
		buf_printf(out, "%s%s", between, key_algorithm_word(bit));
		between = ", ";
	}
}

/* "name", and what it is where it is no DNS name: "uri:sip:contoso.com". */
static void
put_name(const struct general_name *name, struct buf *out)
{
	if (name->type != NAME_DNS)
		buf_printf(out, "%s:", name_type_word(name->type));
	buf_puts(out, name->value);
}

static void
put_names(const struct entry *entry, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf names = BUF_INIT;

	for (size_t i = 0; i < entry->n_san; i++) {
		buf_puts(&names, i != 0 ? ", " : "");
		put_name(&entry->san[i], &names);
	}
	style_put_labelled(style, "names", entry->n_san != 0 ? buf_text(&names) : "(none)", out);
}

static void
put_names_with_reasons(const struct entry *entry, const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < entry->n_san; i++) {
		SCOPED(buf_clear) struct buf line = BUF_INIT;
		const struct provenance *why = &entry->why[i];

		put_name(&entry->san[i], &line);
		if (why->because != NULL)
			buf_printf(&line, " because %s", why->because);
		if (why->rule.source != NULL)
			buf_printf(&line, " (%s:%u:%u)", why->rule.source->name, why->rule.line,
			    why->rule.column);
		style_put_labelled(style, i == 0 ? "names" : "", buf_text(&line), out);
	}
}

static void
put_keys(const struct entry *entry, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf keys = BUF_INIT;

	put_key_algorithms(entry->key_algorithms, &keys);
	buf_puts(&keys, entry->exportable ? "; exportable" : "; not exportable");
	if (entry->shared)
		buf_puts(&keys, entry->pool != NULL ? "; one key for all servers of the pool" :
		    "; one key for the whole deployment");
	style_put_labelled(style, "key", buf_text(&keys), out);
}

static void
put_assign(const struct entry *entry, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;

	for (size_t i = 0; i < entry->n_assign; i++)
		buf_printf(&words, "%s%s", i != 0 ? ", " : "", entry->assign[i]);
	style_put_labelled(style, "assign", buf_text(&words), out);
}

static void
put_note(const struct plan_note *note, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	buf_printf(&line, "%s [%s]", note->message, note->rule);
	style_put_labelled(style, note->warning ? "warning" : "note", buf_text(&line), out);
}

static void
put_notes_of(const struct plan *plan, const char *id, const struct style *style,
    struct buf *out)
{
	for (size_t i = 0; i < plan->n_notes; i++) {
		const char *entry = plan->notes[i].entry;

		if (entry != NULL && strcmp(entry, id) == 0)
			put_note(&plan->notes[i], style, out);
	}
}

/* Those of the whole plan, and of entries that are not planned: they say why. */
static void
put_other_notes(const struct plan *plan, const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < plan->n_notes; i++) {
		const char *entry = plan->notes[i].entry;

		if (entry != NULL && plan_find(plan, entry) != NULL)
			continue;
		if (entry != NULL) {
			style_put(style, INK_STRONG, entry, out);
			buf_putc(out, '\n');
		}
		put_note(&plan->notes[i], style, out);
	}
}

static void
put_entry(const struct plan *plan, const struct entry *entry, const struct style *style,
    struct buf *out)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT, uses = BUF_INIT;

	dn_print(&entry->subject, &subject);
	put_ekus(entry->eku, entry->n_eku, &uses);
	style_put(style, INK_STRONG, entry->id, out);
	buf_putc(out, '\n');
	if (style->verbose)
		style_put_labelled(style, "title", entry->title, out);
	style_put_labelled_escaped(style, "subject", buf_text(&subject), out);
	if (style->verbose && entry->n_san != 0)
		put_names_with_reasons(entry, style, out);
	else
		put_names(entry, style, out);
	style_put_labelled(style, "use", uses.n != 0 ? buf_text(&uses) : "(none)", out);
	put_keys(entry, style, out);
	put_assign(entry, style, out);
	put_notes_of(plan, entry->id, style, out);
}

void
plan_put_text(const struct plan *plan, const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < plan->n_entries; i++)
		put_entry(plan, &plan->entries[i], style, out);
	put_other_notes(plan, style, out);
	buf_printf(out, "%s%zu certificate%s for topology '", plan->n_entries != 0 ? "\n" : "",
	    plan->n_entries, plan->n_entries == 1 ? "" : "s");
	put_foreign_text(out, plan->topology);
	buf_puts(out, "', product ");
	put_foreign_text(out, plan->product);
	buf_puts(out, "\n");
}
