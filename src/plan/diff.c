#include "plan/diff.h"

#include <stdlib.h>

const char *
change_word(enum change change)
{
	static const char *const word[] = { "added", "removed", "changed" };

	return word[change];
}

/* -- words ---------------------------------------------------------------------- */

/* Copied: what changed is read when the plans that said so are gone. */
static void
push(struct arena *arena, struct words *words, const char *word)
{
	*VEC_PUSH(arena, words) = arena_strdup(arena, word);
}

static void
push_text(struct arena *arena, struct words *words, const struct buf *text)
{
	if (text->n != 0)
		push(arena, words, buf_text(text));
}

static bool
has(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->v[i], word) == 0)
			return true;
	return false;
}

static bool
same(const struct words *a, const struct words *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return true;
}

static void
compare(struct arena *arena, const char *what, struct words was, struct words now,
    struct changed *out)
{
	struct difference d = { .what = what, .was = was, .now = now };

	if (same(&was, &now))
		return;
	for (size_t i = 0; i < now.n; i++)
		if (!has(&was, now.v[i]))
			push(arena, &d.added, now.v[i]);
	for (size_t i = 0; i < was.n; i++)
		if (!has(&now, was.v[i]))
			push(arena, &d.removed, was.v[i]);
	*VEC_PUSH(arena, out) = d;
}

/* -- the aspects of an entry --------------------------------------------------------- */

static void
subject_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	dn_print(&entry->subject, &text);
	push_text(arena, out, &text);
}

static void
san_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	for (size_t i = 0; i < entry->n_san; i++)
		push(arena, out, entry->san[i].type == NAME_DNS ? entry->san[i].value :
		    arena_printf(arena, "%s:%s", name_type_word(entry->san[i].type),
		    entry->san[i].value));
}

static void
order_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	push(arena, out, san_order_word(entry->san_order));
}

static void
eku_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	for (size_t i = 0; i < entry->n_eku; i++) {
		const char *word = eku_word(entry->eku[i]);

		push(arena, out, word != NULL ? word : entry->eku[i]);
	}
}

static void
mask_words(unsigned mask, unsigned bits, const char *(*word)(unsigned), struct arena *arena,
    struct words *out)
{
	for (unsigned bit = 0; bit < bits; bit++)
		if ((mask & 1U << bit) != 0)
			push(arena, out, word(bit));
}

static void
usage_rsa_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	mask_words(entry->key_usage_rsa, KU_BITS, key_usage_word, arena, out);
}

static void
usage_ec_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	mask_words(entry->key_usage_ec, KU_BITS, key_usage_word, arena, out);
}

static void
key_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	mask_words(entry->key_algorithms, KEY_ALGORITHMS, key_algorithm_word, arena, out);
	push(arena, out, entry->exportable ? "exportable" : "not exportable");
	if (entry->shared)
		push(arena, out, "shared");
}

static void
validity_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	push(arena, out, arena_printf(arena, "%u days", entry->validity_days));
}

static void
assign_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	for (size_t i = 0; i < entry->n_assign; i++)
		push(arena, out, entry->assign[i]);
}

/* The other extensions that the entry decides: "certificatePolicies 30...". */
static void
extension_words(const struct entry *entry, struct arena *arena, struct words *out)
{
	for (size_t i = 0; i < entry->n_exts; i++) {
		const struct entry_ext *ext = &entry->exts[i];
		SCOPED(buf_clear) struct buf der = BUF_INIT, text = BUF_INIT;

		if (ext->from != EXT_FROM_ENTRY || ext->id == EXT_SUBJECT_ALT_NAME ||
		    ext->id == EXT_EXTENDED_KEY_USAGE || ext->id == EXT_KEY_USAGE)
			continue;
		ext_encode(&ext->value, &der);
		buf_printf(&text, "%s%s ", entry_ext_name(ext),
		    ext->critical ? " critical" : "");
		buf_put_hex(&text, buf_bytes(&der));
		push_text(arena, out, &text);
	}
}

static const struct aspect {
	const char *what;
	void (*words)(const struct entry *entry, struct arena *arena, struct words *out);
} aspects[] = {
	{ "subject", subject_words }, { "san", san_words }, { "san_order", order_words },
	{ "eku", eku_words }, { "key_usage_rsa", usage_rsa_words },
	{ "key_usage_ec", usage_ec_words }, { "extensions", extension_words },
	{ "key", key_words }, { "validity", validity_words }, { "assign", assign_words },
};

/* -- entries -------------------------------------------------------------------------- */

static int
by_id(const void *a, const void *b)
{
	return strcasecmp((*(const struct entry *const *)a)->id,
	    (*(const struct entry *const *)b)->id);
}

static const struct entry **
index_of(const struct plan *plan, struct arena *arena)
{
	const struct entry **index = arena_alloc(arena, (plan->n_entries + 1) * sizeof(*index));

	for (size_t i = 0; i < plan->n_entries; i++)
		index[i] = &plan->entries[i];
	qsort(index, plan->n_entries, sizeof(*index), by_id);
	return index;
}

static const struct entry *
find(const struct entry *const *index, size_t n, const struct entry *entry)
{
	const struct entry *const *at = n != 0
	    ? bsearch(&entry, index, n, sizeof(*index), by_id) : NULL;

	return at != NULL ? *at : NULL;
}

static void
add(struct arena *arena, struct changes *out, struct changed changed)
{
	changed.id = arena_strdup(arena, changed.id);
	*VEC_PUSH(arena, out) = changed;
}

static void
compare_entries(const struct entry *was, const struct entry *now, struct arena *arena,
    struct changes *out)
{
	struct changed changed = { .change = CHANGE_CHANGED, .id = was->id };

	for (size_t i = 0; i < ARRAY_LEN(aspects); i++) {
		struct words a = { .v = NULL }, b = { .v = NULL };

		aspects[i].words(was, arena, &a);
		aspects[i].words(now, arena, &b);
		compare(arena, aspects[i].what, a, b, &changed);
	}
	if (changed.n != 0)
		add(arena, out, changed);
}

void
plan_diff(const struct plan *was, const struct plan *now, struct arena *arena,
    struct changes *out)
{
	const struct entry **old = index_of(was, arena), **new = index_of(now, arena), *other;

	for (size_t i = 0; i < was->n_entries; i++) {
		other = find(new, now->n_entries, &was->entries[i]);
		if (other != NULL)
			compare_entries(&was->entries[i], other, arena, out);
		else
			add(arena, out, (struct changed){ CHANGE_REMOVED, was->entries[i].id,
			    NULL, 0, 0 });
	}
	for (size_t i = 0; i < now->n_entries; i++)
		if (find(old, was->n_entries, &now->entries[i]) == NULL)
			add(arena, out, (struct changed){ CHANGE_ADDED, now->entries[i].id,
			    NULL, 0, 0 });
}

/* -- roles --------------------------------------------------------------------------------- */

/* The lines of the compiled form under each key: a key's name stands first in its
 * line, and indented lines belong to the key above them. */
static void
role_lines(const struct role *role, const char *key, size_t n_key, struct arena *arena,
    struct words *out)
{
	const char *text = arena_strndup(arena, (const char *)role->canonical.p,
	    role->canonical.n), *end;
	bool on = false;

	for (; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		if (*text != ' ')
			on = strncmp(text, key, n_key) == 0 && (text[n_key] == ' ' ||
			    text[n_key] == '\n');
		if (on)
			push(arena, out, arena_strndup(arena, text, (size_t)(end - text)));
	}
}

static void
role_keys(const struct role *role, struct arena *arena, struct words *out)
{
	const char *text = arena_strndup(arena, (const char *)role->canonical.p,
	    role->canonical.n), *end;

	for (; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		const char *key = arena_strndup(arena, text, strcspn(text, " \n"));

		if (*key != '\0' && !has(out, key))
			push(arena, out, key);
	}
}

static void
compare_roles(const struct role *was, const struct role *now, const char *id,
    struct arena *arena, struct changes *out)
{
	struct changed changed = { .change = CHANGE_CHANGED, .id = id };
	struct words keys = { .v = NULL };

	role_keys(was, arena, &keys);
	role_keys(now, arena, &keys);
	for (size_t i = 0; i < keys.n; i++) {
		struct words a = { .v = NULL }, b = { .v = NULL };

		role_lines(was, keys.v[i], strlen(keys.v[i]), arena, &a);
		role_lines(now, keys.v[i], strlen(keys.v[i]), arena, &b);
		compare(arena, keys.v[i], a, b, &changed);
	}
	if (changed.n != 0)
		add(arena, out, changed);
}

void
program_diff(const struct program *was, const struct program *now, struct arena *arena,
    struct changes *out)
{
	for (size_t i = 0; was != NULL && i < was->n_roles; i++) {
		const struct role *old = was->roles[i];
		const struct role *new = now != NULL ? program_role(now, old->name) : NULL;
		const char *id = arena_printf(arena, "%s %s", was->product->name, old->name);

		if (new == NULL)
			add(arena, out, (struct changed){ CHANGE_REMOVED, id, NULL, 0, 0 });
		else if (memcmp(old->digest, new->digest, sizeof(old->digest)) != 0)
			compare_roles(old, new, id, arena, out);
	}
	for (size_t i = 0; now != NULL && i < now->n_roles; i++)
		if (was == NULL || program_role(was, now->roles[i]->name) == NULL)
			add(arena, out, (struct changed){ CHANGE_ADDED, arena_printf(arena, "%s %s",
			    now->product->name, now->roles[i]->name), NULL, 0, 0 });
}
