/*
 * Entries in words: what must be done, the table, and each with its reasons.
 */
#include "report/page_parts.h"
#include "report/plan.h"

enum { DAY = 86400, WORK_MOST = 50 };

static size_t
number_of(const struct page *page, const struct standing *s)
{
	return (size_t)(s - page->view.standings->v);
}

void
put_entry_link(const struct page *page, const struct standing *s, struct buf *out)
{
	buf_printf(out, "<a href=\"#e%zu\">", number_of(page, s));
	html_put_path(s->entry->id, out);
	buf_puts(out, "</a>");
}

/* -- what must be done ----------------------------------------------------------------- */

static void
put_work_row(const struct page *page, const struct standing *s, struct buf *out)
{
	buf_puts(out, "<tr><td>");
	put_badge(s->state, out);
	buf_puts(out, "</td><th scope=\"row\">");
	put_entry_link(page, s, out);
	buf_puts(out, "</th><td>");
	html_put(s->detail, out);
	buf_puts(out, "</td><td>");
	html_put(standing_remedy(s), out);
	buf_puts(out, "</td></tr>\n");
}

void
page_put_work(const struct page *page, struct buf *out)
{
	const struct standings *all = page->view.standings;
	size_t shown = 0, n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += standing_needs_work(&all->v[i], all->now);
	section_begin("work", "What must be done", out);
	if (n == 0) {
		buf_puts(out, "<p>Nothing: every entry has a certificate that does.</p>\n");
		section_end(out);
		return;
	}
	table_begin((const char *const[]){ "State", "Entry", "What was found",
	    "What helps", NULL }, out);
	for (int state = 0; state < STANDING_SUPERFLUOUS; state++)
		for (size_t i = 0; i < all->n && shown < WORK_MOST; i++)
			if (all->v[i].state == (enum standing_state)state &&
			    standing_needs_work(&all->v[i], all->now)) {
				put_work_row(page, &all->v[i], out);
				shown++;
			}
	table_end(out);
	if (shown < n)
		buf_printf(out, "<p class=\"soft\">And %zu more: the table of entries has "
		    "all.</p>\n", n - shown);
	section_end(out);
}

/* -- the table --------------------------------------------------------------------- */

static void
put_until(const struct page *page, const struct standing *s, struct buf *out)
{
	if (s->cert == NULL) {
		buf_puts(out, "<td class=\"date\">none</td><td class=\"num\"></td>");
		return;
	}
	buf_puts(out, "<td class=\"date\">");
	put_day(s->cert->cert.not_after, out);
	buf_printf(out, "</td><td class=\"num\">%lld</td>",
	    (long long)((s->cert->cert.not_after - page->view.standings->now) / DAY));
}

void
page_put_entries(const struct page *page, struct buf *out)
{
	const struct standings *all = page->view.standings;

	section_begin("entries", "Entries", out);
	table_begin((const char *const[]){ "State", "Entry", "Ends", "#Days",
	    "Subject", "#Names", NULL }, out);
	for (size_t i = 0; i < all->n; i++) {
		buf_puts(out, "<tr><td>");
		put_badge(all->v[i].state, out);
		buf_puts(out, "</td><th scope=\"row\">");
		put_entry_link(page, &all->v[i], out);
		buf_puts(out, "</th>");
		put_until(page, &all->v[i], out);
		buf_puts(out, "<td>");
		html_put(all->v[i].entry->subject.attr[DN_CN], out);
		buf_printf(out, "</td><td class=\"num\">%zu</td></tr>\n", all->v[i].entry->n_san);
	}
	table_end(out);
	section_end(out);
}

/* -- each of them --------------------------------------------------------------------- */

/* "lync-2013/edge-external.yaml:14": no folders of this machine. */
static void
put_place(struct place at, struct buf *out)
{
	const char *name, *slash;
	int kept = 0;

	if (at.source == NULL)
		return;
	name = slash = at.source->name;
	for (slash += strlen(slash); slash > name && kept < 2; slash--)
		kept += slash[-1] == '/';
	html_put(slash == name && kept < 2 ? name : slash + 1, out);
	buf_printf(out, ":%u", at.line);
}

static void
put_name_row(const struct entry *entry, size_t i, struct buf *out)
{
	const struct provenance *why = entry->why != NULL ? &entry->why[i] : NULL;

	buf_puts(out, "<tr><th scope=\"row\"><code>");
	if (entry->san[i].type != NAME_DNS)
		buf_printf(out, "%s:", name_type_word(entry->san[i].type));
	html_put(entry->san[i].value, out);
	buf_puts(out, "</code></th><td>");
	html_put(why != NULL ? why->because : NULL, out);
	buf_puts(out, "</td><td><code>");
	if (why != NULL)
		put_place(why->rule, out);
	buf_puts(out, "</code></td><td><code>");
	if (why != NULL)
		put_place(why->fact, out);
	buf_puts(out, "</code></td></tr>\n");
}

static void
put_names(const struct entry *entry, struct buf *out)
{
	if (entry->n_san == 0)
		return;
	table_begin((const char *const[]){ "Name", "Because", "Role", "Topology", NULL }, out);
	for (size_t i = 0; i < entry->n_san; i++)
		put_name_row(entry, i, out);
	table_end(out);
}

static void
put_planned(const struct entry *entry, struct buf *out)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT, uses = BUF_INIT, keys = BUF_INIT,
	    assign = BUF_INIT;

	dn_print(&entry->subject, &subject);
	put_ekus(entry->eku, entry->n_eku, &uses);
	put_key_algorithms(entry->key_algorithms, &keys);
	buf_puts(&keys, entry->exportable ? "; exportable" : "; not exportable");
	for (size_t i = 0; i < entry->n_assign; i++)
		buf_printf(&assign, "%s%s", i != 0 ? ", " : "", entry->assign[i]);
	put_fact("Role", entry->title, false, out);
	put_fact_escaped("Subject", buf_text(&subject), out);
	put_fact("Order of names", san_order_word(entry->san_order), false, out);
	put_fact("Use", buf_text(&uses), false, out);
	put_fact("Key", buf_text(&keys), false, out);
	put_fact("Assigned to", buf_text(&assign), false, out);
}

static void
put_certificate(const struct standing *s, struct buf *out)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT, life = BUF_INIT;

	if (s->cert == NULL)
		return;
	buf_put_hex(&serial, s->cert->cert.serial);
	put_day(s->cert->cert.not_before, &life);
	buf_puts(&life, " to ");
	put_day(s->cert->cert.not_after, &life);
	buf_puts(&life, "; renew from ");
	put_day(s->renew_from, &life);
	put_fact("Serial", buf_text(&serial), true, out);
	put_fact_escaped("Issued by", s->cert->cert.issuer_text, out);
	put_fact("Valid", buf_text(&life), false, out);
	put_fact("File", s->cert->file, true, out);
}

static void
put_want_have(const struct diagnosis *d, struct buf *out)
{
	if (d->want == NULL && d->have == NULL && d->fix == NULL)
		return;
	buf_puts(out, "<dl>");
	put_fact("Want", d->want, false, out);
	put_fact("Have", d->have, false, out);
	put_fact("What helps", d->fix, false, out);
	buf_puts(out, "</dl>");
}

void
put_findings(const struct error *findings, struct buf *out)
{
	if (findings == NULL || error_first(findings) == NULL)
		return;
	buf_puts(out, "<ul class=\"findings\">\n");
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next) {
		buf_printf(out, "<li class=\"f-%s\"><p><strong>%s:</strong> ",
		    severity_word(d->severity), severity_word(d->severity));
		html_put(d->message, out);
		buf_printf(out, " <code>[%s]</code></p>", rule_id(d->rule));
		put_want_have(d, out);
		buf_puts(out, "</li>\n");
	}
	buf_puts(out, "</ul>\n");
}

static void
put_detail(const struct page *page, const struct standing *s, struct buf *out)
{
	bool open = s->state == STANDING_WRONG;

	buf_printf(out, "<details%s><summary>", open ? " open=\"open\"" : "");
	put_badge(s->state, out);
	html_put_path(s->entry->id, out);
	buf_printf(out, "</summary><div class=\"in\" id=\"e%zu\">\n<dl>", number_of(page, s));
	put_fact("State", s->detail, false, out);
	put_planned(s->entry, out);
	put_certificate(s, out);
	buf_puts(out, "</dl>\n");
	put_names(s->entry, out);
	put_findings(s->findings, out);
	buf_puts(out, "</div></details>\n");
}

void
page_put_details(const struct page *page, struct buf *out)
{
	const struct standings *all = page->view.standings;

	section_begin("reasons", "Each entry, and why", out);
	buf_puts(out, "<p class=\"soft\">Each name with the reason that its role gives, the line "
	    "of the role that says it and the line of the topology that holds the fact.</p>\n");
	for (size_t i = 0; i < all->n; i++)
		put_detail(page, &all->v[i], out);
	section_end(out);
}

void
page_put_superfluous(const struct page *page, struct buf *out)
{
	const struct standings *all = page->view.standings;

	if (all->n_superfluous == 0)
		return;
	section_begin("superfluous", "Certificates that no entry wants", out);
	table_begin((const char *const[]){ "Serial", "Subject", "Ends", "File", "Why", NULL }, out);
	for (size_t i = 0; i < all->n_superfluous; i++) {
		const struct standing *s = &all->superfluous[i];

		buf_puts(out, "<tr><th scope=\"row\"><code>");
		buf_put_hex(out, s->cert->cert.serial);
		buf_puts(out, "</code></th><td>");
		html_put_escaped(s->cert->cert.subject_text, out);
		buf_puts(out, "</td><td class=\"date\">");
		put_day(s->cert->cert.not_after, out);
		buf_puts(out, "</td><td>");
		html_put(s->cert->file != NULL ? s->cert->file : "on record", out);
		buf_puts(out, "</td><td>");
		html_put(s->detail, out);
		buf_puts(out, "</td></tr>\n");
	}
	table_end(out);
	section_end(out);
}
