/*
 * What pools say of each other.  A topology may hold as many pools as its text has room
 * for, and each may speak of all others: what is looked for in all of them is sorted
 * once.
 */
#include <stdlib.h>

#include "topology/reader.h"
#include "x509/general_name.h"

/* The values of KIND.PATH in all pools that have one, by name. */
struct unlike_index {
	const char *unlike;
	const struct value **v;
	size_t n;
};

/* Every pool that a field which is left out stands for. */
struct everyone {
	const struct field_rule *rule;
	const struct value *list;
};

struct referrer {
	struct topology_reader *reader;
	VEC(struct unlike_index) unlikes;
	VEC(struct everyone) everyones;
};

static bool
in_group(const char *const *group, const char *kind)
{
	for (; *group != NULL; group++)
		if (strcmp(*group, kind) == 0)
			return true;
	return false;
}

static bool
is_wanted(const struct field_rule *rule, size_t group, const struct pool *pool)
{
	return in_group(rule->groups[group], pool->kind->name) &&
	    (rule->having == NULL || value_path(pool->record, rule->having) != NULL);
}

/* A pool that a list names must exist and be one that may stand there. */
static enum rc_status
check_named(struct topology_reader *r, const struct field_rule *rule, const struct node *node,
    const struct pool **ret)
{
	const struct pool *pool = topology_pool(r->topology, node->text);
	const char **names, *near;
	enum rc_status status;

	*ret = pool;
	for (size_t g = 0; pool != NULL && g < rule->n_groups; g++)
		if (is_wanted(rule, g, pool))
			return RC_OK;
	if (pool != NULL)
		return error_at(r->err, RULE_TOPOLOGY_POOL_REFERENCE, node->at,
		    "'%s' cannot stand in '%s': it is of kind %s%s%s", node->text,
		    rule->field->name,
		    pool->kind->name, rule->having != NULL ? "; wanted is one with " : "",
		    rule->having != NULL ? rule->having : "");
	status = error_at(r->err, RULE_TOPOLOGY_POOL_REFERENCE, node->at, "there is no pool '%s'",
	    node->text);
	names = mem_alloc((r->topology->n_pools + 1) * sizeof(*names));
	for (size_t i = 0; i < r->topology->n_pools; i++)
		names[i] = r->topology->pools[i].fqdn;
	near = nearest_word(node->text, names, r->topology->n_pools);
	if (near != NULL)
		error_fix(r->err, "did you mean '%s'?", near);
	free(names);
	return status;
}

/* Pools lie in one array, in the order of the topology. */
static int
place_compare(const void *a, const void *b)
{
	const struct pool *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

/* The records of these pools, group by group, each once. */
static const struct value *
grouped(struct topology_reader *r, const struct field_rule *rule,
    const struct pool *const *pools, size_t n, struct place at)
{
	VEC(const struct value *) found = { .v = NULL };

	for (size_t g = 0; g < rule->n_groups; g++)
		for (size_t i = 0; i < n; i++)
			if ((i == 0 || pools[i] != pools[i - 1]) && is_wanted(rule, g, pools[i]))
				*VEC_PUSH(r->arena, &found) = pools[i]->record;
	return value_list(r->arena, rule->field->type, found.v, found.n, at);
}

static const struct value *
everyone_for(struct referrer *f, const struct field_rule *rule)
{
	const struct topology *t = f->reader->topology;
	const struct pool **all;
	struct everyone *everyone;

	for (size_t i = 0; i < f->everyones.n; i++)
		if (f->everyones.v[i].rule == rule)
			return f->everyones.v[i].list;
	all = mem_alloc((t->n_pools + 1) * sizeof(*all));
	for (size_t i = 0; i < t->n_pools; i++)
		all[i] = &t->pools[i];
	everyone = VEC_PUSH(f->reader->arena, &f->everyones);
	*everyone = (struct everyone){ rule, grouped(f->reader, rule, all, t->n_pools, NOWHERE) };
	free(all);
	return everyone->list;
}

static enum rc_status
resolve_pools_field(struct referrer *f, const struct node *map, const struct pool *pool,
    const struct field_rule *rule)
{
	const struct node *list = node_get(map, rule->field->name);
	struct topology_reader *r = f->reader;
	enum rc_status first = RC_OK;
	const struct pool **named;
	size_t n = 0;

	if (list == NULL) {
		value_set(pool->record, rule->field->name, everyone_for(f, rule));
		return RC_OK;
	}
	TRY(node_want(list, NODE_LIST, rule->field->name, r->err));
	named = arena_alloc(r->arena, (list->count + 1) * sizeof(*named));
	for (size_t i = 0; i < list->count; i++) {
		enum rc_status status = node_want(list->items[i], NODE_TEXT, "a pool", r->err);

		if (status == RC_OK)
			status = check_named(r, rule, list->items[i], &named[n]);
		n += status == RC_OK;
		KEEP_FIRST(first, status);
	}
	if (n > 1)
		qsort(named, n, sizeof(*named), place_compare);
	value_set(pool->record, rule->field->name, grouped(r, rule, named, n, list->at));
	return first;
}

/* -- unlike: KIND.PATH: this fact differs from that fact of every pool of that kind ---- */

/* Equal names in the order of the text. */
static int
value_compare(const void *a, const void *b)
{
	const struct value *const *x = a, *const *y = b;
	int order = strcasecmp((*x)->u.text, (*y)->u.text);

	if (order == 0)
		order = ((*x)->at.line > (*y)->at.line) - ((*x)->at.line < (*y)->at.line);
	if (order == 0)
		order = ((*x)->at.column > (*y)->at.column) - ((*x)->at.column < (*y)->at.column);
	return order;
}

static const struct unlike_index *
unlike_values(struct referrer *f, const char *unlike)
{
	const struct topology *t = f->reader->topology;
	VEC(const struct value *) found = { .v = NULL };
	size_t n = strcspn(unlike, ".");
	struct unlike_index *index;

	for (size_t i = 0; i < f->unlikes.n; i++)
		if (f->unlikes.v[i].unlike == unlike)
			return &f->unlikes.v[i];
	for (size_t i = 0; unlike[n] == '.' && i < t->n_pools; i++) {
		const char *kind = t->pools[i].kind->name;
		const struct value *theirs = NULL;

		if (strncmp(kind, unlike, n) == 0 && kind[n] == '\0')
			theirs = value_path(t->pools[i].record, unlike + n + 1);
		if (theirs != NULL)
			*VEC_PUSH(f->reader->arena, &found) = theirs;
	}
	if (found.n > 1)
		qsort(found.v, found.n, sizeof(*found.v), value_compare);
	index = VEC_PUSH(f->reader->arena, &f->unlikes);
	*index = (struct unlike_index){ unlike, found.v, found.n };
	return index;
}

static size_t
first_of(const struct unlike_index *index, const char *name)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcasecmp(index->v[middle]->u.text, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const char *
kind_title(const struct product *product, const char *unlike)
{
	size_t n = strcspn(unlike, ".");

	for (size_t i = 0; i < product->n_kinds; i++)
		if (strncmp(product->kinds[i]->name, unlike, n) == 0 &&
		    product->kinds[i]->name[n] == '\0')
			return product->kinds[i]->title;
	return unlike;
}

static void
check_unlike(struct referrer *f, const struct value *mine, const char *unlike)
{
	const struct unlike_index *index = unlike_values(f, unlike);
	struct topology_reader *r = f->reader;

	for (size_t i = first_of(index, mine->u.text);
	    i < index->n && strcasecmp(index->v[i]->u.text, mine->u.text) == 0; i++) {
		if (index->v[i] == mine)
			continue;
		reader_keep(r, error_at(r->err, RULE_TOPOLOGY_SAME_NAME, mine->at,
		    "'%s' must differ from that of every %s", mine->u.text,
		    kind_title(r->topology->product, unlike)));
		error_also(r->err, index->v[i]->at, "used here");
	}
}

static void
check_unlike_fields(struct referrer *f, const struct value *record,
    const struct field_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct value *value = value_field(record, rules[i].field->name);

		if (rules[i].unlike != NULL && value != NULL)
			check_unlike(f, value, rules[i].unlike);
		if (value != NULL && value->type->kind == TYPE_RECORD)
			check_unlike_fields(f, value, rules[i].fields,
			    value->type->record->n_fields);
	}
}

void
reader_references(struct topology_reader *r, const struct node *const *maps)
{
	struct referrer f = { .reader = r };

	for (size_t i = 0; i < r->topology->n_pools; i++) {
		const struct pool *pool = &r->topology->pools[i];

		for (size_t k = 0; k < pool->kind->n_rules; k++)
			if (pool->kind->rules[k].is_pools)
				reader_keep(r, resolve_pools_field(&f, maps[i], pool,
				    &pool->kind->rules[k]));
		check_unlike_fields(&f, pool->record, pool->kind->rules, pool->kind->n_rules);
	}
}
