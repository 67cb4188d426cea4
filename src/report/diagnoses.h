/*
 * diagnoses.h - an error object as JSON: what base/error.h renders as text.
 *
 * {"error": {"rule", "status", "message", "diagnoses": [{"severity", "rule",
 * "message", "file", "line", "column", "width", "also": [{"message", "file", "line",
 * "column"}], "want", "have", "fix", "while": [...]}]}}
 */
#ifndef REPORT_DIAGNOSES_H
#define REPORT_DIAGNOSES_H

#include "base/error.h"
#include "report/json.h"

json_t *diagnoses_json(const struct error *err);         /* the array         */
json_t *failure_json(const struct error *err);           /* the whole document */

/* One rule, for `explain`. */
json_t *rule_json(enum rule rule);
const char *status_word(enum rc_status status);          /* "input"           */

#endif
