#include "report/ledger.h"

#include "ledger/cause.h"
#include "token/custody.h"
#include "x509/cert.h"

static json_t *
hex_or_null(struct bytes b)
{
	return b.n != 0 ? json_hex(b) : json_null();
}

static json_t *
time_or_null(int64_t seconds)
{
	return seconds != 0 ? json_time(seconds) : json_null();
}

static bool
is_certificate(const struct ledger_row *row)
{
	return row->signed_bytes.n != 0 && row->state != LEDGER_SPOILED &&
	    ledger_kind_has_serial(row->kind);
}

static json_t *
certificate_json(const struct ledger_row *row)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;

	if (!is_certificate(row))
		return json_null();
	cert_put_pem(row->signed_bytes, &pem);
	return json_foreign(buf_text(&pem));
}

/* How the key was kept that signed, or was to sign. */
static json_t *
level_json(const struct ledger_row *row)
{
	enum custody_level level = custody_level_of(row->custody);

	return level != CUSTODY_NONE ? json_foreign(custody_level_word(level)) : json_null();
}

static json_t *
invalidity_json(const struct ledger_row *row)
{
	struct cause cause;

	if (row->state != LEDGER_REVOKED || row->reason == NULL ||
	    !cause_read(row->reason, &cause))
		return json_null();
	return time_or_null(cause.invalid);
}

json_t *
ledger_row_json(const struct ledger_row *row, bool whole)
{
	json_t *o = json_object();

	json_put(o, "id", json_integer(row->id));
	json_put(o, "kind", json_foreign(ledger_kind_word(row->kind)));
	json_put(o, "state", json_foreign(ledger_state_word(row->state)));
	json_put(o, "serial", hex_or_null(row->serial));
	json_put(o, "entry", json_foreign(row->entry));
	json_put(o, "role", json_foreign(row->role));
	json_put(o, "topology", json_foreign(row->topology));
	json_put(o, "requester", json_foreign(row->requester));
	json_put(o, "algorithm", json_foreign(row->algorithm));
	json_put(o, "not_before", time_or_null(row->not_before));
	json_put(o, "not_after", time_or_null(row->not_after));
	json_put(o, "created", time_or_null(row->created));
	json_put(o, "changed", time_or_null(row->changed));
	json_put(o, "custody_level", level_json(row));
	json_put(o, "owner", json_foreign(row->owner));
	json_put(o, "reason", json_foreign(row->reason));
	json_put(o, "invalidity_date", invalidity_json(row));
	json_put(o, "entry_digest", hex_or_null(row->entry_digest));
	json_put(o, "profile_digest", hex_or_null(row->profile_digest));
	json_put(o, "key_digest", hex_or_null(row->key_digest));
	if (!whole)
		return o;
	json_put(o, "certificate", certificate_json(row));
	json_put(o, "tbs", hex_or_null(row->tbs));
	json_put(o, "csr", hex_or_null(row->csr));
	json_put(o, "custody", json_lines(row->custody));
	return o;
}

static void
put_hex(const struct style *style, const char *label, struct bytes b, struct buf *out)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT;

	buf_put_hex(&hex, b);
	style_put_labelled(style, label, buf_text(&hex), out);
}

static void
put_text(const struct style *style, const char *label, const char *text, struct buf *out)
{
	style_put_labelled(style, label, text != NULL ? text : "", out);
}

static void
put_times(const struct ledger_row *row, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf valid = BUF_INIT, made = BUF_INIT;

	if (row->not_after != 0) {
		clock_put(&valid, row->not_before);
		buf_puts(&valid, " to ");
		clock_put(&valid, row->not_after);
	}
	clock_put(&made, row->created);
	if (row->changed != row->created) {
		buf_puts(&made, ", changed ");
		clock_put(&made, row->changed);
	}
	style_put_labelled(style, "valid", buf_text(&valid), out);
	style_put_labelled(style, "recorded", buf_text(&made), out);
}

static enum ink
state_ink(enum ledger_state state)
{
	switch (state) {
	case LEDGER_DONE: return INK_GOOD;
	case LEDGER_SPOILED: case LEDGER_LOST: case LEDGER_REVOKED: return INK_BAD;
	default: return INK_STRONG;
	}
}

/* The custody text was escaped when it was written. */
static void
put_custody(const struct ledger_row *row, const struct style *style, struct buf *out)
{
	json_t *lines = json_lines(row->custody), *line;
	size_t i;

	json_array_foreach(lines, i, line)
		style_put_labelled(style, i == 0 ? "custody" : "", json_string_value(line), out);
	json_decref(lines);
}

static void
put_level(const struct ledger_row *row, const struct style *style, struct buf *out)
{
	enum custody_level level = custody_level_of(row->custody);

	if (level == CUSTODY_LAB)
		style_put_labelled(style, "level", "lab: the key is kept as a lab keeps it", out);
	else if (level != CUSTODY_NONE)
		style_put_labelled(style, "level", custody_level_word(level), out);
}

void
ledger_row_put_text(const struct ledger_row *row, const struct style *style, struct buf *out)
{
	buf_printf(out, "%lld  %s  ", (long long)row->id, ledger_kind_word(row->kind));
	style_put(style, state_ink(row->state), ledger_state_word(row->state), out);
	buf_putc(out, '\n');
	put_hex(style, "serial", row->serial, out);
	put_text(style, "entry", row->entry, out);
	put_text(style, "topology", row->topology, out);
	put_text(style, "requester", row->requester, out);
	put_text(style, "signature", row->algorithm, out);
	put_times(row, style, out);
	put_text(style, "reason", row->reason, out);
	put_level(row, style, out);
	if (style->verbose) {
		put_text(style, "owner", row->owner, out);
		put_hex(style, "entry sum", row->entry_digest, out);
		put_hex(style, "role sum", row->profile_digest, out);
		put_hex(style, "key sum", row->key_digest, out);
		put_custody(row, style, out);
	}
	if (is_certificate(row))
		cert_put_pem(row->signed_bytes, out);
}
