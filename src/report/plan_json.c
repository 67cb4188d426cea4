/*
 * A plan as JSON.  One of many thousand entries is hundreds of megabytes: it is written,
 * not built.
 */
#include "os/clock.h"
#include "report/json_writer.h"
#include "report/plan.h"
#include "report/standing.h"

static void
write_place(struct json_writer *w, const char *key, struct place at)
{
	if (at.source == NULL) {
		json_member(w, key, NULL);
		return;
	}
	json_open(w, key, '{');
	json_member(w, "file", at.source->name);
	json_member_number(w, "line", at.line);
	json_member_number(w, "column", at.column);
	json_close(w, '}');
}

static void
write_san(struct json_writer *w, const struct entry *entry)
{
	json_open(w, "san", '[');
	for (size_t i = 0; i < entry->n_san; i++) {
		json_open(w, NULL, '{');
		json_member(w, "type", name_type_word(entry->san[i].type));
		json_member(w, "value", entry->san[i].value);
		json_member(w, "because", entry->why[i].because);
		write_place(w, "source", entry->why[i].rule);
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* The words of the bits that are set. */
static void
write_bits(struct json_writer *w, const char *key, unsigned mask, unsigned bits,
    const char *(*word)(unsigned bit))
{
	json_open(w, key, '[');
	for (unsigned bit = 0; bit < bits; bit++)
		if ((mask & 1U << bit) != 0)
			json_member(w, NULL, word(bit));
	json_close(w, ']');
}

static void
write_usages(struct json_writer *w, const struct entry *entry)
{
	json_open(w, "eku", '[');
	for (size_t i = 0; i < entry->n_eku; i++)
		json_member(w, NULL, eku_name(entry->eku[i]));
	json_close(w, ']');
	json_open(w, "key_usage", '{');
	write_bits(w, "rsa", entry->key_usage_rsa, KU_BITS, key_usage_word);
	write_bits(w, "ec", entry->key_usage_ec, KU_BITS, key_usage_word);
	json_close(w, '}');
}

/* The bytes, where the entry alone decides them: key usage waits for the key. */
static void
write_der(struct json_writer *w, const struct entry_ext *ext)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	if (ext->from != EXT_FROM_ENTRY || ext->id == EXT_KEY_USAGE) {
		json_member(w, "der", NULL);
		return;
	}
	ext_encode(&ext->value, &der);
	json_member_hex(w, "der", buf_bytes(&der));
}

static void
write_extensions(struct json_writer *w, const struct entry *entry)
{
	static const char *const from[] = {
		[EXT_FROM_ENTRY] = "entry", [EXT_FROM_KEY] = "key", [EXT_FROM_CA] = "ca" };

	json_open(w, "extensions", '[');
	for (size_t i = 0; i < entry->n_exts; i++) {
		const struct entry_ext *ext = &entry->exts[i];

		json_open(w, NULL, '{');
		json_member(w, "oid", entry_ext_oid(ext));
		json_member(w, "name", entry_ext_name(ext));
		json_member_bool(w, "critical", ext->critical);
		write_der(w, ext);
		json_member(w, "from", from[ext->from]);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void
write_key(struct json_writer *w, const struct entry *entry)
{
	json_open(w, "key", '{');
	write_bits(w, "algorithms", entry->key_algorithms, KEY_ALGORITHMS, key_algorithm_word);
	json_member_bool(w, "exportable", entry->exportable);
	json_member_bool(w, "shared", entry->shared);
	json_close(w, '}');
}

/* -- how it stands --------------------------------------------------------------------- */

static void
write_time(struct json_writer *w, const char *key, int64_t seconds)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	clock_put(&text, seconds);
	json_member(w, key, buf_text(&text));
}

static void
write_known(struct json_writer *w, const char *key, const struct known_cert *known)
{
	if (known == NULL) {
		json_member(w, key, NULL);
		return;
	}
	json_open(w, key, '{');
	json_member_hex(w, "serial", known->cert.serial);
	json_member(w, "subject", known->cert.subject_text);
	json_member(w, "issuer", known->cert.issuer_text);
	write_time(w, "not_before", known->cert.not_before);
	write_time(w, "not_after", known->cert.not_after);
	json_member(w, "file", known->file);
	json_close(w, '}');
}

static void
write_findings(struct json_writer *w, const struct error *findings)
{
	json_open(w, "findings", '[');
	for (const struct diagnosis *d = findings != NULL ? error_first(findings) : NULL; d != NULL;
	    d = d->next) {
		json_open(w, NULL, '{');
		json_member(w, "rule", rule_id(d->rule));
		json_member(w, "severity", severity_word(d->severity));
		json_member(w, "message", d->message);
		json_member(w, "want", d->want);
		json_member(w, "have", d->have);
		json_member(w, "fix", d->fix);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void
write_standing(struct json_writer *w, const struct standing *s, int64_t now)
{
	json_open(w, "standing", '{');
	json_member_bool(w, "needs_work", standing_needs_work(s, now));
	json_member(w, "detail", s->detail);
	json_member_bool(w, "satisfies", s->satisfies);
	if (s->cert != NULL)
		write_time(w, "renew_from", s->renew_from);
	else
		json_member(w, "renew_from", NULL);
	write_known(w, "certificate", s->cert);
	write_known(w, "newer", s->newer);
	write_findings(w, s->findings);
	json_close(w, '}');
}

static void
write_superfluous(struct json_writer *w, const struct standing_view *view)
{
	const struct standings *all = view->standings;

	json_open(w, "superfluous", '[');
	for (size_t i = 0; i < all->n_superfluous; i++) {
		if (!standing_view_shows(view, &all->superfluous[i]))
			continue;
		json_open(w, NULL, '{');
		json_member(w, "detail", all->superfluous[i].detail);
		write_known(w, "certificate", all->superfluous[i].cert);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void
write_entry(struct json_writer *w, const struct entry *entry, const struct standing *standing,
    int64_t now)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT;

	dn_print(&entry->subject, &subject);
	json_open(w, NULL, '{');
	json_member(w, "id", entry->id);
	json_member(w, "role", entry->role);
	json_member(w, "title", entry->title);
	json_member(w, "pool", entry->pool);
	json_member(w, "server", entry->server);
	json_member(w, "subject", buf_text(&subject));
	write_san(w, entry);
	json_member(w, "san_order", san_order_word(entry->san_order));
	write_usages(w, entry);
	write_extensions(w, entry);
	write_key(w, entry);
	json_member_number(w, "validity_days", entry->validity_days);
	json_member_number(w, "renew_before_days", entry_renewal_days(entry));
	json_open(w, "assign", '[');
	for (size_t i = 0; i < entry->n_assign; i++)
		json_member(w, NULL, entry->assign[i]);
	json_close(w, ']');
	json_member_hex(w, "digest", BYTES(entry->digest, sizeof(entry->digest)));
	json_member(w, "state", standing != NULL ? standing_word(standing->state) : NULL);
	if (standing != NULL)
		write_standing(w, standing, now);
	json_close(w, '}');
}

json_t *
entry_json(const struct entry *entry)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct json_writer w = { .out = &text };
	json_t *json;

	write_entry(&w, entry, NULL, 0);
	json = json_loadb(buf_text(&text), text.n, 0, NULL);
	if (json == NULL)
		mem_die();
	return json;
}

static void
write_note(struct json_writer *w, const struct plan_note *note)
{
	json_open(w, NULL, '{');
	json_member(w, "severity", note->warning ? "warning" : "note");
	json_member(w, "rule", note->rule);
	json_member(w, "entry", note->entry);
	json_member(w, "message", note->message);
	write_place(w, "source", note->at);
	json_close(w, '}');
}

static void
write_entries(struct json_writer *w, const struct plan *plan, const struct standing_view *view,
    const struct drain *drain)
{
	json_open(w, "entries", '[');
	for (size_t i = 0; i < plan->n_entries; i++) {
		const struct standing *s = view != NULL ? &view->standings->v[i] : NULL;

		if (s != NULL && !standing_view_shows(view, s))
			continue;
		write_entry(w, &plan->entries[i], s, view != NULL ? view->standings->now : 0);
		drain_some(drain, w->out);
	}
	json_close(w, ']');
}

static void
write_plan(const struct plan *plan, const struct standing_view *view,
    const struct drain *drain, struct buf *out)
{
	struct json_writer w = { .out = out };

	json_open(&w, NULL, '{');
	json_member(&w, "topology", plan->topology);
	json_member(&w, "product", plan->product);
	json_member_hex(&w, "digest", BYTES(plan->digest, sizeof(plan->digest)));
	write_entries(&w, plan, view, drain);
	if (view != NULL)
		write_superfluous(&w, view);
	json_open(&w, "notes", '[');
	for (size_t i = 0; i < plan->n_notes; i++) {
		write_note(&w, &plan->notes[i]);
		drain_some(drain, out);
	}
	json_close(&w, ']');
	json_close(&w, '}');
	buf_putc(out, '\n');
}

void
plan_put_json(const struct plan *plan, const struct drain *drain, struct buf *out)
{
	write_plan(plan, NULL, drain, out);
}

void
plan_put_json_standing(const struct standing_view *view, const struct drain *drain,
    struct buf *out)
{
	write_plan(view->plan, view, drain, out);
}
