#include "cli/command.h"
#include "report/json.h"

enum { HELP_COLUMN = 22 };

static void
put_row(const struct command *c, struct buf *out)
{
	size_t begin = out->n, width;

	buf_printf(out, "  %s", c->name);
	if (c->sub != NULL)
		buf_printf(out, " %s", c->sub);
	width = out->n - begin;
	buf_printf(out, "%*s%s\n", width < HELP_COLUMN ? (int)(HELP_COLUMN - width) : 1, "",
	    c->help);
}

static void
put_program(struct buf *out)
{
	buf_puts(out,
	    "usage: rolecert [OPTIONS] COMMAND [ARGUMENTS]\n\n"
	    "Plans the certificates that a deployment of role-based servers needs, and issues\n"
	    "them with a CA key that never leaves its token.\n\n"
	    "Commands:\n");
	for (size_t i = 0; i < n_commands; i++)
		put_row(&commands[i], out);
	buf_puts(out, "\nOptions of every command:\n");
	options_help(global_options, out);
	buf_puts(out,
	    "\nNew here?  `rolecert lab DIR` makes a CA on a software token and issues a whole\n"
	    "sample deployment; it needs no hardware and touches nothing outside DIR.\n"
	    "`rolecert COMMAND --help` tells more; `man rolecert` tells all.\n");
}

static void
put_group(const char *name, struct buf *out)
{
	buf_printf(out, "usage: rolecert %s SUB-COMMAND [ARGUMENTS]\n\n", name);
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			put_row(&commands[i], out);
	buf_printf(out, "\n`rolecert %s SUB-COMMAND --help` tells more.\n", name);
}

static void
put_command(const struct command *c, struct buf *out)
{
	buf_printf(out, "usage: rolecert %s%s%s%s%s\n\n%s\n", c->name, c->sub != NULL ? " " : "",
	    c->sub != NULL ? c->sub : "", *c->synopsis != '\0' ? " " : "", c->synopsis, c->help);
	if (c->options != NULL) {
		buf_puts(out, "\nOptions:\n");
		options_help(c->options, out);
	}
	buf_puts(out, "\nOptions of every command:\n");
	options_help(global_options, out);
	if (c->more != NULL)
		buf_printf(out, "\n%s", c->more);
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
	const struct command *command;

	if (cli->opt.json)
		cli_put_json(cli, commands_json(name, sub));
	else if (name == NULL)
		put_program(&cli->out);
	else if (sub == NULL && command_is_group(name))
		put_group(name, &cli->out);
	else if (command_find(name, sub, &command, none) == RC_OK)
		put_command(command, &cli->out);
}
