#include "report/junit.h"

#include "report/findings.h"
#include "report/html.h"

static bool
is_good(const struct junit_case *c)
{
	return error_count(c->findings) == 0;
}

static const char *
first_error(const struct error *findings)
{
	const struct diagnosis *d = error_first(findings);

	while (d != NULL && d->severity != SEVERITY_ERROR)
		d = d->next;
	return d != NULL ? d->message : "";
}

static void
put_findings(const struct junit_case *c, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct style plain = { .width = 0 };

	findings_put_text(c->findings, &plain, &text);
	html_put_escaped(buf_text(&text), out);
}

static void
put_case(const struct junit_case *c, bool skip, struct buf *out)
{
	buf_puts(out, "    <testcase classname=\"");
	html_put(c->role, out);
	buf_puts(out, "\" name=\"");
	html_put(c->entry, out);
	if (is_good(c) && error_first(c->findings) == NULL) {
		buf_puts(out, "\"/>\n");
		return;
	}
	buf_puts(out, "\">");
	if (is_good(c)) {
		buf_puts(out, "<system-out>");
		put_findings(c, out);
		buf_puts(out, "</system-out>");
	} else {
		buf_printf(out, "<%s message=\"", skip ? "skipped" : "failure");
		html_put(first_error(c->findings), out);
		buf_puts(out, "\">");
		put_findings(c, out);
		buf_printf(out, "</%s>", skip ? "skipped" : "failure");
	}
	buf_puts(out, "</testcase>\n");
}

void
junit_put(const char *suite, const struct junit_case *cases, size_t n, struct buf *out)
{
	size_t good = 0, bad;
	bool skip;

	for (size_t i = 0; i < n; i++)
		good += is_good(&cases[i]);
	skip = good != 0;
	bad = n - good;
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	    "  <testsuite name=\"");
	html_put(suite, out);
	buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", n,
	    skip ? 0 : bad, skip ? bad : 0);
	for (size_t i = 0; i < n; i++)
		put_case(&cases[i], skip, out);
	buf_puts(out, "  </testsuite>\n</testsuites>\n");
}
