/*
 * Conditions that never or always hold, and whether a certificate can come out without a
 * name: what the text of a role tells before a topology is seen.
 *
 * A condition is narrowed: given what is known (the choices' values that are left, the
 * other conditions that hold or do not), what is known when it is true, and when it is
 * false?  Nothing left on one side is the answer.  What is forgotten on the way makes an
 * answer weaker and never wrong, so lists and lengths have limits.
 */
#include "profile/ast.h"
#include "profile/catalog.h"

enum { FACTS_MAX = 64 };

/* One thing that is known: a choice is one of some values, or a condition holds or not. */
struct fact {
	const struct fact *next;
	const char *text;                /* the condition; NULL: a choice      */
	bool truth;
	size_t slot;
	uint64_t values;
	const struct expr *of;           /* the whole condition that told it   */
};

struct known {
	const struct fact *facts;
	size_t n;
	bool never;                      /* nothing can be so                  */
};

struct walk {
	const struct compiler *c;
	struct arena *arena;
	const struct expr *whole;        /* the condition at hand              */
	const struct expr *against;      /* the one that it meets              */
	const struct expr *told;         /* of it one thing has been told      */
	enum rc_status status;
};

static struct known narrow(struct walk *w, struct known known, struct expr *expr, bool truth);

/* -- what is known ------------------------- */

static const struct fact *
find_fact(struct known known, const char *text, size_t slot)
{
	for (const struct fact *f = known.facts; f != NULL; f = f->next)
		if (text == NULL ? f->text == NULL && f->slot == slot
		    : f->text != NULL && strcmp(f->text, text) == 0)
			return f;
	return NULL;
}

static struct known
add_fact(struct walk *w, struct known known, struct fact fact)
{
	struct fact *added;

	if (known.n == FACTS_MAX)
		return known;
	added = ARENA_NEW(w->arena, struct fact);
	*added = fact;
	added->next = known.facts;
	known.facts = added;
	known.n++;
	return known;
}

static struct known
nothing(struct walk *w, const struct fact *against)
{
	if (against != NULL && against->of != w->whole)
		w->against = against->of;
	return (struct known){ .never = true };
}

/* One or the other is so. */
static struct known
either(struct walk *w, struct known a, struct known b)
{
	struct known both = { .facts = NULL };

	if (a.never || b.never)
		return a.never ? b : a;
	for (const struct fact *f = a.facts; f != NULL; f = f->next) {
		const struct fact *g = find_fact(b, f->text, f->slot);
		struct fact fact = *f;

		/* The first found is the newest, and has what is left. */
		if (g == NULL || find_fact(a, f->text, f->slot) != f)
			continue;
		fact.values |= g->values;
		if (f->text == NULL || f->truth == g->truth)
			both = add_fact(w, both, fact);
	}
	return both;
}

/* -- conditions ------------------------- */

static const char *
text_of(struct walk *w, struct expr *expr)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (expr->text == NULL) {
		expr_print(expr, &text);
		expr->text = arena_strdup(w->arena, buf_text(&text));
	}
	return expr->text;
}

static uint64_t
word_bit(const struct choice *choice, const struct expr *literal)
{
	for (size_t i = 0; i < choice->n_values; i++)
		if (literal->kind == EXPR_TEXT &&
		    strcmp(choice->values[i], literal->literal->u.text) == 0)
			return UINT64_C(1) << i;
	return 0;
}

/* choice.c == 'a', 'a' != choice.c, choice.c in ['a', 'b']: the values for which it holds. */
static bool
is_choice_test(const struct walk *w, const struct expr *expr, size_t *ret_slot,
    uint64_t *ret_values, uint64_t *ret_all)
{
	const struct expr *a = expr->a, *b = expr->b;
	const struct choice *choice;
	uint64_t values = 0;

	if (expr->kind != EXPR_EQ && expr->kind != EXPR_NE && expr->kind != EXPR_IN)
		return false;
	if (a->kind == EXPR_TEXT && expr->kind != EXPR_IN) {
		a = expr->b;
		b = expr->a;
	}
	if (a->kind != EXPR_VARIABLE || a->root != ROOT_CHOICE ||
	    (b->kind != EXPR_TEXT && b->kind != EXPR_LIST))
		return false;
	choice = &w->c->role->choices[a->slot];
	if (choice->n_values > 63)
		return false;
	*ret_all = (UINT64_C(1) << choice->n_values) - 1;
	if (b->kind == EXPR_TEXT)
		values = word_bit(choice, b);
	for (size_t i = 0; b->kind == EXPR_LIST && i < b->n_items; i++)
		values |= word_bit(choice, b->items[i]);
	*ret_slot = a->slot;
	*ret_values = expr->kind == EXPR_NE ? *ret_all & ~values : values;
	return true;
}

static bool
is_constant(const struct expr *expr)
{
	if (expr == NULL)
		return true;
	if (expr->kind == EXPR_VARIABLE || expr->kind == EXPR_CALL || expr->kind == EXPR_FIELD)
		return false;
	return is_constant(expr->a) && is_constant(expr->b);
}

static bool
is_zero(const struct expr *expr)
{
	return expr->kind == EXPR_NUMBER && expr->literal->u.number == 0;
}

/* Written out, x == x, or the index 0: 1 true, 0 false, -1 it depends. */
static int
constant_value(struct walk *w, struct expr *expr)
{
	const struct bindings none = { .arena = w->arena };
	bool equality = expr->kind == EXPR_EQ || expr->kind == EXPR_NE;

	if (is_constant(expr))
		return condition_holds(expr, &none);
	if (!equality)
		return -1;
	if ((expr->a->is_index && is_zero(expr->b)) || (expr->b->is_index && is_zero(expr->a)))
		return expr->kind == EXPR_NE;
	if (!expr->a->optional && strcmp(text_of(w, expr->a), text_of(w, expr->b)) == 0)
		return expr->kind == EXPR_EQ;
	return -1;
}

static struct known
narrow_choice(struct walk *w, struct known known, size_t slot, uint64_t values, uint64_t all)
{
	const struct fact *old = find_fact(known, NULL, slot);
	uint64_t left = values & (old != NULL ? old->values : all);

	if (left == 0)
		return nothing(w, old);
	return add_fact(w, known, (struct fact){ .slot = slot, .values = left, .of = w->whole });
}

/* Whatever is no choice's: known by its text alone; `x != y` is `x == y` denied. */
static struct known
narrow_other(struct walk *w, struct known known, struct expr *expr, bool truth)
{
	const struct fact *old;
	const char *text;

	text = text_of(w, expr);
	old = find_fact(known, text, 0);
	if (old != NULL)
		return old->truth == truth ? known : nothing(w, old);
	return add_fact(w, known, (struct fact){ .text = text, .truth = truth, .of = w->whole });
}

static struct known
narrow_leaf(struct walk *w, struct known known, struct expr *expr, bool truth)
{
	int value = constant_value(w, expr);
	uint64_t values, all;
	size_t slot;

	if (value >= 0)
		return value == truth ? known : nothing(w, NULL);
	if (is_choice_test(w, expr, &slot, &values, &all))
		return narrow_choice(w, known, slot, truth ? values : all & ~values, all);
	return narrow_other(w, known, expr, truth);
}

static struct known
narrow(struct walk *w, struct known known, struct expr *expr, bool truth)
{
	if (known.never)
		return known;
	if (expr->kind == EXPR_NOT)
		return narrow(w, known, expr->a, !truth);
	if (expr->kind != EXPR_AND && expr->kind != EXPR_OR)
		return narrow_leaf(w, known, expr, truth);
	/* Both sides decide, or one of them does. */
	if ((expr->kind == EXPR_AND) == truth)
		return narrow(w, narrow(w, known, expr->a, truth), expr->b, truth);
	return either(w, narrow(w, known, expr->a, truth), narrow(w, known, expr->b, truth));
}

/* -- complaints ------------------------- */

static void
complain(struct walk *w, enum rule rule, const struct expr *expr, bool always)
{
	w->told = w->whole;
	KEEP_FIRST(w->status, error_at(w->c->err, rule, expr_place(expr), "this %s holds here",
	    always ? "always" : "never"));
	if (w->against != NULL)
		error_also(w->c->err, expr_place(w->against), always ? "this says it already"
		    : "this says the contrary");
}

/* Does the condition depend on anything?  If not, that is said, by this rule. */
static bool
check_depends(struct walk *w, struct known known, struct expr *expr, enum rule never,
    enum rule always)
{
	bool is_never, is_always;

	if (w->told == w->whole)
		return true;
	w->against = NULL;
	is_never = narrow(w, known, expr, true).never;
	is_always = !is_never && narrow(w, known, expr, false).never;
	if (is_never || is_always)
		complain(w, is_never ? never : always, expr, is_always);
	return !is_never && !is_always;
}

static void check_parts(struct walk *w, struct known known, struct expr *expr);

/* a and b: b is asked where a holds; a or b: where it does not. */
static void
check_both(struct walk *w, struct known known, struct expr *expr)
{
	struct known behind = narrow(w, known, expr->a, expr->kind == EXPR_AND);

	check_parts(w, known, expr->a);
	if (behind.never)
		return;
	if (check_depends(w, behind, expr->b, RULE_EXPR_UNREACHABLE, RULE_EXPR_UNREACHABLE))
		check_parts(w, behind, expr->b);
}

static void
check_else(struct walk *w, struct known known, struct expr *expr)
{
	struct known otherwise = known;

	check_parts(w, known, expr->a);
	if (expr->a->kind == EXPR_IF && !expr->a->a->optional)
		otherwise = narrow(w, known, expr->a->b, false);
	if (!otherwise.never)
		check_parts(w, otherwise, expr->b);
}

static void
check_parts(struct walk *w, struct known known, struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_AND:
	case EXPR_OR:
		check_both(w, known, expr);
		break;
	case EXPR_ELSE:
		check_else(w, known, expr);
		break;
	case EXPR_IF:
		if (check_depends(w, known, expr->b, RULE_EXPR_UNREACHABLE,
		    RULE_EXPR_UNREACHABLE)) {
			check_parts(w, known, expr->b);
			check_parts(w, narrow(w, known, expr->b, true), expr->a);
		}
		break;
	default:
		if (expr->a != NULL)
			check_parts(w, known, expr->a);
		if (expr->b != NULL)
			check_parts(w, known, expr->b);
	}
}

/* A `when`: what is known where it holds. */
static struct known
check_when(struct walk *w, struct known known, const struct expr *when)
{
	/* Expressions are the compiler's own until the role is made. */
	struct expr *expr = (struct expr *)(uintptr_t)when;

	if (when == NULL)
		return known;
	w->whole = expr;
	if (!check_depends(w, known, expr, RULE_WHEN_NEVER, RULE_WHEN_ALWAYS))
		return known;
	check_parts(w, known, expr);
	return narrow(w, known, expr, true);
}

static void
check_template(struct walk *w, struct known known, const struct template *template)
{
	for (size_t i = 0; i < template->n; i++)
		if (template->pieces[i].expr != NULL) {
			w->whole = template->pieces[i].expr;
			check_parts(w, known, (struct expr *)(uintptr_t)w->whole);
		}
}

/* -- the parts of a role ------------------------- */

/* A list of `define` is for several places: what is known at one of them is no fault of it. */
static void
check_items(struct walk *w, struct known known, const struct name_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct known inside = check_when(w, known, items[i].when);

		if (items[i].kind == ITEM_NAME)
			check_template(w, inside, &items[i].text);
		else
			check_items(w, items[i].included ? (struct known){ .n = 0 } : inside,
			    items[i].items, items[i].n_items);
	}
}

static void
check_words(struct walk *w, struct known known, const struct word_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)check_when(w, known, items[i].when);
}

static void
check_data(struct walk *w, struct known known, const struct data *data)
{
	if (data->node->kind == NODE_TEXT)
		check_template(w, known, &data->text);
	for (size_t i = 0; i < data->n_members; i++)
		check_data(w, check_when(w, known, data->members[i].when),
		    data->members[i].value);
}

static void
check_rest(struct walk *w, struct known known)
{
	const struct role *role = w->c->role;

	check_words(w, known, role->eku, role->n_eku);
	check_words(w, known, role->assign, role->n_assign);
	(void)check_when(w, known, role->exportable);
	if (role->validity != NULL) {
		w->whole = role->validity;
		check_parts(w, known, (struct expr *)(uintptr_t)role->validity);
	}
	for (size_t i = 0; i < role->n_exts; i++)
		check_data(w, check_when(w, known, role->exts[i].when), role->exts[i].data);
	for (size_t i = 0; i < role->n_notes; i++)
		check_template(w, check_when(w, known, role->notes[i].when),
		    &role->notes[i].text);
}

/* -- a certificate without a name ------------------------- */

/* A topology has a SIP domain, and what is written out has a member. */
static bool
is_never_empty(const struct expr *list)
{
	if (list->kind == EXPR_CALL && list->function == FN_UNIQUE)
		return is_never_empty(list->a);
	return list->kind == EXPR_LIST || (list->kind == EXPR_VARIABLE &&
	    list->root == ROOT_TOPOLOGY && list->n_path == 1 &&
	    strcmp(list->path[0], "sip_domains") == 0);
}

/* What is known where none of the items yields a name. */
static struct known
without_names(struct walk *w, struct known known, const struct name_item *items, size_t n)
{
	for (size_t i = 0; i < n && !known.never; i++) {
		const struct name_item *item = &items[i];
		struct expr *when = (struct expr *)(uintptr_t)item->when;
		struct known held = when != NULL ? narrow(w, known, when, true) : known;
		struct known inside = held;

		if (item->kind == ITEM_NAME ? !item->text.optional
		    : item->kind == ITEM_GROUP || is_never_empty(item->each.list))
			inside = item->kind == ITEM_NAME ? (struct known){ .never = true }
			    : without_names(w, held, item->items, item->n_items);
		known = when == NULL ? inside
		    : either(w, narrow(w, known, when, false), inside);
	}
	return known;
}

static enum rc_status
check_names_somebody(struct walk *w)
{
	const struct role *role = w->c->role;
	const struct setting *san = flat_setting(w->c->flat, "san");

	if (role->has_subject || role->n_names == 0 || role->per == PER_CA ||
	    without_names(w, (struct known){ .n = 0 }, role->names, role->n_names).never)
		return RC_OK;
	(void)error_at(w->c->err, RULE_SAN_MAY_BE_EMPTY, san->at,
	    "the role has no subject, and every one of these names may be left out");
	error_fix(w->c->err, "set `subject: { CN: ... }`, or one name that is always there");
	return rule_status(RULE_SAN_MAY_BE_EMPTY);
}

enum rc_status
check_reach(const struct compiler *c)
{
	struct walk w = { .c = c, .arena = c->arena };
	const struct known known = { .n = 0 };

	/* It is often inherited, and so is what it decides: no more is known for it. */
	(void)check_when(&w, known, c->role->when);
	check_template(&w, known, &c->role->subject_cn);
	check_items(&w, known, c->role->names, c->role->n_names);
	check_rest(&w, known);
	KEEP_FIRST(w.status, check_names_somebody(&w));
	return w.status;
}
