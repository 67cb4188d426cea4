#include <ctype.h>

#include "profile/ast.h"
#include "x509/general_name.h"

static const struct value value_true = { .type = &type_bool, .u.boolean = true };
static const struct value value_false = { .type = &type_bool, .u.boolean = false };

static const struct value *
truth(bool holds)
{
	return holds ? &value_true : &value_false;
}

/* For values that nobody keeps; texts are kept, and live in b->arena. */
static struct arena *
between(const struct bindings *b)
{
	return b->scratch != NULL ? b->scratch : b->arena;
}

static const struct value *
eval_path(const struct expr *expr, const struct value *value)
{
	for (size_t i = 0; i < expr->n_path; i++)
		value = value_field(value, expr->path[i]);
	return value;
}

static const struct value *
eval_variable(const struct expr *expr, const struct bindings *b)
{
	const struct value *value = NULL;

	switch (expr->root) {
	case ROOT_TOPOLOGY:
		value = b->topology;
		break;
	case ROOT_POOL:
		value = b->pool;
		break;
	case ROOT_SERVER:
		value = b->server;
		break;
	case ROOT_CHOICE:
		return b->choices[expr->slot];
	case ROOT_PARAMETER:
		return b->parameters[expr->slot];
	case ROOT_VARIABLE:
		value = b->variables[expr->slot];
		break;
	}
	return eval_path(expr, value);
}

static bool
values_equal(const struct value *a, const struct value *b)
{
	if (a == NULL || b == NULL)
		return false;
	if (a->type->kind == TYPE_BOOL)
		return a->u.boolean == b->u.boolean;
	if (a->type->kind == TYPE_NUMBER || a->type->kind == TYPE_DURATION)
		return a->u.number == b->u.number;
	if (a->type->kind == TYPE_IP || b->type->kind == TYPE_IP)
		return general_name_equal(&(struct general_name){ NAME_IP, a->u.text },
		    &(struct general_name){ NAME_IP, b->u.text });
	if (a->type->kind == TYPE_URI || b->type->kind == TYPE_URI)
		return strcmp(a->u.text, b->u.text) == 0;
	return fqdn_equal(a->u.text, b->u.text);
}

static const struct value *
eval_unique(const struct value *list, const struct bindings *b)
{
	const struct value **v = arena_alloc(between(b), (list->u.list.n + 1) * sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < list->u.list.n; i++) {
		bool seen = false;

		for (size_t k = 0; k < n && !seen; k++)
			seen = values_equal(v[k], list->u.list.v[i]);
		if (!seen)
			v[n++] = list->u.list.v[i];
	}
	return value_list(between(b), list->type, v, n, list->at);
}

static const struct value *
eval_lower(const struct value *text, const struct bindings *b)
{
	char *lower = arena_strdup(b->arena, text->u.text);

	for (char *c = lower; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return value_text(between(b), text->type, lower, text->at);
}

static const struct value *
eval_pools_of(const struct expr *expr, const struct bindings *b)
{
	const struct value **v = arena_alloc(between(b), (b->pools->n_pools + 1) * sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < b->pools->n_pools; i++)
		if (strcmp(b->pools->pools[i].kind->name, expr->a->literal->u.text) == 0)
			v[n++] = b->pools->pools[i].record;
	return value_list(between(b), expr->type, v, n, NOWHERE);
}

/* scheme://[user@]host[:port][/...]: its host if that is a host name (RFC 3986 3.2). */
static const struct value *
eval_host_of(const struct value *uri, const struct bindings *b)
{
	SCOPED(error_free) struct error *err = error_new();
	const char *host = strstr(uri->u.text, "://"), *user;
	char *text;
	size_t n;

	if (host == NULL)
		return NULL;
	host += 3;
	n = strcspn(host, "/?#");
	user = memchr(host, '@', n);
	if (user != NULL) {
		n -= (size_t)(user + 1 - host);
		host = user + 1;
	}
	text = arena_strndup(b->arena, host, n);
	text[strcspn(text, ":")] = '\0';
	if (fqdn_check(text, false, NOWHERE, err) != RC_OK)
		return NULL;
	return value_text(between(b), &type_fqdn, text, uri->at);
}

static const struct value *
eval_call(const struct expr *expr, const struct bindings *b)
{
	const struct value *arg = expr_eval(expr->a, b);
	const char *parent;

	if (expr->function == FN_POOLS_OF)
		return eval_pools_of(expr, b);
	if (expr->function == FN_HAS)
		return truth(arg != NULL);
	if (arg == NULL)
		return NULL;
	switch (expr->function) {
	case FN_COUNT:
		return value_number(between(b), (int64_t)arg->u.list.n, arg->at);
	case FN_FIRST:
		return arg->u.list.n != 0 ? arg->u.list.v[0] : NULL;
	case FN_UNIQUE:
		return eval_unique(arg, b);
	case FN_LOWER:
		return eval_lower(arg, b);
	case FN_HOST_OF:
		return eval_host_of(arg, b);
	default:
		parent = fqdn_parent(arg->u.text);
		return parent != NULL ? value_text(between(b), &type_fqdn, parent, arg->at) : NULL;
	}
}

static bool
value_in(const struct value *text, const struct value *list)
{
	for (size_t i = 0; list != NULL && i < list->u.list.n; i++)
		if (values_equal(text, list->u.list.v[i]))
			return true;
	return false;
}

static bool
holds(const struct expr *expr, const struct bindings *b)
{
	const struct value *value = expr_eval(expr, b);

	return value != NULL && value->u.boolean;
}

const struct value *
expr_eval(const struct expr *expr, const struct bindings *b)
{
	const struct value *value;
	bool result = false;

	switch (expr->kind) {
	case EXPR_TEXT:
	case EXPR_NUMBER:
	case EXPR_BOOL:
	case EXPR_LIST:
		return expr->literal;
	case EXPR_VARIABLE:
		return eval_variable(expr, b);
	case EXPR_CALL:
		return eval_call(expr, b);
	case EXPR_FIELD:
		return eval_path(expr, expr_eval(expr->a, b));
	case EXPR_IF:
		return holds(expr->b, b) ? expr_eval(expr->a, b) : NULL;
	case EXPR_ELSE:
		value = expr_eval(expr->a, b);
		return value != NULL ? value : expr_eval(expr->b, b);
	case EXPR_NOT:
		result = !holds(expr->a, b);
		break;
	case EXPR_AND:
		result = holds(expr->a, b) && holds(expr->b, b);
		break;
	case EXPR_OR:
		result = holds(expr->a, b) || holds(expr->b, b);
		break;
	case EXPR_EQ:
		result = values_equal(expr_eval(expr->a, b), expr_eval(expr->b, b));
		break;
	case EXPR_NE:
		result = !values_equal(expr_eval(expr->a, b), expr_eval(expr->b, b));
		break;
	case EXPR_IN:
		result = value_in(expr_eval(expr->a, b), expr_eval(expr->b, b));
		break;
	}
	return truth(result);
}

bool
condition_holds(const struct expr *expr, const struct bindings *bindings)
{
	return expr == NULL || holds(expr, bindings);
}

static const char *
text_of(const struct value *value, const struct bindings *b)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (type_is_text(value->type))
		return value->u.text;
	value_print(value, &text);
	return arena_strdup(b->arena, buf_text(&text));
}

/* The texts of the pieces; false: one of them is absent. */
static bool
eval_pieces(const struct template *template, const struct bindings *b, struct place *ret_fact,
    const char **texts)
{
	for (size_t i = 0; i < template->n; i++) {
		const struct piece *piece = &template->pieces[i];
		const struct value *value;

		texts[i] = piece->text;
		if (piece->expr == NULL)
			continue;
		value = expr_eval(piece->expr, b);
		if (value == NULL)
			return false;
		if (ret_fact != NULL && ret_fact->source == NULL)
			*ret_fact = value->at;
		texts[i] = text_of(value, b);
	}
	return true;
}

const char *
template_eval(const struct template *template, const struct bindings *b, struct place *ret_fact)
{
	const char **texts = arena_alloc(between(b), template->n * sizeof(*texts));
	size_t n = 0;
	char *text, *end;

	if (!eval_pieces(template, b, ret_fact, texts))
		return NULL;
	if (template->n == 1)
		return texts[0];
	for (size_t i = 0; i < template->n; i++)
		n += strlen(texts[i]);
	text = end = arena_alloc(b->arena, n + 1);
	for (size_t i = 0; i < template->n; i++)
		end = mempcpy(end, texts[i], strlen(texts[i]));
	return text;
}

struct place
expr_fact(const struct expr *expr, const struct bindings *b)
{
	const struct value *value;
	struct place at = NOWHERE;

	if (expr == NULL)
		return NOWHERE;
	if (expr->kind == EXPR_VARIABLE) {
		value = expr_eval(expr, b);
		return value != NULL ? value->at : NOWHERE;
	}
	if (expr->kind != EXPR_OR || condition_holds(expr->a, b))
		at = expr_fact(expr->a, b);
	return at.source != NULL ? at : expr_fact(expr->b, b);
}
