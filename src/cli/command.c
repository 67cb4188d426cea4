#include "cli/command.h"

bool
command_is_group(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (commands[i].sub != NULL && strcmp(commands[i].name, name) == 0)
			return true;
	return false;
}

/* "COMMAND is unknown; did you mean ...", over the names, or a group's subs. */
static enum rc_status
refuse(const char *group, const char *word, struct error *err)
{
	const char *known[64], *near;
	size_t n = 0;
	enum rc_status st;

	for (size_t i = 0; i < n_commands && n < ARRAY_LEN(known); i++) {
		if (group == NULL)
			known[n++] = commands[i].name;
		else if (commands[i].sub != NULL && strcmp(commands[i].name, group) == 0)
			known[n++] = commands[i].sub;
	}
	near = nearest_word(word, known, n);
	st = error_fail(err, RULE_NO_SUCH_COMMAND, "there is no command '%s%s%s'",
	    group != NULL ? group : "", group != NULL ? " " : "", word);
	if (near != NULL)
		error_fix(err, "did you mean '%s%s%s'?", group != NULL ? group : "",
		    group != NULL ? " " : "", near);
	else
		error_fix(err, "`rolecert help%s%s` lists the commands",
		    group != NULL ? " " : "", group != NULL ? group : "");
	return st;
}

enum rc_status
command_find(const char *name, const char *sub, const struct command **ret, struct error *err)
{
	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];

		if (strcmp(c->name, name) != 0)
			continue;
		if (c->sub == NULL || (sub != NULL && strcmp(c->sub, sub) == 0)) {
			*ret = c;
			return RC_OK;
		}
	}
	if (!command_is_group(name))
		return refuse(NULL, name, err);
	if (sub != NULL)
		return refuse(name, sub, err);
	return error_fail(err, RULE_NO_SUCH_COMMAND,
	    "'%s' wants one more word: see `rolecert help %s`", name, name);
}
