#include "profile/data.h"

#include "profile/program.h"

/* Nodes that are collected for a list. */
struct nodes {
	struct node **v;
	size_t n, cap;
};

static enum rc_status
eval_text(const struct data *data, struct bindings *bindings, struct node *ret, struct error *err)
{
	if (bindings == NULL)
		return RC_OK;
	ret->text = template_eval(&data->text, bindings, NULL);
	if (ret->text == NULL)
		return error_at(err, RULE_EXT_ABSENT, data->node->at,
		    "the topology does not hold the fact that would stand here");
	ret->quoted = data->is_plain && data->node->quoted;
	return RC_OK;
}

static enum rc_status eval_list(const struct data *data, struct bindings *bindings,
    struct arena *arena, struct nodes *out, struct error *err) RC_CHECK;

static enum rc_status
eval_each(const struct data_member *member, struct bindings *bindings, struct arena *arena,
    struct nodes *out, struct error *err)
{
	const struct value *list;

	if (bindings == NULL)
		return eval_list(member->value, NULL, arena, out, err);
	list = each_list(&member->each, bindings);
	for (size_t i = 0; list != NULL && i < list->u.list.n; i++) {
		if (++bindings->rounds > ROUNDS_MAX)
			return error_at(err, RULE_PLAN_LIMIT, member->value->node->at,
			    "`each` goes round more than %d times", ROUNDS_MAX);
		each_bind(&member->each, bindings, list, i);
		TRY(eval_list(member->value, bindings, arena, out, err));
	}
	return RC_OK;
}

static enum rc_status
eval_list(const struct data *data, struct bindings *bindings, struct arena *arena,
    struct nodes *out, struct error *err)
{
	for (size_t i = 0; i < data->n_members; i++) {
		const struct data_member *member = &data->members[i];
		struct node *node;

		if (bindings != NULL && !condition_holds(member->when, bindings))
			continue;
		if (member->each.list != NULL) {
			TRY(eval_each(member, bindings, arena, out, err));
			continue;
		}
		TRY(data_eval(member->value, bindings, arena, &node, err));
		*VEC_PUSH(arena, out) = node;
	}
	return RC_OK;
}

static enum rc_status
eval_map(const struct data *data, struct bindings *bindings, struct arena *arena,
    struct node *ret, struct error *err)
{
	ret->pairs = arena_alloc(arena, data->n_members * sizeof(*ret->pairs));
	ret->count = data->n_members;
	for (size_t i = 0; i < data->n_members; i++) {
		ret->pairs[i].key = data->members[i].key;
		TRY(data_eval(data->members[i].value, bindings, arena, &ret->pairs[i].value, err));
	}
	return RC_OK;
}

enum rc_status
data_eval(const struct data *data, struct bindings *bindings, struct arena *arena,
    struct node **ret, struct error *err)
{
	struct node *node = ARENA_NEW(arena, struct node);
	struct nodes items = { .v = NULL };

	*node = *data->node;
	if (node->kind == NODE_TEXT)
		TRY(eval_text(data, bindings, node, err));
	if (node->kind == NODE_MAP)
		TRY(eval_map(data, bindings, arena, node, err));
	if (node->kind == NODE_LIST) {
		TRY(eval_list(data, bindings, arena, &items, err));
		node->items = items.v;
		node->count = items.n;
	}
	*ret = node;
	return RC_OK;
}

/* -- as text ------------------------------------------------------------------------- */

static void
print_head(const struct data_member *member, struct buf *out)
{
	if (member->key != NULL)
		buf_printf(out, "%s:", member->key->text);
	else if (member->each.list != NULL) {
		each_print(&member->each, out);
	} else
		buf_puts(out, "-");
	if (member->when != NULL) {
		buf_puts(out, " when ");
		expr_print(member->when, out);
	}
}

void
data_print(const struct data *data, unsigned depth, struct buf *out)
{
	if (data->node->kind == NODE_TEXT) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		template_print(&data->text, &text);
		buf_putc(out, ' ');
		text_print(buf_text(&text), out);
	}
	buf_putc(out, '\n');
	for (size_t i = 0; i < data->n_members; i++) {
		for (unsigned k = 0; k < depth; k++)
			buf_puts(out, "  ");
		print_head(&data->members[i], out);
		data_print(data->members[i].value, depth + 1, out);
	}
}
