/*
 * output.h - stdout and stderr: results to the one, messages to the other.
 *
 * Colour stands on a terminal only, and never with --json, NO_COLOR or
 * TERM=dumb.  A result that did not reach stdout whole is an error (exit 6): a
 * full disk must not look like success.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/cli.h"

/* Fills descriptors 0 to 2 where they are closed, so that no file of ours, a ledger
 * least of all, becomes somebody's stdout.  Writing to a closed stdout still fails. */
void output_guard(void);

/* Writes, flushes and closes stdout; rule stdout-write.  *failed: the errno of an earlier
 * write of the same result that failed, or 0; and then of this one. */
enum rc_status output_write(struct bytes result, int *failed, struct error *err) RC_CHECK;

/* Everything that err collected, on stderr; with `quiet` only if it failed.  A
 * warning that each of several logins gave is printed once. */
void output_messages(const struct error *err, bool quiet);

#endif
