/*
 * prompt.h - asking a person for a PIN on the terminal, without echo.
 *
 * The PIN goes from the terminal's line straight into a secret.  The terminal is
 * set back whatever happens: also when a signal ends, stops or interrupts the
 * program meanwhile, which then takes its course.  Speaks to the terminal only,
 * never to stdout or stderr.
 */
#ifndef TOKEN_PROMPT_H
#define TOKEN_PROMPT_H

#include <rolecert/engine.h>

#include "base/error.h"
#include "base/secret.h"

/*
 * The `prompt` of struct pin_sources.  arg: path of the terminal, NULL for
 * /dev/tty.  Rule pin-missing: there is no terminal, nothing was typed, or the
 * line is longer than a PIN can be.
 */
enum rc_status prompt_pin(void *arg, const struct rc_token_facts *token,
    struct secret **ret, struct error *err) RC_CHECK;

#endif
