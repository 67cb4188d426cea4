#include "issue/ceremony/file.h"

#include <stdlib.h>
#include <strings.h>

#include "base/civil.h"
#include "crypto/digest.h"
#include "crypto/key_algorithm.h"
#include "text/form.h"
#include "x509/ext/shape.h"

enum { DAY = 24 * 60 * 60 };

struct reading {
	const struct node *root;
	struct arena *arena;
	struct ceremony_file *file;
	struct error *err;
};

/* -- by the forms: words, types, keys --------------------------------------------------- */

static void value_check(const struct form *form, const struct node *node, const char *what,
    struct error *err);

static void
text_check(const struct form *form, const struct node *node, const char *what,
    struct error *err)
{
	const char *text;
	size_t index;

	if (form->words != NULL) {
		(void)!node_word(node, what, form->words, form->n_words, &index, err);
		return;
	}
	if (node_text(node, what, &text, err) != RC_OK)
		return;
	if (text[0] == '\0')
		(void)error_at(err, RULE_CEREMONY_FILE, node->at, "%s is empty", what);
	for (const char *s = text; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f) {
			(void)error_at(err, RULE_CEREMONY_FILE, node->at,
			    "%s holds a control character", what);
			return;
		}
}

static void
one_of_check(const struct form *form, const struct node *map, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; form->one_of[i] != NULL; i++)
		n += node_get(map, form->one_of[i]) != NULL;
	if (n == 1)
		return;
	(void)error_at(err, RULE_CEREMONY_FILE, map->at, "%s: want one of %s and so on, have %zu",
	    form->what, form->one_of[0], n);
}

static void
map_check(const struct form *form, const struct node *node, struct error *err)
{
	const struct node *value;

	if (node_want(node, NODE_MAP, form->what, err) != RC_OK)
		return;
	(void)!form_check_keys(form, node, err);
	for (size_t i = 0; i < form->n_keys; i++) {
		const struct form_key *key = &form->keys[i];

		value = node_get(node, key->word);
		if (value != NULL)
			value_check(key->form, value, key->word, err);
		else if (key->required)
			(void)!node_require(node, key->word, form->what, &value, err);
	}
	if (form->one_of != NULL)
		one_of_check(form, node, err);
}

static void
list_check(const struct form *form, const struct node *node, const char *what,
    struct error *err)
{
	if (node_want(node, NODE_LIST, what, err) != RC_OK)
		return;
	if ((int64_t)node->count < form->least)
		(void)error_at(err, RULE_CEREMONY_FILE, node->at, "%s is empty", what);
	for (size_t i = 0; i < node->count; i++)
		value_check(form->member, node->items[i], what, err);
}

static void
value_check(const struct form *form, const struct node *node, const char *what,
    struct error *err)
{
	int64_t number;
	bool truth;

	switch (form->kind) {
	case FORM_TEXT:
		text_check(form, node, what, err);
		return;
	case FORM_TRUTH:
		(void)!node_bool(node, what, &truth, err);
		return;
	case FORM_NUMBER:
		(void)!node_number(node, what, form->least, form->most, &number, err);
		return;
	case FORM_LIST:
		list_check(form, node, what, err);
		return;
	case FORM_MAP:
	case FORM_NAMED:
		map_check(form, node, err);
		return;
	case FORM_EITHER:                /* a text, or a map */
		value_check(form->forms[node->kind == NODE_MAP], node, what, err);
		return;
	}
}

/* -- by the kind ---------------------------------------------------------------------- */

bool
ceremony_is_among(const char *word, const char *const *list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

bool
ceremony_kind_knows(const struct ceremony_kind_keys *kind, const char *word)
{
	return ceremony_is_among(word, kind->needs) || ceremony_is_among(word, kind->may) ||
	    ceremony_is_among(word, kind->one_of);
}

static bool
is_of_kinds(const char *word)
{
	for (size_t i = 0; i < CEREMONY_KINDS; i++)
		if (ceremony_kind_knows(&ceremony_kinds[i], word))
			return true;
	return false;
}

static void
kind_check(struct reading *r)
{
	const struct ceremony_kind_keys *kind = &ceremony_kinds[r->file->kind];
	size_t n = 0;

	for (size_t i = 0; kind->needs[i] != NULL; i++)
		if (node_get(r->root, kind->needs[i]) == NULL)
			(void)error_at(r->err, RULE_CEREMONY_KIND, r->root->at,
			    "a ceremony of the kind %s needs '%s'", kind->word, kind->needs[i]);
	for (size_t i = 0; i < r->root->count; i++) {
		const struct node *key = r->root->pairs[i].key;

		if (is_of_kinds(key->text) && !ceremony_kind_knows(kind, key->text))
			(void)error_at(r->err, RULE_CEREMONY_KIND, key->at,
			    "a ceremony of the kind %s has no use for '%s'", kind->word, key->text);
		n += ceremony_is_among(key->text, kind->one_of);
	}
	if (kind->one_of != NULL && n != 1)
		(void)error_at(r->err, RULE_CEREMONY_KIND, r->root->at,
		    "a ceremony of the kind %s needs '%s' or '%s', and not both", kind->word,
		    kind->one_of[0], kind->one_of[1]);
	if (kind->one_of != NULL && (node_get(r->root, "home") != NULL) !=
	    (r->file->kind == CEREMONY_ISSUING && node_get(r->root, "key") != NULL))
		(void)error_at(r->err, RULE_CEREMONY_KIND, r->root->at,
		    "'key' of an issuing CA goes with its 'home', and 'csr' without one");
	if (node_get(node_get(r->root, "outputs"), "csr") != NULL &&
	    (node_get(r->root, "key") == NULL || r->file->kind == CEREMONY_ROOT))
		(void)error_at(r->err, RULE_CEREMONY_KIND,
		    node_get(node_get(r->root, "outputs"), "csr")->at,
		    "no request is made here: only a new key below a CA makes one");
}

/* -- the values, which fit their forms ---------------------------------------------------- */

static const char *
text_of(struct reading *r, const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	return node == NULL ? NULL : arena_strdup(r->arena, node->text);
}

static void
time_take(struct reading *r, const struct node *map, const char *key, int64_t *ret)
{
	const struct node *node = node_get(map, key);

	if (node != NULL && !civil_read(node->text, ret))
		(void)error_at(r->err, RULE_CEREMONY_FILE, node->at,
		    "%s: want a moment such as 2026-01-31T12:00:00Z", key);
}

static int
digit_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Exactly so many octets. */
static void
hex_take(struct reading *r, const struct node *map, const char *key, size_t n,
    struct bytes *ret)
{
	const struct node *node = node_get(map, key);
	uint8_t *octets = arena_alloc(r->arena, n);
	size_t i = 0;

	if (node == NULL)
		return;
	for (; i < 2 * n && digit_of(node->text[i]) >= 0; i++)
		octets[i / 2] = (uint8_t)(octets[i / 2] << 4 | digit_of(node->text[i]));
	if (i != 2 * n || node->text[i] != '\0')
		(void)error_at(r->err, RULE_CEREMONY_FILE, node->at,
		    "%s: want %zu hexadecimal digits", key, 2 * n);
	*ret = BYTES(octets, n);
}

static void
key_take(struct reading *r, const struct node *map, struct ceremony_key *ret)
{
	const struct node *node;

	ret->custody = CUSTODY_STRICT;
	if (map == NULL)
		return;
	ret->uri = text_of(r, map, "uri");
	ret->module = text_of(r, map, "module");
	ret->module_args = text_of(r, map, "module_args");
	ret->type = text_of(r, map, "type");
	ret->algorithm = ret->type == NULL ? 0 : key_algorithm_find(ret->type);
	ret->public_path = text_of(r, map, "public");
	if ((node = node_get(map, "custody")) != NULL)
		ret->custody = custody_level_find(node->text);
	if ((node = node_get(map, "generate")) != NULL)
		ret->generate = strcmp(node->text, "true") == 0;
	if (strncmp(ret->uri, "pkcs11:", 7) != 0 && strncmp(ret->uri, "memory:", 7) != 0)
		(void)error_at(r->err, RULE_CEREMONY_FILE, node_get(map, "uri")->at,
		    "uri: want a pkcs11: URI (RFC 7512), as pkcs11:token=contoso;object=root");
	if (ret->generate && ret->public_path != NULL)
		(void)error_at(r->err, RULE_CEREMONY_FILE, node_get(map, "public")->at,
		    "'public' is the public half of a key that exists: not beside 'generate'");
}

static void
subject_take(struct reading *r)
{
	const struct node *node = node_get(r->root, "subject");
	SCOPED(error_free) struct error *why = error_new();

	if (node == NULL)
		return;
	if (dn_parse(node->text, r->arena, &r->file->subject, why) != RC_OK)
		(void)error_at(r->err, RULE_CEREMONY_FILE, node->at, "subject: %s",
		    error_message(why));
	else
		(void)!dn_check(&r->file->subject, node->at, r->err);
}

static void
validity_take(struct reading *r)
{
	const struct node *map = node_get(r->root, "validity");
	struct ceremony_file *file = r->file;
	int64_t days;

	time_take(r, map, "not_before", &file->not_before);
	time_take(r, map, "not_after", &file->not_after);
	if (node_get(map, "days") != NULL &&
	    node_number(node_get(map, "days"), "days", 1, 36525, &days, r->err) == RC_OK)
		file->not_after = file->not_before + days * DAY - 1;
	if (file->not_after < file->not_before)
		(void)error_at(r->err, RULE_CEREMONY_FILE, map->at,
		    "validity: it ends before it begins");
}

static void
names_copy(struct reading *r, const struct general_name *names, size_t n,
    struct ceremony_names *ret)
{
	ret->v = arena_alloc(r->arena, (n + 1) * sizeof(*ret->v));
	ret->n = n;
	for (size_t i = 0; i < n; i++)
		ret->v[i] = (struct general_name){ names[i].type,
			arena_strdup(r->arena, names[i].value) };
}

static void
constraints_take(struct reading *r)
{
	const struct ext_class *class = ext_all[EXT_NAME_CONSTRAINTS];
	const struct node *map = node_get(r->root, "constraints");
	const struct node *names = node_get(map, "name_constraints");
	struct ext_value value = { .id = EXT_NAME_CONSTRAINTS };
	int64_t n;

	if (node_get(map, "path_length") != NULL &&
	    node_number(node_get(map, "path_length"), "path_length", 0, 100, &n, r->err) == RC_OK) {
		r->file->has_path_len = true;
		r->file->path_len = (unsigned)n;
	}
	if (names == NULL || shape_check(class->shape, names, false, r->err) != RC_OK)
		return;
	class->compile(names, r->arena, &value);
	names_copy(r, value.u.constraints.permitted, value.u.constraints.n_permitted,
	    &r->file->permitted);
	names_copy(r, value.u.constraints.excluded, value.u.constraints.n_excluded,
	    &r->file->excluded);
}

static void
transcript_take(struct reading *r)
{
	const struct node *map = node_get(r->root, "transcript"), *signer = node_get(map, "signer");
	struct ceremony_file *file = r->file;

	file->transcript = text_of(r, map, "file");
	file->signature = text_of(r, map, "signature");
	if (file->signature == NULL)
		file->signature = arena_printf(r->arena, "%s.p7s", file->transcript);
	if (signer->kind != NODE_MAP)
		return;
	key_take(r, signer, &file->signer);
	file->signer_certificate = text_of(r, signer, "certificate");
}

static void
people_take(struct reading *r)
{
	const struct node *list = node_get(r->root, "participants");

	r->file->people = arena_alloc(r->arena, (list->count + 1) * sizeof(*r->file->people));
	r->file->n_people = list->count;
	for (size_t i = 0; i < list->count; i++)
		r->file->people[i] = (struct ceremony_person){
			.name = text_of(r, list->items[i], "name"),
			.role = text_of(r, list->items[i], "role") };
}

/* RFC 5280 4.1.2.2: positive, at most twenty octets.  That the first is not zero keeps
 * all of one length, as those that are random are. */
static void
serial_take(struct reading *r)
{
	struct ceremony_file *file = r->file;

	hex_take(r, r->root, "serial", CEREMONY_SERIAL, &file->serial);
	if (file->serial.n != 0 && (file->serial.p[0] == 0 || file->serial.p[0] > 0x7f))
		(void)error_at(r->err, RULE_CEREMONY_FILE, node_get(r->root, "serial")->at,
		    "serial: its first octet must be between 01 and 7f");
}

static void
values_take(struct reading *r)
{
	const struct node *outputs = node_get(r->root, "outputs");
	struct ceremony_file *file = r->file;

	file->name = text_of(r, r->root, "ceremony");
	file->policy = text_of(r, r->root, "policy");
	file->note = text_of(r, r->root, "note");
	file->digest = text_of(r, r->root, "digest");
	file->email = text_of(r, r->root, "email");
	file->issuer = text_of(r, r->root, "issuer");
	file->csr = text_of(r, r->root, "csr");
	file->existing = text_of(r, r->root, "existing");
	file->home = text_of(r, node_get(r->root, "home"), "dir");
	file->config = text_of(r, node_get(r->root, "home"), "config");
	file->out_certificate = text_of(r, outputs, "certificate");
	file->out_csr = text_of(r, outputs, "csr");
	key_take(r, node_get(r->root, "key"), &file->key);
	subject_take(r);
	serial_take(r);
	validity_take(r);
	constraints_take(r);
	transcript_take(r);
	people_take(r);
	hex_take(r, node_get(r->root, "expect"), "tbs_sha256", SHA256_OCTETS, &file->tbs_sha256);
}

static void
kind_take(struct reading *r)
{
	const struct node *node = node_get(r->root, "kind");

	for (unsigned i = 0; i < CEREMONY_KINDS; i++)
		if (strcmp(node->text, ceremony_kinds[i].word) == 0)
			r->file->kind = (enum ceremony_kind)i;
}

/* Before anything is read: other errors would show the line, and the PIN with it. */
static enum rc_status
pin_check(struct bytes text, const char *name, struct error *err)
{
	static const char word[] = "pin-value=";
	unsigned line = 1;

	for (size_t i = 0; i + strlen(word) <= text.n; i++) {
		if (strncasecmp((const char *)text.p + i, word, strlen(word)) == 0)
			return error_fail(err, RULE_CEREMONY_FILE,
			    "line %u of %s: a PIN may not stand in the file; name one that "
			    "holds it with pin-source", line, name);
		line += text.p[i] == '\n';
	}
	return RC_OK;
}

enum rc_status
ceremony_file_read(struct bytes text, const char *name, struct arena *arena,
    struct ceremony_file *ret, struct error *err)
{
	SCOPED(document_free) struct document *document = NULL;
	struct ceremony_file file = { .kind = CEREMONY_ROOT };
	struct reading r = { .arena = arena, .file = &file, .err = err };
	size_t before = error_count(err);

	TRY(pin_check(text, name, err));
	TRY(document_read(text, name, CEREMONY_FILE_MAX, &document, err));
	r.root = document_root(document);
	value_check(&ceremony_form, r.root, ceremony_form.what, err);
	if (error_count(err) != before)
		return error_status(err);
	kind_take(&r);
	kind_check(&r);
	if (error_count(err) == before)
		values_take(&r);
	if (error_count(err) != before)
		return error_status(err);
	sha256(text, file.sha256);
	file.text = arena_bytes(arena, text);
	*ret = file;
	return RC_OK;
}
