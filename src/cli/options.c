#include "cli/options.h"

#include <getopt.h>
#include <stdlib.h>

const struct option_row global_options[] = {
	{ "ca", 0, "DIR", AT(ca), "the CA home (or ROLECERT_CA)" },
	{ "profiles", 0, "DIR", AT(profiles),
	  "look for roles here first (or ROLECERT_PROFILES)" },
	{ "json", 0, NULL, AT(json), "the result as JSON" },
	{ "quiet", 'q', NULL, AT(quiet), "say nothing on stderr unless it fails" },
	{ "verbose", 'v', NULL, AT(verbose), "say more: where names come from, how long it took" },
	{ "help", 'h', NULL, AT(help), "what the command does and its options" },
	{ "version", 0, NULL, AT(version), "print the version" },
	OPTIONS_END,
};

/* What getopt_long wants to know, made from the tables. */
struct parser {
	const struct option_row **rows;
	const char **names;
	struct option *longs;
	char *shorts;
	size_t n;
};

enum { FIRST_LONG = 256 };       /* getopt's value of row i is FIRST_LONG + i */

static size_t
count(const struct option_row *rows)
{
	size_t n = 0;

	while (rows != NULL && rows[n].name != NULL)
		n++;
	return n;
}

static void
add_rows(struct parser *p, const struct option_row *rows, struct buf *shorts)
{
	for (size_t i = 0; i < count(rows); i++) {
		const struct option_row *row = &rows[i];

		p->rows[p->n] = row;
		p->names[p->n] = row->name;
		p->longs[p->n] = (struct option){ row->name,
		    row->value != NULL ? required_argument : no_argument, NULL,
		    FIRST_LONG + (int)p->n };
		p->n++;
		if (row->letter == 0)
			continue;
		buf_putc(shorts, row->letter);
		if (row->value != NULL)
			buf_putc(shorts, ':');
	}
}

static struct parser
parser_of(const struct option_row *own, bool only_leading, struct arena *arena)
{
	size_t most = count(own) + count(global_options) + 1;
	struct buf shorts = BUF_INIT;
	struct parser p = {
		.rows = arena_alloc(arena, most * sizeof(*p.rows)),
		.names = arena_alloc(arena, most * sizeof(*p.names)),
		.longs = arena_alloc(arena, most * sizeof(*p.longs)),
	};

	/* "+": stop at the first operand; "-": operands come as they stand,
	 * whatever POSIXLY_CORRECT says; ":": tell a missing value apart. */
	buf_puts(&shorts, only_leading ? "+:" : "-:");
	add_rows(&p, own, &shorts);
	add_rows(&p, global_options, &shorts);
	p.shorts = arena_strdup(arena, buf_text(&shorts));
	buf_clear(&shorts);
	return p;
}

static size_t
row_of_letter(const struct parser *p, int letter)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->rows[i]->letter == letter)
			return i;
	return p->n;
}

/* The name in "--name=value", copied. */
static const char *
long_name(const char *arg, struct arena *arena)
{
	return arena_strndup(arena, arg + 2, strcspn(arg + 2, "="));
}

/* getopt_long said '?': unknown, or a value where none may stand. */
static enum rc_status
refuse_option(const struct parser *p, const char *arg, struct arena *arena, struct error *err)
{
	const char *name, *near;
	enum rc_status st;

	if (optopt >= FIRST_LONG)
		return error_fail(err, RULE_OPTION_VALUE, "option '--%s' takes no value",
		    p->rows[optopt - FIRST_LONG]->name);
	if (optopt != 0) {
		st = error_fail(err, RULE_NO_SUCH_OPTION, "there is no option '-%c'", optopt);
		error_fix(err, "options are listed by --help");
		return st;
	}
	name = long_name(arg, arena);
	near = nearest_word(name, p->names, p->n);
	st = error_fail(err, RULE_NO_SUCH_OPTION, "there is no option '--%s'", name);
	if (near != NULL)
		error_fix(err, "did you mean '--%s'?", near);
	else
		error_fix(err, "options are listed by --help");
	return st;
}

static enum rc_status
refuse_missing_value(const struct parser *p, struct error *err)
{
	size_t i = optopt >= FIRST_LONG ? (size_t)(optopt - FIRST_LONG) : row_of_letter(p, optopt);

	return error_fail(err, RULE_OPTION_VALUE, "option '--%s' needs a value: --%s %s",
	    p->rows[i]->name, p->rows[i]->name, p->rows[i]->value);
}

/* The member of struct options that a row fills. */
static void *
member(const struct option_row *row, struct options *options)
{
	return (char *)options + row->at;
}

static enum rc_status
set_option(const struct parser *p, size_t i, struct options *ret, struct error *err)
{
	const struct option_row *row = p->rows[i];

	if (row->value == NULL) {
		*(bool *)member(row, ret) = true;
		return RC_OK;
	}
	if (*optarg == '\0')
		return error_fail(err, RULE_OPTION_VALUE, "option '--%s' has an empty value",
		    row->name);
	if (*(const char **)member(row, ret) != NULL)
		return error_fail(err, RULE_OPTION_TWICE, "option '--%s' is given twice",
		    row->name);
	*(const char **)member(row, ret) = optarg;
	return RC_OK;
}

static void
add_operand(struct operands *operands, const char *text, struct arena *arena)
{
	*(const char **)VEC_PUSH(arena, operands) = text;
}

static enum rc_status
take_one(const struct parser *p, int got, char **argv, struct arena *arena,
    struct options *ret, struct operands *ret_operands, struct error *err)
{
	if (got == 1) {
		add_operand(ret_operands, optarg, arena);
		return RC_OK;
	}
	if (got == '?')
		return refuse_option(p, argv[optind - 1], arena, err);
	if (got == ':')
		return refuse_missing_value(p, err);
	return set_option(p, got >= FIRST_LONG ? (size_t)(got - FIRST_LONG) : row_of_letter(p, got),
	    ret, err);
}

enum rc_status
options_parse(const struct option_row *own, bool only_leading, int argc, char **argv,
    struct arena *arena, struct options *ret, struct operands *ret_operands, int *ret_next,
    struct error *err)
{
	struct parser p = parser_of(own, only_leading, arena);
	int got;

	optind = 0;      /* glibc: begin anew, with this string of letters */
	opterr = 0;
	while ((got = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1)
		TRY(take_one(&p, got, argv, arena, ret, ret_operands, err));
	*ret_next = optind;
	if (only_leading)
		return RC_OK;
	for (int i = optind; i < argc; i++)
		add_operand(ret_operands, argv[i], arena);
	return RC_OK;
}

enum { HELP_COLUMN = 28 };

void
options_help(const struct option_row *rows, const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < count(rows); i++) {
		size_t begin = out->n, width;

		if (rows[i].letter != 0)
			buf_printf(out, "  -%c, --%s", rows[i].letter, rows[i].name);
		else
			buf_printf(out, "      --%s", rows[i].name);
		if (rows[i].value != NULL)
			buf_printf(out, " %s", rows[i].value);
		width = out->n - begin;
		if (width >= HELP_COLUMN) {
			buf_putc(out, '\n');
			width = 0;
		}
		buf_printf(out, "%*s", (int)(HELP_COLUMN - width), "");
		style_put_words(style, HELP_COLUMN, rows[i].help, out);
		buf_putc(out, '\n');
	}
}
