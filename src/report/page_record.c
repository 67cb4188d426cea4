/*
 * The CA, how its key is kept, its record, and how anybody can check all that.
 */
#include "os/clock.h"
#include "report/page_parts.h"
#include "x509/tbs.h"

void
put_fact_escaped(const char *name, const char *text, struct buf *out)
{
	if (text == NULL || *text == '\0')
		return;
	buf_printf(out, "<dt>%s</dt><dd>", name);
	html_put_escaped(text, out);
	buf_puts(out, "</dd>\n");
}

void
put_fact(const char *name, const char *text, bool code, struct buf *out)
{
	if (text == NULL || *text == '\0')
		return;
	buf_printf(out, "<dt>%s</dt><dd>%s", name, code ? "<code>" : "");
	html_put(text, out);
	buf_puts(out, code ? "</code></dd>\n" : "</dd>\n");
}

static void
put_hex_fact(const char *name, struct bytes bytes, struct buf *out)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT;

	buf_put_hex(&hex, bytes);
	put_fact(name, buf_text(&hex), true, out);
}

static void
put_time_fact(const char *name, int64_t at, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	clock_put(&text, at);
	put_fact(name, buf_text(&text), false, out);
}

static void
put_uris(const char *name, const struct uri_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++)
		put_fact(i == 0 ? name : "", list->v[i], true, out);
}

void
page_put_ca(const struct page *page, struct buf *out)
{
	SCOPED(buf_clear) struct buf life = BUF_INIT;
	const struct home *home = page->home;

	if (home == NULL)
		return;
	section_begin("ca", "The CA", out);
	buf_puts(out, "<dl>");
	put_fact("Name", home->config.name, false, out);
	if (home->has_certificate) {
		put_day(home->certificate.not_before, &life);
		buf_puts(&life, " to ");
		put_day(home->certificate.not_after, &life);
		put_fact_escaped("Subject", home->certificate.subject_text, out);
		put_fact_escaped("Issued by", home->certificate.issuer_text, out);
		put_hex_fact("Serial", home->certificate.serial, out);
		put_fact("Valid", buf_text(&life), false, out);
		put_hex_fact("Key identifier", home->key_id, out);
	}
	put_fact("Key", pubkey_text(home->key), false, out);
	put_fact("Signs with", sigalg_word(home->algorithm), false, out);
	for (size_t i = 0; i < home->n_chain; i++)
		put_fact_escaped(i == 0 ? "Chain" : "", home->chain[i].subject_text, out);
	put_uris("CRL at", &home->config.cdp, out);
	put_uris("OCSP at", &home->config.ocsp, out);
	buf_puts(out, "</dl>\n");
	section_end(out);
}

/* -- custody ------------------------------------------------------------------------------- */

/* A line "word value" of the report that was journalled with the signature. */
static void
put_custody_line(struct arena *arena, struct bytes line, struct buf *out)
{
	const uint8_t *blank = memchr(line.p, ' ', line.n);
	size_t n = blank != NULL ? (size_t)(blank - line.p) : line.n;

	buf_puts(out, "<tr><th scope=\"row\"><code>");
	html_put(arena_strndup(arena, (const char *)line.p, n), out);
	buf_puts(out, "</code></th><td>");
	if (blank != NULL)
		html_put(arena_strndup(arena, (const char *)blank + 1, line.n - n - 1), out);
	buf_puts(out, "</td></tr>\n");
}

static void
put_custody_lines(struct bytes text, struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();

	while (text.n != 0) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end != NULL ? (size_t)(end - text.p) : text.n;

		if (n != 0)
			put_custody_line(arena, BYTES(text.p, n), out);
		n += end != NULL;
		text = BYTES(text.p + n, text.n - n);
	}
}

void
page_put_custody(const struct page *page, struct buf *out)
{
	if (page->home == NULL)
		return;
	section_begin("custody", "Custody of the CA's key", out);
	buf_puts(out, "<dl>");
	put_fact("Level", custody_level_word(page->home->config.custody), false, out);
	put_fact("Key", page->home->config.key, true, out);
	put_fact("Module", page->home->config.module, true, out);
	if (page->custody.n != 0)
		put_time_fact("Last judged", page->custody_at, out);
	buf_puts(out, "</dl>\n");
	if (page->custody.n != 0) {
		buf_puts(out, "<details><summary>What was read and tried at the last signature, as "
		    "the record keeps it</summary><div class=\"in\"><table><thead><tr>"
		    "<th scope=\"col\">Fact</th><th scope=\"col\">Value</th></tr></thead>"
		    "<tbody>\n");
		put_custody_lines(page->custody, out);
		buf_puts(out, "</tbody></table></div></details>\n");
	} else {
		buf_puts(out, "<p>Nothing has been signed yet.</p>\n");
	}
	section_end(out);
}

/* -- the record ------------------------------------------------------------------------------ */

static void
put_number(const char *name, uint64_t number, struct buf *out)
{
	buf_printf(out, "<dt>%s</dt><dd>%llu</dd>\n", name, (unsigned long long)number);
}

static void
put_states(const struct ledger_counts *counts, struct buf *out)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;

	for (enum ledger_state state = 0; state < LEDGER_STATES; state++)
		if (counts->state[state] != 0)
			buf_printf(&words, "%s%llu %s", words.n != 0 ? ", " : "",
			    (unsigned long long)counts->state[state], ledger_state_word(state));
	put_fact("States", buf_text(&words), false, out);
}

static void
put_how_to(struct buf *out)
{
	buf_puts(out, "<h3>How to verify this</h3>\n"
	    "<p>This page is a copy of what the record said at its time, and proves nothing by "
	    "itself.  With the CA home (CAHOME), or a copy of it, anybody can check it; no token "
	    "is asked.</p>\n<pre>"
	    "# Is the record whole, does each signature verify?  The root must be the one above.\n"
	    "rolecert ledger verify CAHOME --signatures\n\n"
	    "# Is it the one that was sealed?  With a checkpoint that was kept elsewhere:\n"
	    "rolecert ledger verify CAHOME --known KEPT.checkpoint\n"
	    "openssl cms -verify -binary -inform DER -in KEPT.checkpoint \\\n"
	    "    -CAfile ca-and-root.pem -purpose any\n\n"
	    "# Do the certificates in place do?\n"
	    "rolecert --ca CAHOME plan -t TOPOLOGY --certs DIR --check\n\n"
	    "# What is on record of one of them, provable without the rest:\n"
	    "rolecert --ca CAHOME ledger prove SERIAL -o certificate.proof\n"
	    "</pre>\n");
}

void
page_put_record(const struct page *page, struct buf *out)
{
	const struct ledger_verdict *v = page->verdict;

	if (page->home == NULL || v == NULL)
		return;
	section_begin("record", "The record", out);
	buf_puts(out, v->findings == 0 ? "<p>Whole: every event and every row fits.</p>\n<dl>" :
	    "<p><strong>Not whole:</strong> the findings say what does not fit.</p>\n<dl>");
	put_number("Events", v->events, out);
	put_hex_fact("Root", BYTES(v->root, sizeof(v->root)), out);
	put_number("Entries", v->rows, out);
	put_states(page->counts, out);
	put_number("Checkpoints", v->checkpoints, out);
	put_number("Sealed up to event", v->sealed, out);
	if (page->sealed_at != 0)
		put_time_fact("Last sealed", page->sealed_at, out);
	buf_puts(out, "</dl>\n");
	put_findings(page->audit, out);
	put_how_to(out);
	section_end(out);
}
