#include "topology/product.h"

#include "topology/value_read.h"

/* -- the types that every topology has ---------------------------------------- */

static const struct type sip_domain_record = { .kind = TYPE_RECORD, .record = &sip_domain_type };
static const struct type sip_domains_list = { .kind = TYPE_LIST, .member = &sip_domain_record };
static const struct type server_record = { .kind = TYPE_RECORD, .record = &server_type };
static const struct type servers_list = { .kind = TYPE_LIST, .member = &server_record };

static struct field sip_domain_fields[] = {
	{ .name = "name", .type = &type_fqdn },
	{ .name = "xmpp", .type = &type_bool },
	{ .name = "xmpp_names", .type = &type_fqdn_list },
};
const struct record_type sip_domain_type = { "a SIP domain", sip_domain_fields,
	ARRAY_LEN(sip_domain_fields) };

static struct field server_fields[] = { { .name = "fqdn", .type = &type_fqdn } };
const struct record_type server_type = { "a server", server_fields, ARRAY_LEN(server_fields) };

static struct field clients_fields[] = {
	{ .name = "automatic_sign_in", .type = &type_bool },
	{ .name = "strict_dns", .type = &type_bool },
};
static const struct record_type clients_type = { "clients", clients_fields,
	ARRAY_LEN(clients_fields) };
static const struct type clients_record = { .kind = TYPE_RECORD, .record = &clients_type };

static struct field public_im_fields[] = { { .name = "aol", .type = &type_bool } };
static const struct record_type public_im_type = { "public_im", public_im_fields, 1 };
static const struct type public_im_record = { .kind = TYPE_RECORD, .record = &public_im_type };

static struct field simple_urls_fields[] = {
	{ .name = "meet", .type = &type_fqdn_list },
	{ .name = "dialin", .type = &type_fqdn, .optional = true },
	{ .name = "admin", .type = &type_fqdn, .optional = true },
};
static const struct record_type simple_urls_type = { "simple_urls", simple_urls_fields,
	ARRAY_LEN(simple_urls_fields) };
static const struct type simple_urls_record = { .kind = TYPE_RECORD, .record = &simple_urls_type };

static struct field topology_fields[] = {
	{ .name = "name", .type = &type_text },
	{ .name = "sip_domains", .type = &sip_domains_list },
	{ .name = "clients", .type = &clients_record },
	{ .name = "public_im", .type = &public_im_record },
	{ .name = "simple_urls", .type = &simple_urls_record },
};
static const struct record_type topology_record_type = { "the topology", topology_fields,
	ARRAY_LEN(topology_fields) };

const struct type *
topology_type(void)
{
	static const struct type type = { .kind = TYPE_RECORD, .record = &topology_record_type };

	return &type;
}

const struct type *
server_record_type(void)
{
	return &server_record;
}

/* -- fields --------------------------------------------------------------------- */

/* What a field may be beside the types of value.h. */
enum { WORD_RECORD = TYPE_WORDS, WORD_POOLS, FIELD_WORDS };

struct reader {
	struct product *product;
	struct arena *arena;
	struct error *err;
	const char *const *kind_names;   /* all kinds, for `of:` */
	size_t n_kind_names;
};

static enum rc_status read_fields(const struct reader *r, const struct node *map,
    struct field *fields, struct field_rule *rules) RC_CHECK;

/* One group of `of`: a name or a list of names, each a kind of this product. */
static enum rc_status
read_group(const struct reader *r, const struct node *node, const char ***ret)
{
	size_t n = node->kind == NODE_LIST ? node->count : 1, known;
	const char **names = arena_alloc(r->arena, (n + 1) * sizeof(*names));

	for (size_t i = 0; i < n; i++) {
		const struct node *item = node->kind == NODE_LIST ? node->items[i] : node;

		TRY(node_word(item, "a kind of pool", r->kind_names, r->n_kind_names, &known,
		    r->err));
		names[i] = r->kind_names[known];
	}
	*ret = names;
	return RC_OK;
}

/* The kinds of all groups in one NULL-ended list. */
static const char **
all_groups(const struct reader *r, const struct field_rule *rule)
{
	VEC(const char *) all = { .v = NULL };

	for (size_t i = 0; i < rule->n_groups; i++)
		for (const char *const *name = rule->groups[i]; *name != NULL; name++)
			*VEC_PUSH(r->arena, &all) = *name;
	*VEC_PUSH(r->arena, &all) = NULL;
	return all.v;
}

static enum rc_status
read_pools_type(const struct reader *r, const struct node *map, struct field *field,
    struct field_rule *rule)
{
	const struct node *of, *having = node_get(map, "having");
	const char *const **groups;

	TRY(node_require(map, "of", "a field of pools", &of, r->err));
	TRY(node_want(of, NODE_LIST, "the kinds of pool", r->err));
	groups = arena_alloc(r->arena, (of->count + 1) * sizeof(*groups));
	for (size_t i = 0; i < of->count; i++) {
		const char **group;

		TRY(read_group(r, of->items[i], &group));
		groups[i] = (const char *const *)group;
	}
	if (having != NULL)
		TRY(node_text(having, "the fact that pools must have", &rule->having, r->err));
	rule->groups = groups;
	rule->n_groups = of->count;
	rule->is_pools = true;
	/* What these kinds have in common is known when all kinds are read. */
	field->type = NULL;
	return RC_OK;
}

static enum rc_status
read_record_type(const struct reader *r, const struct node *map, struct field *field,
    struct field_rule *rule)
{
	const struct node *fields, *title = node_get(map, "title");
	struct record_type *record = ARENA_NEW(r->arena, struct record_type);

	record->name = field->name;
	if (title != NULL)
		TRY(node_text(title, "the title", &record->name, r->err));
	TRY(node_require(map, "fields", "a record", &fields, r->err));
	TRY(node_want(fields, NODE_MAP, "the fields", r->err));
	record->fields = arena_alloc(r->arena, fields->count * sizeof(*record->fields));
	record->n_fields = fields->count;
	rule->fields = arena_alloc(r->arena, fields->count * sizeof(*rule->fields));
	TRY(read_fields(r, fields, record->fields, rule->fields));
	field->type = type_record(r->arena, record);
	return RC_OK;
}

static enum rc_status
read_default(const struct reader *r, const struct node *map, const struct field *field,
    struct field_rule *rule)
{
	const struct node *node = node_get(map, "default");
	const struct value *value;

	if (node == NULL)
		return RC_OK;
	if (field->type == NULL || field->type->kind == TYPE_RECORD)
		return error_at(r->err, RULE_PRODUCT_FIELD, node->at,
		    "a record and a list of pools have no default");
	TRY(value_read(field->type, node, "the default", r->product, r->arena, &value, r->err));
	rule->fallback = value_at_nowhere(value, r->arena);
	return RC_OK;
}

static enum rc_status
read_type(const struct reader *r, const struct node *map, struct field *field,
    struct field_rule *rule, size_t *ret)
{
	const char *words[FIELD_WORDS];
	const struct node *node;

	memcpy(words, type_words, sizeof(type_words));
	words[WORD_RECORD] = "record";
	words[WORD_POOLS] = "pools";
	TRY(node_require(map, "type", "a field", &node, r->err));
	TRY(node_word(node, "the type", words, FIELD_WORDS, ret, r->err));
	if (*ret == WORD_RECORD)
		return read_record_type(r, map, field, rule);
	if (*ret == WORD_POOLS)
		return read_pools_type(r, map, field, rule);
	field->type = type_named(*ret);
	return RC_OK;
}

static enum rc_status
read_field(const struct reader *r, const struct node_pair *pair, struct field *field,
    struct field_rule *rule)
{
	static const char *const keys[] = { "type", "title", "fields", "default", "required",
		"unlike", "of", "having" };
	const struct node *map = pair->value, *node;
	size_t word;

	*field = (struct field){ .name = pair->key->text };
	*rule = (struct field_rule){ .field = field, .at = pair->key->at };
	TRY(node_want(map, NODE_MAP, "a field", r->err));
	TRY(node_check_keys(map, keys, ARRAY_LEN(keys), "a field", r->err));
	TRY(read_type(r, map, field, rule, &word));
	TRY(read_default(r, map, field, rule));
	node = node_get(map, "required");
	if (node != NULL)
		TRY(node_bool(node, "required", &rule->required, r->err));
	node = node_get(map, "unlike");
	if (node != NULL)
		TRY(node_text(node, "unlike", &rule->unlike, r->err));
	/* Records, lists and pools are always there, if empty. */
	field->optional = word < WORD_RECORD && field->type->kind != TYPE_LIST &&
	    !rule->required && rule->fallback == NULL;
	return RC_OK;
}

static enum rc_status
read_fields(const struct reader *r, const struct node *map, struct field *fields,
    struct field_rule *rules)
{
	for (size_t i = 0; i < map->count; i++)
		TRY_WHILE(r->err, read_field(r, &map->pairs[i], &fields[i], &rules[i]),
		    "reading the field '%s'", map->pairs[i].key->text);
	return RC_OK;
}

/* -- kinds ---------------------------------------------------------------------- */

enum { OWN_FIELDS = 3 };     /* fqdn, kind, servers: every pool has them */

static enum rc_status
read_kind_fields(const struct reader *r, const struct node *map, struct kind *kind)
{
	struct record_type *record = ARENA_NEW(r->arena, struct record_type);
	size_t n = map != NULL ? map->count : 0;

	if (map != NULL)
		TRY(node_want(map, NODE_MAP, "the fields", r->err));
	record->name = "a pool";
	record->n_fields = n + OWN_FIELDS;
	record->fields = arena_alloc(r->arena, record->n_fields * sizeof(*record->fields));
	record->fields[0] = (struct field){ .name = "fqdn", .type = &type_fqdn };
	record->fields[1] = (struct field){ .name = "kind", .type = &type_text };
	record->fields[2] = (struct field){ .name = "servers", .type = &servers_list };
	kind->rules = arena_alloc(r->arena, n * sizeof(*kind->rules));
	kind->n_rules = n;
	kind->type = type_record(r->arena, record);
	for (size_t i = 0; i < n; i++)
		for (size_t own = 0; own < OWN_FIELDS; own++)
			if (strcmp(map->pairs[i].key->text, record->fields[own].name) == 0)
				return error_at(r->err, RULE_PRODUCT_FIELD, map->pairs[i].key->at,
				    "every pool has a field '%s' already", map->pairs[i].key->text);
	return map != NULL ? read_fields(r, map, record->fields + OWN_FIELDS, kind->rules) : RC_OK;
}

static enum rc_status
read_kind(const struct reader *r, const struct node_pair *pair, const struct kind **ret)
{
	static const char *const keys[] = { "title", "servers", "fields" };
	static const char *const servers[] = { "required", "optional", "single" };
	struct kind *kind = ARENA_NEW(r->arena, struct kind);
	const struct node *map = pair->value, *node;
	size_t word = SERVERS_REQUIRED;

	kind->name = kind->title = pair->key->text;
	kind->at = pair->key->at;
	TRY(node_want(map, NODE_MAP, "a kind of pool", r->err));
	TRY(node_check_keys(map, keys, ARRAY_LEN(keys), "a kind of pool", r->err));
	if ((node = node_get(map, "title")) != NULL)
		TRY(node_text(node, "the title", &kind->title, r->err));
	if ((node = node_get(map, "servers")) != NULL)
		TRY(node_word(node, "servers", servers, ARRAY_LEN(servers), &word, r->err));
	kind->servers = (enum servers_rule)word;
	TRY(read_kind_fields(r, node_get(map, "fields"), kind));
	*ret = kind;
	return RC_OK;
}

/* Fields of pools get their types last: by then every kind of the product is known. */
static void
resolve_pools(const struct reader *r, const struct kind *kind)
{
	for (size_t i = 0; i < kind->n_rules; i++) {
		struct field *field = &kind->type->record->fields[OWN_FIELDS + i];

		if (kind->rules[i].is_pools && field->type == NULL)
			field->type = type_list(r->arena, product_common_type(r->product,
			    all_groups(r, &kind->rules[i]), r->arena));
	}
}

static bool
is_forbidden(const struct product *product, const struct kind *kind)
{
	for (size_t i = 0; i < product->n_forbidden; i++)
		if (product->forbidden[i].kind == kind)
			return true;
	return false;
}

static void
collect_kind_names(struct reader *r, const struct product *parent, const struct node *kinds)
{
	VEC(const char *) names = { .v = NULL };

	for (size_t i = 0; parent != NULL && i < parent->n_kinds; i++)
		*VEC_PUSH(r->arena, &names) = parent->kinds[i]->name;
	for (size_t i = 0; kinds != NULL && i < kinds->count; i++)
		*VEC_PUSH(r->arena, &names) = kinds->pairs[i].key->text;
	r->kind_names = names.v;
	r->n_kind_names = names.n;
}

static enum rc_status
read_kinds(struct reader *r, const struct product *parent, const struct node *kinds)
{
	VEC(const struct kind *) all = { .v = NULL };

	if (kinds != NULL)
		TRY(node_want(kinds, NODE_MAP, "the kinds", r->err));
	collect_kind_names(r, parent, kinds);
	for (size_t i = 0; parent != NULL && i < parent->n_kinds; i++)
		if (node_get(kinds, parent->kinds[i]->name) == NULL &&
		    !is_forbidden(r->product, parent->kinds[i]))
			*VEC_PUSH(r->arena, &all) = parent->kinds[i];
	for (size_t i = 0; kinds != NULL && i < kinds->count; i++) {
		const struct kind *kind = NULL;

		TRY_WHILE(r->err, read_kind(r, &kinds->pairs[i], &kind), "reading the kind '%s'",
		    kinds->pairs[i].key->text);
		*VEC_PUSH(r->arena, &all) = kind;
	}
	r->product->kinds = all.v;
	r->product->n_kinds = all.n;
	for (size_t i = 0; i < all.n; i++)
		resolve_pools(r, all.v[i]);
	return RC_OK;
}

/* -- the product ----------------------------------------------------------------- */

enum rc_status
product_extends(const struct document *document, const char **ret, struct error *err)
{
	const struct node *node = node_get(document_root(document), "extends");
	const char *name = NULL;

	if (node != NULL)
		TRY(node_text(node, "extends", &name, err));
	*ret = name;
	return RC_OK;
}

static enum rc_status
read_forbidden_kinds(const struct reader *r, const struct product *parent, const struct node *map)
{
	VEC(struct forbidden_kind) all = { .v = NULL };

	for (size_t i = 0; parent != NULL && i < parent->n_kinds; i++) {
		const struct node *why = node_get(map, parent->kinds[i]->name);
		struct forbidden_kind forbidden = { .kind = parent->kinds[i] };

		if (why == NULL)
			continue;
		TRY(node_text(why, "the reason", &forbidden.why, r->err));
		*VEC_PUSH(r->arena, &all) = forbidden;
	}
	r->product->forbidden = all.v;
	r->product->n_forbidden = all.n;
	return RC_OK;
}

static enum rc_status
read_reason(const struct reader *r, const struct node *map, const char *word, const char **ret)
{
	const struct node *node = node_get(map, word);

	return node != NULL ? node_text(node, "the reason", ret, r->err) : RC_OK;
}

static enum rc_status
read_forbid(const struct reader *r, const struct product *parent, const struct node *map)
{
	static const char *const words[] = { "xmpp", "rsa-pss", "ed25519" };
	size_t n_kinds = parent != NULL ? parent->n_kinds : 0, n = 0;
	const char **keys = arena_alloc(r->arena, (n_kinds + ARRAY_LEN(words)) * sizeof(*keys));

	if (parent != NULL) {
		r->product->forbid_pss = parent->forbid_pss;
		r->product->forbid_ed25519 = parent->forbid_ed25519;
	}
	if (map == NULL)
		return RC_OK;
	for (; n < ARRAY_LEN(words); n++)
		keys[n] = words[n];
	for (size_t i = 0; i < n_kinds; i++)
		keys[n++] = parent->kinds[i]->name;
	TRY(node_want(map, NODE_MAP, "forbid", r->err));
	TRY(node_check_keys(map, keys, n, "forbid", r->err));
	TRY(read_reason(r, map, "xmpp", &r->product->forbid_xmpp));
	TRY(read_reason(r, map, "rsa-pss", &r->product->forbid_pss));
	TRY(read_reason(r, map, "ed25519", &r->product->forbid_ed25519));
	return read_forbidden_kinds(r, parent, map);
}

static enum rc_status
read_idna(const struct reader *r, const struct node *node)
{
	static const char *const words[] = { "refuse", "a-label" };
	size_t word = 0;

	if (node != NULL)
		TRY(node_word(node, "idna", words, ARRAY_LEN(words), &word, r->err));
	r->product->idna = word == 1;
	return RC_OK;
}

static enum rc_status
read_wildcards(const struct reader *r, const struct node *node)
{
	static const char *const words[] = { "allow", "refuse" };
	size_t word = 0;

	if (node != NULL)
		TRY(node_word(node, "wildcards", words, ARRAY_LEN(words), &word, r->err));
	r->product->no_wildcards = word == 1;
	return RC_OK;
}

/* A product that extends another has its limit, or a limit of its own. */
static enum rc_status
read_validity(const struct reader *r, const struct product *parent, const struct node *node)
{
	int64_t days;

	r->product->most_validity_days = parent != NULL ? parent->most_validity_days
	    : VALIDITY_DAYS_MAX;
	r->product->validity_at = parent != NULL ? parent->validity_at : NOWHERE;
	if (node == NULL)
		return RC_OK;
	TRY(node_number(node, "most_validity_days", 1, VALIDITY_DAYS_MAX, &days, r->err));
	r->product->most_validity_days = (unsigned)days;
	r->product->validity_at = node->at;
	return RC_OK;
}

enum rc_status
product_read(const struct document *document, const struct product *parent,
    struct arena *arena, const struct product **ret, struct error *err)
{
	static const char *const keys[] =
	    { "product", "title", "extends", "idna", "wildcards", "most_validity_days", "forbid",
	    "kinds" };
	const struct node *root = document_root(document), *node;
	struct product *product = ARENA_NEW(arena, struct product);
	struct reader r = { .product = product, .arena = arena, .err = err };

	TRY(node_want(root, NODE_MAP, "a product", err));
	TRY(node_check_keys(root, keys, ARRAY_LEN(keys), "a product", err));
	TRY(node_require(root, "product", "a product", &node, err));
	TRY(node_text(node, "product", &product->name, err));
	product->at = node->at;
	product->title = product->name;
	if ((node = node_get(root, "title")) != NULL)
		TRY(node_text(node, "the title", &product->title, err));
	TRY(product_extends(document, &product->extends, err));
	TRY(read_idna(&r, node_get(root, "idna")));
	TRY(read_wildcards(&r, node_get(root, "wildcards")));
	TRY(read_validity(&r, parent, node_get(root, "most_validity_days")));
	TRY(read_forbid(&r, parent, node_get(root, "forbid")));
	TRY_WHILE(err, read_kinds(&r, parent, node_get(root, "kinds")), "reading the product '%s'",
	    product->name);
	*ret = product;
	return RC_OK;
}

const struct kind *
product_kind(const struct product *product, const char *name)
{
	for (size_t i = 0; i < product->n_kinds; i++)
		if (strcmp(product->kinds[i]->name, name) == 0)
			return product->kinds[i];
	return NULL;
}

static bool
all_have(const struct product *product, const char *const *kinds, struct field *field)
{
	for (const char *const *name = kinds; *name != NULL; name++) {
		const struct kind *kind = product_kind(product, *name);
		const struct field *other = kind == NULL ? NULL
		    : record_field(kind->type->record, field->name);

		if (other == NULL || !type_equal(field->type, other->type))
			return false;
		field->optional |= other->optional;
	}
	return true;
}

const struct type *
product_common_type(const struct product *product, const char *const *kinds, struct arena *arena)
{
	const struct kind *first = product_kind(product, kinds[0]);
	struct record_type *record = ARENA_NEW(arena, struct record_type);
	VEC(struct field) fields = { .v = NULL };

	for (size_t i = 0; first != NULL && i < first->type->record->n_fields; i++) {
		struct field field = first->type->record->fields[i];

		if (all_have(product, kinds, &field))
			*VEC_PUSH(arena, &fields) = field;
	}
	record->name = "a pool";
	record->fields = fields.v;
	record->n_fields = fields.n;
	return type_record(arena, record);
}
