/*
 * ast.h - the inside of expressions, shared by parser, checker and evaluator.
 */
#ifndef PROFILE_AST_H
#define PROFILE_AST_H

#include "profile/expr.h"

enum expr_kind {
	EXPR_TEXT, EXPR_NUMBER, EXPR_BOOL, EXPR_LIST, EXPR_VARIABLE, EXPR_CALL, EXPR_FIELD,
	EXPR_NOT, EXPR_EQ, EXPR_NE, EXPR_IN, EXPR_AND, EXPR_OR, EXPR_IF, EXPR_ELSE,
};

enum function {
	FN_COUNT, FN_FIRST, FN_UNIQUE, FN_LOWER, FN_PARENT_DOMAIN, FN_HOST_OF, FN_HAS,
	FN_POOLS_OF, FUNCTIONS
};

/* Where the first name of a path is found. */
enum root { ROOT_TOPOLOGY, ROOT_POOL, ROOT_SERVER, ROOT_CHOICE, ROOT_PARAMETER, ROOT_VARIABLE };

struct expr {
	enum expr_kind kind;
	struct place at;
	const struct type *type;
	bool optional;
	struct expr *a, *b;              /* operands, the argument             */
	enum function function;
	enum root root;
	size_t slot;                     /* of a choice, parameter or variable */
	const char **path;               /* the names that follow the root, or a call */
	size_t n_path;
	uint32_t root_width;             /* characters before path, dots included */
	const struct value *literal;     /* text, number, duration, boolean, list */
	struct expr **items;             /* EXPR_LIST                          */
	size_t n_items;
	bool is_index;                   /* of an `each`: a number from 1      */
	const char *text;                /* its canonical text, when somebody asked */
};

extern const char *const function_words[FUNCTIONS];

/* Parses text[0..n) that stands at `at`; names are not resolved yet: a variable
 * has its whole path in `path`. */
enum rc_status expr_parse(const char *text, size_t n, struct place at, struct arena *arena,
    struct expr **ret, struct error *err) RC_CHECK;

/* From its first character to its last, where it stands on one line. */
struct place expr_place(const struct expr *expr);
/* `text`, a part of the node's text, is one ${...} from its first character to its last. */
enum rc_status expr_compile_whole(const struct node *node, const char *text,
    const struct scope *scope, struct arena *arena, struct expr **ret,
    struct error *err) RC_CHECK;

/* Resolves names and gives every part its type. */
enum rc_status expr_check(struct expr *expr, const struct scope *scope, struct arena *arena,
    struct error *err) RC_CHECK;

#endif
