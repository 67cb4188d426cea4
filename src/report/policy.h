/*
 * policy.h - what is pinned for a CA beside what its ca.yaml says, for people and
 * programs.
 *
 * JSON: {"accepted": true, "policy": [{"word", "pinned", "now"}], "record": ["line"]}.
 */
#ifndef REPORT_POLICY_H
#define REPORT_POLICY_H

#include "issue/home.h"
#include "report/json.h"
#include "report/style.h"

/* The home is open for HOME_POLICY. */
json_t *policy_json(const struct home *home);
void policy_put_text(const struct home *home, const struct style *style, struct buf *out);

#endif
