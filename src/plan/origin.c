#include "plan/origin.h"

#include <rolecert/version.h>

#include "base/escape.h"
#include "plan/explain.h"

/* -- which texts ------------------------------------------------------------------- */

typedef VEC(const struct source *) source_vec;

static void
add_source(struct arena *arena, source_vec *all, const struct source *source)
{
	if (source == NULL)
		return;
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i] == source)
			return;
	*VEC_PUSH(arena, all) = source;
}

/* A text that sets nothing has no part in the role. */
static void
role_sources(struct arena *arena, const struct role *role, source_vec *all)
{
	const struct product *product = role->product;

	add_source(arena, all, product->at.source);
	for (size_t i = 0; i < product->n_kinds; i++)
		add_source(arena, all, product->kinds[i]->at.source);
	add_source(arena, all, role->at.source);
	for (size_t i = 0; i < role->n_settings; i++) {
		add_source(arena, all, role->settings[i].at.source);
		add_source(arena, all, role->settings[i].replaced.source);
	}
}

void
plan_find_texts(struct plan *plan)
{
	source_vec all = { .v = NULL };

	add_source(plan->arena, &all, plan->deployment->source);
	for (size_t i = 0; i < plan->program->n_roles; i++)
		role_sources(plan->arena, plan->program->roles[i], &all);
	plan->texts = arena_alloc(plan->arena, (all.n + 1) * sizeof(*plan->texts));
	for (size_t i = 0; i < all.n; i++) {
		struct plan_text *text = &plan->texts[plan->n_texts++];

		text->source = all.v[i];
		text->digested.bytes = all.v[i]->text;
		sha256(all.v[i]->text, text->digested.sha256);
	}
}

static const struct digested *
digested_find(const struct plan *plan, const struct source *source)
{
	for (size_t i = 0; i < plan->n_texts; i++)
		if (plan->texts[i].source == source)
			return &plan->texts[i].digested;
	return NULL;
}

/* -- the text ----------------------------------------------------------------------- */

static void
put_line(struct buf *out, const char *word, const char *value)
{
	if (value == NULL)
		return;
	buf_puts(out, word);
	buf_putc(out, ' ');
	put_foreign_text(out, value);
	buf_putc(out, '\n');
}

/* Dozens of these stand in each origin: printf() would take half of the time. */
static void
put_place(struct buf *out, const char *word, struct place at, const source_vec *sources)
{
	for (size_t i = 0; at.source != NULL && i < sources->n; i++) {
		if (sources->v[i] != at.source)
			continue;
		buf_puts(out, "  ");
		buf_puts(out, word);
		buf_putc(out, ' ');
		buf_put_number(out, i + 1);
		buf_putc(out, ':');
		buf_put_number(out, at.line);
		buf_putc(out, ':');
		buf_put_number(out, at.column);
		buf_putc(out, '\n');
	}
}

static void
put_values(const struct plan *plan, const struct entry *entry, const struct role *role,
    struct arena *arena, const source_vec *sources, struct buf *out)
{
	struct explanations rows = { .v = NULL };

	explain_entry(entry, role, plan->deployment, arena, &rows);
	for (size_t i = 0; i < rows.n; i++) {
		const struct explanation *row = &rows.v[i];

		buf_puts(out, "value ");
		buf_puts(out, row->what);
		buf_putc(out, ' ');
		put_foreign_text(out, row->value);
		buf_putc(out, '\n');
		put_line(out, "  because", row->because);
		put_place(out, "set", row->rule, sources);
		put_place(out, "fact", row->fact, sources);
	}
}

static void
put_texts(const struct plan *plan, const source_vec *sources, struct origin *origin,
    struct buf *out)
{
	for (size_t i = 0; i < sources->n && origin->n_texts < ORIGIN_TEXTS; i++) {
		const struct digested *text = digested_find(plan, sources->v[i]);

		if (text == NULL)
			continue;
		origin->texts[origin->n_texts++] = *text;
		buf_printf(out, "text %zu ", i + 1);
		buf_put_hex(out, BYTES(text->sha256, sizeof(text->sha256)));
		buf_putc(out, ' ');
		put_foreign_text(out, sources->v[i]->name);
		buf_putc(out, '\n');
	}
}

bool
origin_make(const struct plan *plan, const struct entry *entry, struct arena *arena,
    struct origin *ret)
{
	const struct role *role = plan != NULL && plan->program != NULL
	    ? program_role(plan->program, entry->role) : NULL;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	source_vec sources = { .v = NULL };

	if (role == NULL || memcmp(role->digest, entry->profile_digest, sizeof(role->digest)) != 0)
		return false;
	*ret = (struct origin){ .n_texts = 1, .texts[0].bytes = role->canonical };
	memcpy(ret->texts[0].sha256, role->digest, sizeof(role->digest));
	add_source(arena, &sources, plan->deployment->source);
	role_sources(arena, role, &sources);
	put_line(&text, "rolecert origin v1\nprogram", rc_version());
	put_line(&text, "entry", entry->id);
	put_line(&text, "topology", plan->topology);
	put_line(&text, "product", plan->product);
	put_texts(plan, &sources, ret, &text);
	put_values(plan, entry, role, arena, &sources, &text);
	ret->text = arena_bytes(arena, buf_bytes(&text));
	return true;
}

/* -- reading -------------------------------------------------------------------------- */

static bool
line_next(struct bytes *rest, struct bytes *ret)
{
	const uint8_t *end = rest->n != 0 ? memchr(rest->p, '\n', rest->n) : NULL;

	if (end == NULL)
		return false;
	*ret = BYTES(rest->p, (size_t)(end - rest->p));
	*rest = BYTES(end + 1, rest->n - ret->n - 1);
	return true;
}

bool
origin_next_text(struct bytes *rest, struct bytes *ret_hex, struct bytes *ret_name)
{
	static const char word[] = "text ";
	struct bytes line;

	while (line_next(rest, &line)) {
		const uint8_t *at;

		if (line.n < sizeof(word) || memcmp(line.p, word, sizeof(word) - 1) != 0)
			continue;
		line = BYTES(line.p + sizeof(word) - 1, line.n - sizeof(word) + 1);
		at = memchr(line.p, ' ', line.n);
		if (at == NULL || line.n - (size_t)(at - line.p) < 2 * SHA256_OCTETS + 2)
			continue;
		*ret_hex = BYTES(at + 1, 2 * (size_t)SHA256_OCTETS);
		*ret_name = BYTES(at + 2 + 2 * SHA256_OCTETS,
		    line.n - (size_t)(at - line.p) - 2 - 2 * (size_t)SHA256_OCTETS);
		return true;
	}
	return false;
}
