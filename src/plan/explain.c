#include "plan/explain.h"

struct explaining {
	const struct entry *entry;
	const struct role *role;
	const struct topology *topology;
	struct arena *arena;
	struct explanations *out;
};

/* A row whose place, if nothing more exact is known, is where the role sets `key`. */
static struct explanation *
add(const struct explaining *x, const char *what, const char *key, const char *value)
{
	const struct role_setting *setting = key != NULL ? role_setting(x->role, key) : NULL;
	struct explanation *row = VEC_PUSH(x->arena, x->out);

	*row = (struct explanation){ .what = what, .value = value };
	if (setting != NULL) {
		row->rule = setting->at;
		row->replaced = setting->replaced;
	}
	return row;
}

static void
give(struct explanation *row, const struct provenance *why)
{
	row->because = why->because;
	row->fact = why->fact;
	if (why->rule.source != NULL)
		row->rule = why->rule;
}

static const char *
held(const struct explaining *x, const struct buf *text)
{
	return text->n != 0 ? arena_strdup(x->arena, buf_text(text)) : "none";
}

static void
explain_subject(const struct explaining *x)
{
	SCOPED(buf_clear) struct buf rest = BUF_INIT;
	struct dn organisation = x->entry->subject;
	const char *cn = organisation.attr[DN_CN];

	if (cn != NULL)
		give(add(x, "subject", "subject", cn), &x->entry->subject_why);
	organisation.attr[DN_CN] = NULL;
	if (dn_is_empty(&organisation))
		return;
	dn_print(&organisation, &rest);
	give(add(x, "subject", NULL, held(x, &rest)), &(struct provenance){
		.because = "the topology's organisation data stand in each subject",
		.fact = x->topology->subject_at });
}

static void
explain_names(const struct explaining *x)
{
	const struct entry *entry = x->entry;
	struct explanation *row;

	for (size_t i = 0; i < entry->n_san; i++) {
		row = add(x, "san", "san", entry->san[i].value);
		row->oid = ext_all[EXT_SUBJECT_ALT_NAME]->oid;
		give(row, &entry->why[i]);
	}
	row = add(x, "san_order", "san", san_order_word(entry->san_order));
	row->oid = ext_all[EXT_SUBJECT_ALT_NAME]->oid;
}

static void
explain_ekus(const struct explaining *x)
{
	const struct entry *entry = x->entry;

	for (size_t i = 0; i < entry->n_eku; i++) {
		const char *word = eku_word(entry->eku[i]);
		struct explanation *row = add(x, "eku", "extended_key_usage",
		    word != NULL ? word : entry->eku[i]);

		row->oid = ext_all[EXT_EXTENDED_KEY_USAGE]->oid;
		row->value_oid = entry->eku[i];
		give(row, &entry->eku_why[i]);
	}
}

static const char *
words_of(const struct explaining *x, const char *before, unsigned mask, unsigned bits,
    const char *(*word)(unsigned))
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	for (unsigned bit = 0; bit < bits; bit++)
		if ((mask & 1U << bit) != 0)
			buf_printf(&text, "%s%s", text.n != 0 ? ", " : before, word(bit));
	return held(x, &text);
}

static void
explain_key_usage(const struct explaining *x)
{
	const struct { const char *before; unsigned usage; } rows[] = {
		{ "RSA: ", x->entry->key_usage_rsa }, { "EC: ", x->entry->key_usage_ec },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].usage != 0)
			add(x, "key_usage", "key_usage", words_of(x, rows[i].before,
			    rows[i].usage, KU_BITS, key_usage_word))->oid =
			    ext_all[EXT_KEY_USAGE]->oid;
}

/* "certificatePolicies 30..." */
static const char *
ext_value_text(const struct explaining *x, const struct entry_ext *ext)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT, text = BUF_INIT;

	ext_encode(&ext->value, &der);
	buf_printf(&text, "%s ", entry_ext_name(ext));
	buf_put_hex(&text, buf_bytes(&der));
	return held(x, &text);
}

/* Extensions that have no rows of their own. */
static void
explain_extension(const struct explaining *x, const struct entry_ext *ext)
{
	static const char *const by[] = {
		[EXT_FROM_ENTRY] = NULL,
		[EXT_FROM_KEY] = "the certificate's key gives it",
		[EXT_FROM_CA] = "the issuing CA gives it",
	};
	const struct ext_class *class = ext->id < EXT_COUNT ? ext_all[ext->id] : NULL;
	const char *key = class != NULL ? class->word : "extensions";
	struct explanation *row = add(x, key, key, entry_ext_name(ext));

	row->oid = entry_ext_oid(ext);
	row->because = by[ext->from];
	if (ext->from != EXT_FROM_ENTRY)
		return;
	row->value = ext_value_text(x, ext);
	if (row->rule.source == NULL)
		row->because = "each such certificate has it";
}

static void
explain_extensions(const struct explaining *x)
{
	for (size_t i = 0; i < x->entry->n_exts; i++) {
		const struct entry_ext *ext = &x->entry->exts[i];

		if (ext->id != EXT_SUBJECT_ALT_NAME && ext->id != EXT_EXTENDED_KEY_USAGE &&
		    ext->id != EXT_KEY_USAGE)
			explain_extension(x, ext);
	}
}

static void
explain_rest(const struct explaining *x)
{
	const struct entry *entry = x->entry;

	(void)add(x, "key", "key",
	    words_of(x, "", entry->key_algorithms, KEY_ALGORITHMS, key_algorithm_word));
	(void)add(x, "exportable", "key", entry->exportable ? "yes" : "no");
	(void)add(x, "shared", "key", entry->shared ? "yes" : "no");
	add(x, "validity_days", "validity_days", arena_printf(x->arena, "%u",
	    entry->validity_days))->fact = entry->validity_why.fact;
	for (size_t i = 0; i < entry->n_assign; i++)
		give(add(x, "assign", "assign", entry->assign[i]), &entry->assign_why[i]);
}

void
explain_entry(const struct entry *entry, const struct role *role,
    const struct topology *topology, struct arena *arena, struct explanations *out)
{
	const struct explaining x = { entry, role, topology, arena, out };

	explain_subject(&x);
	explain_names(&x);
	explain_ekus(&x);
	explain_key_usage(&x);
	explain_extensions(&x);
	explain_rest(&x);
}

bool
explanation_is_about(const struct explanation *row, const char *about)
{
	const struct ext_class *class = row->oid != NULL ? ext_by_oid(row->oid) : NULL;
	const char *const known[] = { row->what, row->value, row->oid, row->value_oid,
		class != NULL ? class->word : NULL, class != NULL ? class->name : NULL };

	if (about == NULL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i] != NULL && strcasecmp(known[i], about) == 0)
			return true;
	return false;
}
