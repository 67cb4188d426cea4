#include <ctype.h>

#include "profile/ast.h"

const char *const function_words[FUNCTIONS] = {
	"count", "first", "unique", "lower", "parent-domain", "host-of", "has", "pools-of",
};

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_FIELDS, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	const char *start;
	size_t n;
};

enum { NESTING_MAX = 32 };

struct parser {
	const char *text, *end;
	const char *next;                /* behind the token in hand */
	struct token token;
	struct place at;                 /* of text                  */
	struct arena *arena;
	struct error *err;
	unsigned nesting, words;
};

static struct place
place_of(const struct parser *p, const char *start, size_t n)
{
	struct place at = p->at;

	/* A scalar that is not one plain line is pointed to as a whole. */
	if (p->at.width != 0)
		return at;
	for (const char *c = p->text; c < start; c++)
		at.column += ((uint8_t)*c & 0xc0) != 0x80;
	for (const char *c = start; c < start + n; c++)
		at.width += ((uint8_t)*c & 0xc0) != 0x80;
	at.width = at.width != 0 ? at.width : 1;
	return at;
}

static enum rc_status
syntax(const struct parser *p, const char *sentence)
{
	return error_at(p->err, RULE_EXPR_SYNTAX, place_of(p, p->token.start, p->token.n), "%s",
	    sentence);
}

static bool
is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* first(x).web.external: fields may follow a closing bracket at once. */
static bool
is_field_of_call(const struct parser *p, const char *s)
{
	return *s == '.' && s > p->text && s[-1] == ')' && s + 1 < p->end &&
	    isalpha((unsigned char)s[1]);
}

static size_t
sign_length(const char *s, const char *end)
{
	if (end - s >= 2 && (memcmp(s, "==", 2) == 0 || memcmp(s, "!=", 2) == 0))
		return 2;
	return strchr("(),[]", *s) != NULL ? 1 : 0;
}

/* 'text', where two quotes stand for one; 0: it has no end. */
static size_t
text_length(const char *s, const char *end)
{
	for (const char *c = s + 1; c < end; c++) {
		if (*c != '\'')
			continue;
		if (c + 1 == end || c[1] != '\'')
			return (size_t)(c - s) + 1;
		c++;
	}
	return 0;
}

/* 7, or 90d: digits and perhaps a unit, which no letter follows. */
static size_t
number_length(const char *s, const char *end)
{
	size_t n = 0;

	while (s + n < end && isdigit((unsigned char)s[n]))
		n++;
	if (s + n < end && strchr("smhdw", s[n]) != NULL &&
	    (s + n + 1 == end || !is_name_char(s[n + 1])))
		n++;
	return n;
}

static enum rc_status
advance(struct parser *p)
{
	const char *s = p->next, *end = p->end;
	struct token *t = &p->token;

	while (s < end && (*s == ' ' || *s == '\t' || *s == '\n'))
		s++;
	*t = (struct token){ .kind = TOKEN_END, .start = s };
	if (s == end)
		return RC_OK;
	if (++p->words > EXPR_WORDS_MAX)
		return syntax(p, "the expression has too many words");
	if (*s == '\'') {
		*t = (struct token){ TOKEN_TEXT, s, text_length(s, end) };
		if (t->n == 0) {
			t->n = 1;
			return syntax(p, "the text has no closing quote");
		}
	} else if (isdigit((unsigned char)*s)) {
		*t = (struct token){ TOKEN_NUMBER, s, number_length(s, end) };
	} else if (isalpha((unsigned char)*s) || is_field_of_call(p, s)) {
		t->kind = *s == '.' ? TOKEN_FIELDS : TOKEN_NAME;
		while (s + t->n < end && is_name_char(s[t->n]))
			t->n++;
	} else {
		t->kind = TOKEN_SIGN;
		t->n = sign_length(s, end);
		if (t->n == 0) {
			t->n = 1;
			return syntax(p, "this sign has no meaning in an expression");
		}
	}
	p->next = t->start + t->n;
	return RC_OK;
}

static bool
token_is(const struct parser *p, const char *word)
{
	return (p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_SIGN) &&
	    p->token.n == strlen(word) && memcmp(p->token.start, word, p->token.n) == 0;
}

static struct expr *
expr_new(struct parser *p, enum expr_kind kind)
{
	struct expr *expr = ARENA_NEW(p->arena, struct expr);

	expr->kind = kind;
	expr->at = place_of(p, p->token.start, p->token.n);
	return expr;
}

static enum rc_status parse_weakest(struct parser *p, struct expr **ret) RC_CHECK;

/* "pool.external.access" -> its names; no empty one. */
static enum rc_status
split_path(struct parser *p, struct expr *expr)
{
	const char *s = p->token.start + (p->token.kind == TOKEN_FIELDS);
	const char *end = p->token.start + p->token.n;
	VEC(const char *) names = { .v = NULL };

	while (s <= end) {
		const char *dot = memchr(s, '.', (size_t)(end - s));
		size_t n = (size_t)((dot != NULL ? dot : end) - s);

		if (n == 0)
			return syntax(p, "a name is missing beside the dot");
		*VEC_PUSH(p->arena, &names) = arena_strndup(p->arena, s, n);
		s += n + 1;
	}
	expr->path = names.v;
	expr->n_path = names.n;
	return RC_OK;
}

static enum rc_status
parse_call(struct parser *p, struct expr *call)
{
	const char *name = call->path[0], *near;
	size_t i = 0;

	while (i < FUNCTIONS && strcmp(function_words[i], name) != 0)
		i++;
	if (i == FUNCTIONS || call->n_path != 1) {
		enum rc_status status = error_at(p->err, RULE_UNKNOWN_FUNCTION, call->at,
		    "there is no function '%s'", name);

		near = nearest_word(name, function_words, FUNCTIONS);
		if (near != NULL)
			error_fix(p->err, "did you mean '%s'?", near);
		return status;
	}
	call->kind = EXPR_CALL;
	call->function = (enum function)i;
	TRY(advance(p));
	TRY(parse_weakest(p, &call->a));
	if (!token_is(p, ")"))
		return syntax(p, "a closing bracket is missing");
	return advance(p);
}

static enum rc_status
parse_fields(struct parser *p, struct expr *call, struct expr **ret)
{
	struct expr *expr = expr_new(p, EXPR_FIELD);

	TRY(split_path(p, expr));
	expr->root_width = 1;
	expr->a = call;
	*ret = expr;
	return advance(p);
}

static enum rc_status
parse_name(struct parser *p, struct expr **ret)
{
	struct expr *expr = expr_new(p, EXPR_VARIABLE);

	if (token_is(p, "true") || token_is(p, "false")) {
		expr->kind = EXPR_BOOL;
		expr->literal = value_bool(p->arena, p->token.start[0] == 't', NOWHERE);
		*ret = expr;
		return advance(p);
	}
	TRY(split_path(p, expr));
	TRY(advance(p));
	if (token_is(p, "("))
		TRY(parse_call(p, expr));
	if (p->token.kind == TOKEN_FIELDS)
		return parse_fields(p, expr, ret);
	*ret = expr;
	return RC_OK;
}

/* What stands between the quotes, doubled ones once. */
static const struct value *
text_of(struct parser *p)
{
	char *text = arena_strndup(p->arena, p->token.start + 1, p->token.n - 2);
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		text[n++] = *c;
		c += *c == '\'';
	}
	text[n] = '\0';
	return value_text(p->arena, &type_text, text, NOWHERE);
}

static enum rc_status
number_of(struct parser *p, const struct value **ret)
{
	static const struct { char unit; int64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 },
	};
	const char *digits = p->token.start;
	size_t n = p->token.n;
	char last = digits[n - 1];
	int64_t number = 0;

	n -= !isdigit((unsigned char)last);
	if (n > 9)
		return syntax(p, "the number is too large");
	for (size_t i = 0; i < n; i++)
		number = number * 10 + (digits[i] - '0');
	*ret = value_number(p->arena, number, NOWHERE);
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (last == units[i].unit)
			*ret = value_duration(p->arena, number * units[i].seconds, NOWHERE);
	return RC_OK;
}

static enum rc_status
parse_literal(struct parser *p, struct expr **ret)
{
	struct expr *expr = expr_new(p, p->token.kind == TOKEN_TEXT ? EXPR_TEXT : EXPR_NUMBER);

	if (expr->kind == EXPR_TEXT)
		expr->literal = text_of(p);
	else
		TRY(number_of(p, &expr->literal));
	*ret = expr;
	return advance(p);
}

/* ['a', 'b']: what is written out, at least one. */
static enum rc_status
parse_list(struct parser *p, struct expr **ret)
{
	struct expr *list = expr_new(p, EXPR_LIST);
	VEC(struct expr *) items = { .v = NULL };

	do {
		TRY(advance(p));
		if (p->token.kind != TOKEN_TEXT && p->token.kind != TOKEN_NUMBER)
			return syntax(p, "a list holds texts or numbers that are written out");
		TRY(parse_literal(p, VEC_PUSH(p->arena, &items)));
	} while (token_is(p, ","));
	if (!token_is(p, "]"))
		return syntax(p, "a closing bracket is missing");
	if (p->at.width == 0)
		list->at.width = place_of(p, p->token.start, 1).column + 1 - list->at.column;
	list->items = items.v;
	list->n_items = items.n;
	*ret = list;
	return advance(p);
}

static enum rc_status
parse_primary(struct parser *p, struct expr **ret)
{
	static const char *const reserved[] = { "and", "or", "not", "in", "if", "else" };

	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (token_is(p, reserved[i]))
			return syntax(p, "a value is missing before this word");
	if (token_is(p, "(")) {
		TRY(advance(p));
		TRY(parse_weakest(p, ret));
		if (!token_is(p, ")"))
			return syntax(p, "a closing bracket is missing");
		return advance(p);
	}
	if (token_is(p, "["))
		return parse_list(p, ret);
	switch (p->token.kind) {
	case TOKEN_NAME:
		return parse_name(p, ret);
	case TOKEN_TEXT:
	case TOKEN_NUMBER:
		return parse_literal(p, ret);
	default:
		return syntax(p, "a value is missing here");
	}
}

static enum rc_status
parse_compare(struct parser *p, struct expr **ret)
{
	static const struct { const char *sign; enum expr_kind kind; } signs[] = {
		{ "==", EXPR_EQ }, { "!=", EXPR_NE }, { "in", EXPR_IN },
	};
	struct expr *left;

	TRY(parse_primary(p, &left));
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (token_is(p, signs[i].sign)) {
			struct expr *expr = expr_new(p, signs[i].kind);

			expr->a = left;
			TRY(advance(p));
			TRY(parse_primary(p, &expr->b));
			left = expr;
			break;
		}
	*ret = left;
	return RC_OK;
}

static enum rc_status
parse_not(struct parser *p, struct expr **ret)
{
	struct expr *expr;

	if (!token_is(p, "not"))
		return parse_compare(p, ret);
	if (++p->nesting > NESTING_MAX)
		return syntax(p, "the expression is nested too deeply");
	expr = expr_new(p, EXPR_NOT);
	TRY(advance(p));
	TRY(parse_not(p, &expr->a));
	p->nesting--;
	*ret = expr;
	return RC_OK;
}

/* The binary words from strong to weak. */
static const struct level {
	const char *word;
	enum expr_kind kind;
} levels[] = {
	{ "and", EXPR_AND }, { "or", EXPR_OR }, { "if", EXPR_IF }, { "else", EXPR_ELSE },
};

static enum rc_status
parse_level(struct parser *p, size_t level, struct expr **ret)
{
	struct expr *left;

	if (level == 0)
		TRY(parse_not(p, &left));
	else
		TRY(parse_level(p, level - 1, &left));
	while (token_is(p, levels[level].word)) {
		struct expr *expr = expr_new(p, levels[level].kind);

		expr->a = left;
		TRY(advance(p));
		if (level == 0)
			TRY(parse_not(p, &expr->b));
		else
			TRY(parse_level(p, level - 1, &expr->b));
		left = expr;
	}
	*ret = left;
	return RC_OK;
}

static enum rc_status
parse_weakest(struct parser *p, struct expr **ret)
{
	if (++p->nesting > NESTING_MAX)
		return syntax(p, "the expression is nested too deeply");
	TRY(parse_level(p, ARRAY_LEN(levels) - 1, ret));
	p->nesting--;
	return RC_OK;
}

enum rc_status
expr_parse(const char *text, size_t n, struct place at, struct arena *arena, struct expr **ret,
    struct error *err)
{
	struct parser p = { .text = text, .end = text + n, .next = text, .at = at, .arena = arena,
		.err = err };

	TRY(advance(&p));
	TRY(parse_weakest(&p, ret));
	if (p.token.kind != TOKEN_END)
		return syntax(&p, "the expression should end here");
	return RC_OK;
}
