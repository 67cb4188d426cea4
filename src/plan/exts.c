/*
 * The extensions that a role sets, for one entry: plain data, held against its shape,
 * made a value.
 */
#include "plan/build.h"
#include "x509/ext/other.h"

struct ext_lines {
	struct place *v;
	size_t n, cap;
};

static bool
is_there(const struct making *m, const struct ext_value *value)
{
	for (size_t i = 0; i < m->n_values; i++)
		if (strcmp(ext_oid(&m->values[i]), ext_oid(value)) == 0)
			return true;
	return false;
}

/* Several of `extensions` may come to the same OID, over a list or by conditions. */
static enum rc_status
add_others(struct making *m, const struct node *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct ext_value value = { .id = EXT_OTHER };

		other_compile(list->items[i], m->builder->arena, &value);
		if (is_there(m, &value))
			return error_at(m->builder->err, RULE_CERT_EXT_TWICE, list->items[i]->at,
			    "the extension %s stands twice", ext_oid(&value));
		m->values[m->n_values++] = value;
	}
	return RC_OK;
}

static void
add_value(struct making *m, const struct ext_class *class, const struct node *data)
{
	struct ext_value *value = &m->values[m->n_values++];

	*value = (struct ext_value){ .id = class->id, .critical = class->critical };
	class->compile(data, m->builder->arena, value);
}

/* `no_rev_avail: false`, and a list all of whose members hang on conditions that do
 * not hold: the extension is not wanted. */
static bool
is_wanted(const struct shape *shape, const struct node *data)
{
	if (shape->kind == SHAPE_TRUTH)
		return strcmp(data->text, "true") == 0;
	return shape->kind != SHAPE_LIST || data->count != 0;
}

static enum rc_status
make_ext(struct making *m, const struct role_ext *ext, const struct node *data)
{
	const struct shape *shape = role_ext_shape(ext);
	struct ext_value *grown;

	if (data->kind == NODE_LIST && !is_wanted(shape, data))
		return RC_OK;
	TRY(shape_check(shape, data, false, m->builder->err));
	if (!is_wanted(shape, data))
		return RC_OK;
	grown = arena_alloc(m->builder->scratch, (m->n_values + data->count + 1) * sizeof(*grown));
	for (size_t i = 0; i < m->n_values; i++)
		grown[i] = m->values[i];
	m->values = grown;
	if (ext->class == NULL)
		return add_others(m, data);
	add_value(m, ext->class, data);
	return RC_OK;
}

/* The places of the texts that the data were made of. */
static void
keep_lines(const struct node *data, struct arena *arena, struct ext_lines *out)
{
	if (data->kind == NODE_TEXT)
		*VEC_PUSH(arena, out) = data->at;
	for (size_t i = 0; data->kind == NODE_LIST && i < data->count; i++)
		keep_lines(data->items[i], arena, out);
	for (size_t i = 0; data->kind == NODE_MAP && i < data->count; i++)
		keep_lines(data->pairs[i].value, arena, out);
}

enum rc_status
entry_role_exts(struct making *m)
{
	struct ext_lines lines = { .v = NULL };

	for (size_t i = 0; i < m->role->n_exts; i++) {
		const struct role_ext *ext = &m->role->exts[i];
		struct builder *b = m->builder;
		struct node *data;

		if (!condition_holds(ext->when, &m->bindings))
			continue;
		TRY_WHILE(b->err, data_eval(ext->data, &m->bindings, b->arena, &data, b->err),
		    "planning %s of the entry '%s'", ext->key, m->entry->id);
		TRY_WHILE(b->err, make_ext(m, ext, data),
		    "planning %s of the entry '%s'", ext->key, m->entry->id);
		keep_lines(data, b->arena, &lines);
	}
	m->entry->ext_lines = lines.v;
	m->entry->n_ext_lines = lines.n;
	return RC_OK;
}
