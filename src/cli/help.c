#include "cli/command.h"
#include "report/json.h"

enum { HELP_COLUMN = 22, WIDTH_USUAL = 80, WIDTH_MOST = 100 };

/* Without a terminal as on one of 80 columns; on a wide one no wider than is read well. */
static struct style
help_style(const struct cli *cli)
{
	struct style style = cli_style(cli);

	if (style.width == 0)
		style.width = WIDTH_USUAL;
	if (style.width > WIDTH_MOST)
		style.width = WIDTH_MOST;
	return style;
}

static void
put_row(const struct command *c, const struct style *style, struct buf *out)
{
	size_t begin = out->n, width;

	buf_printf(out, "  %s", c->name);
	if (c->sub != NULL)
		buf_printf(out, " %s", c->sub);
	width = out->n - begin;
	buf_printf(out, "%*s", width < HELP_COLUMN ? (int)(HELP_COLUMN - width) : 1, "");
	style_put_words(style, HELP_COLUMN, c->help, out);
	buf_putc(out, '\n');
}

/* -- a usage line ------------------------------------------------------------------- */

/* The length of what stands together: "[--form FORM", "| --token URI]", "ENTRY". */
static size_t
usage_piece(const char *at)
{
	size_t n = strcspn(at, " ");

	if (at[n] == '\0')
		return n;
	if (*at == '|')
		return n + 1 + usage_piece(at + n + 1);
	if (at[strspn(at, "[(")] == '-' && strchr("-[(|", at[n + 1]) == NULL)
		n += 1 + strcspn(at + n + 1, " ");
	return n;
}

static void
put_usage(const struct command *c, const struct style *style, struct buf *out)
{
	size_t begin = out->n, indent, column;

	buf_printf(out, "usage: rolecert %s%s%s", c->name, c->sub != NULL ? " " : "",
	    c->sub != NULL ? c->sub : "");
	indent = column = out->n - begin;
	for (const char *at = c->synopsis; *at != '\0';) {
		size_t n = usage_piece(at);

		if (column + 1 + n > style->width && column > indent) {
			buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		}
		buf_putc(out, ' ');
		buf_put(out, at, n);
		column += 1 + n;
		at += n + (at[n] == ' ');
	}
	buf_putc(out, '\n');
}

/* -- for people ----------------------------------------------------------------------- */

/* Paragraphs are broken anew; what is indented stays as it is. */
static void
put_more(const char *text, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		const char *next = text + n + (text[n] == '\n');

		if (n == 0 || *text == ' ') {
			buf_put(out, text, n);
			buf_putc(out, '\n');
		} else {
			buf_put(&words, text, n);
			buf_putc(&words, ' ');
			if (*next == '\n' || *next == ' ' || *next == '\0') {
				style_put_words(style, 0, buf_text(&words), out);
				buf_putc(out, '\n');
				buf_clear(&words);
			}
		}
		text = next;
	}
}

static void
put_program(const struct style *style, struct buf *out)
{
	buf_puts(out,
	    "usage: rolecert [OPTIONS] COMMAND [ARGUMENTS]\n\n"
	    "Plans the certificates that a deployment of role-based servers needs, and issues\n"
	    "them with a CA key that never leaves its token.\n\n"
	    "Commands:\n");
	for (size_t i = 0; i < n_commands; i++)
		put_row(&commands[i], style, out);
	buf_puts(out, "\nOptions of every command:\n");
	options_help(global_options, style, out);
	buf_puts(out,
	    "\nNew here?  `rolecert lab DIR` makes a CA on a software token and issues a whole\n"
	    "sample deployment; it needs no hardware and touches nothing outside DIR.\n"
	    "`rolecert COMMAND --help` tells more; `man rolecert` tells all.\n");
}

static void
put_group(const char *name, const struct style *style, struct buf *out)
{
	buf_printf(out, "usage: rolecert %s SUB-COMMAND [ARGUMENTS]\n\n", name);
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			put_row(&commands[i], style, out);
	buf_printf(out, "\n`rolecert %s SUB-COMMAND --help` tells more.\n", name);
}

static void
put_command(const struct command *c, const struct style *style, struct buf *out)
{
	put_usage(c, style, out);
	buf_printf(out, "\n%s\n", c->help);
	if (c->options != NULL) {
		buf_puts(out, "\nOptions:\n");
		options_help(c->options, style, out);
	}
	buf_puts(out, "\nOptions of every command:\n");
	options_help(global_options, style, out);
	if (c->more != NULL) {
		buf_putc(out, '\n');
		put_more(c->more, style, out);
	}
}

/* -- for programs ------------------------------------------------------------------ */

static json_t *
options_json(const struct option_row *rows)
{
	json_t *list = json_array();

	for (; rows != NULL && rows->name != NULL; rows++) {
		const char letter[] = { rows->letter, '\0' };
		json_t *o = json_object();

		json_put(o, "name", json_foreign(rows->name));
		json_put(o, "letter", json_foreign(rows->letter != 0 ? letter : NULL));
		json_put(o, "value", json_foreign(rows->value));
		json_put(o, "help", json_foreign(rows->help));
		json_add(list, o);
	}
	return list;
}

/* "ca-show ca-init", as a list */
static json_t *
words_json(const char *words)
{
	json_t *list = json_array();

	while (words != NULL && *words != '\0') {
		size_t n = strcspn(words, " ");

		json_add(list, json_stringn(words, n));
		words += n + strspn(words + n, " ");
	}
	return list;
}

static json_t *
command_json(const struct command *c)
{
	json_t *o = json_object();

	json_put(o, "command", json_foreign(c->name));
	json_put(o, "sub_command", json_foreign(c->sub));
	json_put(o, "synopsis", json_foreign(c->synopsis));
	json_put(o, "help", json_foreign(c->help));
	json_put(o, "needs_ca", json_boolean((c->needs & NEED_CA) != 0));
	json_put(o, "needs_topology", json_boolean((c->needs & NEED_TOPOLOGY) != 0));
	json_put(o, "options", options_json(c->options));
	json_put(o, "json", words_json(c->json));
	return o;
}

static json_t *
commands_json(const char *name, const char *sub)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];

		if ((name == NULL || strcmp(c->name, name) == 0) &&
		    (sub == NULL || (c->sub != NULL && strcmp(c->sub, sub) == 0)))
			json_add(list, command_json(c));
	}
	json_put(o, "version", json_string(ROLECERT_VERSION));
	json_put(o, "options", options_json(global_options));
	json_put(o, "commands", list);
	return o;
}

void
help_put(struct cli *cli, const char *name, const char *sub)
{
	SCOPED(error_free) struct error *none = error_new();
	struct style style = help_style(cli);
	const struct command *command;

	if (cli->opt.json)
		cli_put_json(cli, commands_json(name, sub));
	else if (name == NULL)
		put_program(&style, &cli->out);
	else if (sub == NULL && command_is_group(name))
		put_group(name, &style, &cli->out);
	else if (command_find(name, sub, &command, none) == RC_OK)
		put_command(command, &style, &cli->out);
}
