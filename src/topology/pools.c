#include <stdio.h>
#include <stdlib.h>

#include "topology/reader.h"
#include "topology/value_read.h"
#include "x509/general_name.h"

/* A server or pool name and who said it first, case folded for the search. */
struct claim {
	const char *name;
	struct place at;
	size_t pool;
};

static int
claim_compare(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = strcasecmp(x->name, y->name);

	/* Equal names in the order of the text: the later one is the mistake. */
	if (order == 0)
		order = x->at.line != y->at.line ? (x->at.line < y->at.line ? -1 : 1)
		    : (x->at.column > y->at.column) - (x->at.column < y->at.column);
	return order;
}

static void
refuse_second(struct topology_reader *r, struct claim *claims, size_t n, enum rule rule,
    const char *sentence)
{
	if (n > 1)
		qsort(claims, n, sizeof(*claims), claim_compare);
	for (size_t i = 1; i < n; i++)
		if (strcasecmp(claims[i].name, claims[i - 1].name) == 0) {
			reader_keep(r, error_at(r->err, rule, claims[i].at, "%s: '%s'", sentence,
			    claims[i].name));
			error_also(r->err, claims[i - 1].at, "first here");
		}
}

/* A pool's name once, a server in one pool and there once. */
static void
check_unique(struct topology_reader *r)
{
	VEC(struct claim) pools = { .v = NULL }, servers = { .v = NULL };
	const struct topology *t = r->topology;

	for (size_t i = 0; i < t->n_pools; i++) {
		*VEC_PUSH(r->arena, &pools) = (struct claim){ t->pools[i].fqdn,
			value_field(t->pools[i].record, "fqdn")->at, i };
		for (size_t s = 0; s < t->pools[i].n_servers; s++) {
			const struct value *name = value_field(t->pools[i].servers[s], "fqdn");

			*VEC_PUSH(r->arena, &servers) = (struct claim){ name->u.text, name->at, i };
		}
	}
	refuse_second(r, pools.v, pools.n, RULE_TOPOLOGY_POOL_TWICE, "a pool stands twice");
	refuse_second(r, servers.v, servers.n, RULE_TOPOLOGY_SERVER_TWICE,
	    "a server belongs to one pool, and stands there once");
}

/* -- one pool --------------------------------------------------------------------- */

static const struct value *
server_of(struct topology_reader *r, const struct value *fqdn)
{
	struct value *server = value_record(r->arena, server_record_type(), fqdn->at);

	value_set(server, "fqdn", fqdn);
	return server;
}

/* A `single` pool is one server of the pool's own name. */
static enum rc_status
check_single(struct topology_reader *r, const struct pool *pool, const struct value *names,
    const struct node *node)
{
	/* The pool's name could not be read, and that was told. */
	if (pool->fqdn[0] == '\0')
		return RC_OK;
	if (names->u.list.n == 1 && fqdn_equal(names->u.list.v[0]->u.text, pool->fqdn))
		return RC_OK;
	return error_at(r->err, RULE_TOPOLOGY_SINGLE_SERVER, node->at,
	    "%s is one server: its list of servers is [%s], or left out", pool->kind->title,
	    pool->fqdn);
}

static enum rc_status
read_servers(struct topology_reader *r, const struct node *map, struct pool *pool)
{
	const struct node *node = node_get(map, "servers");
	const struct type *type = record_field(pool->kind->type->record, "servers")->type;
	const struct value *names = value_list(r->arena, &type_fqdn_list, NULL, 0, NOWHERE);
	const struct value *own = value_field(pool->record, "fqdn");

	if (node != NULL)
		TRY(reader_fqdn_list(r, node, "a server", &names));
	else if (pool->kind->servers == SERVERS_REQUIRED)
		return error_at(r->err, RULE_MISSING_KEY, map->at,
		    "a pool of kind %s needs the key 'servers'",
		    pool->kind->name);
	else if (pool->kind->servers == SERVERS_SINGLE)
		names = value_list(r->arena, &type_fqdn_list, &own, 1, NOWHERE);
	if (node != NULL && pool->kind->servers == SERVERS_SINGLE)
		TRY(check_single(r, pool, names, node));
	if (node != NULL && pool->kind->servers == SERVERS_REQUIRED && names->u.list.n == 0)
		return error_at(r->err, RULE_MISSING_KEY, node->at,
		    "a pool of kind %s has at least one server",
		    pool->kind->name);
	pool->n_servers = names->u.list.n;
	pool->servers = arena_alloc(r->arena, (pool->n_servers + 1) * sizeof(*pool->servers));
	for (size_t i = 0; i < pool->n_servers; i++)
		pool->servers[i] = server_of(r, names->u.list.v[i]);
	value_set(pool->record, "servers",
	    value_list(r->arena, type, pool->servers, pool->n_servers, NOWHERE));
	return RC_OK;
}

static enum rc_status read_record(struct topology_reader *r, const struct node *map,
    const struct field_rule *rules, size_t n, struct value *record) RC_CHECK;

static enum rc_status
read_field(struct topology_reader *r, const struct node *map, const struct field_rule *rule,
    struct value *record)
{
	const struct node *node = node_get(map, rule->field->name);
	const struct type *type = rule->field->type;
	const struct value *value = rule->fallback;

	/* Pools are found when all of them are read. */
	if (rule->is_pools)
		return RC_OK;
	if (type->kind == TYPE_RECORD) {
		struct value *inner =
		    value_record(r->arena, type, node != NULL ? node->at : NOWHERE);

		value_set(record, rule->field->name, inner);
		if (node != NULL)
			TRY(node_want(node, NODE_MAP, rule->field->name, r->err));
		return read_record(r, node, rule->fields, type->record->n_fields, inner);
	}
	if (node == NULL && rule->required)
		return error_at(r->err, RULE_MISSING_KEY, map->at, "the key '%s' is needed here",
		    rule->field->name);
	if (node != NULL)
		TRY(value_read(type, node, rule->field->name, r->topology->product, r->arena,
		    &value, r->err));
	else if (type->kind == TYPE_LIST && value == NULL)
		value = value_list(r->arena, type, NULL, 0, NOWHERE);
	value_set(record, rule->field->name, value);
	return RC_OK;
}

/* Every field of a record; all mistakes of it.  map may be NULL: nothing is set. */
static enum rc_status
read_record(struct topology_reader *r, const struct node *map, const struct field_rule *rules,
    size_t n, struct value *record)
{
	const char **names = arena_alloc(r->arena, (n + 1) * sizeof(*names));
	static const struct node nothing = { .kind = NODE_MAP };
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < n; i++)
		names[i] = rules[i].field->name;
	/* The keys of a pool itself are checked with its own ones, in read_pool. */
	if (map != NULL && record->type->record->n_fields == n)
		first = node_check_keys(map, names, n, record->type->record->name, r->err);
	for (size_t i = 0; i < n; i++) {
		enum rc_status status =
		    read_field(r, map != NULL ? map : &nothing, &rules[i], record);

		if (first == RC_OK)
			first = status;
	}
	return first;
}

static enum rc_status
check_pool_keys(struct topology_reader *r, const struct node *map, const struct kind *kind)
{
	const struct record_type *record = kind->type->record;
	const char **names = arena_alloc(r->arena, (record->n_fields + 1) * sizeof(*names));
	char what[96];

	for (size_t i = 0; i < record->n_fields; i++)
		names[i] = record->fields[i].name;
	(void)snprintf(what, sizeof(what), "a pool of kind %s", kind->name);
	return node_check_keys(map, names, record->n_fields, what, r->err);
}

static enum rc_status
check_kind_exists(struct topology_reader *r, const struct node *node)
{
	const struct product *product = r->topology->product;

	for (size_t i = 0; node->kind == NODE_TEXT && i < product->n_forbidden; i++)
		if (strcmp(product->forbidden[i].kind->name, node->text) == 0)
			return error_at(r->err, RULE_TOPOLOGY_KIND, node->at, "%s has no %s: %s",
			    product->title, product->forbidden[i].kind->title,
			    product->forbidden[i].why);
	return RC_OK;
}

static enum rc_status
find_kind(struct topology_reader *r, const struct node *node, const struct kind **ret)
{
	const struct product *product = r->topology->product;
	const char **names = arena_alloc(r->arena, (product->n_kinds + 1) * sizeof(*names));
	size_t found;

	TRY(check_kind_exists(r, node));
	for (size_t i = 0; i < product->n_kinds; i++)
		names[i] = product->kinds[i]->name;
	TRY(node_word(node, "the kind of a pool", names, product->n_kinds, &found, r->err));
	*ret = product->kinds[found];
	return RC_OK;
}

static enum rc_status
read_pool(struct topology_reader *r, const struct node *map, struct pool *pool)
{
	const struct node *node = NULL;
	const struct value *fqdn = NULL;
	enum rc_status first;

	TRY(node_want(map, NODE_MAP, "a pool", r->err));
	first = node_require(map, "fqdn", "a pool", &node, r->err);
	if (node != NULL)
		KEEP_FIRST(first, reader_fqdn(r, node, "a pool", false, &fqdn));
	if (fqdn == NULL)
		fqdn = value_text(r->arena, &type_fqdn, "", map->at);
	/* Without its kind nothing of a pool can be read. */
	TRY(node_require(map, "kind", "a pool", &node, r->err));
	TRY(find_kind(r, node, &pool->kind));
	pool->fqdn = fqdn->u.text;
	pool->at = map->at;
	pool->record = value_record(r->arena, pool->kind->type, map->at);
	value_set(pool->record, "fqdn", fqdn);
	value_set(pool->record, "kind",
	    value_text(r->arena, &type_text, pool->kind->name, node->at));
	KEEP_FIRST(first, check_pool_keys(r, map, pool->kind));
	KEEP_FIRST(first, read_record(r, map, pool->kind->rules, pool->kind->n_rules,
	    pool->record));
	KEEP_FIRST(first, read_servers(r, map, pool));
	return first;
}

static int
name_compare(const void *a, const void *b)
{
	const struct pool *const *x = a, *const *y = b;

	return strcasecmp((*x)->fqdn, (*y)->fqdn);
}

static void
sort_by_name(struct topology *t, struct arena *arena)
{
	t->by_name = arena_alloc(arena, (t->n_pools + 1) * sizeof(*t->by_name));
	for (size_t i = 0; i < t->n_pools; i++)
		t->by_name[i] = &t->pools[i];
	if (t->n_pools > 1)
		qsort(t->by_name, t->n_pools, sizeof(*t->by_name), name_compare);
}

void
reader_pools(struct topology_reader *r, const struct node *list)
{
	VEC(struct pool) pools = { .v = NULL };
	VEC(const struct node *) maps = { .v = NULL };
	enum rc_status status = node_want(list, NODE_LIST, "pools", r->err);
	bool all_read = status == RC_OK;

	reader_keep(r, status);
	for (size_t i = 0; status == RC_OK && i < list->count; i++) {
		struct pool pool = { .fqdn = NULL };
		enum rc_status read = read_pool(r, list->items[i], &pool);

		reader_keep(r, read);
		if (read != RC_OK) {
			all_read = false;
			continue;
		}
		*VEC_PUSH(r->arena, &pools) = pool;
		*VEC_PUSH(r->arena, &maps) = list->items[i];
	}
	r->topology->pools = pools.v;
	r->topology->n_pools = pools.n;
	sort_by_name(r->topology, r->arena);
	check_unique(r);
	/* References to a pool that could not be read would only be noise. */
	if (all_read)
		reader_references(r, maps.v);
}
