#include "cli/command.h"

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

void
help_program(struct buf *out)
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

void
help_group(const char *name, struct buf *out)
{
	buf_printf(out, "usage: rolecert %s SUB-COMMAND [ARGUMENTS]\n\n", name);
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			put_row(&commands[i], out);
	buf_printf(out, "\n`rolecert %s SUB-COMMAND --help` tells more.\n", name);
}

void
help_command(const struct command *c, struct buf *out)
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
