/*
 * decide.h - what `approve` and `deny` share: an officer's decision, shown, signed, taken.
 */
#ifndef CLI_DECIDE_H
#define CLI_DECIDE_H

#include "cli/cli.h"

/* The number of a request that was named.  Rule approval-unknown. */
enum rc_status request_number(const char *word, int64_t *ret, struct error *err) RC_CHECK;

/* By --text, --signature or --key; reason NULL approves. */
enum rc_status decide(struct cli *cli, const char *reason, struct error *err) RC_CHECK;

#endif
