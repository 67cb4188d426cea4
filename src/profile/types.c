#include "profile/ast.h"

/* Checking one expression: what it may speak of, and where complaints go. */
struct checker {
	const struct scope *scope;
	struct arena *arena;
	struct error *err;
};

static enum rc_status check(const struct checker *c, struct expr *expr) RC_CHECK;

static bool
is_text(const struct type *type)
{
	return type->kind == TYPE_TEXT || type->kind == TYPE_FQDN;
}

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

static enum rc_status
resolve_choice(const struct checker *c, struct expr *expr)
{
	const struct scope *scope = c->scope;
	const char **names = arena_alloc(c->arena, (scope->n_choices + 1) * sizeof(*names));
	const char *name = expr->n_path > 1 ? expr->path[1] : "";

	for (size_t i = 0; i < scope->n_choices; i++) {
		names[i] = scope->choices[i].name;
		if (strcmp(names[i], name) != 0 || expr->n_path != 2)
			continue;
		expr->root = ROOT_CHOICE;
		expr->slot = i;
		expr->type = scope->choices[i].type;
		if (scope->choice_used != NULL)
			scope->choice_used[i] = true;
		expr->path += 2;
		expr->n_path = 0;
		return RC_OK;
	}
	return unknown_name(c, expr,
	    arena_printf(c->arena, "this role has no choice '%s'", name),
	    nearest_word(name, names, scope->n_choices));
}

static bool
resolve_variable(const struct checker *c, struct expr *expr)
{
	for (size_t i = c->scope->n_variables; i > 0; i--)
		if (strcmp(c->scope->variables[i - 1].name, expr->path[0]) == 0) {
			expr->root = ROOT_VARIABLE;
			expr->slot = i - 1;
			expr->type = c->scope->variables[i - 1].type;
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
	return is_text(expr->type) ? RC_OK : wrong_type(c, expr, "a text is wanted", "a text");
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
		return is_text(arg->type->member) ? RC_OK
		    : wrong_type(c, arg, "unique() compares texts", "a list of texts");
	case FN_LOWER:
		expr->type = arg->type;
		return want_text(c, arg);
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
check_word(const struct checker *c, const struct expr *choice, const struct expr *literal)
{
	const struct type *type = choice->type;
	const char *text, *near;
	enum rc_status status;

	if (type->n_words == 0 || literal->kind != EXPR_TEXT)
		return RC_OK;
	text = literal->literal->u.text;
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

static enum rc_status
check_equal(const struct checker *c, struct expr *expr)
{
	const struct expr *a = expr->a, *b = expr->b;
	bool comparable = (is_text(a->type) && is_text(b->type)) ||
	    (a->type->kind == b->type->kind &&
	    (a->type->kind == TYPE_BOOL || a->type->kind == TYPE_NUMBER));

	expr->type = &type_bool;
	if (!comparable)
		return error_at(c->err, RULE_EXPR_TYPE, expr->at,
		    "only two texts, two numbers or two conditions can be compared");
	TRY(check_word(c, a, b));
	return check_word(c, b, a);
}

static enum rc_status
check_else(const struct checker *c, struct expr *expr)
{
	const struct type *a = expr->a->type, *b = expr->b->type;

	if (!expr->a->optional)
		return error_at(c->err, RULE_EXPR_UNREACHABLE, expr->at,
		    "what stands before 'else' is always there: the other side is never taken");
	if (!(is_text(a) && is_text(b)) && a != b)
		return wrong_type(c, expr->b, "both sides of 'else' are of one type",
		    "the same type");
	expr->type = a == b ? a : is_text(a) && a->kind == TYPE_FQDN && b->kind == TYPE_FQDN
	    ? &type_fqdn : &type_text;
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
		expr->type = &type_bool;
		TRY(want_text(c, expr->a));
		TRY(want_list(c, expr->b));
		return is_text(expr->b->type->member) ? RC_OK
		    : wrong_type(c, expr->b, "'in' looks through texts", "a list of texts");
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
