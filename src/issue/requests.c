#include "issue/requests.h"

#include <stdlib.h>
#include <strings.h>

#include "base/hex.h"
#include "crypto/csr.h"
#include "crypto/digest.h"
#include "issue/deliver.h"
#include "os/file.h"
#include "text/form.h"

enum { PROPOSALS_MAX = 100 };            /* files that are looked into for one */

static const char *const suffixes[] = { ".csr", ".req", ".p10", ".pem", ".der", ".txt" };
static const char *const manifests[] = { "manifest.yaml", "manifest.yml", "manifest.json" };

/* -- entries by name ---------------------------------------------------------------------- */

struct named {
	const char *name;                /* of the file                         */
	const struct entry *entry;
};

struct entry_index {
	struct named *v;
	size_t n;
	struct arena *arena;
};

/* ROLE/POOL -> ROLE--POOL */
static const char *
name_of(const char *id, struct arena *arena)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;

	deliver_put_name(id, &name);
	return arena_strdup(arena, buf_text(&name));
}

static int
by_name(const void *a, const void *b)
{
	return strcasecmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

struct entry_index *
entry_index_new(const struct plan *plan)
{
	struct entry_index *index = mem_zero(sizeof(*index));

	index->arena = arena_new();
	index->n = plan->n_entries;
	index->v = arena_alloc(index->arena, (index->n + 1) * sizeof(*index->v));
	for (size_t i = 0; i < index->n; i++)
		index->v[i] = (struct named){ name_of(plan->entries[i].id, index->arena),
			&plan->entries[i] };
	qsort(index->v, index->n, sizeof(*index->v), by_name);
	return index;
}

void
entry_index_free(struct entry_index *index)
{
	if (index == NULL)
		return;
	arena_free(index->arena);
	free(index);
}

/* A name that fits two entries fits neither ("a--b" may be a/b, and a--b). */
const struct entry *
entry_index_find_name(const struct entry_index *index, const char *name)
{
	const struct named key = { name, NULL };
	const struct named *found = bsearch(&key, index->v, index->n, sizeof(key), by_name);
	const struct named *end = index->v + index->n;

	if (found == NULL || (found > index->v && by_name(found - 1, found) == 0) ||
	    (found + 1 < end && by_name(found + 1, found) == 0))
		return NULL;
	return found->entry;
}

const struct entry *
entry_index_find(const struct entry_index *index, const char *id)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct named key = { name_of(id, arena), NULL };
	const struct named *found = bsearch(&key, index->v, index->n, sizeof(key), by_name);

	if (found == NULL)
		return NULL;
	while (found > index->v && by_name(found - 1, &key) == 0)
		found--;
	for (; found < index->v + index->n && by_name(found, &key) == 0; found++)
		if (strcasecmp(found->entry->id, id) == 0)
			return found->entry;
	return NULL;
}

bool
requests_read_pin(const char *text, struct arena *arena, struct bytes *ret)
{
	uint8_t digest[SHA256_OCTETS];

	if (strlen(text) != 2 * sizeof(digest) || !hex_read(text, digest, sizeof(digest)))
		return false;
	*ret = arena_bytes(arena, BYTES(digest, sizeof(digest)));
	return true;
}

/* -- what was found ----------------------------------------------------------------------- */

struct search {
	const char *folder;
	const struct plan *plan;
	struct entry_index *index;
	struct arena *arena;
	struct request_file *of;         /* one place for each entry of the plan */
	bool *twice;
	size_t proposals;
	struct error *err;
};

static size_t
place_of(const struct search *s, const struct entry *entry)
{
	return (size_t)(entry - s->plan->entries);
}

static void
found(struct search *s, const struct request_file *file)
{
	struct request_file *have = &s->of[place_of(s, file->entry)];

	if (have->entry == NULL) {
		*have = *file;
		return;
	}
	s->twice[place_of(s, file->entry)] = true;
	error_warn(s->err, RULE_APPLY_TWICE, NOWHERE,
	    "the entry %s has the requests '%s' and '%s': neither is taken", file->entry->id,
	    have->path, file->path);
}

static void
results(struct search *s, struct requests *ret)
{
	ret->v = arena_alloc(s->arena, (s->plan->n_entries + 1) * sizeof(*ret->v));
	for (size_t i = 0; i < s->plan->n_entries; i++)
		if (s->twice[i])
			ret->twice++;
		else if (s->of[i].entry != NULL)
			ret->v[ret->n++] = s->of[i];
}

/* -- by name ------------------------------------------------------------------------------- */

/* The name without the suffix of a request, or NULL. */
static const char *
stem_of(const char *name, struct arena *arena)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		size_t m = strlen(suffixes[i]);

		if (name[0] != '.' && n > m && strcasecmp(name + n - m, suffixes[i]) == 0)
			return arena_strndup(arena, name, n - m);
	}
	return NULL;
}

/* The only entry with this common name, or NULL. */
static const struct entry *
entry_of_cn(const struct plan *plan, const char *cn)
{
	const struct entry *one = NULL;

	for (size_t i = 0; cn != NULL && i < plan->n_entries; i++) {
		const char *have = plan->entries[i].subject.attr[DN_CN];

		if (have == NULL || strcasecmp(have, cn) != 0)
			continue;
		if (one != NULL)
			return NULL;
		one = &plan->entries[i];
	}
	return one;
}

static const struct entry *
proposal(const struct search *s, const char *path)
{
	SCOPED(error_free) struct error *unheard = error_new();
	SCOPED(csr_clear) struct csr csr = CSR_INIT;
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	struct dn subject = { .attr = { NULL } };

	if (file_read(path, CSR_MAX, &file, unheard) != RC_OK ||
	    csr_read(buf_bytes(&file), s->arena, &csr, unheard) != RC_OK ||
	    dn_parse(csr.subject, s->arena, &subject, unheard) != RC_OK)
		return NULL;
	return entry_of_cn(s->plan, subject.attr[DN_CN]);
}

static void
without_entry(struct search *s, const char *path)
{
	const struct entry *fits = NULL;

	if (s->proposals++ < PROPOSALS_MAX)
		fits = proposal(s, path);
	error_warn(s->err, RULE_APPLY_NAME, NOWHERE,
	    "the name of '%s' is that of no entry of the plan; it is passed over", path);
	if (fits != NULL)
		error_fix(s->err, "its subject is that of %s: rename it to %s.csr if it is",
		    fits->id, name_of(fits->id, s->arena));
}

static void
by_names(struct search *s, const struct dir_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		const char *stem = stem_of(names->v[i], s->arena);
		struct request_file file = { .path = path_join(s->arena, s->folder, names->v[i]) };

		if (stem == NULL)
			continue;
		file.entry = entry_index_find_name(s->index, stem);
		if (file.entry != NULL)
			found(s, &file);
		else
			without_entry(s, file.path);
	}
}

/* -- by the manifest ------------------------------------------------------------------------ */

static const struct form_key request_keys[] = {
	{ "entry", &form_text, true }, { "file", &form_text, true },
	{ "spki_sha256", &form_text, false },
};
static const struct form request_form = { .kind = FORM_MAP, .what = "a request",
	.keys = request_keys, .n_keys = ARRAY_LEN(request_keys) };
static const struct form requests_form = { .kind = FORM_LIST, .member = &request_form };
static const struct form_key manifest_keys[] = { { "requests", &requests_form, true } };
static const struct form manifest_form = { .kind = FORM_MAP, .what = "a manifest of requests",
	.keys = manifest_keys, .n_keys = ARRAY_LEN(manifest_keys) };

/* Whoever writes the manifest says what is read with the rights of whoever runs this. */
static bool
stays_below(const char *path)
{
	if (path[0] == '/')
		return false;
	for (const char *part = path; part != NULL; part = strchr(part, '/')) {
		part += part[0] == '/' ? 1 : 0;
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
			return false;
	}
	return true;
}

static enum rc_status
entry_named(const struct search *s, const struct node *node, const char *id,
    const struct entry **ret)
{
	enum rc_status st;
	const char *near;

	*ret = entry_index_find(s->index, id);
	if (*ret != NULL)
		return RC_OK;
	st = error_at(s->err, RULE_APPLY_MANIFEST, node->at, "the plan has no entry '%s'", id);
	near = plan_nearest(s->plan, id);
	if (near != NULL)
		error_fix(s->err, "did you mean '%s'?", near);
	return st;
}

static enum rc_status
manifest_one(struct search *s, const struct node *node)
{
	struct request_file file = { .entry = NULL };
	const struct node *pin = node_get(node, "spki_sha256");
	const char *id, *path, *text;

	TRY(form_check(&request_form, node, s->err));
	TRY(node_text(node_get(node, "entry"), "entry", &id, s->err));
	TRY(node_text(node_get(node, "file"), "file", &path, s->err));
	TRY(entry_named(s, node_get(node, "entry"), id, &file.entry));
	if (!stays_below(path))
		return error_at(s->err, RULE_APPLY_MANIFEST, node_get(node, "file")->at,
		    "'%s' is not in the folder of the manifest", path);
	file.path = path_join(s->arena, s->folder, path);
	if (pin != NULL) {
		TRY(node_text(pin, "spki_sha256", &text, s->err));
		if (!requests_read_pin(text, s->arena, &file.pin))
			return error_at(s->err, RULE_APPLY_MANIFEST, pin->at,
			    "spki_sha256: want 64 hexadecimal digits in lower case");
	}
	found(s, &file);
	return RC_OK;
}

static enum rc_status
by_manifest(struct search *s, const char *path)
{
	SCOPED(document_free) struct document *document = NULL;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const struct node *root, *list;
	enum rc_status first = RC_OK;

	TRY(file_read(path, REQUESTS_MANIFEST_MAX, &text, s->err));
	TRY(document_read(buf_bytes(&text), path, REQUESTS_MANIFEST_MAX, &document, s->err));
	root = document_root(document);
	TRY(form_check(&manifest_form, root, s->err));
	list = node_get(root, "requests");
	TRY(node_want(list, NODE_LIST, "requests", s->err));
	for (size_t i = 0; i < list->count; i++)
		KEEP_FIRST(first, manifest_one(s, list->items[i]));
	return first;
}

static const char *
manifest_find(const char *folder, struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_LEN(manifests); i++) {
		const char *path = path_join(arena, folder, manifests[i]);

		if (file_exists(path))
			return path;
	}
	return NULL;
}

/* -- the whole -------------------------------------------------------------------------------- */

enum rc_status
requests_find(const char *folder, const struct plan *plan, struct arena *arena,
    struct requests *ret, struct error *err)
{
	SCOPED(entry_index_free) struct entry_index *index = entry_index_new(plan);
	SCOPED(arena_free) struct arena *scratch = arena_new();
	struct search s = {
		.folder = folder, .plan = plan, .index = index, .arena = arena, .err = err,
		.of = arena_alloc(scratch, (plan->n_entries + 1) * sizeof(*s.of)),
		.twice = arena_alloc(scratch, plan->n_entries + 1),
	};
	struct requests all = { .manifest = manifest_find(folder, arena) };
	struct dir_names names = { .n = 0 };

	if (all.manifest != NULL) {
		TRY_WHILE(err, by_manifest(&s, all.manifest), "reading the manifest '%s'",
		    all.manifest);
	} else {
		TRY(dir_list(folder, scratch, &names, err));
		by_names(&s, &names);
	}
	results(&s, &all);
	*ret = all;
	return RC_OK;
}
