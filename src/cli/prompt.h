/*
 * prompt.h - a PIN from whoever sits at the terminal.
 */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include <rolecert/engine.h>

#include "base/error.h"
#include "base/secret.h"

/*
 * The `prompt` of struct pin_sources.  Speaks with /dev/tty; nothing that is typed
 * shows.  Backspace and ^U work, ^C and ^D give up (rule pin-prompt).
 */
enum rc_status prompt_pin(void *arg, const struct rc_token_facts *token, struct secret **ret,
    struct error *err) RC_CHECK;

#endif
