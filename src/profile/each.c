/*
 * `each`: what it binds, and its rounds.
 */
#include "profile/ast.h"

static bool
is_reserved(const char *name)
{
	static const char *const reserved[] = { "pool", "server", "choice", "param", "and", "or",
		"not", "in", "if", "else", "true", "false" };

	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (strcmp(reserved[i], name) == 0)
			return true;
	return false;
}

static bool
is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return name[0] >= 'a' && name[0] <= 'z' && name[n] == '\0';
}

static enum rc_status
check_name(const char *name, struct place at, const struct scope *scope, struct error *err)
{
	if (!is_name(name))
		return error_at(err, RULE_EXPR_SYNTAX, at, "'%s' is no name for a variable", name);
	for (size_t i = 0; i < scope->n_variables; i++) {
		if (strcmp(scope->variables[i].name, name) != 0)
			continue;
		(void)error_at(err, RULE_SHADOWED_VARIABLE, at,
		    "'%s' would hide the variable of this name", name);
		error_also(err, scope->variables[i].at, "bound here");
		return rule_status(RULE_SHADOWED_VARIABLE);
	}
	if (is_reserved(name) || record_field(scope->topology->record, name) != NULL)
		return error_at(err, RULE_SHADOWED_VARIABLE, at,
		    "'%s' would hide what every role calls so", name);
	return RC_OK;
}

/* "d" or "d, i", from the node's first octet; *ret_n is where "in" stands. */
struct heading {
	const char *names[2];
	struct place at[2];
	size_t n;
	const char *list;                /* what follows "in" */
};

static enum rc_status
read_heading(const struct node *node, struct arena *arena, struct heading *ret, struct error *err)
{
	const char *s = node->text, *in = strstr(s, " in ");

	if (in == NULL)
		return error_at(err, RULE_EXPR_SYNTAX, node->at,
		    "`each` reads: NAME in ${list}, or NAME, INDEX in ${list}");
	while (ret->n < ARRAY_LEN(ret->names) && s <= in) {
		size_t n = strcspn(s, ", ");

		if (n > (size_t)(in - s))
			n = (size_t)(in - s);
		ret->at[ret->n] = node_place(node, (size_t)(s - node->text), n != 0 ? n : 1);
		ret->names[ret->n++] = arena_strndup(arena, s, n);
		s += n + strspn(s + n, " ");
		if (s > in || *s != ',')
			break;
		s += 1 + strspn(s + 1, " ");
		if (s > in)
			return error_at(err, RULE_EXPR_SYNTAX, node_place(node,
			    (size_t)(s - node->text), 2), "the name of the index is missing");
	}
	if (s <= in)
		return error_at(err, RULE_EXPR_SYNTAX, node->at,
		    "`each` binds a name and at most an index: NAME, INDEX in ${list}");
	ret->list = in + 4 + strspn(in + 4, " ");
	return RC_OK;
}

/* The variable and, if it is named, its index. */
static enum rc_status
bind_names(const struct heading *h, const struct type *member, struct scope *scope,
    struct arena *arena, struct each *ret, struct error *err)
{
	size_t before = scope->n_variables;

	if (before + h->n > VARIABLES_MAX)
		return error_at(err, RULE_EXPR_SYNTAX, h->at[0],
		    "`each` nests more than %d deep", EACH_MAX);
	for (size_t i = 0; i < h->n; i++) {
		enum rc_status status = check_name(h->names[i], h->at[i], scope, err);

		if (status != RC_OK) {
			scope->n_variables = before;
			return status;
		}
		scope->variables[scope->n_variables++] = (struct variable){ .name = h->names[i],
			.type = i == 0 ? member : &type_number, .at = h->at[i], .is_index = i == 1,
			.used = ARENA_NEW(arena, bool) };
	}
	ret->slot = before;
	ret->indexed = h->n == 2;
	return RC_OK;
}

enum rc_status
each_open(const struct node *node, struct scope *scope, struct arena *arena, struct each *ret,
    struct error *err)
{
	struct heading heading = { .n = 0 };
	struct expr *list = NULL;
	const char *text;

	TRY(node_text(node, "each", &text, err));
	TRY(read_heading(node, arena, &heading, err));
	TRY(expr_compile_whole(node, heading.list, scope, arena, &list, err));
	if (list->type->kind != TYPE_LIST || list->optional) {
		SCOPED(buf_clear) struct buf have = BUF_INIT;

		type_print(list->type, &have);
		(void)error_at(err, RULE_EXPR_TYPE, list->at, "`each` runs over a list");
		error_want(err, "a list", buf_text(&have));
		return rule_status(RULE_EXPR_TYPE);
	}
	TRY(bind_names(&heading, list->type->member, scope, arena, ret, err));
	ret->list = list;
	return RC_OK;
}

enum rc_status
each_close(struct scope *scope, const struct each *each, enum rc_status within,
    struct error *err)
{
	enum rc_status first = within;

	for (size_t i = each->slot; i < scope->n_variables && within == RC_OK; i++) {
		const struct variable *variable = &scope->variables[i];

		if (!*variable->used)
			KEEP_FIRST(first, error_at(err, RULE_UNUSED_VARIABLE, variable->at,
			    "nothing asks for '%s'", variable->name));
	}
	scope->n_variables = each->slot;
	return first;
}

/* -- its rounds ------------------------------------------------------------------------ */

const struct value *
each_list(const struct each *each, const struct bindings *bindings)
{
	return expr_eval(each->list, bindings);
}

void
each_bind(const struct each *each, struct bindings *bindings, const struct value *list,
    size_t round)
{
	bindings->variables[each->slot] = list->u.list.v[round];
	if (each->indexed)
		bindings->variables[each->slot + 1] = value_number(
		    bindings->scratch != NULL ? bindings->scratch : bindings->arena,
		    (int64_t)round + 1, NOWHERE);
}

void
each_print(const struct each *each, struct buf *out)
{
	buf_printf(out, "each #%zu", each->slot);
	if (each->indexed)
		buf_printf(out, " #%zu", each->slot + 1);
	buf_puts(out, " in ");
	expr_print(each->list, out);
}
