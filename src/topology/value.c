#include "topology/value.h"

const struct type type_text = { .kind = TYPE_TEXT };
const struct type type_fqdn = { .kind = TYPE_FQDN };
const struct type type_bool = { .kind = TYPE_BOOL };
const struct type type_number = { .kind = TYPE_NUMBER };
const struct type type_fqdn_list = { .kind = TYPE_LIST, .member = &type_fqdn };

const struct type *
type_list(struct arena *arena, const struct type *member)
{
	struct type *type = ARENA_NEW(arena, struct type);

	type->kind = TYPE_LIST;
	type->member = member;
	return type;
}

const struct type *
type_record(struct arena *arena, const struct record_type *record)
{
	struct type *type = ARENA_NEW(arena, struct type);

	type->kind = TYPE_RECORD;
	type->record = record;
	return type;
}

void
type_print(const struct type *type, struct buf *out)
{
	static const char *const words[] = {
		"a text", "a host name", "true or false", "a number", "a list of ", "",
	};

	buf_puts(out, words[type->kind]);
	if (type->kind == TYPE_LIST)
		type_print(type->member, out);
	if (type->kind == TYPE_RECORD)
		buf_puts(out, type->record->name);
}

const struct field *
record_field(const struct record_type *record, const char *name)
{
	for (size_t i = 0; i < record->n_fields; i++)
		if (strcmp(record->fields[i].name, name) == 0)
			return &record->fields[i];
	return NULL;
}

const struct value *
value_field(const struct value *record, const char *name)
{
	const struct field *field;

	if (record == NULL || record->type->kind != TYPE_RECORD)
		return NULL;
	field = record_field(record->type->record, name);
	return field != NULL ? record->u.fields[field - record->type->record->fields] : NULL;
}

const struct value *
value_path(const struct value *record, const char *path)
{
	char name[64];

	while (record != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		if (n >= sizeof(name))
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		record = value_field(record, name);
		path += path[n] == '.' ? n + 1 : n;
	}
	return record;
}

static struct value *
value_new(struct arena *arena, const struct type *type, struct place at)
{
	struct value *value = ARENA_NEW(arena, struct value);

	value->type = type;
	value->at = at;
	return value;
}

struct value *
value_text(struct arena *arena, const struct type *type, const char *text, struct place at)
{
	struct value *value = value_new(arena, type, at);

	value->u.text = text;
	return value;
}

struct value *
value_bool(struct arena *arena, bool boolean, struct place at)
{
	struct value *value = value_new(arena, &type_bool, at);

	value->u.boolean = boolean;
	return value;
}

struct value *
value_number(struct arena *arena, int64_t number, struct place at)
{
	struct value *value = value_new(arena, &type_number, at);

	value->u.number = number;
	return value;
}

struct value *
value_list(struct arena *arena, const struct type *type, const struct value **v, size_t n,
    struct place at)
{
	struct value *value = value_new(arena, type, at);

	value->u.list.v = v;
	value->u.list.n = n;
	return value;
}

struct value *
value_record(struct arena *arena, const struct type *type, struct place at)
{
	struct value *value = value_new(arena, type, at);

	value->u.fields = arena_alloc(arena, type->record->n_fields * sizeof(*value->u.fields));
	return value;
}

void
value_set(struct value *record, const char *name, const struct value *value)
{
	const struct field *field = record_field(record->type->record, name);

	if (field != NULL)
		record->u.fields[field - record->type->record->fields] = value;
}
