#include "topology/value_read.h"

#include "x509/general_name.h"
#include "x509/idn.h"

/* -- names ------------------------------------------------------------------------ */

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((uint8_t)*text >= 0x80)
			return false;
	return true;
}

static enum rc_status
to_a_labels(const struct node *node, const struct product *product, struct arena *arena,
    const char **ret, struct error *err)
{
	const char *ascii, *why;

	if (!product->idna)
		return error_at(err, RULE_NAME_NOT_ASCII, node->at,
		    "'%s' has letters that are not ASCII, and %s does not support them", node->text,
		    product->title);
	ascii = idn_to_ascii(node->text, arena, &why);
	if (ascii == NULL)
		return error_at(err, RULE_NAME_NOT_ASCII, node->at,
		    "'%s' cannot be written as A-labels: %s", node->text, why);
	*ret = ascii;
	return RC_OK;
}

enum rc_status
fqdn_read(const struct node *node, const char *what, bool wildcard_ok,
    const struct product *product, struct arena *arena, const struct value **ret,
    struct error *err)
{
	const char *text;

	TRY(node_text(node, what, &text, err));
	if (!is_ascii(text))
		TRY(to_a_labels(node, product, arena, &text, err));
	TRY_WHILE(err, fqdn_check(text, wildcard_ok, node->at, err), "reading %s", what);
	*ret = value_text(arena, &type_fqdn, text, node->at);
	return RC_OK;
}

/* A text that must be a name of this type. */
static enum rc_status
name_read(const struct type *type, const struct node *node, const char *what,
    struct arena *arena, const struct value **ret, struct error *err)
{
	static const enum name_type names[] = {
		[TYPE_OID] = NAME_RID, [TYPE_URI] = NAME_URI, [TYPE_IP] = NAME_IP,
	};
	struct general_name name = { .type = names[type->kind] };

	TRY(node_text(node, what, &name.value, err));
	TRY_WHILE(err, general_name_check(&name, false, node->at, err), "reading %s", what);
	*ret = value_text(arena, type, name.value, node->at);
	return RC_OK;
}

/* -- the others ---------------------------------------------------------------------- */

static enum rc_status
list_read(const struct type *type, const struct node *node, const char *what,
    const struct product *product, struct arena *arena, const struct value **ret,
    struct error *err)
{
	VEC(const struct value *) members = { .v = NULL };
	enum rc_status first = RC_OK;

	TRY(node_want(node, NODE_LIST, what, err));
	for (size_t i = 0; i < node->count; i++) {
		const struct value *member = NULL;

		KEEP_FIRST(first, value_read(type->member, node->items[i], what, product, arena,
		    &member, err));
		if (member != NULL)
			*VEC_PUSH(arena, &members) = member;
	}
	*ret = value_list(arena, type, members.v, members.n, node->at);
	return first;
}

static enum rc_status
plain_read(const struct type *type, const struct node *node, const char *what,
    struct arena *arena, const struct value **ret, struct error *err)
{
	const char *text;
	int64_t number;
	bool boolean;

	if (type->kind == TYPE_BOOL) {
		TRY(node_bool(node, what, &boolean, err));
		*ret = value_bool(arena, boolean, node->at);
	} else if (type->kind == TYPE_NUMBER) {
		TRY(node_number(node, what, 0, INT32_MAX, &number, err));
		*ret = value_number(arena, number, node->at);
	} else if (type->kind == TYPE_DURATION) {
		TRY(node_duration(node, what, &number, err));
		*ret = value_duration(arena, number, node->at);
	} else {
		TRY(node_text(node, what, &text, err));
		*ret = value_text(arena, type, text, node->at);
	}
	return RC_OK;
}

enum rc_status
value_read(const struct type *type, const struct node *node, const char *what,
    const struct product *product, struct arena *arena, const struct value **ret,
    struct error *err)
{
	switch (type->kind) {
	case TYPE_FQDN:
		return fqdn_read(node, what, false, product, arena, ret, err);
	case TYPE_OID:
	case TYPE_URI:
	case TYPE_IP:
		return name_read(type, node, what, arena, ret, err);
	case TYPE_LIST:
		return list_read(type, node, what, product, arena, ret, err);
	case TYPE_TEXT:
	case TYPE_BOOL:
	case TYPE_NUMBER:
	case TYPE_DURATION:
		return plain_read(type, node, what, arena, ret, err);
	case TYPE_RECORD:
		break;
	}
	return error_at(err, RULE_BUG, node->at, "a record is not read as a value");
}

const struct value *
value_at_nowhere(const struct value *value, struct arena *arena)
{
	struct value *copy = ARENA_NEW(arena, struct value);

	*copy = *value;
	copy->at = NOWHERE;
	if (copy->type->kind != TYPE_LIST)
		return copy;
	copy->u.list.v = arena_alloc(arena, (value->u.list.n + 1) * sizeof(*copy->u.list.v));
	for (size_t i = 0; i < value->u.list.n; i++)
		copy->u.list.v[i] = value_at_nowhere(value->u.list.v[i], arena);
	return copy;
}
