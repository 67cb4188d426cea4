/*
 * role.h - a compiled role as JSON: {"role", "title", "product", "file", "digest",
 * "compiled": [lines of the canonical form]}.
 */
#ifndef REPORT_ROLE_H
#define REPORT_ROLE_H

#include "profile/program.h"
#include "report/json.h"

json_t *role_json(const struct role *role);

#endif
