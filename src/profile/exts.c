/*
 * The extensions of a role: the keys that have a record with a shape (x509/ext/), and
 * `extensions` for all others.
 */
#include "profile/catalog.h"
#include "profile/forms.h"
#include "x509/ext/other.h"

static const struct shape others = { .kind = SHAPE_LIST, .what = "extensions",
	.member = &other_shape };

const struct shape *
role_ext_shape(const struct role_ext *ext)
{
	return ext->class != NULL ? ext->class->shape : &others;
}

/* -- plain data ------------------------------------------------------------------------ */

static enum rc_status compile_data(struct compiler *c, const struct node *node, bool guarded,
    const struct data **ret) RC_CHECK;

static enum rc_status
compile_text(struct compiler *c, const struct node *node, bool guarded, struct data *data)
{
	TRY(template_compile(node, &c->scope, c->arena, &data->text, c->err));
	data->is_plain = true;
	for (size_t i = 0; i < data->text.n; i++)
		data->is_plain = data->is_plain && data->text.pieces[i].expr == NULL;
	if (!data->text.optional || guarded)
		return RC_OK;
	(void)error_at(c->err, RULE_EXT_ABSENT, node->at, "this may come out absent");
	error_fix(c->err, "say `else` what stands there then, or give the item a `when`");
	return rule_status(RULE_EXT_ABSENT);
}

static enum rc_status
compile_repeated(struct compiler *c, const struct node *map, bool guarded,
    struct data_member *member)
{
	const struct node *items = node_get(map, "items");

	TRY(form_check(&ext_each_form, map, c->err));
	TRY(node_want(items, NODE_LIST, "items", c->err));
	TRY(each_open(node_get(map, "each"), &c->scope, c->arena, &member->each, c->err));
	return each_close(&c->scope, &member->each,
	    compile_data(c, items, guarded, &member->value), c->err);
}

static enum rc_status
compile_member(struct compiler *c, const struct node *item, bool guarded,
    struct data_member *member)
{
	TRY(compile_when(c, item, &member->when));
	guarded = guarded || member->when != NULL;
	if (node_get(item, "each") != NULL)
		return compile_repeated(c, item, guarded, member);
	return compile_data(c, item, guarded, &member->value);
}

static enum rc_status
compile_list(struct compiler *c, const struct node *list, bool guarded, struct data *data)
{
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < list->count; i++) {
		enum rc_status status = compile_member(c, list->items[i], guarded,
		    &data->members[data->n_members++]);

		first = first != RC_OK ? first : status;
	}
	return first;
}

/* `when` is no fact of the map but of whoever holds it. */
static enum rc_status
compile_map(struct compiler *c, const struct node *map, bool guarded, struct data *data)
{
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < map->count; i++) {
		struct data_member *member = &data->members[data->n_members];
		enum rc_status status;

		if (strcmp(map->pairs[i].key->text, "when") == 0)
			continue;
		member->key = map->pairs[i].key;
		status = compile_data(c, map->pairs[i].value, guarded, &member->value);
		first = first != RC_OK ? first : status;
		data->n_members++;
	}
	return first;
}

static enum rc_status
compile_data(struct compiler *c, const struct node *node, bool guarded, const struct data **ret)
{
	struct data *data = ARENA_NEW(c->arena, struct data);

	data->node = node;
	data->members = arena_alloc(c->arena, node->count * sizeof(*data->members));
	*ret = data;
	if (node->kind == NODE_TEXT)
		return compile_text(c, node, guarded, data);
	if (node->kind == NODE_LIST)
		return compile_list(c, node, guarded, data);
	return node->kind == NODE_MAP ? compile_map(c, node, guarded, data) : RC_OK;
}

/* -- the keys of a role ---------------------------------------------------------------- */

/* What several texts have set, one list appended to another. */
static const struct node *
whole_value(const struct compiler *c, const struct setting *setting)
{
	struct node *all = ARENA_NEW(c->arena, struct node);
	VEC(struct node *) items = { .v = NULL };

	if (setting->n == 1)
		return setting->nodes[0];
	*all = *setting->nodes[0];
	for (size_t i = 0; i < setting->n; i++)
		for (size_t k = 0; k < setting->nodes[i]->count; k++)
			*VEC_PUSH(c->arena, &items) = setting->nodes[i]->items[k];
	all->items = items.v;
	all->count = items.n;
	return all;
}

/* Held against its shape before a topology is seen. */
static enum rc_status
check_shape(const struct compiler *c, const struct role_ext *ext)
{
	struct node *pattern;

	TRY(data_eval(ext->data, NULL, c->arena, &pattern, c->err));
	return shape_check(role_ext_shape(ext), pattern, true, c->err);
}

static enum rc_status
compile_ext(struct compiler *c, const struct setting *setting, const struct ext_class *class,
    struct role_ext *ext)
{
	const struct node *node = whole_value(c, setting);

	ext->class = class;
	ext->key = setting->key;
	ext->at = setting->at;
	if (role_ext_shape(ext)->kind == SHAPE_MAP)
		TRY(compile_when(c, node, &ext->when));
	TRY(compile_data(c, node, ext->when != NULL, &ext->data));
	return check_shape(c, ext);
}

static enum rc_status
compile_keys(struct compiler *c)
{
	VEC(struct role_ext) exts = { .v = NULL };
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < c->flat->n_settings; i++) {
		const struct setting *setting = &c->flat->settings[i];
		const struct ext_class *class = ext_by_word(setting->key);
		struct role_ext ext = { .class = NULL };
		enum rc_status status;

		if (class != NULL ? class->shape == NULL : strcmp(setting->key, "extensions") != 0)
			continue;
		status = compile_ext(c, setting, class, &ext);
		first = first != RC_OK ? first : status;
		*VEC_PUSH(c->arena, &exts) = ext;
	}
	c->role->exts = exts.v;
	c->role->n_exts = exts.n;
	return first;
}

/* -- what a role must say by name -------------------------------------------------------- */

enum { ALLOW_ANY_USAGE = 1 << 0, ALLOW_ENROLMENT_AGENT = 1 << 1 };

static enum rc_status
compile_allow(struct compiler *c)
{
	const struct setting *setting = flat_setting(c->flat, "allow");
	size_t word;

	for (size_t i = 0; setting != NULL && i < setting->n; i++) {
		const struct node *list = setting->nodes[i];

		TRY(node_want(list, NODE_LIST, "allow", c->err));
		for (size_t k = 0; k < list->count; k++) {
			TRY(node_word(list->items[k], "what a role allows", allow_words,
			    ARRAY_LEN(allow_words), &word, c->err));
			c->role->allow |= 1U << word;
		}
	}
	return RC_OK;
}

/* *needed: what the role must allow by name so far. */
static enum rc_status
check_usage(const struct compiler *c, const char *oid, struct place at, unsigned *needed)
{
	bool any = eku_is_any(oid), agent = strcmp(oid, eku_oid("msEnrolmentAgent")) == 0;
	unsigned need = any ? ALLOW_ANY_USAGE : agent ? ALLOW_ENROLMENT_AGENT : 0;

	*needed |= need;
	if ((need & ~c->role->allow) == 0)
		return RC_OK;
	(void)error_at(c->err, any ? RULE_EKU_ANY : RULE_EKU_ENROLMENT_AGENT, at, any ?
	    "the role allows every purpose" :
	    "the role lets its keys request certificates for others");
	error_fix(c->err, "if it means that, let it say so: allow: [%s]", allow_words[any ? 0 : 1]);
	return rule_status(any ? RULE_EKU_ANY : RULE_EKU_ENROLMENT_AGENT);
}

static enum rc_status
check_allowed(const struct compiler *c, unsigned needed)
{
	const struct setting *setting = flat_setting(c->flat, "allow");
	enum rc_status first = RC_OK;

	for (size_t i = 0; setting != NULL && i < setting->n; i++)
		for (size_t k = 0; k < setting->nodes[i]->count; k++) {
			const struct node *word = setting->nodes[i]->items[k];
			unsigned bit = strcmp(word->text, allow_words[0]) == 0 ? ALLOW_ANY_USAGE
			    : ALLOW_ENROLMENT_AGENT;

			if ((needed & bit) == 0)
				KEEP_FIRST(first, error_at(c->err, RULE_UNUSED_ALLOW, word->at,
				    "the role allows '%s' and has no such purpose", word->text));
		}
	return first;
}

/* The same usages as Windows has them; they are literal. */
static enum rc_status
check_application_policies(const struct compiler *c, const struct role_ext *ext,
    unsigned *needed)
{
	enum rc_status first = RC_OK;
	struct ext_value value;
	struct node *pattern;

	if (ext->class == NULL || ext->class->id != EXT_MS_APPLICATION_POLICIES)
		return RC_OK;
	TRY(data_eval(ext->data, NULL, c->arena, &pattern, c->err));
	ext->class->compile(pattern, c->arena, &value);
	for (size_t i = 0; i < value.u.oids.n; i++)
		KEEP_FIRST(first, check_usage(c, value.u.oids.v[i], pattern->items[i]->at,
		    needed));
	return first;
}

enum rc_status
compile_exts(struct compiler *c)
{
	TRY(compile_allow(c));
	return compile_keys(c);
}

/* -- contradictions ---------------------------------------------------------------------- */

static const struct role_ext *
find_ext(const struct role *role, enum ext_id id)
{
	for (size_t i = 0; i < role->n_exts; i++)
		if (role->exts[i].class != NULL && role->exts[i].class->id == id)
			return &role->exts[i];
	return NULL;
}

static bool
has_usage(const struct role *role, const char *word)
{
	for (size_t i = 0; i < role->n_eku; i++)
		if (strcmp(role->eku[i].word, eku_oid(word)) == 0)
			return true;
	return false;
}

/* RFC 9608 and RFC 6960 4.2.2.2.1: each speaks of how a certificate is revoked. */
static enum rc_status
check_revocation(const struct compiler *c)
{
	const struct role_ext *none = find_ext(c->role, EXT_NO_REV_AVAIL),
	    *nocheck = find_ext(c->role, EXT_OCSP_NOCHECK),
	    *freshest = find_ext(c->role, EXT_FRESHEST_CRL);

	if (none != NULL && c->role->ca)
		return error_at(c->err, RULE_NO_REV_AVAIL, none->at,
		    "noRevAvail stands in the role of a CA");
	if (none != NULL && freshest != NULL) {
		(void)error_at(c->err, RULE_NO_REV_AVAIL, none->at,
		    "noRevAvail stands beside a freshest CRL");
		error_also(c->err, freshest->at, "set here");
		return rule_status(RULE_NO_REV_AVAIL);
	}
	if (nocheck != NULL && !has_usage(c->role, "OCSPSigning"))
		return error_at(c->err, RULE_ROLE_CONTRADICTION, nocheck->at,
		    "ocsp_nocheck without the usage OCSPSigning (RFC 6960, 4.2.2.2.1)");
	return RC_OK;
}

enum rc_status
check_exts(const struct compiler *c)
{
	const struct role *role = c->role;
	enum rc_status first = RC_OK;
	unsigned needed = 0;

	for (size_t i = 0; i < role->n_eku; i++)
		KEEP_FIRST(first, check_usage(c, role->eku[i].word, role->eku[i].at, &needed));
	for (size_t i = 0; i < role->n_exts; i++) {
		const struct role_ext *ext = &role->exts[i];

		if (ext->class != NULL && ext->class->ca_only && !role->ca)
			KEEP_FIRST(first, error_at(c->err, RULE_EXT_CA_ONLY, ext->at,
			    "%s bounds a CA, and this role is no CA's (%s)", ext->key,
			    ext->class->section));
		KEEP_FIRST(first, check_application_policies(c, ext, &needed));
	}
	KEEP_FIRST(first, check_allowed(c, needed));
	KEEP_FIRST(first, check_revocation(c));
	return first;
}
