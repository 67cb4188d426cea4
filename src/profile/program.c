#include "profile/program.h"

#include <stdlib.h>

#include "profile/catalog.h"

void
program_free(struct program *program)
{
	if (program == NULL)
		return;
	arena_free(program->arena);
	free(program);
}

const struct role *
program_role(const struct program *program, const char *name)
{
	for (size_t i = 0; i < program->n_roles; i++)
		if (strcmp(program->roles[i]->name, name) == 0)
			return program->roles[i];
	return NULL;
}

static const struct role_text *
find_role_text(const struct catalog *catalog, const struct product *product, const char *role)
{
	const struct role_text *best = NULL;

	for (size_t i = 0; i < catalog->n_texts; i++) {
		const struct role_text *text = catalog->texts[i];

		if (text->role != NULL && strcmp(text->role, role) == 0 &&
		    role_text_has_product(text, product->name) &&
		    (best == NULL || text->place < best->place))
			best = text;
	}
	return best;
}

static bool
has_word(const struct node *node, const char *word)
{
	if (node->kind == NODE_TEXT)
		return strcmp(node->text, word) == 0;
	for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
		if (node->items[i]->kind == NODE_TEXT && strcmp(node->items[i]->text, word) == 0)
			return true;
	return false;
}

/* Has the topology a pool that the role applies to, or does it speak of the role? */
static bool
is_needed(const struct flat_role *flat, const struct topology *topology)
{
	const struct node *applies = flat_node(flat, "applies_to");

	if (topology == NULL || applies == NULL)
		return true;
	for (size_t i = 0; i < topology->n_choices; i++)
		if (strcmp(topology->choices[i].role, flat->text->role) == 0)
			return true;
	for (size_t i = 0; i < topology->n_parameters; i++)
		if (strcmp(topology->parameters[i].role, flat->text->role) == 0)
			return true;
	for (size_t i = 0; i < topology->n_pools; i++)
		if (has_word(applies, topology->pools[i].kind->name))
			return true;
	return false;
}

static enum rc_status
compile_listed(const struct catalog *catalog, const struct product *product,
    const struct topology *topology, const struct role_listing *listing, struct arena *arena,
    struct role **ret, struct error *err)
{
	const struct role_text *text = find_role_text(catalog, product, listing->name);
	struct flat_role flat;

	TRY(role_flatten(catalog, text, arena, &flat, err));
	if (!is_needed(&flat, topology))
		return flat.status;
	return role_compile(&flat, catalog, product, arena, ret, err);
}

enum rc_status
program_compile(const struct catalog *catalog, const struct product *product,
    const struct topology *topology, struct program **ret, struct error *err)
{
	SCOPED(program_free) struct program *program = mem_zero(sizeof(*program));
	const struct role_listing *list;
	size_t n = catalog_roles(catalog, product, &list);
	enum rc_status first = RC_OK;
	const struct role **roles;

	program->product = product;
	program->arena = arena_new();
	roles = arena_alloc(program->arena, (n + 1) * sizeof(*roles));
	for (size_t i = 0; i < n; i++) {
		struct role *role = NULL;
		enum rc_status status = compile_listed(catalog, product, topology, &list[i],
		    program->arena, &role, err);

		if (status != RC_OK)
			error_while(err, "compiling the role '%s' for %s", list[i].name,
			    product->name);
		else if (role != NULL)
			roles[program->n_roles++] = role;
		if (first == RC_OK)
			first = status;
	}
	program->roles = roles;
	error_unique(err);
	if (first != RC_OK)
		return first;
	*ret = TAKE(program);
	return RC_OK;
}

/* -- what the topology says of roles ------------------------------------------------- */

static enum rc_status
unknown_role(const struct role_listing *list, size_t n, const char *name, struct place at,
    struct error *err)
{
	const char **names = mem_alloc((n + 1) * sizeof(*names)), *near;
	enum rc_status status = error_at(err, RULE_UNKNOWN_ROLE, at,
	    "this product has no role '%s'", name);

	for (size_t i = 0; i < n; i++)
		names[i] = list[i].name;
	near = nearest_word(name, names, n);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	free(names);
	return status;
}

static bool
is_listed(const struct role_listing *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return true;
	return false;
}

static const char *
nearest_choice(const struct role *role, const char *name)
{
	const char *names[64];
	size_t n = role->n_choices < ARRAY_LEN(names) ? role->n_choices : ARRAY_LEN(names);

	for (size_t i = 0; i < n; i++)
		names[i] = role->choices[i].name;
	return nearest_word(name, names, n);
}

static enum rc_status
check_choice_value(const struct choice *choice, const struct choice_setting *setting,
    struct error *err)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;
	enum rc_status status;
	const char *near;

	for (size_t i = 0; i < choice->n_values; i++) {
		if (strcmp(choice->values[i], setting->value) == 0)
			return RC_OK;
		buf_printf(&words, "%s%s", i == 0 ? "" : " or ", choice->values[i]);
	}
	status = error_at(err, RULE_UNKNOWN_WORD, setting->value_at, "%s cannot be '%s': it is %s",
	    setting->choice, setting->value, buf_text(&words));
	near = nearest_word(setting->value, choice->values, choice->n_values);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	return status;
}

static enum rc_status
check_choice(const struct role *role, const struct choice_setting *setting, struct error *err)
{
	enum rc_status status;

	for (size_t i = 0; i < role->n_choices; i++) {
		if (strcmp(role->choices[i].name, setting->choice) != 0)
			continue;
		if (role->choices[i].from != NULL)
			return error_at(err, RULE_UNKNOWN_CHOICE, setting->choice_at,
			    "'%s' follows the choice of '%s': set it there", setting->choice,
			    role->choices[i].from);
		return check_choice_value(&role->choices[i], setting, err);
	}
	status = error_at(err, RULE_UNKNOWN_CHOICE, setting->choice_at,
	    "the role '%s' has no choice '%s'",
	    role->name, setting->choice);
	if (nearest_choice(role, setting->choice) != NULL)
		error_fix(err, "did you mean '%s'?", nearest_choice(role, setting->choice));
	return status;
}

/* role: NULL where the topology cannot need it, or there is none. */
static enum rc_status
check_switch(const struct role *role, const struct role_switch *on,
    const struct role_listing *list, size_t n, struct error *err)
{
	if (role != NULL && role->per == PER_CA)
		return error_at(err, RULE_UNKNOWN_ROLE, on->at,
		    "'%s' is a role of the CA itself: no topology has it", on->role);
	return is_listed(list, n, on->role) ? RC_OK
	    : unknown_role(list, n, on->role, on->at, err);
}

static enum rc_status
unknown_parameter(const struct role *role, const struct parameter_setting *setting,
    struct error *err)
{
	const char **names = mem_alloc((role->n_parameters + 1) * sizeof(*names)), *near;

	for (size_t i = 0; i < role->n_parameters; i++)
		names[i] = role->parameters[i].name;
	(void)error_at(err, RULE_UNKNOWN_PARAMETER, setting->name_at,
	    "the role '%s' has no parameter '%s'", role->name, setting->name);
	near = nearest_word(setting->name, names, role->n_parameters);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	free(names);
	return rule_status(RULE_UNKNOWN_PARAMETER);
}

static enum rc_status
check_parameter(const struct role *role, const struct parameter_setting *setting,
    const struct product *product, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct value *value;

	for (size_t i = 0; i < role->n_parameters; i++) {
		const struct parameter *parameter = &role->parameters[i];

		if (strcmp(parameter->name, setting->name) != 0)
			continue;
		if (parameter->from != NULL)
			return error_at(err, RULE_UNKNOWN_PARAMETER, setting->name_at,
			    "'%s' follows the parameter of '%s': set it there", setting->name,
			    parameter->from);
		return parameter_read(parameter, setting, product, arena, &value, err);
	}
	return unknown_parameter(role, setting, err);
}

enum rc_status
program_check_topology(const struct program *program, const struct catalog *catalog,
    const struct topology *topology, struct error *err)
{
	const struct role_listing *list;
	size_t n = catalog_roles(catalog, program->product, &list);
	enum rc_status first = RC_OK, status;

	for (size_t i = 0; i < topology->n_switches; i++) {
		const struct role_switch *on = &topology->switches[i];

		status = check_switch(program_role(program, on->role), on, list, n, err);
		first = first != RC_OK ? first : status;
	}
	for (size_t i = 0; i < topology->n_choices; i++) {
		const struct choice_setting *setting = &topology->choices[i];
		const struct role *role = program_role(program, setting->role);

		status = role != NULL ? check_choice(role, setting, err)
		    : unknown_role(list, n, setting->role, setting->role_at, err);
		first = first != RC_OK ? first : status;
	}
	for (size_t i = 0; i < topology->n_parameters; i++) {
		const struct parameter_setting *setting = &topology->parameters[i];
		const struct role *role = program_role(program, setting->role);

		KEEP_FIRST(first, role != NULL
		    ? check_parameter(role, setting, topology->product, err)
		    : unknown_role(list, n, setting->role, setting->role_at, err));
	}
	return first;
}

const struct role_setting *
role_setting(const struct role *role, const char *key)
{
	for (size_t i = 0; i < role->n_settings; i++)
		if (strcmp(role->settings[i].key, key) == 0)
			return &role->settings[i];
	return NULL;
}
