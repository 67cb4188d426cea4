/*
 * expr.h - the expressions of the role language.
 *
 *      ${pool.external.access}
 *      ${pool.web.internal else server.fqdn}
 *      ${pool.fqdn if choice.subject == 'pool' else server.fqdn}
 *      ${pool.auto_logon and (clients.strict_dns or count(sip_domains) != 1)}
 *
 * From weak to strong:  else  |  if  |  or  |  and  |  not  |  == != in  |
 * a name with dots, 'text' ('' is a quote in it), 7, 90d, true, false, f(x), (x),
 * ['a', 'b'] of texts, numbers or durations that are written out.
 *
 * A fact that the topology leaves out is absent, and absence spreads: through a
 * dot, a function and into a text.  `x if c` is x when c holds and absent
 * otherwise; `x else y` is y when x is absent; has(x) asks.  == with something
 * absent is false, != with it is true.
 *
 * Functions: count(list), first(list), unique(list), lower(text),
 * parent-domain(name), host-of(uri), has(x), pools-of('kind'): the topology's pools
 * of a kind.  Fields may follow: first(pool.publishes).web.external.
 *
 * Types: value.h.  A text that is written out where an object identifier, a host name,
 * a URI or an address is wanted must be one when it is compiled; one that comes from a
 * fact, when it is planned.
 *
 * An expression is typed when it is compiled, before any topology is seen, and
 * cannot fail when it is evaluated.  There is no loop in it, and at most
 * EXPR_WORDS_MAX words.
 */
#ifndef PROFILE_EXPR_H
#define PROFILE_EXPR_H

#include "text/node.h"
#include "topology/topology.h"

struct expr;

enum { EXPR_WORDS_MAX = 2000, EACH_MAX = 8, VARIABLES_MAX = 2 * EACH_MAX };

/* A variable bound by `each`: a member of its list, or the index of that member. */
struct variable {
	const char *name;
	const struct type *type;
	struct place at;
	bool is_index;                   /* a number from 1                    */
	bool *used;
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

/*
 *      parameters:
 *        portal:  { type: fqdn, required: true, why: each site has a portal of its own }
 *        keep:    { type: duration, default: 90d, why: ... }
 *        portals: { from: web-server }
 *
 * A value that the topology gives to a role, `param.NAME` in its expressions; it is
 * required or has a default, so it is always there.
 */
struct parameter {
	const char *name;
	const struct type *type;
	const struct value *fallback;    /* NULL: required                     */
	const char *why;                 /* or NULL                            */
	const char *from;                /* the role whose parameter it follows, or NULL */
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
	const struct parameter *parameters;
	size_t n_parameters;
	struct variable variables[VARIABLES_MAX];    /* innermost last         */
	size_t n_variables;
	bool *choice_used, *parameter_used;      /* one for each               */
};

/* The values for one entry. */
struct bindings {
	const struct value *topology, *pool, *server;
	const struct topology *pools;    /* for pools-of                       */
	const struct value *const *choices, *const *parameters;
	const struct value *variables[VARIABLES_MAX];
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

/*
 * "NAME in ${list}", or "NAME, INDEX in ${list}", where INDEX counts from 1.  What it
 * binds is in the scope until each_close(), which complains of what nothing has used
 * (rule unused-variable) if what stood within was good.
 */
struct each {
	const struct expr *list;         /* NULL: no `each`                    */
	size_t slot;                     /* of the variable; its index is next */
	bool indexed;
};
enum rc_status each_open(const struct node *node, struct scope *scope, struct arena *arena,
    struct each *ret, struct error *err) RC_CHECK;
enum rc_status each_close(struct scope *scope, const struct each *each, enum rc_status within,
    struct error *err) RC_CHECK;
/* Its list, NULL where a fact is absent, and one round of it, from 0. */
const struct value *each_list(const struct each *each, const struct bindings *bindings);
/* "each #0 in LIST", "each #0 #1 in LIST" */
void each_print(const struct each *each, struct buf *out);
void each_bind(const struct each *each, struct bindings *bindings, const struct value *list,
    size_t round);

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

/* A node that is one ${...} and nothing else, of any type. */
enum rc_status expr_compile(const struct node *node, const struct scope *scope,
    struct arena *arena, struct expr **ret, struct error *err) RC_CHECK;
const struct type *expr_type(const struct expr *expr, bool *ret_optional);

/* The canonical text, fully bracketed. */
void expr_print(const struct expr *expr, struct buf *out);
void template_print(const struct template *template, struct buf *out);

#endif
