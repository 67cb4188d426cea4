#include "report/batch.h"

#include "report/approval.h"
#include "report/json_writer.h"
#include "report/table.h"

static const char *const words[BATCH_OUTCOMES] = {
	[BATCH_ISSUED] = "issued", [BATCH_ALREADY] = "already",
	[BATCH_WAITING] = "waiting", [BATCH_FAILED] = "failed", [BATCH_STOPPED] = "stopped",
};

static const char *const sentences[BATCH_OUTCOMES] = {
	[BATCH_ISSUED] = "signed, verified and recorded",
	[BATCH_ALREADY] = "had a certificate for this key, and were given it again",
	[BATCH_WAITING] = "wait for officers; `rolecert pending` lists them",
	[BATCH_FAILED] = "were refused, or went wrong; each is told",
	[BATCH_STOPPED] = "were not begun",
};

static const char *const foreseen_words[BATCH_OUTCOMES] = {
	[BATCH_ISSUED] = "would-issue", [BATCH_ALREADY] = "would-keep",
	[BATCH_WAITING] = "would-wait", [BATCH_FAILED] = "would-fail", [BATCH_STOPPED] = "stopped",
};

static const char *const foreseen_sentences[BATCH_OUTCOMES] = {
	[BATCH_ISSUED] = "would be issued",
	[BATCH_ALREADY] = "have a certificate for this key",
	[BATCH_WAITING] = "would wait for officers",
	[BATCH_FAILED] = "would be refused; each is told",
	[BATCH_STOPPED] = "were not looked at",
};

const char *
batch_outcome_word(enum batch_outcome outcome, bool foreseen)
{
	return (foreseen ? foreseen_words : words)[outcome];
}

static void
put_error(struct json_writer *w, const struct error *err)
{
	json_open(w, "error", '{');
	json_member(w, "rule", rule_id(error_rule(err)));
	json_member(w, "message", error_message(err));
	json_close(w, '}');
}

static void
put_issued(struct json_writer *w, const struct batch_result *result)
{
	const struct issuance *issued = result->issued;
	SCOPED(buf_clear) struct buf pem = BUF_INIT;

	json_member(w, "serial", issued->serial);
	json_member_number(w, "ledger_id", (uint64_t)issued->ledger_id);
	json_member_time(w, "not_before", issued->certificate.not_before);
	json_member_time(w, "not_after", issued->certificate.not_after);
	json_member_words(w, "differences", issued->differences, issued->n_differences);
	json_member_words(w, "notes", issued->notes, issued->n_notes);
	json_member(w, "file", result->file);
	if (result->file != NULL)
		return;
	cert_put_pem(issued->der, &pem);
	json_member(w, "certificate", buf_text(&pem));
}

void
batch_put_line(const struct batch_result *result, size_t line, bool foreseen,
    struct buf *out)
{
	const struct entry *entry = result->request->entry;
	struct json_writer w = { .out = out, .compact = true };

	json_open(&w, NULL, '{');
	json_member(&w, "entry", entry != NULL ? entry->id : NULL);
	if (line != 0)
		json_member_number(&w, "line", line);
	json_member(&w, "outcome", batch_outcome_word(result->outcome, foreseen));
	if (result->issued != NULL)
		put_issued(&w, result);
	if (result->reserved != NULL)
		json_member_tree(&w, "waits", reservation_json(result->reserved, entry->id));
	if (result->err != NULL && error_count(result->err) != 0)
		put_error(&w, result->err);
	json_close(&w, '}');
	buf_putc(out, '\n');
}

void
batch_put_summary_line(const struct batch_summary *summary, struct buf *out)
{
	json_t *o = json_object(), *whole = json_object();

	json_put(o, "dry_run", json_boolean(summary->foreseen));
	json_put(o, "entries", json_integer((json_int_t)summary->entries));
	json_put(o, "requests", json_integer((json_int_t)summary->requests));
	json_put(o, "twice", json_integer((json_int_t)summary->twice));
	for (size_t i = 0; i < BATCH_OUTCOMES; i++)
		json_put(o, words[i], json_integer((json_int_t)summary->counts.outcome[i]));
	json_put(whole, "summary", o);
	json_put_compact(whole, out);
	buf_putc(out, '\n');
	json_decref(whole);
}

void
batch_put_summary(const struct batch_summary *summary, const struct style *style,
    struct buf *out)
{
	SCOPED(table_free) struct table *table = table_new("OUTCOME", "REQUESTS", "WHICH", NULL);
	const char *const *which = summary->foreseen ? foreseen_sentences : sentences;

	for (enum batch_outcome i = 0; i < BATCH_OUTCOMES; i++) {
		SCOPED(buf_clear) struct buf n = BUF_INIT;

		buf_printf(&n, "%zu", summary->counts.outcome[i]);
		if (summary->counts.outcome[i] != 0)
			table_add(table, batch_outcome_word(i, summary->foreseen), buf_text(&n),
			    which[i]);
	}
	if (out->n != 0)
		buf_putc(out, '\n');
	table_put(table, style, out);
	if (summary->entries > summary->requests)
		buf_printf(out, "%zu of %zu entries have no request\n",
		    summary->entries - summary->requests, summary->entries);
}
