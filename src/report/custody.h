/*
 * custody.h - facts of a key and the verdict on them, for people and programs.
 *
 * JSON: {"level", "accepted", "findings": [{"rule", "action", "message"}],
 * "facts": ["CKA_SENSITIVE true", ...]}; facts are the lines that go into the
 * ledger with every signature.
 */
#ifndef REPORT_CUSTODY_H
#define REPORT_CUSTODY_H

#include "report/json.h"
#include "token/custody.h"

json_t *custody_json(const struct rc_facts *facts, const struct custody *custody);

/* The token alone. */
/* "RNG, LOGIN_REQUIRED", appended. */
void token_put_flags(const struct rc_token_facts *token, struct buf *out);
json_t *token_json(const struct rc_token_facts *token);

#endif
