#include "profile/ast.h"

#include "x509/general_name.h"

/* Checking one expression: what it may speak of, and where complaints go. */
struct checker {
	const struct scope *scope;
	struct arena *arena;
	struct error *err;
};

static enum rc_status check(const struct checker *c, struct expr *expr) RC_CHECK;

static enum rc_status
wrong_type(const struct checker *c, const struct expr *expr, const char *what, const char *want)
{
	struct buf have = BUF_INIT;
	enum rc_status status = error_at(c->err, RULE_EXPR_TYPE, expr->at, "%s", what);

	if (expr->optional)
		buf_puts(&have, "perhaps nothing, else ");
	type_print(expr->type, &have);
	error_want(c->err, want, buf_text(&have));
	buf_clear(&have);
	return status;
}

/* -- names ------------------------------------------------------------------------ */

/* Every name that an expression may begin with, for "did you mean". */
static const char *
nearest_root(const struct checker *c, const char *name)
{
	const struct record_type *topology = c->scope->topology->record;
	VEC(const char *) known = { .v = NULL };

	for (size_t i = 0; i < topology->n_fields; i++)
		*VEC_PUSH(c->arena, &known) = topology->fields[i].name;
	for (size_t i = 0; i < c->scope->n_variables; i++)
		*VEC_PUSH(c->arena, &known) = c->scope->variables[i].name;
	if (c->scope->pool != NULL)
		*VEC_PUSH(c->arena, &known) = "pool";
	if (c->scope->server != NULL)
		*VEC_PUSH(c->arena, &known) = "server";
	*VEC_PUSH(c->arena, &known) = "choice";
	*VEC_PUSH(c->arena, &known) = "param";
	return nearest_word(name, known.v, known.n);
}

static enum rc_status
unknown_name(const struct checker *c, const struct expr *expr, const char *sentence,
    const char *near)
{
	enum rc_status status = error_at(c->err, RULE_UNKNOWN_VARIABLE, expr->at, "%s", sentence);

	if (near != NULL)
		error_fix(c->err, "did you mean '%s'?", near);
	return status;
}

/* choice.NAME or param.NAME, and no field of it: names are what there is. */
static enum rc_status
resolve_offered(const struct checker *c, struct expr *expr, const char *what,
    const char *const *names, size_t n)
{
	const char *name = expr->n_path > 1 ? expr->path[1] : "";

	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0 && expr->n_path == 2) {
			expr->slot = i;
			expr->path += 2;
			expr->n_path = 0;
			return RC_OK;
		}
	return unknown_name(c, expr,
	    arena_printf(c->arena, "this role has no %s '%s'", what, name),
	    nearest_word(name, names, n));
}

static enum rc_status
resolve_choice(const struct checker *c, struct expr *expr)
{
	const struct scope *scope = c->scope;
	const char **names = arena_alloc(c->arena, (scope->n_choices + 1) * sizeof(*names));

	for (size_t i = 0; i < scope->n_choices; i++)
		names[i] = scope->choices[i].name;
	TRY(resolve_offered(c, expr, "choice", names, scope->n_choices));
	expr->root = ROOT_CHOICE;
	expr->type = scope->choices[expr->slot].type;
	scope->choice_used[expr->slot] = true;
	return RC_OK;
}

static enum rc_status
resolve_parameter(const struct checker *c, struct expr *expr)
{
	const struct scope *scope = c->scope;
	const char **names = arena_alloc(c->arena, (scope->n_parameters + 1) * sizeof(*names));

	for (size_t i = 0; i < scope->n_parameters; i++)
		names[i] = scope->parameters[i].name;
	TRY(resolve_offered(c, expr, "parameter", names, scope->n_parameters));
	expr->root = ROOT_PARAMETER;
	expr->type = scope->parameters[expr->slot].type;
	scope->parameter_used[expr->slot] = true;
	return RC_OK;
}

static bool
resolve_variable(const struct checker *c, struct expr *expr)
{
	for (size_t i = c->scope->n_variables; i > 0; i--)
		if (strcmp(c->scope->variables[i - 1].name, expr->path[0]) == 0) {
			expr->root = ROOT_VARIABLE;
			expr->slot = i - 1;
			expr->type = c->scope->variables[i - 1].type;
			expr->is_index = c->scope->variables[i - 1].is_index;
			*c->scope->variables[i - 1].used = true;
			return true;
		}
	return false;
}

static bool
resolve_own(const struct checker *c, struct expr *expr)
{
	if (strcmp(expr->path[0], "pool") == 0 && c->scope->pool != NULL) {
		expr->root = ROOT_POOL;
		expr->type = c->scope->pool;
	} else if (strcmp(expr->path[0], "server") == 0 && c->scope->server != NULL) {
		expr->root = ROOT_SERVER;
		expr->type = c->scope->server;
	} else
		return false;
	return true;
}

/* Finds the root of a path; what is left of the path are fields of it. */
static enum rc_status
resolve_root(const struct checker *c, struct expr *expr)
{
	const char *name = expr->path[0];

	if (resolve_variable(c, expr) || resolve_own(c, expr)) {
		expr->root_width = (uint32_t)strlen(name) + 1;
		expr->path++;
		expr->n_path--;
		return RC_OK;
	}
	if (strcmp(name, "choice") == 0)
		return resolve_choice(c, expr);
	if (strcmp(name, "param") == 0)
		return resolve_parameter(c, expr);
	if (record_field(c->scope->topology->record, name) == NULL)
		return unknown_name(c, expr,
		    arena_printf(c->arena, "there is no variable '%s' here", name),
		    nearest_root(c, name));
	expr->root = ROOT_TOPOLOGY;
	expr->type = c->scope->topology;
	return RC_OK;
}

static enum rc_status
unknown_field(const struct checker *c, struct expr *expr, size_t nth)
{
	const char *name = expr->path[nth];
	const struct record_type *record = expr->type->record;
	const char **names = arena_alloc(c->arena, (record->n_fields + 1) * sizeof(*names));
	const char *sentence = arena_printf(c->arena, "%s has no field '%s'", record->name, name);

	for (size_t i = 0; i < record->n_fields; i++)
		names[i] = record->fields[i].name;
	/* The caret stands under the field alone. */
	expr->at.column += expr->root_width;
	for (size_t i = 0; i < nth; i++)
		expr->at.column += (uint32_t)strlen(expr->path[i]) + 1;
	expr->at.width = (uint32_t)strlen(name);
	return unknown_name(c, expr, sentence, nearest_word(name, names, record->n_fields));
}

/* The fields that follow what expr->type is so far. */
static enum rc_status
check_path(const struct checker *c, struct expr *expr)
{
	for (size_t i = 0; i < expr->n_path; i++) {
		const struct field *field;

		if (expr->type->kind != TYPE_RECORD)
			return wrong_type(c, expr, "only a record has fields", "a record");
		field = record_field(expr->type->record, expr->path[i]);
		if (field == NULL)
			return unknown_field(c, expr, i);
		expr->type = field->type;
		expr->optional |= field->optional;
	}
	return RC_OK;
}

static enum rc_status
check_variable(const struct checker *c, struct expr *expr)
{
	TRY(resolve_root(c, expr));
	return check_path(c, expr);
}

/* first(x).web.external */
static enum rc_status
check_fields(const struct checker *c, struct expr *expr)
{
	TRY(check(c, expr->a));
	expr->type = expr->a->type;
	expr->optional = expr->a->optional;
	return check_path(c, expr);
}

/* -- functions and operators --------------------------------------------------------- */

static enum rc_status
want_list(const struct checker *c, const struct expr *expr)
{
	return expr->type->kind == TYPE_LIST
	    ? RC_OK : wrong_type(c, expr, "a list is wanted", "a list");
}

static enum rc_status
want_text(const struct checker *c, const struct expr *expr)
{
	return type_is_text(expr->type) ? RC_OK : wrong_type(c, expr, "a text is wanted", "a text");
}

static enum rc_status
want_condition(const struct checker *c, const struct expr *expr)
{
	if (expr->type->kind == TYPE_BOOL && !expr->optional)
		return RC_OK;
	return wrong_type(c, expr, "a condition is wanted", "true or false");
}

/* The kind is written out, so that the type is known. */
static enum rc_status
check_pools_of(const struct checker *c, struct expr *expr)
{
	const struct product *product = c->scope->product;
	const char **kinds = arena_alloc(c->arena, (product->n_kinds + 1) * sizeof(*kinds)), *near;
	const char *one[2] = { NULL, NULL };
	enum rc_status status;

	if (expr->a->kind != EXPR_TEXT)
		return error_at(c->err, RULE_EXPR_TYPE, expr->a->at,
		    "pools-of() takes a kind in quotes");
	one[0] = expr->a->literal->u.text;
	expr->type = type_list(c->arena, product_common_type(product, one, c->arena));
	if (product_kind(product, one[0]) != NULL)
		return RC_OK;
	for (size_t i = 0; i < product->n_kinds; i++)
		kinds[i] = product->kinds[i]->name;
	status = error_at(c->err, RULE_UNKNOWN_WORD, expr->a->at, "%s has no kind of pool '%s'",
	    product->name, one[0]);
	near = nearest_word(one[0], kinds, product->n_kinds);
	if (near != NULL)
		error_fix(c->err, "did you mean '%s'?", near);
	return status;
}

static enum rc_status
check_call(const struct checker *c, struct expr *expr)
{
	struct expr *arg = expr->a;

	if (expr->function == FN_POOLS_OF)
		return check_pools_of(c, expr);
	TRY(check(c, arg));
	expr->optional = arg->optional;
	switch (expr->function) {
	case FN_COUNT:
		expr->type = &type_number;
		return want_list(c, arg);
	case FN_FIRST:
		TRY(want_list(c, arg));
		expr->type = arg->type->member;
		expr->optional = true;
		return RC_OK;
	case FN_UNIQUE:
		TRY(want_list(c, arg));
		expr->type = arg->type;
		return type_is_text(arg->type->member) ? RC_OK
		    : wrong_type(c, arg, "unique() compares texts", "a list of texts");
	case FN_LOWER:
		expr->type = arg->type->kind == TYPE_FQDN ? &type_fqdn : &type_text;
		return want_text(c, arg);
	case FN_HOST_OF:
		expr->type = &type_fqdn;
		expr->optional = true;
		return arg->type->kind == TYPE_URI ? RC_OK
		    : wrong_type(c, arg, "host-of() takes a URI", "a URI");
	case FN_PARENT_DOMAIN:
		expr->type = &type_fqdn;
		expr->optional = true;
		return arg->type->kind == TYPE_FQDN ? RC_OK
		    : wrong_type(c, arg, "parent-domain() takes a host name", "a host name");
	default:
		break;
	}
	expr->type = &type_bool;
	expr->optional = false;
	if (!arg->optional)
		return error_at(c->err, RULE_EXPR_UNREACHABLE, arg->at,
		    "this is always there: has() of it is always true");
	return RC_OK;
}

/* 'acess-first' == choice.san_layout is a slip, not a comparison. */
static enum rc_status
check_word(const struct checker *c, const struct type *type, const struct expr *literal)
{
	const char *text = literal->literal->u.text, *near;
	enum rc_status status;

	for (size_t i = 0; i < type->n_words; i++)
		if (strcmp(type->words[i], text) == 0)
			return RC_OK;
	status = error_at(c->err, RULE_UNKNOWN_WORD, literal->at, "this choice is never '%s'",
	    text);
	near = nearest_word(text, type->words, type->n_words);
	if (near != NULL)
		error_fix(c->err, "did you mean '%s'?", near);
	return status;
}

/* A text that is written out must be what it is compared with, or it never equals. */
static enum rc_status
check_literal(const struct checker *c, const struct type *type, const struct expr *literal)
{
	static const enum name_type names[] = {
		[TYPE_FQDN] = NAME_DNS, [TYPE_OID] = NAME_RID, [TYPE_URI] = NAME_URI,
		[TYPE_IP] = NAME_IP,
	};
	struct general_name name;

	if (literal->kind == EXPR_LIST) {
		enum rc_status first = RC_OK;

		for (size_t i = 0; i < literal->n_items; i++)
			KEEP_FIRST(first, check_literal(c, type, literal->items[i]));
		return first;
	}
	if (literal->kind != EXPR_TEXT || !type_is_text(type))
		return RC_OK;
	if (type->n_words != 0)
		return check_word(c, type, literal);
	if (type->kind == TYPE_TEXT)
		return RC_OK;
	name = (struct general_name){ names[type->kind], literal->literal->u.text };
	return general_name_check(&name, false, literal->at, c->err);
}

/* A text may be compared with a text of any kind: a host name, an address. */
static bool
are_comparable(const struct type *a, const struct type *b)
{
	if (type_is_text(a) && type_is_text(b))
		return a->kind == b->kind || a->kind == TYPE_TEXT || b->kind == TYPE_TEXT;
	return a->kind == b->kind && a->kind != TYPE_LIST && a->kind != TYPE_RECORD;
}

static enum rc_status
not_comparable(const struct checker *c, const struct expr *expr, const struct type *a,
    const struct type *b)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT, have = BUF_INIT;

	(void)error_at(c->err, RULE_EXPR_TYPE, expr->at, "these are never equal");
	type_print(a, &want);
	type_print(b, &have);
	buf_printf(&want, " on both sides of '%s'", expr->kind == EXPR_EQ ? "==" :
	    expr->kind == EXPR_NE ? "!=" : "in");
	error_want(c->err, buf_text(&want), buf_text(&have));
	return rule_status(RULE_EXPR_TYPE);
}

static enum rc_status
check_equal(const struct checker *c, struct expr *expr)
{
	const struct type *a = expr->a->type, *b = expr->b->type;

	expr->type = &type_bool;
	if (!are_comparable(a, b))
		return not_comparable(c, expr, a, b);
	TRY(check_literal(c, a, expr->b));
	return check_literal(c, b, expr->a);
}

static enum rc_status
check_in(const struct checker *c, struct expr *expr)
{
	const struct type *a = expr->a->type, *b = expr->b->type;

	expr->type = &type_bool;
	TRY(want_list(c, expr->b));
	if (a->kind == TYPE_LIST || a->kind == TYPE_RECORD)
		return wrong_type(c, expr->a, "'in' looks for one value", "a text or a number");
	if (b->member->kind == TYPE_RECORD)
		return wrong_type(c, expr->b, "'in' looks through texts or numbers",
		    "a list of texts");
	if (!are_comparable(a, b->member))
		return not_comparable(c, expr, a, b->member);
	TRY(check_literal(c, a, expr->b));
	return check_literal(c, b->member, expr->a);
}

/* ['a', 'b'] is of one type. */
static enum rc_status
check_list(const struct checker *c, struct expr *expr)
{
	const struct value **values = arena_alloc(c->arena, expr->n_items * sizeof(*values));
	const struct type *member = expr->items[0]->literal->type;

	for (size_t i = 0; i < expr->n_items; i++) {
		struct expr *item = expr->items[i];

		item->type = item->literal->type;
		values[i] = item->literal;
		if (item->type != member)
			return wrong_type(c, item, "a list holds values of one type",
			    member == &type_text ? "a text" : "the type of the first");
	}
	expr->type = type_list(c->arena, member);
	expr->literal = value_list(c->arena, expr->type, values, expr->n_items, NOWHERE);
	return RC_OK;
}

static enum rc_status
check_else(const struct checker *c, struct expr *expr)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	const struct type *a = expr->a->type, *b = expr->b->type;

	if (!expr->a->optional)
		return error_at(c->err, RULE_EXPR_UNREACHABLE, expr->at,
		    "what stands before 'else' is always there: the other side is never taken");
	if (!(type_is_text(a) && type_is_text(b)) && !type_equal(a, b)) {
		type_print(a, &want);
		return wrong_type(c, expr->b, "both sides of 'else' are of one type",
		    buf_text(&want));
	}
	expr->type = a == b || !type_is_text(a) || (a->kind == b->kind && a->kind != TYPE_TEXT)
	    ? a : &type_text;
	expr->optional = expr->b->optional;
	return RC_OK;
}

static enum rc_status
check_binary(const struct checker *c, struct expr *expr)
{
	TRY(check(c, expr->a));
	TRY(check(c, expr->b));
	switch (expr->kind) {
	case EXPR_EQ:
	case EXPR_NE:
		return check_equal(c, expr);
	case EXPR_IN:
		return check_in(c, expr);
	case EXPR_IF:
		expr->type = expr->a->type;
		expr->optional = true;
		return want_condition(c, expr->b);
	case EXPR_ELSE:
		return check_else(c, expr);
	default:
		expr->type = &type_bool;
		TRY(want_condition(c, expr->a));
		return want_condition(c, expr->b);
	}
}

static enum rc_status
check(const struct checker *c, struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_TEXT:
	case EXPR_NUMBER:
	case EXPR_BOOL:
		expr->type = expr->literal->type;
		return RC_OK;
	case EXPR_LIST:
		return check_list(c, expr);
	case EXPR_VARIABLE:
		return check_variable(c, expr);
	case EXPR_CALL:
		return check_call(c, expr);
	case EXPR_FIELD:
		return check_fields(c, expr);
	case EXPR_NOT:
		TRY(check(c, expr->a));
		expr->type = &type_bool;
		return want_condition(c, expr->a);
	default:
		return check_binary(c, expr);
	}
}

enum rc_status
expr_check(struct expr *expr, const struct scope *scope, struct arena *arena, struct error *err)
{
	struct checker c = { .scope = scope, .arena = arena, .err = err };

	return check(&c, expr);
}
