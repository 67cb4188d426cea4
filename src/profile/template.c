#include "profile/ast.h"

static enum rc_status
compile_expr(const struct node *node, const char *start, const char *end,
    const struct scope *scope, struct arena *arena, struct expr **ret, struct error *err)
{
	size_t n = (size_t)(end - start);
	struct place at = node_place(node, (size_t)(start - node->text), 0);

	TRY(expr_parse(start, n, at, arena, ret, err));
	return expr_check(*ret, scope, arena, err);
}

/* The } that ends an expression: one in quotes does not. */
static const char *
find_end(const char *s)
{
	bool quoted = false;

	for (; *s != '\0'; s++) {
		if (*s == '\'')
			quoted = !quoted;
		else if (*s == '}' && !quoted)
			return s;
	}
	return NULL;
}

static enum rc_status
want_printable(const struct expr *expr, struct error *err)
{
	struct buf have = BUF_INIT;
	enum rc_status status;

	if (expr->type->kind != TYPE_LIST && expr->type->kind != TYPE_RECORD)
		return RC_OK;
	status = error_at(err, RULE_EXPR_TYPE, expr->at, "this cannot stand in a text");
	type_print(expr->type, &have);
	error_want(err, "a text", buf_text(&have));
	buf_clear(&have);
	return status;
}

enum rc_status
template_compile(const struct node *node, const struct scope *scope, struct arena *arena,
    struct template *ret, struct error *err)
{
	VEC(struct piece) pieces = { .v = NULL };
	const char *s, *text;
	bool optional = false;

	TRY(node_text(node, "a text", &text, err));
	for (s = text; *s != '\0';) {
		const char *open = strstr(s, "${"), *end;
		struct expr *expr = NULL;

		if (open == NULL)
			open = s + strlen(s);
		/* $${ stands for ${ itself. */
		if (*open != '\0' && open > s && open[-1] == '$') {
			VEC_PUSH(arena, &pieces)->text =
			    arena_strndup(arena, s, (size_t)(open - s) - 1);
			VEC_PUSH(arena, &pieces)->text = "${";
			s = open + 2;
			continue;
		}
		if (open > s)
			VEC_PUSH(arena, &pieces)->text =
			    arena_strndup(arena, s, (size_t)(open - s));
		if (*open == '\0')
			break;
		end = find_end(open);
		if (end == NULL)
			return error_at(err, RULE_EXPR_SYNTAX,
			    node_place(node, (size_t)(open - text), strlen(open)),
			    "the expression has no closing brace");
		TRY(compile_expr(node, open + 2, end, scope, arena, &expr, err));
		TRY(want_printable(expr, err));
		optional |= expr->optional;
		VEC_PUSH(arena, &pieces)->expr = expr;
		s = end + 1;
	}
	*ret = (struct template){ pieces.v, pieces.n, node->at, optional };
	return RC_OK;
}

enum rc_status
expr_compile_whole(const struct node *node, const char *text, const struct scope *scope,
    struct arena *arena, struct expr **ret, struct error *err)
{
	const char *end = strncmp(text, "${", 2) == 0 ? find_end(text) : NULL;

	if (end == NULL || end[1] != '\0')
		return error_at(err, RULE_EXPR_SYNTAX,
		    node_place(node, (size_t)(text - node->text), strlen(text)),
		    "one expression is wanted here: ${...}");
	return compile_expr(node, text + 2, end, scope, arena, ret, err);
}

enum rc_status
expr_compile(const struct node *node, const struct scope *scope, struct arena *arena,
    struct expr **ret, struct error *err)
{
	const char *text;

	TRY(node_text(node, "an expression", &text, err));
	return expr_compile_whole(node, text, scope, arena, ret, err);
}

const struct type *
expr_type(const struct expr *expr, bool *ret_optional)
{
	*ret_optional = expr->optional;
	return expr->type;
}

enum rc_status
condition_compile(const struct node *node, const struct scope *scope, struct arena *arena,
    const struct expr **ret, struct error *err)
{
	struct expr *expr = NULL;
	const char *text;

	TRY(node_text(node, "a condition", &text, err));
	TRY(expr_compile_whole(node, text, scope, arena, &expr, err));
	if (expr->type->kind != TYPE_BOOL || expr->optional) {
		struct buf have = BUF_INIT;
		enum rc_status status =
		    error_at(err, RULE_EXPR_TYPE, expr->at, "a condition is wanted here");

		if (expr->optional)
			buf_puts(&have, "perhaps nothing, else ");
		type_print(expr->type, &have);
		error_want(err, "true or false", buf_text(&have));
		buf_clear(&have);
		return status;
	}
	*ret = expr;
	return RC_OK;
}

struct place
expr_place(const struct expr *expr)
{
	const struct expr *const parts[] = { expr->a, expr->b };
	struct place at = expr->at;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct place part = parts[i] != NULL ? expr_place(parts[i]) : at;
		uint32_t end = at.column + at.width, part_end = part.column + part.width;

		if (part.line != at.line)
			continue;
		at.column = part.column < at.column ? part.column : at.column;
		at.width = (part_end > end ? part_end : end) - at.column;
	}
	/* A call's closing bracket is no part of its own. */
	at.width += expr->kind == EXPR_CALL && expr->a != NULL && at.width > expr->at.width;
	return at;
}

/* -- canonical text ----------------------------------------------------------------- */

static void
put_path(const struct expr *expr, struct buf *out)
{
	for (size_t i = 0; i < expr->n_path; i++)
		buf_printf(out, ".%s", expr->path[i]);
}

static void
print_variable(const struct expr *expr, struct buf *out)
{
	static const char *const roots[] = { "topology", "pool", "server", "choice", "param",
		"variable" };

	buf_puts(out, roots[expr->root]);
	if (expr->root >= ROOT_CHOICE)
		buf_printf(out, "#%zu", expr->slot);
	put_path(expr, out);
}

/* In quotes; a quote within stands twice. */
static void
print_text(const char *text, struct buf *out)
{
	buf_putc(out, '\'');
	for (; *text != '\0'; text++)
		buf_puts(out, *text == '\'' ? "\'\'" : (const char[]){ *text, '\0' });
	buf_putc(out, '\'');
}

static void
print_list(const struct expr *list, struct buf *out)
{
	for (size_t i = 0; i < list->n_items; i++) {
		buf_puts(out, i == 0 ? "[" : ", ");
		expr_print(list->items[i], out);
	}
	buf_putc(out, ']');
}

void
expr_print(const struct expr *expr, struct buf *out)
{
	static const char *const words[] = { [EXPR_EQ] = "==", [EXPR_NE] = "!=", [EXPR_IN] = "in",
		[EXPR_AND] = "and", [EXPR_OR] = "or", [EXPR_IF] = "if", [EXPR_ELSE] = "else" };

	switch (expr->kind) {
	case EXPR_TEXT:
		print_text(expr->literal->u.text, out);
		break;
	case EXPR_NUMBER:
	case EXPR_BOOL:
		value_print(expr->literal, out);
		break;
	case EXPR_LIST:
		print_list(expr, out);
		break;
	case EXPR_VARIABLE:
		print_variable(expr, out);
		break;
	case EXPR_CALL:
	case EXPR_NOT:
		buf_printf(out, "%s(",
		    expr->kind == EXPR_NOT ? "not" : function_words[expr->function]);
		expr_print(expr->a, out);
		buf_putc(out, ')');
		break;
	case EXPR_FIELD:
		expr_print(expr->a, out);
		put_path(expr, out);
		break;
	default:
		buf_putc(out, '(');
		expr_print(expr->a, out);
		buf_printf(out, " %s ", words[expr->kind]);
		expr_print(expr->b, out);
		buf_putc(out, ')');
	}
}

void
template_print(const struct template *template, struct buf *out)
{
	for (size_t i = 0; i < template->n; i++) {
		const struct piece *piece = &template->pieces[i];

		if (piece->expr == NULL) {
			buf_puts(out, strcmp(piece->text, "${") == 0 ? "$${" : piece->text);
			continue;
		}
		buf_puts(out, "${");
		expr_print(piece->expr, out);
		buf_putc(out, '}');
	}
}
