#include "report/blast.h"

#include "report/findings.h"

json_t *
blast_json(const struct blast *blast)
{
	json_t *list = json_array();

	for (size_t i = 0; i < blast->n; i++) {
		const struct blast_hit *hit = &blast->v[i];
		json_t *o = json_object();

		json_put(o, "serial", json_foreign(hit->serial));
		json_put(o, "entry", json_foreign(hit->entry));
		json_put(o, "not_after", json_time(hit->not_after));
		json_put(o, "findings", findings_json(hit->findings));
		json_add(list, o);
	}
	return list;
}

void
blast_put_text(const struct blast *blast, const struct style *style, struct buf *out)
{
	buf_putc(out, '\n');
	for (size_t i = 0; i < blast->n; i++) {
		const struct blast_hit *hit = &blast->v[i];

		style_put(style, INK_BAD, "no longer satisfied", out);
		buf_puts(out, "  ");
		style_put(style, INK_STRONG, hit->entry, out);
		buf_printf(out, "  serial %s\n", hit->serial);
		findings_put_text(hit->findings, style, out);
	}
	buf_printf(out, "issued certificates: %zu of %zu that are valid would no longer satisfy "
	    "their entry\n", blast->n, blast->looked_at);
}
