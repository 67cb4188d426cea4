#include "topology/value.h"

const struct type type_text = { .kind = TYPE_TEXT };
const struct type type_fqdn = { .kind = TYPE_FQDN };
const struct type type_oid = { .kind = TYPE_OID };
const struct type type_uri = { .kind = TYPE_URI };
const struct type type_ip = { .kind = TYPE_IP };
const struct type type_bool = { .kind = TYPE_BOOL };
const struct type type_number = { .kind = TYPE_NUMBER };
const struct type type_duration = { .kind = TYPE_DURATION };
const struct type type_fqdn_list = { .kind = TYPE_LIST, .member = &type_fqdn };

const char *const type_words[TYPE_WORDS] = {
	"text", "boolean", "number", "duration", "oid", "fqdn", "uri", "ip",
	"text-list", "boolean-list", "number-list", "duration-list", "oid-list", "fqdn-list",
	"uri-list", "ip-list",
};

const struct type *
type_named(size_t word)
{
	static const struct type lists[] = {
		{ .kind = TYPE_LIST, .member = &type_text },
		{ .kind = TYPE_LIST, .member = &type_bool },
		{ .kind = TYPE_LIST, .member = &type_number },
		{ .kind = TYPE_LIST, .member = &type_duration },
		{ .kind = TYPE_LIST, .member = &type_oid },
		{ .kind = TYPE_LIST, .member = &type_uri },
		{ .kind = TYPE_LIST, .member = &type_ip },
	};
	static const struct type *const types[TYPE_WORDS] = {
		&type_text, &type_bool, &type_number, &type_duration, &type_oid, &type_fqdn,
		&type_uri, &type_ip, &lists[0], &lists[1], &lists[2], &lists[3], &lists[4],
		&type_fqdn_list, &lists[5], &lists[6],
	};

	return types[word];
}

bool
type_is_text(const struct type *type)
{
	return type->kind <= TYPE_IP;
}

bool
type_equal(const struct type *a, const struct type *b)
{
	if (a == b)
		return true;
	if (a == NULL || b == NULL || a->kind != b->kind)
		return false;
	if (a->kind == TYPE_LIST)
		return type_equal(a->member, b->member);
	if (a->kind != TYPE_RECORD)
		return true;
	if (a->record->n_fields != b->record->n_fields)
		return false;
	for (size_t i = 0; i < a->record->n_fields; i++)
		if (strcmp(a->record->fields[i].name, b->record->fields[i].name) != 0 ||
		    !type_equal(a->record->fields[i].type, b->record->fields[i].type))
			return false;
	return true;
}

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
		[TYPE_TEXT] = "a text", [TYPE_FQDN] = "a host name",
		[TYPE_OID] = "an object identifier", [TYPE_URI] = "a URI",
		[TYPE_IP] = "an IP address", [TYPE_BOOL] = "true or false",
		[TYPE_NUMBER] = "a number", [TYPE_DURATION] = "a duration",
		[TYPE_LIST] = "a list of ", [TYPE_RECORD] = "",
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
value_duration(struct arena *arena, int64_t seconds, struct place at)
{
	struct value *value = value_new(arena, &type_duration, at);

	value->u.number = seconds;
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

/* The largest unit that leaves no rest: 90d, not 7776000s. */
static void
print_duration(int64_t seconds, struct buf *out)
{
	static const struct { int64_t seconds; char unit; } units[] = {
		{ 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' },
	};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (seconds % units[i].seconds == 0) {
			buf_printf(out, "%lld%c", (long long)(seconds / units[i].seconds),
			    units[i].unit);
			return;
		}
}

static void
print_list(const struct value *list, struct buf *out)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < list->u.list.n; i++) {
		buf_puts(out, i != 0 ? ", " : "");
		value_print(list->u.list.v[i], out);
	}
	buf_putc(out, ']');
}

void
value_print(const struct value *value, struct buf *out)
{
	switch (value->type->kind) {
	case TYPE_TEXT:
	case TYPE_FQDN:
	case TYPE_OID:
	case TYPE_URI:
	case TYPE_IP:
		buf_puts(out, value->u.text);
		break;
	case TYPE_BOOL:
		buf_puts(out, value->u.boolean ? "true" : "false");
		break;
	case TYPE_NUMBER:
		buf_printf(out, "%lld", (long long)value->u.number);
		break;
	case TYPE_DURATION:
		print_duration(value->u.number, out);
		break;
	case TYPE_LIST:
		print_list(value, out);
		break;
	case TYPE_RECORD:
		break;
	}
}
