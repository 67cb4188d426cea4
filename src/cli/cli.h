/*
 * cli.h - what every command is given, and the few words they all use.
 *
 * A command reads its options and operands, calls the library, and leaves its
 * result in `out`: main() writes it to stdout when the command is done and
 * checks that it arrived (cli_drain() writes some of it before).  What goes wrong is
 * put into the error object;
 * main() renders it on stderr.  A command prints nothing itself but progress,
 * with cli_say().
 *
 * src/cli/ is the only place that prints, exits, reads the environment or names
 * an engine.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secret.h"
#include "cli/options.h"
#include "report/style.h"

struct command;

struct cli {
	struct options opt;
	const struct command *command;   /* NULL until it is known            */
	const char **operands;
	size_t n_operands;
	struct buf out;                  /* the result, for stdout            */
	int write_errno;                 /* of the first write by cli_drain() that failed */
	struct secret *pin;              /* of ROLECERT_PIN, or NULL          */
	struct arena *arena;             /* lives as long as the program      */
	int64_t started, stage;          /* for cli_stage()                    */
};

/* The operand, or NULL when there are not so many. */
const char *cli_operand(const struct cli *cli, size_t i);

/* How reports for people are to look: the terminal's width and colour. */
struct style cli_style(const struct cli *cli);

/* One line of progress on stderr, foreign text escaped; nothing with -q. */
void cli_say(const struct cli *cli, const char *fmt, ...) RC_PRINTF(2, 3);

/* With -v: how long what has just been done took, since the last call or the start, on
 * stderr.  NULL: the time since the start. */
void cli_stage(struct cli *cli, const char *done);

/* For a result of many megabytes, from when on it can no longer fail: what is in `out`
 * goes to stdout once it is worth a write.  context: the struct cli.  (A struct drain's
 * take, report/plan.h.) */
void cli_drain(struct buf *out, void *context);

/* What is in `out` goes to stdout now, for whoever waits for it. */
void cli_flush(struct cli *cli);

/* The document as the result; takes the reference. */
void cli_put_json(struct cli *cli, json_t *take);

#endif
