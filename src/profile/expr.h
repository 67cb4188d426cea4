/*
 * expr.h - the expressions of the role language.
 *
 *      ${pool.external.access}
 *      ${pool.web.internal else server.fqdn}
 *      ${pool.fqdn if choice.subject == 'pool' else server.fqdn}
 *      ${pool.auto_logon and (clients.strict_dns or count(sip_domains) != 1)}
 *
 * From weak to strong:  else  |  if  |  or  |  and  |  not  |  == != in  |
 * a name with dots, 'text', a number, true, false, f(x), (x).
 *
 * A fact that the topology leaves out is absent, and absence spreads: through a
 * dot, a function and into a text.  `x if c` is x when c holds and absent
 * otherwise; `x else y` is y when x is absent; has(x) asks.  == with something
 * absent is false, != with it is true.
 *
 * Functions: count(list), first(list), unique(list), lower(text),
 * parent-domain(name), has(x), pools-of('kind'): the topology's pools of a kind.
 * Fields may follow: first(pool.publishes).web.external.
 *
 * An expression is typed when it is compiled, before any topology is seen, and
 * cannot fail when it is evaluated.  There is no loop in it.
 */
#ifndef PROFILE_EXPR_H
#define PROFILE_EXPR_H

#include "text/node.h"
#include "topology/topology.h"

struct expr;

/* A variable bound by `each`. */
struct variable {
	const char *name;
	const struct type *type;
	struct place at;
};

struct choice {
	const char *name;
	const char *const *values;
	size_t n_values;
	size_t fallback;                 /* index of the default               */
	const char *why;                 /* or NULL                            */
	const char *from;                /* the role whose choice it follows, or NULL */
	const struct type *type;
	struct place at;
};

/* What an expression may speak of. */
struct scope {
	const struct product *product;   /* whose kinds pools-of may name      */
	const struct type *topology;     /* its fields are names of their own  */
	const struct type *pool;         /* NULL: there is no pool             */
	const struct type *server;       /* NULL: there is no server           */
	const struct choice *choices;
	size_t n_choices;
	struct variable variables[8];    /* innermost last                     */
	size_t n_variables;
	bool *choice_used;               /* one for each choice, or NULL       */
};

/* The values for one entry. */
struct bindings {
	const struct value *topology, *pool, *server;
	const struct topology *pools;    /* for pools-of                       */
	const struct value *const *choices;
	const struct value *variables[8];
	struct arena *arena;             /* for texts that evaluation makes    */
	struct arena *scratch;           /* for values that nobody keeps; NULL: arena */
	unsigned rounds;                 /* of every `each` so far             */
};
/* What one entry may cost: nested `each` multiply. */
enum { ROUNDS_MAX = 100000 };

/* A text with ${...} in it; $${ is a plain ${. */
struct piece {
	const char *text;                /* or NULL: expr                      */
	const struct expr *expr;
};
struct template {
	struct piece *pieces;
	size_t n;
	struct place at;
	bool optional;                   /* may come out absent                */
};

/*
 * Rules: expr-syntax, unknown-variable, unknown-function, expr-type,
 * expr-unreachable, unknown-word (a text that a choice never is).
 */
enum rc_status template_compile(const struct node *node, const struct scope *scope,
    struct arena *arena, struct template *ret, struct error *err) RC_CHECK;

/* A node that is one ${...} and nothing else, of this kind of type. */
enum rc_status condition_compile(const struct node *node, const struct scope *scope,
    struct arena *arena, const struct expr **ret, struct error *err) RC_CHECK;

/* "NAME in ${list}": the list, and the variable that runs over it. */
enum rc_status each_compile(const struct node *node, const struct scope *scope,
    struct arena *arena, struct variable *ret, const struct expr **ret_list,
    struct error *err) RC_CHECK;

/* NULL: absent.  The text is the topology's, the program's or lives in the arena of
 * the bindings.  fact: set to the place of the first fact of the topology that
 * went into the text, when there is one. */
const char *template_eval(const struct template *template, const struct bindings *bindings,
    struct place *ret_fact);
const struct value *expr_eval(const struct expr *expr, const struct bindings *bindings);
bool condition_holds(const struct expr *expr, const struct bindings *bindings);  /* NULL holds */
/* Where the topology says what the expression asks: of the first fact or choice in
 * it that stands there, of the side of an `or` that holds; else NOWHERE. */
struct place expr_fact(const struct expr *expr, const struct bindings *bindings);

/* The canonical text, fully bracketed. */
void expr_print(const struct expr *expr, struct buf *out);
void template_print(const struct template *template, struct buf *out);

#endif
