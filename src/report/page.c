#include "report/page.h"

#include "os/clock.h"
#include "report/audit.h"
#include "report/home.h"
#include "report/page_parts.h"
#include "report/plan.h"

void
section_begin(const char *id, const char *title, struct buf *out)
{
	buf_printf(out, "<section id=\"%s\" aria-labelledby=\"%s-h\"><h2 id=\"%s-h\">%s</h2>\n", id,
	    id, id, title);
}

void
section_end(struct buf *out)
{
	buf_puts(out, "</section>\n");
}

void
table_begin(const char *const *heads, struct buf *out)
{
	buf_puts(out, "<div class=\"scroll\"><table><thead><tr>");
	for (; *heads != NULL; heads++) {
		bool numbers = **heads == '#';

		buf_printf(out, "<th scope=\"col\"%s>%s</th>", numbers ? " class=\"num\"" : "",
		    *heads + numbers);
	}
	buf_puts(out, "</tr></thead><tbody>\n");
}

void
table_end(struct buf *out)
{
	buf_puts(out, "</tbody></table></div>\n");
}

void
put_badge(enum standing_state state, struct buf *out)
{
	buf_printf(out, "<span class=\"badge s-%s\">%s</span>", standing_word(state),
	    standing_word(state));
}

/* "2026-11-22 10:30 UTC" */
static void
put_moment(int64_t at, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	clock_put(&text, at);
	buf_printf(out, "<time datetime=\"%s\">%.10s %.5s UTC</time>", buf_text(&text),
	    buf_text(&text), buf_text(&text) + 11);
}

static void
put_head(const struct page *page, struct buf *out)
{
	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n"
	    "<head>\n<meta charset=\"utf-8\"/>\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	    "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>Certificates of ");
	html_put(page->topology->name, out);
	buf_puts(out, "</title>\n<style>\n");
	for (size_t i = 0; page_style[i] != NULL; i++)
		buf_printf(out, "%s\n", page_style[i]);
	buf_puts(out, "</style>\n</head>\n<body>\n"
	    "<a class=\"skip\" href=\"#main\">To the content</a>\n"
	    "<div class=\"sheet\">\n");
}

static void
put_counts(const struct standings *all, struct buf *out)
{
	buf_puts(out, "<ul class=\"counts\">\n");
	for (int state = 0; state < STANDING_STATES; state++)
		if (all->count[state] != 0)
			buf_printf(out, "<li class=\"s-%s\"><b>%zu</b>%s</li>\n",
			    standing_words[state], all->count[state], standing_words[state]);
	buf_puts(out, "</ul>\n");
}

static void
put_verdict(const struct standings *all, struct buf *out)
{
	size_t work = 0;

	for (size_t i = 0; i < all->n; i++)
		work += standing_needs_work(&all->v[i], all->now);
	if (work == 0)
		buf_printf(out, "<p class=\"verdict\">All %zu entries are in order.</p>\n", all->n);
	else
		buf_printf(out, "<p class=\"verdict\"><strong>%zu of %zu entries</strong> "
		    "need somebody's hands.</p>\n", work, all->n);
}

static void
put_summary(const struct page *page, struct buf *out)
{
	const struct product *product = page->topology->product;

	buf_puts(out, "<header>\n<h1>Certificates of ");
	html_put(page->topology->name, out);
	buf_puts(out, "</h1>\n<p class=\"soft\">");
	html_put(product->title != NULL ? product->title : product->name, out);
	if (page->home != NULL) {
		buf_puts(out, ", certified by ");
		html_put(page->home->config.name, out);
	}
	buf_puts(out, "; as of ");
	put_moment(page->view.standings->now, out);
	buf_puts(out, "</p>\n");
	put_verdict(page->view.standings, out);
	put_counts(page->view.standings, out);
}

static bool
has_certificates(const struct standings *all)
{
	return all->count[STANDING_MISSING] != all->n;
}

static void
put_nav(const struct page *page, struct buf *out)
{
	const struct {
		const char *id, *words;
		bool there;
	} links[] = {
		{ "work", "What must be done", true },
		{ "deployment", "The deployment", true },
		{ "ends", "When certificates end", has_certificates(page->view.standings) },
		{ "entries", "Entries", true },
		{ "reasons", "Each entry, and why", true },
		{ "superfluous", "Superfluous", page->view.standings->n_superfluous != 0 },
		{ "notes", "Notes", page->view.plan->n_notes != 0 },
		{ "ca", "The CA", page->home != NULL },
		{ "custody", "Custody", page->home != NULL },
		{ "record", "The record", page->home != NULL && page->verdict != NULL },
	};

	buf_puts(out, "<nav aria-label=\"Contents\"><ul>\n");
	for (size_t i = 0; i < ARRAY_LEN(links); i++)
		if (links[i].there)
			buf_printf(out, "<li><a href=\"#%s\">%s</a></li>\n", links[i].id,
			    links[i].words);
	buf_puts(out, "</ul></nav>\n</header>\n<main id=\"main\">\n");
}

static void
put_notes(const struct page *page, struct buf *out)
{
	const struct plan *plan = page->view.plan;

	if (plan->n_notes == 0)
		return;
	section_begin("notes", "What the planner noted", out);
	table_begin((const char *const[]){ "Weight", "Rule", "Entry", "Note", NULL }, out);
	for (size_t i = 0; i < plan->n_notes; i++) {
		buf_printf(out, "<tr><td>%s</td><th scope=\"row\"><code>",
		    plan->notes[i].warning ? "warning" : "note");
		html_put(plan->notes[i].rule, out);
		buf_puts(out, "</code></th><td>");
		html_put_path(plan->notes[i].entry, out);
		buf_puts(out, "</td><td>");
		html_put(plan->notes[i].message, out);
		buf_puts(out, "</td></tr>\n");
	}
	table_end(out);
	section_end(out);
}

static void
put_foot(const struct page *page, struct buf *out)
{
	buf_puts(out, "</main>\n<footer>\n<p>Written by rolecert " ROLECERT_VERSION ".  Digest of "
	    "the plan: <code>");
	buf_put_hex(out, BYTES(page->view.plan->digest, sizeof(page->view.plan->digest)));
	buf_puts(out, "</code></p>\n</footer>\n</div>\n</body>\n</html>\n");
}

void
page_put_html(const struct page *page, struct buf *out)
{
	static void (*const sections[])(const struct page *, struct buf *) = {
		page_put_work, page_put_picture, page_put_timeline, page_put_entries,
		page_put_details, page_put_superfluous, put_notes, page_put_ca, page_put_custody,
		page_put_record,
	};

	put_head(page, out);
	put_summary(page, out);
	put_nav(page, out);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		sections[i](page, out);
	put_foot(page, out);
}

/* -- JSON --------------------------------------------------------------------------------- */

static json_t *
plan_json(const struct page *page)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	json_t *json;

	plan_put_json_standing(&page->view, NULL, &text);
	json = json_loadb(buf_text(&text), text.n, 0, NULL);
	if (json == NULL)
		mem_die();
	return json;
}

static json_t *
custody_of(const struct page *page)
{
	json_t *o;

	if (page->custody.n == 0)
		return json_null();
	o = json_object();
	json_put(o, "recorded", json_time(page->custody_at));
	json_put(o, "lines", json_lines(page->custody));
	return o;
}

static json_t *
record_json(const struct page *page)
{
	json_t *o;

	if (page->verdict == NULL)
		return json_null();
	o = audit_json(page->verdict, page->audit);
	json_put(o, "sealed_at", page->sealed_at != 0 ? json_time(page->sealed_at) : json_null());
	return o;
}

json_t *
page_json(const struct page *page)
{
	json_t *o = json_object();

	json_put(o, "generated", json_time(page->view.standings->now));
	json_put(o, "plan", plan_json(page));
	json_put(o, "ca", page->home != NULL ? home_json(page->home, page->counts) : json_null());
	json_put(o, "custody", custody_of(page));
	json_put(o, "ledger", record_json(page));
	return o;
}
