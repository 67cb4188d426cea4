#include "plan/coverage.h"

#include <stdlib.h>

#include "profile/program.h"

struct coverage {
	struct arena *arena;
	VEC(struct coverage_item) items;
	VEC(const struct product *) products;
};

#define EXT_LINE "value of an extension"

struct coverage *
coverage_new(void)
{
	struct coverage *coverage = mem_zero(sizeof(*coverage));

	coverage->arena = arena_new();
	return coverage;
}

void
coverage_free(struct coverage *coverage)
{
	if (coverage == NULL)
		return;
	arena_free(coverage->arena);
	free(coverage);
}

static bool
same_place(struct place a, struct place b)
{
	return a.source == b.source && a.line == b.line && a.column == b.column;
}

static void
mark(struct coverage *c, struct place at, const char *what, bool reached)
{
	if (at.source == NULL)
		return;
	for (size_t i = 0; i < c->items.n; i++) {
		struct coverage_item *item = &c->items.v[i];

		if (same_place(item->at, at) && strcmp(item->what, what) == 0) {
			item->reached |= reached;
			return;
		}
	}
	*VEC_PUSH(c->arena, &c->items) =
	    (struct coverage_item){ at, arena_strdup(c->arena, what), reached };
}

/* A choice has one place and several values. */
static void
mark_choice(struct coverage *c, const struct choice *choice, const char *value, bool reached)
{
	SCOPED(buf_clear) struct buf what = BUF_INIT;

	buf_printf(&what, "value '%s' of the choice '%s'", value, choice->name);
	mark(c, choice->at, buf_text(&what), reached);
}

static void
mark_parameter(struct coverage *c, const struct parameter *parameter, bool reached)
{
	SCOPED(buf_clear) struct buf what = BUF_INIT;

	buf_printf(&what, "the parameter '%s'", parameter->name);
	mark(c, parameter->at, buf_text(&what), reached);
}

/* -- everything that a role says ------------------------------------------------ */

static void
list_names(struct coverage *c, const struct name_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (items[i].kind == ITEM_NAME)
			mark(c, items[i].at, "name", false);
		else
			list_names(c, items[i].items, items[i].n_items);
	}
}

static void
list_words(struct coverage *c, const struct word_item *words, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		mark(c, words[i].at, what, false);
}

/* The texts in an extension's value; a value that is one text is its key's line. */
static void
list_lines(struct coverage *c, const struct data *data)
{
	for (size_t i = 0; i < data->n_members; i++) {
		const struct data *value = data->members[i].value;

		if (value->node->kind == NODE_TEXT)
			mark(c, value->node->at, EXT_LINE, false);
		else
			list_lines(c, value);
	}
}

static void
list_role(struct coverage *c, const struct role *role)
{
	mark(c, role->at, "role", false);
	list_names(c, role->names, role->n_names);
	list_words(c, role->eku, role->n_eku, "usage");
	list_words(c, role->assign, role->n_assign, "type to assign");
	for (size_t i = 0; i < role->n_exts; i++) {
		mark(c, role->exts[i].at, "extension", false);
		list_lines(c, role->exts[i].data);
	}
	for (size_t i = 0; i < role->n_parameters; i++)
		if (role->parameters[i].from == NULL)
			mark_parameter(c, &role->parameters[i], false);
	for (size_t i = 0; i < role->n_notes; i++)
		mark(c, role->notes[i].at, "note", false);
	for (size_t i = 0; i < role->n_choices; i++)
		for (size_t k = 0; role->choices[i].from == NULL && k < role->choices[i].n_values;
		    k++)
			mark_choice(c, &role->choices[i], role->choices[i].values[k], false);
}

/* -- what a plan reached -------------------------------------------------------- */

static void
reach_words(struct coverage *c, const struct word_item *items, size_t n_items,
    const char *const *words, size_t n, const char *what)
{
	for (size_t i = 0; i < n_items; i++)
		for (size_t k = 0; k < n; k++)
			if (strcmp(items[i].word, words[k]) == 0)
				mark(c, items[i].at, what, true);
}

static const char *
chosen(const struct topology *topology, const struct role *role, const struct choice *choice)
{
	for (size_t i = 0; topology != NULL && i < topology->n_choices; i++)
		if (strcmp(topology->choices[i].role, role->name) == 0 &&
		    strcmp(topology->choices[i].choice, choice->name) == 0)
			return topology->choices[i].value;
	return choice->values[choice->fallback];
}

static bool
holds_line(const struct entry *entry, struct place at)
{
	for (size_t i = 0; i < entry->n_ext_lines; i++)
		if (same_place(entry->ext_lines[i], at))
			return true;
	return false;
}

static void
reach_lines(struct coverage *c, const struct data *data, const struct entry *entry)
{
	for (size_t i = 0; i < data->n_members; i++) {
		const struct data *value = data->members[i].value;

		if (value->node->kind != NODE_TEXT)
			reach_lines(c, value, entry);
		else if (holds_line(entry, value->node->at))
			mark(c, value->node->at, EXT_LINE, true);
	}
}

static void
reach_exts(struct coverage *c, const struct role *role, const struct entry *entry)
{
	for (size_t i = 0; i < role->n_exts; i++) {
		const struct ext_class *class = role->exts[i].class;
		enum ext_id id = class != NULL ? class->id : EXT_OTHER;

		for (size_t k = 0; k < entry->n_exts; k++)
			if (entry->exts[k].id == id)
				mark(c, role->exts[i].at, "extension", true);
		reach_lines(c, role->exts[i].data, entry);
	}
}

static bool
is_given(const struct topology *topology, const struct role *role, const char *parameter)
{
	for (size_t i = 0; topology != NULL && i < topology->n_parameters; i++)
		if (strcmp(topology->parameters[i].role, role->name) == 0 &&
		    strcmp(topology->parameters[i].name, parameter) == 0)
			return true;
	return false;
}

static void
reach_parameters(struct coverage *c, const struct role *role, const struct topology *topology)
{
	for (size_t i = 0; i < role->n_parameters; i++)
		if (role->parameters[i].from == NULL &&
		    is_given(topology, role, role->parameters[i].name))
			mark_parameter(c, &role->parameters[i], true);
}

static void
reach_entry(struct coverage *c, const struct role *role, const struct topology *topology,
    const struct entry *entry)
{
	mark(c, role->at, "role", true);
	/* An extra name stands in the topology. */
	for (size_t i = 0; i < entry->n_san; i++)
		if (topology == NULL || entry->why[i].rule.source != topology->source)
			mark(c, entry->why[i].rule, "name", true);
	reach_words(c, role->eku, role->n_eku, (const char *const *)entry->eku, entry->n_eku,
	    "usage");
	reach_words(c, role->assign, role->n_assign, (const char *const *)entry->assign,
	    entry->n_assign, "type to assign");
	reach_exts(c, role, entry);
	reach_parameters(c, role, topology);
	for (size_t i = 0; i < role->n_choices; i++)
		if (role->choices[i].from == NULL)
			mark_choice(c, &role->choices[i],
			    chosen(topology, role, &role->choices[i]), true);
}

static bool
is_note_of(const struct program *program, struct place at)
{
	for (size_t i = 0; i < program->n_roles; i++)
		for (size_t k = 0; k < program->roles[i]->n_notes; k++)
			if (same_place(program->roles[i]->notes[k].at, at))
				return true;
	return false;
}

static void
remember_product(struct coverage *c, const struct product *product)
{
	for (size_t i = 0; i < c->products.n; i++)
		if (c->products.v[i] == product)
			return;
	*VEC_PUSH(c->arena, &c->products) = product;
}

void
coverage_plan(struct coverage *coverage, const struct program *program,
    const struct topology *topology, const struct plan *plan)
{
	remember_product(coverage, program->product);
	for (size_t i = 0; i < plan->n_entries; i++) {
		const struct role *role = program_role(program, plan->entries[i].role);

		if (role != NULL)
			reach_entry(coverage, role, topology, &plan->entries[i]);
	}
	for (size_t i = 0; i < plan->n_notes; i++)
		if (is_note_of(program, plan->notes[i].at))
			mark(coverage, plan->notes[i].at, "note", true);
}

/* -- the list ------------------------------------------------------------------- */

static int
item_compare(const void *a, const void *b)
{
	const struct coverage_item *x = a, *y = b;
	int by_file = strcmp(x->at.source->name, y->at.source->name);

	if (by_file != 0)
		return by_file;
	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	if (x->at.column != y->at.column)
		return x->at.column < y->at.column ? -1 : 1;
	return strcmp(x->what, y->what);
}

enum rc_status
coverage_complete(struct coverage *coverage, const struct catalog *catalog,
    const struct coverage_item **ret, size_t *ret_n, struct error *err)
{
	for (size_t i = 0; i < coverage->products.n; i++) {
		SCOPED(program_free) struct program *program = NULL;

		TRY(program_compile(catalog, coverage->products.v[i], NULL, &program, err));
		for (size_t k = 0; k < program->n_roles; k++)
			list_role(coverage, program->roles[k]);
	}
	if (coverage->items.n != 0)
		qsort(coverage->items.v, coverage->items.n, sizeof(*coverage->items.v),
		    item_compare);
	*ret = coverage->items.v;
	*ret_n = coverage->items.n;
	return RC_OK;
}
