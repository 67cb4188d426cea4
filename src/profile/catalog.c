#include "profile/catalog.h"

#include <stdlib.h>

#include "profile/need.h"

void
catalog_free(struct catalog *catalog)
{
	if (catalog == NULL)
		return;
	for (size_t i = 0; i < catalog->n_texts; i++)
		document_free(catalog->texts[i]->document);
	for (size_t i = 0; i < catalog->n_product_documents; i++)
		document_free(catalog->product_documents[i]);
	arena_free(catalog->arena);
	free(catalog);
}

const struct product *const *
catalog_products(const struct catalog *catalog, size_t *ret_n)
{
	*ret_n = catalog->n_products;
	return catalog->products;
}

/* -- products ------------------------------------------------------------------- */

static const struct product *
find_product(const struct catalog *catalog, const char *name)
{
	for (size_t i = 0; i < catalog->n_products; i++)
		if (strcmp(catalog->products[i]->name, name) == 0)
			return catalog->products[i];
	return NULL;
}

/* A product's text that waits until the one that it extends is read. */
struct product_text {
	struct document *document;
	const char *name, *extends;
	unsigned place;
	struct place at;
	bool done;
};

static enum rc_status
read_product_head(struct catalog *catalog, const struct profile_file *file,
    struct product_text *ret, struct error *err)
{
	const struct node *node;
	struct document **keep;

	TRY(document_read(file->text, file->name, TEXT_ROLE_MAX, &ret->document, err));
	keep = arena_alloc(catalog->arena, (catalog->n_product_documents + 1) * sizeof(*keep));
	if (catalog->n_product_documents != 0)
		memcpy(keep, catalog->product_documents,
		    catalog->n_product_documents * sizeof(*keep));
	keep[catalog->n_product_documents++] = ret->document;
	catalog->product_documents = keep;
	TRY(node_want(document_root(ret->document), NODE_MAP, "a product", err));
	TRY(node_require(document_root(ret->document), "product", "a product", &node, err));
	TRY(node_text(node, "product", &ret->name, err));
	ret->at = node->at;
	ret->place = file->place;
	return product_extends(ret->document, &ret->extends, err);
}

/* Hidden: an earlier place has it.  Twice in one place: an error. */
static enum rc_status
add_product_text(struct product_text *texts, size_t *n, const struct product_text *text,
    struct error *err)
{
	for (size_t i = 0; i < *n; i++) {
		enum rc_status status;

		if (strcmp(texts[i].name, text->name) != 0)
			continue;
		if (texts[i].place != text->place)
			return RC_OK;
		status = error_at(err, RULE_PRODUCT_TWICE, text->at,
		    "the product '%s' is there twice",
		    text->name);
		error_also(err, texts[i].at, "first here");
		return status;
	}
	texts[(*n)++] = *text;
	return RC_OK;
}

static enum rc_status
read_ready_products(struct catalog *catalog, struct product_text *texts, size_t n, bool *ret_any,
    struct error *err)
{
	*ret_any = false;
	for (size_t i = 0; i < n; i++) {
		const struct product *parent = NULL, *product;

		if (texts[i].done)
			continue;
		if (texts[i].extends != NULL) {
			parent = find_product(catalog, texts[i].extends);
			if (parent == NULL)
				continue;
		}
		TRY(product_read(texts[i].document, parent, catalog->arena, &product, err));
		catalog->products[catalog->n_products++] = product;
		texts[i].done = *ret_any = true;
	}
	return RC_OK;
}

static int
product_compare(const void *a, const void *b)
{
	const struct product *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static enum rc_status
read_products(struct catalog *catalog, const struct profile_file *files, size_t n_files,
    struct error *err)
{
	struct product_text *texts = arena_alloc(catalog->arena, (n_files + 1) * sizeof(*texts));
	bool any = true;
	size_t n = 0;

	for (size_t i = 0; i < n_files; i++) {
		struct product_text text = { .document = NULL };

		if (strcmp(files[i].stem, "product") != 0)
			continue;
		TRY(read_product_head(catalog, &files[i], &text, err));
		TRY(add_product_text(texts, &n, &text, err));
	}
	catalog->products = arena_alloc(catalog->arena, (n + 1) * sizeof(*catalog->products));
	while (any)
		TRY(read_ready_products(catalog, texts, n, &any, err));
	for (size_t i = 0; i < n; i++)
		if (!texts[i].done)
			return error_at(err, RULE_PRODUCT_UNKNOWN, texts[i].at,
			    "'%s' extends '%s', which is not there or extends it in turn",
			    texts[i].name,
			    texts[i].extends);
	qsort(catalog->products, n, sizeof(*catalog->products), product_compare);
	return RC_OK;
}

/* -- role texts ------------------------------------------------------------------- */

bool
role_text_has_product(const struct role_text *text, const char *product)
{
	for (const char *const *name = (const char *const *)text->products;
	    name != NULL && *name != NULL; name++)
		if (strcmp(*name, product) == 0)
			return true;
	return false;
}

static enum rc_status
read_products_list(struct catalog *catalog, const struct node *list, struct role_text *text,
    struct error *err)
{
	size_t n_known = catalog->n_products, found;
	const char **known = arena_alloc(catalog->arena, (n_known + 1) * sizeof(*known));

	for (size_t i = 0; i < n_known; i++)
		known[i] = catalog->products[i]->name;
	TRY(node_want(list, NODE_LIST, "products", err));
	text->products = arena_alloc(catalog->arena, (list->count + 1) * sizeof(*text->products));
	for (size_t i = 0; i < list->count; i++) {
		TRY(node_word(list->items[i], "a product", known, n_known, &found, err));
		text->products[i] = known[found];
	}
	return RC_OK;
}

static enum rc_status
read_role_head(struct catalog *catalog, struct role_text *text, struct error *err)
{
	const struct node *node;

	TRY(node_want(text->root, NODE_MAP, "a role definition", err));
	text->at = text->root->at;
	node = node_get(text->root, "base");
	if (node != NULL)
		return node_text(node, "base", &text->title, err);
	TRY(node_require(text->root, "role", "a role definition", &node, err));
	TRY(node_text(node, "role", &text->role, err));
	text->at = node->at;
	text->title = text->role;
	if ((node = node_get(text->root, "title")) != NULL)
		TRY(node_text(node, "the title", &text->title, err));
	TRY(node_require(text->root, "products", "a role definition", &node, err));
	return read_products_list(catalog, node, text, err);
}

static bool
share_product(const struct role_text *a, const struct role_text *b)
{
	for (const char *const *name = (const char *const *)a->products; *name != NULL; name++)
		if (role_text_has_product(b, *name))
			return true;
	return false;
}

static enum rc_status
check_new_role(const struct catalog *catalog, const struct role_text *text, struct error *err)
{
	for (size_t i = 0; text->role != NULL && i < catalog->n_texts; i++) {
		const struct role_text *other = catalog->texts[i];
		enum rc_status status;

		if (other == text || other->role == NULL || strcmp(other->role, text->role) != 0 ||
		    other->place != text->place || !share_product(text, other))
			continue;
		status = error_at(err, RULE_ROLE_TWICE, text->at, "the role '%s' is there twice",
		    text->role);
		error_also(err, other->at, "first here");
		return status;
	}
	return RC_OK;
}

/* Is FOLDER/STEM what a text in the folder `from` calls `reference`? */
static bool
is_referred(const char *folder, const char *stem, const char *from, const char *reference)
{
	const char *slash = strchr(reference, '/');
	size_t n = slash != NULL ? (size_t)(slash - reference) : strlen(from);

	return strcmp(stem, slash != NULL ? slash + 1 : reference) == 0 && strlen(folder) == n &&
	    memcmp(folder, slash != NULL ? reference : from, n) == 0;
}

static enum rc_status
read_role_text(struct catalog *catalog, const struct profile_file *file, struct error *err)
{
	struct role_text *text = ARENA_NEW(catalog->arena, struct role_text);

	text->folder = arena_strdup(catalog->arena, file->folder);
	text->stem = arena_strdup(catalog->arena, file->stem);
	text->place = file->place;
	TRY(document_read(file->text, file->name, TEXT_ROLE_MAX, &text->document, err));
	text->root = document_root(text->document);
	text->file = document_source(text->document)->name;
	/* From here on the catalog frees the document, whatever the head says. */
	catalog->texts[catalog->n_texts++] = text;
	TRY(read_role_head(catalog, text, err));
	return check_new_role(catalog, text, err);
}

/* -- includes -------------------------------------------------------------------------- */

struct included {
	const char **v;
	size_t n, cap;
};

static void
collect_included(struct arena *arena, const struct node *node, struct included *out)
{
	const struct node *include = node_get(node, "include");

	if (include != NULL && include->kind == NODE_TEXT)
		*VEC_PUSH(arena, out) = include->text;
	for (size_t i = 0; i < node->count; i++)
		collect_included(arena, node->kind == NODE_MAP ? node->pairs[i].value
		    : node->items[i], out);
}

static void
find_included(struct catalog *catalog)
{
	struct included all = { .v = NULL };

	for (size_t i = 0; i < catalog->n_texts; i++)
		collect_included(catalog->arena, catalog->texts[i]->root, &all);
	catalog->included = all.v;
	catalog->n_included = all.n;
}

bool
catalog_includes(const struct catalog *catalog, const char *list)
{
	for (size_t i = 0; i < catalog->n_included; i++)
		if (strcmp(catalog->included[i], list) == 0)
			return true;
	return false;
}

/* -- which texts are read --------------------------------------------------------------- */

enum rc_status
catalog_open(const struct profile_file *files, size_t n, struct catalog **ret, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = mem_zero(sizeof(*catalog));

	catalog->arena = arena_new();
	catalog->texts = arena_alloc(catalog->arena, (n + 1) * sizeof(struct role_text *));
	catalog->files = files;
	catalog->n_files = n;
	catalog->taken = arena_alloc(catalog->arena, n + 1);
	TRY(read_products(catalog, files, n, err));
	for (size_t i = 0; i < n; i++)
		catalog->taken[i] = strcmp(files[i].stem, "product") == 0;
	*ret = TAKE(catalog);
	return RC_OK;
}

static enum rc_status
take_file(struct catalog *catalog, size_t i, struct error *err)
{
	if (catalog->taken[i])
		return RC_OK;
	catalog->taken[i] = true;
	return read_role_text(catalog, &catalog->files[i], err);
}

/* Does what was read speak of this file, or does this file speak against it? */
static bool
is_drawn_in(const struct role_text *text, const struct need *need,
    const struct profile_file *file)
{
	const struct node *extends = node_get(text->root, "extends");

	if (extends != NULL && extends->kind == NODE_TEXT &&
	    is_referred(file->folder, file->stem, text->folder, extends->text))
		return true;
	return text->role != NULL && need_is_rival(need, file->text, text->role);
}

/* The list grows meanwhile. */
static enum rc_status
take_drawn_in(struct catalog *catalog, const struct need *need, struct error *err)
{
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < catalog->n_texts; i++)
		for (size_t k = 0; k < catalog->n_files; k++)
			if (!catalog->taken[k] &&
			    is_drawn_in(catalog->texts[i], need, &catalog->files[k]))
				KEEP_FIRST(first, take_file(catalog, k, err));
	return first;
}

enum rc_status
catalog_load(struct catalog *catalog, const struct topology *topology, struct error *err)
{
	enum rc_status first = RC_OK;
	struct need need;

	need_init(topology, catalog->arena, &need);
	for (size_t i = 0; i < catalog->n_files; i++)
		if (need_is_met(&need, catalog->files[i].text))
			KEEP_FIRST(first, take_file(catalog, i, err));
	KEEP_FIRST(first, take_drawn_in(catalog, &need, err));
	find_included(catalog);
	return first;
}

enum rc_status
catalog_read(const struct profile_file *files, size_t n, struct catalog **ret, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	enum rc_status first = RC_OK;

	TRY(catalog_open(files, n, &catalog, err));
	for (size_t i = 0; i < n; i++)
		KEEP_FIRST(first, take_file(catalog, i, err));
	if (first != RC_OK)
		return first;
	find_included(catalog);
	*ret = TAKE(catalog);
	return RC_OK;
}

static bool
is_hidden(const struct catalog *catalog, const struct role_text *text, const char *product)
{
	for (size_t i = 0; i < catalog->n_texts; i++) {
		const struct role_text *other = catalog->texts[i];

		if (other->role != NULL && strcmp(other->role, text->role) == 0 &&
		    other->place < text->place && role_text_has_product(other, product))
			return true;
	}
	return false;
}

static int
listing_compare(const void *a, const void *b)
{
	const struct role_listing *x = a, *y = b;

	return strcmp(x->name, y->name);
}

size_t
catalog_roles(const struct catalog *catalog, const struct product *product,
    const struct role_listing **ret)
{
	struct role_listing *list = arena_alloc(catalog->arena,
	    (catalog->n_texts + 1) * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < catalog->n_texts; i++) {
		const struct role_text *text = catalog->texts[i];

		if (text->role != NULL && role_text_has_product(text, product->name) &&
		    !is_hidden(catalog, text, product->name))
			list[n++] = (struct role_listing){ text->role, text->title, text->file };
	}
	qsort(list, n, sizeof(*list), listing_compare);
	*ret = list;
	return n;
}

/* The text of an earlier place hides one of a later. */
const struct role_text *
catalog_find_text(const struct catalog *catalog, const char *folder, const char *reference)
{
	const struct role_text *best = NULL;

	for (size_t i = 0; i < catalog->n_texts; i++) {
		const struct role_text *text = catalog->texts[i];

		if (is_referred(text->folder, text->stem, folder, reference) &&
		    (best == NULL || text->place < best->place))
			best = text;
	}
	return best;
}
