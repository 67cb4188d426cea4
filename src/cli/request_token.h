/*
 * request_token.h - `request --token`: a server's key on a token, and its request.
 */
#ifndef CLI_REQUEST_TOKEN_H
#define CLI_REQUEST_TOKEN_H

#include "cli/cli.h"
#include "plan/emit.h"

enum rc_status request_on_token(struct cli *cli, const struct entry *entry,
    enum key_algorithm key, struct error *err) RC_CHECK;

#endif
