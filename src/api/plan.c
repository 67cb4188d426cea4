#include "api/api.h"

#include <stdlib.h>

#include "topology/topology.h"

static enum rc_status
make(const struct rc_roles *roles, struct bytes text, const char *name, struct rc_plan *p,
    struct error *err)
{
	const struct product *const *products;
	size_t n;

	products = catalog_products(roles->catalog, &n);
	TRY(topology_read(text, name, products, n, &p->topology, err));
	TRY(program_compile(roles->catalog, p->topology->product, p->topology, &p->program, err));
	TRY(program_check_topology(p->program, roles->catalog, p->topology, err));
	return plan_make(p->program, p->topology, &p->plan, err);
}

enum rc_status
rc_plan_make(const struct rc_roles *roles, struct bytes topology, const char *name,
    struct rc_plan **ret, struct rc_error *err)
{
	struct rc_plan *p = mem_alloc(sizeof(*p));
	enum rc_status st;

	*p = (struct rc_plan){ .plan = NULL };
	st = make(roles, topology, name, p, err->err);
	error_sort(err->err);
	if (st == RC_OK)
		*ret = p;
	else
		rc_plan_free(p);
	return st;
}

void
rc_plan_free(struct rc_plan *plan)
{
	if (plan == NULL)
		return;
	plan_free(plan->plan);
	program_free(plan->program);
	topology_free(plan->topology);
	free(plan);
}

const uint8_t *
rc_plan_digest(const struct rc_plan *plan)
{
	return plan->plan->digest;
}

size_t
rc_plan_count(const struct rc_plan *plan)
{
	return plan->plan->n_entries;
}

const struct rc_entry *
rc_plan_entry(const struct rc_plan *plan, size_t i)
{
	return (const struct rc_entry *)(i < plan->plan->n_entries ? &plan->plan->entries[i]
	    : NULL);
}

const struct rc_entry *
rc_plan_find(const struct rc_plan *plan, const char *id)
{
	return (const struct rc_entry *)plan_find(plan->plan, id);
}

const char *
rc_entry_id(const struct rc_entry *entry)
{
	return api_entry(entry)->id;
}

const char *
rc_entry_role(const struct rc_entry *entry)
{
	return api_entry(entry)->role;
}

const char *
rc_entry_title(const struct rc_entry *entry)
{
	return api_entry(entry)->title;
}

const char *
rc_entry_pool(const struct rc_entry *entry)
{
	return api_entry(entry)->pool;
}

const char *
rc_entry_server(const struct rc_entry *entry)
{
	return api_entry(entry)->server;
}

const char *
rc_entry_common_name(const struct rc_entry *entry)
{
	return api_entry(entry)->subject.attr[DN_CN];
}

const uint8_t *
rc_entry_digest(const struct rc_entry *entry)
{
	return api_entry(entry)->digest;
}

size_t
rc_entry_names(const struct rc_entry *entry)
{
	return api_entry(entry)->n_san;
}

const char *
rc_entry_name(const struct rc_entry *entry, size_t i)
{
	return i < api_entry(entry)->n_san ? api_entry(entry)->san[i].value : NULL;
}

const char *
rc_entry_name_type(const struct rc_entry *entry, size_t i)
{
	return i < api_entry(entry)->n_san ? name_type_word(api_entry(entry)->san[i].type) : NULL;
}

size_t
rc_entry_types(const struct rc_entry *entry)
{
	return api_entry(entry)->n_assign;
}

const char *
rc_entry_type(const struct rc_entry *entry, size_t i)
{
	return i < api_entry(entry)->n_assign ? api_entry(entry)->assign[i] : NULL;
}
