/*
 * What the topology gives to a role's parameters, and what a role makes of them beside
 * names: the validity.
 */
#include "plan/build.h"

static const struct parameter_setting *
find_setting(const struct topology *topology, const char *role, const char *name)
{
	for (size_t i = 0; i < topology->n_parameters; i++)
		if (strcmp(topology->parameters[i].role, role) == 0 &&
		    strcmp(topology->parameters[i].name, name) == 0)
			return &topology->parameters[i];
	return NULL;
}

/* Where the topology speaks of the role's parameters, or would. */
static struct place
place_of_settings(const struct topology *topology, const char *role)
{
	for (size_t i = 0; i < topology->n_parameters; i++)
		if (strcmp(topology->parameters[i].role, role) == 0)
			return topology->parameters[i].role_at;
	return value_field(topology->facts, "name")->at;
}

static enum rc_status
missing(const struct builder *b, const struct role *role, const struct parameter *parameter,
    const char *owner)
{
	(void)error_at(b->err, RULE_PARAMETER_MISSING, place_of_settings(b->topology, owner),
	    "the role '%s' requires the parameter '%s'", role->name, parameter->name);
	error_also(b->err, parameter->at, "%s", parameter->why != NULL ? parameter->why
	    : "declared here");
	error_fix(b->err, "set it in the topology: parameters: { %s: { %s: ... } }", owner,
	    parameter->name);
	return rule_status(RULE_PARAMETER_MISSING);
}

static enum rc_status
read_one(const struct builder *b, const struct role *role, const struct parameter *parameter,
    const struct value **ret)
{
	const char *owner = parameter->from != NULL ? parameter->from : role->name;
	const struct parameter_setting *setting = find_setting(b->topology, owner,
	    parameter->name);

	if (setting != NULL)
		return parameter_read(parameter, setting, b->topology->product, b->arena, ret,
		    b->err);
	*ret = parameter->fallback;
	return *ret != NULL ? RC_OK : missing(b, role, parameter, owner);
}

bool
entry_parameters(struct making *m)
{
	struct builder *b = m->builder;
	struct role_parts *parts = m->parts;
	const struct role *role = m->role;

	if (parts->parameters == NULL) {
		parts->parameters = arena_alloc(b->arena,
		    (role->n_parameters + 1) * sizeof(*parts->parameters));
		for (size_t i = 0; i < role->n_parameters; i++)
			KEEP_FIRST(parts->parameters_status,
			    read_one(b, role, &role->parameters[i], &parts->parameters[i]));
		KEEP_FIRST(b->status, parts->parameters_status);
	}
	m->bindings.parameters = (const struct value *const *)parts->parameters;
	return parts->parameters_status == RC_OK;
}

/* -- validity ---------------------------------------------------------------------------- */

enum { DAY = 86400 };

/* What the terms of a CA's certificate say stands. */
enum rc_status
entry_validity(struct making *m)
{
	SCOPED(buf_clear) struct buf have = BUF_INIT;
	const struct product *product = m->builder->program->product;
	const struct value *value;
	struct place at;
	int64_t days;

	if (m->role->validity == NULL || m->entry->validity_days != 0)
		return RC_OK;
	value = expr_eval(m->role->validity, &m->bindings);
	days = value->type->kind == TYPE_NUMBER ? value->u.number
	    : value->u.number % DAY == 0 ? value->u.number / DAY : 0;
	m->entry->validity_days = (unsigned)days;
	m->entry->validity_why.fact = expr_fact(m->role->validity, &m->bindings);
	if (days >= 1 && days <= product->most_validity_days)
		return RC_OK;
	at = m->entry->validity_why.fact;
	value_print(value, &have);
	return validity_refused(product, at.source != NULL ? at
	    : role_setting(m->role, "validity_days")->at, buf_text(&have), m->builder->err);
}

enum { USUAL_RENEWAL = 30 };

/* A window that the role itself asks for may be longer than a third. */
int64_t
entry_renew_from(const struct entry *entry, int64_t not_before, int64_t not_after)
{
	unsigned days = entry->renew_before_days;
	int64_t span = not_after - not_before,
	    window = (int64_t)(days != 0 ? days : USUAL_RENEWAL) * DAY;

	return not_after - (window > (days != 0 ? span - 1 : span / 3) ? span / 3 : window);
}

unsigned
entry_renewal_days(const struct entry *entry)
{
	int64_t span = entry->validity_days * (int64_t)DAY;

	return (unsigned)((span - entry_renew_from(entry, 0, span)) / DAY);
}
