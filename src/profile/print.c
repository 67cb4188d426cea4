/*
 * The compiled form of a role as text: every fact of it once, in a fixed order, no
 * file names.  Its SHA-256 is the role's digest.
 */
#include "profile/forms.h"
#include "profile/program.h"

static void
put_indent(struct buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_puts(out, "  ");
}

static void
put_when(const struct expr *when, struct buf *out)
{
	if (when == NULL)
		return;
	buf_puts(out, " when ");
	expr_print(when, out);
}

void
text_print(const char *text, struct buf *out)
{
	for (; *text != '\0'; text++)
		if (*text == '\n')
			buf_puts(out, "\\n");
		else if (*text == '\\')
			buf_puts(out, "\\\\");
		else
			buf_putc(out, *text);
}

static void
put_template(const struct template *template, struct buf *out)
{
	struct buf text = BUF_INIT;

	template_print(template, &text);
	text_print(buf_text(&text), out);
	buf_clear(&text);
}

static void
put_list(const char *key, const char *const *words, struct buf *out)
{
	if (words == NULL)
		return;
	buf_puts(out, key);
	for (; *words != NULL; words++)
		buf_printf(out, " %s", *words);
	buf_putc(out, '\n');
}

static void
put_names(const struct name_item *items, size_t n, unsigned depth, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct name_item *item = &items[i];

		put_indent(out, depth);
		if (item->kind == ITEM_NAME) {
			buf_printf(out, "%s ", name_type_word(item->type));
			put_template(&item->text, out);
		} else if (item->kind == ITEM_EACH) {
			each_print(&item->each, out);
		} else
			buf_puts(out, "group");
		put_when(item->when, out);
		if (item->because != NULL) {
			buf_puts(out, " because ");
			text_print(item->because, out);
		}
		buf_putc(out, '\n');
		put_names(item->items, item->n_items, depth + 1, out);
	}
}

static void
put_words(const char *key, const struct word_item *items, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s %s", key, items[i].word);
		put_when(items[i].when, out);
		buf_putc(out, '\n');
	}
}

static void
put_choices(const struct role *role, struct buf *out)
{
	for (size_t i = 0; i < role->n_choices; i++) {
		const struct choice *choice = &role->choices[i];

		buf_printf(out, "choice #%zu %s", i, choice->name);
		if (choice->from != NULL)
			buf_printf(out, " from %s", choice->from);
		for (size_t v = 0; v < choice->n_values; v++)
			buf_printf(out, " %s%s", choice->values[v],
			    v == choice->fallback ? "*" : "");
		buf_putc(out, '\n');
	}
}

static void
put_parameters(const struct role *role, struct buf *out)
{
	for (size_t i = 0; i < role->n_parameters; i++) {
		const struct parameter *parameter = &role->parameters[i];
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		buf_printf(out, "parameter #%zu %s", i, parameter->name);
		if (parameter->from != NULL)
			buf_printf(out, " from %s", parameter->from);
		buf_puts(out, " is ");
		type_print(parameter->type, out);
		if (parameter->fallback == NULL)
			buf_puts(out, " required\n");
		else {
			value_print(parameter->fallback, &text);
			buf_puts(out, " default ");
			text_print(buf_text(&text), out);
			buf_putc(out, '\n');
		}
	}
}

static void
put_usage(const char *key, unsigned usage, struct buf *out)
{
	buf_puts(out, key);
	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if ((usage & 1U << bit) != 0)
			buf_printf(out, " %s", key_usage_word(bit));
	buf_putc(out, '\n');
}

/* What a role may do by name stands in its usages. */
static void
put_exts(const struct role *role, struct buf *out)
{
	for (size_t i = 0; i < role->n_exts; i++) {
		buf_printf(out, "extension %s", role->exts[i].key);
		put_when(role->exts[i].when, out);
		data_print(role->exts[i].data, 1, out);
	}
}

static void
put_key(const struct role *role, struct buf *out)
{
	buf_puts(out, "key");
	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		if ((role->key_algorithms & 1U << bit) != 0)
			buf_printf(out, " %s", key_algorithm_word(bit));
	if (role->shared)
		buf_puts(out, " shared");
	if (role->exportable != NULL) {
		buf_puts(out, " exportable");
		put_when(role->exportable, out);
	}
	buf_putc(out, '\n');
}

static void
put_notes(const struct role *role, struct buf *out)
{
	for (size_t i = 0; i < role->n_notes; i++) {
		const struct note_item *note = &role->notes[i];

		buf_printf(out, "%s [%s] ", note->warning ? "warning" : "note", note->rule);
		put_template(&note->text, out);
		if (note->each.list != NULL) {
			buf_putc(out, ' ');
			each_print(&note->each, out);
		}
		put_when(note->when, out);
		buf_putc(out, '\n');
	}
}

void
role_print(const struct role *role, struct buf *out)
{
	buf_printf(out, "role %s\nproduct %s\ntitle ", role->name, role->product->name);
	text_print(role->title, out);
	buf_printf(out, "\nper %s\n", per_words[role->per]);
	put_list("applies_to", role->kinds, out);
	if (role->optional)
		buf_puts(out, "optional\n");
	put_list("replaces", role->replaces, out);
	if (role->when != NULL) {
		buf_puts(out, "planned");
		put_when(role->when, out);
		buf_putc(out, '\n');
	}
	put_choices(role, out);
	put_parameters(role, out);
	if (role->has_subject) {
		buf_puts(out, "subject CN=");
		put_template(&role->subject_cn, out);
		buf_putc(out, '\n');
	}
	buf_printf(out, "san %s\n", san_order_word(role->san_order));
	put_names(role->names, role->n_names, 1, out);
	buf_printf(out, "basic_constraints %s %d\n", role->ca ? "ca" : "leaf", role->path_len);
	if (role->self_signed)
		buf_puts(out, "self_signed\n");
	put_usage("key_usage rsa", role->key_usage_rsa, out);
	put_usage("key_usage ec", role->key_usage_ec, out);
	put_words("extended_key_usage", role->eku, role->n_eku, out);
	put_exts(role, out);
	put_key(role, out);
	buf_puts(out, "validity_days ");
	if (role->validity != NULL)
		expr_print(role->validity, out);
	else
		buf_printf(out, "%u", role->validity_days);
	buf_putc(out, '\n');
	if (role->renew_before_days != 0)
		buf_printf(out, "renew_before_days %u\n", role->renew_before_days);
	put_words("assign", role->assign, role->n_assign, out);
	put_notes(role, out);
}
