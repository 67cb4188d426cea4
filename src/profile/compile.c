/*
 * One role: from the flattened text to a checked struct role.
 */
#include "crypto/digest.h"
#include "profile/catalog.h"
#include "profile/forms.h"

/* -- what the role applies to ------------------------------------------------------- */

static enum rc_status
compile_kinds(struct compiler *c, const struct node *node)
{
	const struct product *product = c->product;
	const char **known = arena_alloc(c->arena, (product->n_kinds + 1) * sizeof(*known));
	size_t n = node->kind == NODE_LIST ? node->count : 1, found;
	const char **kinds = arena_alloc(c->arena, (n + 1) * sizeof(*kinds));
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < product->n_kinds; i++)
		known[i] = product->kinds[i]->name;
	for (size_t i = 0; i < n; i++) {
		const struct node *item = node->kind == NODE_LIST ? node->items[i] : node;

		found = 0;
		KEEP_FIRST(first, node_word(item, "a kind of pool", known, product->n_kinds,
		    &found, c->err));
		kinds[i] = known[found];
	}
	c->role->kinds = (const char *const *)kinds;
	return first;
}

/* Whoever makes a CA's certificate says whom it names: there is nothing to ask. */
static const struct type *
nothing_type(void)
{
	static const struct record_type record = { .name = "nothing" };
	static const struct type type = { .kind = TYPE_RECORD, .record = &record };

	return &type;
}

static enum rc_status
compile_scope(struct compiler *c)
{
	const struct node *per = flat_node(c->flat, "per"),
	    *applies = flat_node(c->flat, "applies_to");
	struct role *role = c->role;
	size_t word;

	if (per == NULL)
		return error_at(c->err, RULE_MISSING_KEY, role->at, "a role needs the key 'per'");
	TRY(node_word(per, "per", per_words, ARRAY_LEN(per_words), &word, c->err));
	role->per = (enum per)word;
	c->scope.topology = role->per == PER_CA ? nothing_type() : topology_type();
	c->scope.product = c->product;
	if (role->per == PER_TOPOLOGY || role->per == PER_CA)
		return applies == NULL ? RC_OK : error_at(c->err, RULE_UNKNOWN_KEY, applies->at,
		    "a role per %s applies to no kind of pool", per_words[word]);
	if (applies == NULL)
		return error_at(c->err, RULE_MISSING_KEY, role->at,
		    "a role per %s needs the key 'applies_to'",
		    per_words[word]);
	TRY(compile_kinds(c, applies));
	c->scope.pool = product_common_type(c->product, role->kinds, c->arena);
	if (role->per == PER_SERVER)
		c->scope.server = server_record_type();
	return RC_OK;
}

/* -- lists of words ------------------------------------------------------------------- */

/* "serverAuth", or { KEY: clientAuth, when: "${...}" } with the first key of the form. */
static enum rc_status
compile_word(struct compiler *c, const struct node *node, const struct form *form,
    struct word_item *item)
{
	const char *key = form->keys[0].word;

	item->at = node->at;
	if (node->kind != NODE_MAP)
		return node_text(node, key, &item->word, c->err);
	TRY(form_check(form, node, c->err));
	TRY(compile_when(c, node, &item->when));
	return node_text(node_get(node, key), key, &item->word, c->err);
}

static enum rc_status
compile_words(struct compiler *c, const char *setting_key, const struct form *form,
    struct word_item **ret, size_t *ret_n)
{
	const struct setting *setting = flat_setting(c->flat, setting_key);
	VEC(struct word_item) items = { .v = NULL };
	enum rc_status first = RC_OK, status;

	for (size_t i = 0; setting != NULL && i < setting->n; i++) {
		const struct node *list = setting->nodes[i];

		TRY(node_want(list, NODE_LIST, setting_key, c->err));
		for (size_t k = 0; k < list->count; k++) {
			struct word_item item = { .word = NULL };

			status = compile_word(c, list->items[k], form, &item);
			if (status == RC_OK)
				*VEC_PUSH(c->arena, &items) = item;
			KEEP_FIRST(first, status);
		}
	}
	*ret = items.v;
	*ret_n = items.n;
	return first;
}

static enum rc_status
compile_eku(struct compiler *c)
{
	struct role *role = c->role;
	enum rc_status first = compile_words(c, "extended_key_usage", &usage_item_form,
	    &role->eku, &role->n_eku);

	for (size_t i = 0; i < role->n_eku; i++) {
		const char *oid = eku_oid(role->eku[i].word);

		if (oid == NULL)
			KEEP_FIRST(first, error_at(c->err, RULE_UNKNOWN_WORD, role->eku[i].at,
			    "'%s' is no extended key usage and no OID", role->eku[i].word));
		role->eku[i].word = oid;
	}
	return first;
}

/* -- key usage, basic constraints, key ----------------------------------------- */

static enum rc_status
read_usage(struct compiler *c, const struct node *list, unsigned *ret)
{
	enum rc_status first = RC_OK;
	const char *words[KU_BITS];
	size_t found;

	for (unsigned bit = 0; bit < KU_BITS; bit++)
		words[bit] = key_usage_word(bit);
	*ret = 0;
	TRY(node_want(list, NODE_LIST, "a key usage", c->err));
	for (size_t i = 0; i < list->count; i++) {
		enum rc_status status = node_word(list->items[i], "a key usage", words, KU_BITS,
		    &found, c->err);

		if (status == RC_OK)
			*ret |= key_usage_find(words[found]);
		KEEP_FIRST(first, status);
	}
	return first;
}

static enum rc_status
compile_key_usage(struct compiler *c)
{
	const struct node *map = flat_node(c->flat, "key_usage");
	enum rc_status first;

	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "key_usage", c->err));
	first = form_check(&key_usage_form, map, c->err);
	if (node_get(map, "rsa") != NULL)
		KEEP_FIRST(first, read_usage(c, node_get(map, "rsa"), &c->role->key_usage_rsa));
	if (node_get(map, "ec") != NULL)
		KEEP_FIRST(first, read_usage(c, node_get(map, "ec"), &c->role->key_usage_ec));
	return first;
}

static enum rc_status
compile_basic_constraints(struct compiler *c)
{
	const struct node *map = flat_node(c->flat, "basic_constraints"), *node;
	int64_t length = -1;
	enum rc_status first;

	c->role->path_len = -1;
	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "basic_constraints", c->err));
	first = form_check(&basic_constraints_form, map, c->err);
	if ((node = node_get(map, "ca")) != NULL)
		KEEP_FIRST(first, node_bool(node, "ca", &c->role->ca, c->err));
	if ((node = node_get(map, "path_length")) != NULL)
		KEEP_FIRST(first, node_number(node, "path_length", 0, PATH_LENGTH_MAX, &length,
		    c->err));
	c->role->path_len = (int)length;
	return first;
}

static enum rc_status
read_algorithms(struct compiler *c, const struct node *list, unsigned *ret)
{
	const char *words[KEY_ALGORITHMS];
	enum rc_status first = RC_OK, status;
	size_t word;

	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		words[bit] = key_algorithm_word(bit);
	TRY(node_want(list, NODE_LIST, "the key algorithms", c->err));
	for (size_t i = 0; i < list->count; i++) {
		status = node_word(list->items[i], "a key algorithm", words, KEY_ALGORITHMS,
		    &word, c->err);
		if (status == RC_OK)
			*ret |= 1U << word;
		KEEP_FIRST(first, status);
	}
	return first;
}

/* exportable: true, false, or a condition. */
static enum rc_status
compile_exportable(struct compiler *c, const struct node *node)
{
	bool on;

	if (node == NULL)
		return RC_OK;
	if (node->kind == NODE_TEXT && strncmp(node->text, "${", 2) == 0)
		return condition_compile(node, &c->scope, c->arena, &c->role->exportable, c->err);
	TRY(node_bool(node, "exportable", &on, c->err));
	if (on)
		return error_at(c->err, RULE_KEY_EXPORTABLE, node->at,
		    "a key is exportable only by a choice: exportable: ${choice.NAME == 'WORD'}");
	return RC_OK;
}

static enum rc_status
compile_key(struct compiler *c)
{
	const struct node *map = flat_node(c->flat, "key"), *node;
	enum rc_status first;

	if (map == NULL)
		return error_at(c->err, RULE_MISSING_KEY, c->role->at,
		    "a role needs the key 'key'");
	TRY(node_want(map, NODE_MAP, "key", c->err));
	first = form_check(&key_form, map, c->err);
	if ((node = node_get(map, "algorithms")) != NULL)
		KEEP_FIRST(first, read_algorithms(c, node, &c->role->key_algorithms));
	KEEP_FIRST(first, compile_exportable(c, node_get(map, "exportable")));
	if ((node = node_get(map, "shared")) != NULL)
		KEEP_FIRST(first, node_bool(node, "shared", &c->role->shared, c->err));
	return first;
}

/* -- subject, names, the rest ---------------------------------------------------------------- */

static enum rc_status
compile_subject(struct compiler *c)
{
	const struct node *map = flat_node(c->flat, "subject");

	if (map == NULL)
		return RC_OK;
	TRY(form_check(&subject_form, map, c->err));
	c->role->has_subject = true;
	return template_compile(node_get(map, "CN"), &c->scope, c->arena, &c->role->subject_cn,
	    c->err);
}

static enum rc_status
compile_san(struct compiler *c)
{
	const struct node *map = flat_node(c->flat, "san"), *node;
	size_t word = SAN_EXACT;
	enum rc_status first;

	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "san", c->err));
	first = form_check(&san_form, map, c->err);
	if ((node = node_get(map, "order")) != NULL)
		KEEP_FIRST(first, node_word(node, "order", san_order_words, SAN_ORDERS, &word,
		    c->err));
	c->role->san_order = (enum san_order)word;
	if ((node = node_get(map, "names")) != NULL)
		KEEP_FIRST(first, compile_names(c, node, &c->role->names, &c->role->n_names));
	return first;
}

/* A role of several products may replace one that only some of them have. */
static enum rc_status
check_replaced(struct compiler *c, const struct node *node)
{
	const struct catalog *catalog = c->catalog;
	const char **names = arena_alloc(c->arena, (catalog->n_texts + 1) * sizeof(*names)), *near;
	enum rc_status status;
	size_t n = 0;

	for (size_t i = 0; i < catalog->n_texts; i++)
		if (catalog->texts[i]->role != NULL) {
			if (strcmp(catalog->texts[i]->role, node->text) == 0)
				return RC_OK;
			names[n++] = catalog->texts[i]->role;
		}
	status = error_at(c->err, RULE_UNKNOWN_ROLE, node->at,
	    "there is no role '%s' to be replaced", node->text);
	near = nearest_word(node->text, names, n);
	if (near != NULL)
		error_fix(c->err, "did you mean '%s'?", near);
	return status;
}

static enum rc_status
compile_replaces(struct compiler *c)
{
	const struct node *list = flat_node(c->flat, "replaces");
	enum rc_status first = RC_OK, status;
	const char **names;

	if (list == NULL)
		return RC_OK;
	TRY(node_want(list, NODE_LIST, "replaces", c->err));
	names = arena_alloc(c->arena, (list->count + 1) * sizeof(*names));
	for (size_t i = 0; i < list->count; i++) {
		status = node_text(list->items[i], "a role", &names[i], c->err);
		if (status == RC_OK)
			status = check_replaced(c, list->items[i]);
		KEEP_FIRST(first, status);
	}
	c->role->replaces = (const char *const *)names;
	return first;
}

enum rc_status
validity_refused(const struct product *product, struct place at, const char *have,
    struct error *err)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT;

	(void)error_at(err, RULE_VALIDITY_LIMITS, at, "the validity is outside its limits");
	buf_printf(&want, "1 to %u whole days", product->most_validity_days);
	error_want(err, buf_text(&want), have);
	if (product->validity_at.source != NULL)
		error_also(err, product->validity_at, "%s sets the limit", product->title);
	return rule_status(RULE_VALIDITY_LIMITS);
}

/* A number of days, or an expression that is one or is a duration. */
static enum rc_status
compile_validity(struct compiler *c)
{
	const struct node *node = flat_node(c->flat, "validity_days");
	struct expr *expr = NULL;
	const struct type *type;
	int64_t days = 730;
	bool optional;

	if (node == NULL || node->kind != NODE_TEXT || strncmp(node->text, "${", 2) != 0) {
		if (node != NULL)
			TRY(node_number(node, "validity_days", 0, INT32_MAX, &days, c->err));
		c->role->validity_days = (unsigned)days;
		return days >= 1 && days <= c->product->most_validity_days ? RC_OK
		    : validity_refused(c->product, node != NULL ? node->at : c->role->at,
		    node != NULL ? node->text : "730", c->err);
	}
	TRY(expr_compile(node, &c->scope, c->arena, &expr, c->err));
	type = expr_type(expr, &optional);
	if ((type->kind != TYPE_NUMBER && type->kind != TYPE_DURATION) || optional) {
		(void)error_at(c->err, RULE_EXPR_TYPE, node->at, "this is no span of time");
		error_want(c->err, "a number of days or a duration that is always there",
		    optional ? "perhaps nothing" : "another type");
		return rule_status(RULE_EXPR_TYPE);
	}
	c->role->validity = expr;
	return RC_OK;
}

/* A window as long as the validity would have every certificate renewed at once.  A
 * validity that the topology gives is compared when a certificate is there. */
static enum rc_status
compile_renewal(struct compiler *c)
{
	const struct node *node = flat_node(c->flat, "renew_before_days");
	struct role *role = c->role;
	int64_t days = 0;

	if (node == NULL)
		return RC_OK;
	TRY(node_number(node, "renew_before_days", 1, VALIDITY_DAYS_MAX, &days, c->err));
	if (role->validity == NULL && days >= role->validity_days)
		return error_at(c->err, RULE_RENEW_WINDOW, node->at,
		    "the certificate would be due for renewal all its %u days",
		    role->validity_days);
	role->renew_before_days = (unsigned)days;
	return RC_OK;
}

static enum rc_status
compile_rest(struct compiler *c)
{
	const struct node *node = flat_node(c->flat, "optional");
	enum rc_status first = compile_validity(c);

	if (first == RC_OK)
		first = compile_renewal(c);
	if (node != NULL)
		KEEP_FIRST(first, node_bool(node, "optional", &c->role->optional, c->err));
	if ((node = flat_node(c->flat, "when")) != NULL)
		KEEP_FIRST(first, condition_compile(node, &c->scope, c->arena, &c->role->when,
		    c->err));
	if ((node = flat_node(c->flat, "self_signed")) != NULL)
		KEEP_FIRST(first, node_bool(node, "self_signed", &c->role->self_signed, c->err));
	KEEP_FIRST(first, compile_replaces(c));
	KEEP_FIRST(first, compile_words(c, "assign", &assign_item_form, &c->role->assign,
	    &c->role->n_assign));
	return first;
}

/* -- what nothing asks for ------------------------------------------------------------- */

static enum rc_status
check_unused(const struct compiler *c)
{
	const struct role *role = c->role;
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < role->n_choices; i++)
		if (!c->scope.choice_used[i])
			KEEP_FIRST(first, error_at(c->err, RULE_UNUSED_CHOICE, role->choices[i].at,
			    "nothing asks for the choice '%s'", role->choices[i].name));
	for (size_t i = 0; i < role->n_parameters; i++)
		if (!c->scope.parameter_used[i])
			KEEP_FIRST(first, error_at(c->err, RULE_UNUSED_PARAMETER,
			    role->parameters[i].at, "nothing asks for the parameter '%s'",
			    role->parameters[i].name));
	return first;
}

static enum rc_status
compile_offers(struct compiler *c)
{
	const struct offers offers = { c->catalog, c->product, c->arena, c->err };
	struct role *role = c->role;
	enum rc_status first;

	first = role_choices(c->flat, &offers, &role->choices, &role->n_choices);
	KEEP_FIRST(first, role_parameters(c->flat, &offers, &role->parameters,
	    &role->n_parameters));
	c->scope.choices = role->choices;
	c->scope.n_choices = role->n_choices;
	c->scope.choice_used = arena_alloc(c->arena, role->n_choices * sizeof(bool));
	c->scope.parameters = role->parameters;
	c->scope.n_parameters = role->n_parameters;
	c->scope.parameter_used = arena_alloc(c->arena, role->n_parameters * sizeof(bool));
	return first;
}

static size_t
count_declared(const struct flat_role *flat, const char *key)
{
	const struct setting *setting = flat_setting(flat, key);
	size_t n = 0;

	for (size_t i = 0; setting != NULL && i < setting->n; i++)
		n += setting->nodes[i]->count;
	return n;
}

/* Each that is declared can be asked for, if not with a default: else every text that
 * asks would be told to be wrong. */
static bool
offers_known(const struct compiler *c)
{
	return c->role->n_choices == count_declared(c->flat, "choices") &&
	    c->role->n_parameters == count_declared(c->flat, "parameters");
}

/* -- the whole ---------------------------------------------------------------------- */

static enum rc_status
compile_parts(struct compiler *c)
{
	static enum rc_status (*const parts[])(struct compiler *) = {
		compile_subject, compile_san, compile_eku, compile_key_usage,
		    compile_basic_constraints,
		compile_exts, compile_key, compile_rest, compile_notes,
	};
	enum rc_status first = RC_OK;

	/* One part's mistakes do not hide another's. */
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		enum rc_status status = parts[i](c);

		if (first == RC_OK)
			first = status;
	}
	return first;
}

/* What only the whole role tells; a part that is wrong would make noise of it. */
static enum rc_status
check_whole(const struct compiler *c)
{
	static enum rc_status (*const checks[])(const struct compiler *) = {
		check_contradictions, check_exts, check_reach, check_unused, check_lists,
	};
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		KEEP_FIRST(first, checks[i](c));
	return first;
}

static void
keep_settings(const struct flat_role *flat, struct arena *arena, struct role *role)
{
	role->n_settings = flat->n_settings;
	role->settings = arena_alloc(arena, flat->n_settings * sizeof(*role->settings));
	for (size_t i = 0; i < flat->n_settings; i++)
		role->settings[i] = (struct role_setting){ flat->settings[i].key,
			flat->settings[i].at, flat->settings[i].replaced };
}

enum rc_status
role_compile(const struct flat_role *flat, const struct catalog *catalog,
    const struct product *product, struct arena *arena, struct role **ret, struct error *err)
{
	struct role *role = ARENA_NEW(arena, struct role);
	struct compiler c = { .catalog = catalog, .flat = flat, .product = product, .arena = arena,
		.err = err, .role = role };
	struct buf canonical = BUF_INIT;
	enum rc_status first;

	role->name = flat->text->role;
	role->title = flat->text->title;
	role->file = flat->text->file;
	role->product = product;
	role->at = flat->text->at;
	keep_settings(flat, arena, role);
	TRY(compile_scope(&c));
	first = compile_offers(&c);
	if (first != RC_OK && !offers_known(&c))
		return first;
	KEEP_FIRST(first, compile_parts(&c));
	TRY(flat->status);
	TRY(first);
	TRY(check_whole(&c));
	role_print(role, &canonical);
	role->canonical = arena_bytes(arena, buf_bytes(&canonical));
	buf_clear(&canonical);
	sha256(role->canonical, role->digest);
	*ret = role;
	return RC_OK;
}
