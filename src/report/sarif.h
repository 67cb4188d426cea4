/*
 * sarif.h - an error object as SARIF 2.1.0, which editors and code forges show
 * beside the lines that it speaks of.
 *
 * One run; its rules are those that a result names, each with its sentence and
 * its help text from the one list of rules.  Columns count characters, as
 * everywhere here.  docs/schema/sarif.json describes the part of SARIF that is used.
 */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include "base/error.h"
#include "report/json.h"

json_t *sarif_json(const struct error *err);

#endif
