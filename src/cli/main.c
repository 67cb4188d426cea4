/*
 * main.c - from argv to a command and from its result to stdout.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/output.h"
#include "ledger/ledger.h"
#include "os/process.h"
#include "report/diagnoses.h"
#include "report/json.h"
#include "report/sarif.h"

/*
 * The PIN leaves the environment before anything else happens: children would
 * inherit it and /proc/PID/environ shows it.  Its bytes are overwritten in place.
 * One that no secret has room for is cut, and is still far too long for a PIN: it
 * is refused by its length, where none at all would send us to another source.
 */
static struct secret *
take_pin(void)
{
	char *value = getenv("ROLECERT_PIN");
	struct secret *pin;

	if (value == NULL)
		return NULL;
	pin = secret_copy(BYTES(value, strnlen(value, SECRET_MAX)));
	explicit_bzero(value, strlen(value));
	(void)unsetenv("ROLECERT_PIN");
	return pin;
}

/*
 * No core dump may hold a PIN, and neither a reader of our output that goes away nor
 * a limit on the size of files may end us between a signature and its record: writing
 * then fails, and is noticed.
 */
static enum rc_status
guard_process(struct error *err)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
#ifdef __SANITIZE_ADDRESS__
	/* The leak checker attaches to its own process, which this would forbid. */
	(void)err;
	return RC_OK;
#else
	return process_forbid_core(err);
#endif
}

/*
 * Before any argument is looked at more closely: what stands in the wrong place is
 * named in the refusal, and a PIN may not be.
 */
static enum rc_status
check_no_pin(int argc, char **argv, struct error *err)
{
	for (int i = 1; i < argc; i++)
		if (strcasestr(argv[i], "pin-value=") != NULL)
			return error_fail(err, RULE_URI_PIN_VALUE,
			    "argument %d holds a pin-value; a PIN never stands in an argument", i);
	return RC_OK;
}

/* Whoever reads JSON wants it also of a command line that does not parse. */
static bool
asks_for_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

static void
take_defaults(struct options *options)
{
	if (options->ca == NULL)
		options->ca = getenv("ROLECERT_CA");
	if (options->profiles == NULL)
		options->profiles = getenv("ROLECERT_PROFILES");
}

static enum rc_status
missing(const struct command *c, const char *what, struct error *err)
{
	enum rc_status st = error_fail(err, RULE_MISSING_ARGUMENT, "%s is missing", what);

	error_fix(err, "usage: rolecert %s%s%s%s%s", c->name, c->sub != NULL ? " " : "",
	    c->sub != NULL ? c->sub : "", *c->synopsis != '\0' ? " " : "", c->synopsis);
	return st;
}

static enum rc_status
check_needs(const struct cli *cli, const struct command *c, struct error *err)
{
	if ((c->needs & NEED_CA) != 0 && cli->opt.ca == NULL)
		return missing(c, "the CA home (--ca DIR, or ROLECERT_CA in the environment)", err);
	if ((c->needs & NEED_TOPOLOGY) != 0 && cli->opt.topology == NULL)
		return missing(c, "the topology (-t FILE)", err);
	if (cli->n_operands < c->least)
		return missing(c, "an argument", err);
	if (cli->n_operands > c->most)
		return error_fail(err, RULE_EXTRA_ARGUMENT, "'%s' is one argument too many",
		    cli->operands[c->most]);
	return RC_OK;
}

static void
put_version(struct cli *cli)
{
	json_t *o;

	if (!cli->opt.json) {
		buf_puts(&cli->out, "rolecert " ROLECERT_VERSION "\n");
		return;
	}
	o = json_object();
	json_put(o, "program", json_string("rolecert"));
	json_put(o, "version", json_string(ROLECERT_VERSION));
	cli_put_json(cli, o);
}

/* What these options answer, whatever command they stand at. */
static bool
answered(struct cli *cli, const char *name, const char *sub)
{
	if (cli->opt.version)
		put_version(cli);
	else if (cli->opt.help)
		help_put(cli, name, sub);
	return cli->opt.version || cli->opt.help;
}

static enum rc_status
check_json(const struct cli *cli, const struct command *c, struct error *err)
{
	enum rc_status st;

	if (!cli->opt.json || c->json != NULL)
		return RC_OK;
	st = error_fail(err, RULE_NO_JSON, "`rolecert %s` has no JSON form", c->name);
	error_fix(err, "leave --json out; `rolecert help --json` tells which forms there are");
	return st;
}

static enum rc_status
run_command(struct cli *cli, const struct command *c, int argc, char **argv, struct error *err)
{
	struct operands operands = { .v = NULL };
	int next;

	cli->command = c;
	TRY(options_parse(c->options, false, argc, argv, cli->arena, &cli->opt, &operands, &next,
	    err));
	cli->operands = operands.v;
	cli->n_operands = operands.n;
	if (answered(cli, c->name, c->sub))
		return RC_OK;
	TRY(check_json(cli, c, err));
	take_defaults(&cli->opt);
	TRY(check_needs(cli, c, err));
	return c->run(cli, err);
}

/* argv[0] is a group's name: more options, then the sub-command. */
static enum rc_status
run_group(struct cli *cli, int argc, char **argv, struct error *err)
{
	const struct command *command;
	int next;

	TRY(options_parse(NULL, true, argc, argv, cli->arena, &cli->opt, NULL, &next, err));
	if (next >= argc && answered(cli, argv[0], NULL))
		return RC_OK;
	TRY(command_find(argv[0], next < argc ? argv[next] : NULL, &command, err));
	return run_command(cli, command, argc - next, argv + next, err);
}

static enum rc_status
run(struct cli *cli, int argc, char **argv, struct error *err)
{
	const struct command *command;
	int next;

	cli->opt.json = asks_for_json(argc, argv);
	TRY(guard_process(err));
	TRY(check_no_pin(argc, argv, err));
	TRY(options_parse(NULL, true, argc, argv, cli->arena, &cli->opt, NULL, &next, err));
	if (next >= argc && answered(cli, NULL, NULL))
		return RC_OK;
	if (next >= argc) {
		enum rc_status st = error_fail(err, RULE_MISSING_ARGUMENT, "no command is given");

		error_fix(err, "`rolecert --help` lists them; `rolecert lab DIR` is a good "
		    "first one");
		return st;
	}
	if (command_is_group(argv[next]))
		return run_group(cli, argc - next, argv + next, err);
	TRY(command_find(argv[next], NULL, &command, err));
	return run_command(cli, command, argc - next, argv + next, err);
}

/* Messages, then the result; the exit status. */
static enum rc_status
finish(struct cli *cli, enum rc_status st, struct error *err)
{
	SCOPED(error_free) struct error *late = error_new();

	cli_stage(cli, NULL);
	error_sort(err);
	output_messages(err, cli->opt.quiet);
	if (cli->opt.sarif) {
		buf_cut(&cli->out, 0);
		cli_put_json(cli, sarif_json(err));
	} else if (cli->opt.json && cli->out.n == 0 && error_count(err) != 0)
		cli_put_json(cli, failure_json(err));
	if (output_write(buf_bytes(&cli->out), &cli->write_errno, late) != RC_OK) {
		/* Who read the beginning and went away (`| head`) needs no telling. */
		if (cli->write_errno != EPIPE)
			output_messages(late, false);
		return st == RC_OK || st == RC_NO ? error_status(late) : st;
	}
	return st;
}

int
main(int argc, char **argv)
{
	SCOPED(error_free) struct error *err = error_new();
	struct cli cli = { .pin = take_pin(), .arena = arena_new() };
	enum rc_status st;

	ledger_own_process();
	output_guard();
	cli_stage(&cli, NULL);
	st = finish(&cli, run(&cli, argc, argv, err), err);
	buf_clear(&cli.out);
	secret_free(cli.pin);
	arena_free(cli.arena);
	return (int)st;
}
