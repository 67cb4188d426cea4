#include <stdlib.h>

#include "plan/build.h"

struct collected {
	struct general_name name;
	struct provenance why;
};

/* The names of one entry as they are found. */
struct collector {
	struct making *making;
	VEC(struct collected) names;
	enum rc_status status;
	bool full;                       /* told already                       */
};

enum { NAMES_MAX = 5000 };

/* Nothing is added any more, and nobody need hear it twice. */
static void
over_limit(struct collector *c, struct place at, const char *sentence)
{
	enum rc_status status;

	if (c->full)
		return;
	c->full = true;
	status = error_at(c->making->builder->err, RULE_PLAN_LIMIT, at, "%s", sentence);
	error_while(c->making->builder->err, "planning the entry '%s'", c->making->entry->id);
	c->status = c->status != RC_OK ? c->status : status;
}

static bool
is_there(const struct collector *c, const struct general_name *name)
{
	for (size_t i = 0; i < c->names.n; i++)
		if (general_name_equal(&c->names.v[i].name, name))
			return true;
	return false;
}

static bool
is_in_domain_of(const struct pool *pool, const char *name)
{
	const char *domain = fqdn_parent(pool->fqdn);

	return domain != NULL && strchr(domain, '.') != NULL && fqdn_is_below(name, domain);
}

/* "*.contoso.com" may stand where contoso.com is a SIP domain, lies below one, or
 * is, or lies below, the domain of a pool: nobody gets *.com. */
static bool
wildcard_is_ours(const struct topology *topology, const struct pool *own, const char *parent)
{
	const struct value *domains;

	if (topology->facts == NULL)     /* of a CA itself */
		return false;
	domains = value_field(topology->facts, "sip_domains");
	for (size_t i = 0; i < domains->u.list.n; i++)
		if (fqdn_is_below(parent, value_field(domains->u.list.v[i], "name")->u.text))
			return true;
	/* The entry's own pool is asked first: of many pools most need no other. */
	if (own != NULL && is_in_domain_of(own, parent))
		return true;
	for (size_t i = 0; i < topology->n_pools; i++)
		if (is_in_domain_of(&topology->pools[i], parent))
			return true;
	return false;
}

static enum rc_status
check_name(const struct collector *c, const struct general_name *name, struct place at)
{
	const struct builder *b = c->making->builder;

	TRY(general_name_check(name, true, at, b->err));
	if (name->type == NAME_DNS && strncmp(name->value, "*.", 2) == 0 &&
	    b->topology->product->no_wildcards)
		return error_at(b->err, RULE_WILDCARD_REFUSED, at, "'%s': %s takes no wildcards",
		    name->value, b->topology->product->title);
	if (name->type == NAME_DNS && strncmp(name->value, "*.", 2) == 0 &&
	    !wildcard_is_ours(b->topology, c->making->pool, name->value + 2))
		return error_at(b->err, RULE_WILDCARD_PARENT, at,
		    "'%s': '%s' is neither a SIP domain nor a pool's domain, nor below one",
		    name->value,
		    name->value + 2);
	return RC_OK;
}

static void
add_name(struct collector *c, struct general_name name, struct provenance why)
{
	struct place at = why.fact.source != NULL ? why.fact : why.rule;
	enum rc_status status;

	if (c->names.n == NAMES_MAX)
		over_limit(c, at, "more than 5000 names");
	if (c->full || is_there(c, &name))
		return;
	status = check_name(c, &name, at);
	if (status != RC_OK) {
		error_while(c->making->builder->err, "planning the entry '%s'",
		    c->making->entry->id);
		c->status = c->status != RC_OK ? c->status : status;
		return;
	}
	*VEC_PUSH(c->making->builder->scratch, &c->names) = (struct collected){ name, why };
}

static void collect(struct collector *c, const struct name_item *items, size_t n,
    const char *because);

static void
collect_each(struct collector *c, const struct name_item *item, const char *because)
{
	struct bindings *bindings = &c->making->bindings;
	const struct value *list = each_list(&item->each, bindings);

	for (size_t i = 0; list != NULL && i < list->u.list.n; i++) {
		if (++bindings->rounds > ROUNDS_MAX)
			over_limit(c, item->at, "`each` goes round more than 100000 times");
		if (c->full)
			break;
		each_bind(&item->each, bindings, list, i);
		collect(c, item->items, item->n_items, because);
	}
}

static void
collect_one(struct collector *c, const struct name_item *item, const char *because)
{
	struct provenance why = { .because = because, .rule = item->at };
	const char *value = template_eval(&item->text, &c->making->bindings, &why.fact);

	if (value != NULL)
		add_name(c, (struct general_name){ item->type, value }, why);
}

static void
collect(struct collector *c, const struct name_item *items, size_t n, const char *outer)
{
	for (size_t i = 0; i < n; i++) {
		const char *because = items[i].because != NULL ? items[i].because : outer;

		if (!condition_holds(items[i].when, &c->making->bindings))
			continue;
		if (items[i].kind == ITEM_NAME)
			collect_one(c, &items[i], because);
		else if (items[i].kind == ITEM_EACH)
			collect_each(c, &items[i], because);
		else
			collect(c, items[i].items, items[i].n_items, because);
	}
}

/* Equal targets in the order of the topology. */
static int
extra_compare(const void *a, const void *b)
{
	const struct extra_name *const *x = a, *const *y = b;
	int order = strcasecmp((*x)->target, (*y)->target);

	return order != 0 ? order : (*x > *y) - (*x < *y);
}

void
builder_sort_extras(struct builder *b)
{
	size_t n = b->topology->n_extras;

	b->extras = arena_alloc(b->arena, (n + 1) * sizeof(*b->extras));
	for (size_t i = 0; i < n; i++)
		b->extras[i] = &b->topology->extras[i];
	if (n > 1)
		qsort(b->extras, n, sizeof(*b->extras), extra_compare);
}

/* The extra names of a target that were not taken, from the first of them on. */
struct extra_range {
	const struct extra_name *const *next, *const *end;
	const char *target;
};

static struct extra_range
extras_of(const struct builder *b, const char *target)
{
	size_t low = 0, high = b->topology->n_extras;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcasecmp(b->extras[middle]->target, target) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct extra_range){ b->extras + low, b->extras + b->topology->n_extras, target };
}

static const struct extra_name *
extra_of(const struct extra_range *range)
{
	return range->next < range->end && strcasecmp((*range->next)->target, range->target) == 0
	    ? *range->next : NULL;
}

/* Those of the role and those of the entry, in the order of the topology. */
static const struct extra_name *
next_extra(struct extra_range *role, struct extra_range *entry)
{
	const struct extra_name *a, *b = extra_of(entry);

	/* The case of letters counts in the name of a role, not in that of an entry. */
	while ((a = extra_of(role)) != NULL && strcmp(a->target, role->target) != 0)
		role->next++;
	if (a == NULL || (b != NULL && b < a)) {
		entry->next += b != NULL;
		return b;
	}
	role->next++;
	entry->next += a == b;
	return a;
}

static void
collect_extras(struct collector *c)
{
	const struct builder *b = c->making->builder;
	struct extra_range role = extras_of(b, c->making->entry->role);
	struct extra_range entry = extras_of(b, c->making->entry->id);
	const struct extra_name *extra;

	while ((extra = next_extra(&role, &entry)) != NULL) {
		struct provenance why = { .because = "an extra name of the topology",
			.rule = extra->name->at, .fact = extra->name->at };

		b->extra_used[extra - b->topology->extras] = true;
		add_name(c, (struct general_name){ NAME_DNS, extra->name->u.text }, why);
	}
}

enum rc_status
entry_names(struct making *m)
{
	struct collector c = { .making = m };
	struct entry *entry = m->entry;

	collect(&c, m->role->names, m->role->n_names, NULL);
	collect_extras(&c);
	entry->n_san = c.names.n;
	entry->san = arena_alloc(m->builder->arena, c.names.n * sizeof(*entry->san));
	entry->why = arena_alloc(m->builder->arena, c.names.n * sizeof(*entry->why));
	for (size_t i = 0; i < c.names.n; i++) {
		entry->san[i] = c.names.v[i].name;
		entry->why[i] = c.names.v[i].why;
	}
	return c.status;
}

/* -- notes ------------------------------------------------------------------------------ */

void
builder_note(struct builder *b, bool warning, const char *rule, const char *entry,
    struct place at, const char *message)
{
	*VEC_PUSH(b->arena, &b->notes) = (struct plan_note){ .warning = warning, .rule = rule,
		.entry = entry, .message = message, .at = at };
}

static void
note_once(struct making *m, const struct note_item *note)
{
	const char *text;

	if (!condition_holds(note->when, &m->bindings))
		return;
	text = template_eval(&note->text, &m->bindings, NULL);
	if (text != NULL)
		builder_note(m->builder, note->warning, note->rule, m->entry->id, note->at, text);
}

void
entry_notes(struct making *m)
{
	for (size_t i = 0; i < m->role->n_notes; i++) {
		const struct note_item *note = &m->role->notes[i];
		const struct value *list = note->each.list != NULL
		    ? each_list(&note->each, &m->bindings) : NULL;

		if (note->each.list == NULL)
			note_once(m, note);
		for (size_t k = 0; list != NULL && k < list->u.list.n; k++) {
			each_bind(&note->each, &m->bindings, list, k);
			note_once(m, note);
		}
	}
}
