/*
 * diff.h - what changed between two plans or two sets of roles.
 *
 * JSON: docs/schema/diff.json.
 */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "plan/diff.h"
#include "report/json.h"
#include "report/style.h"

json_t *changes_json(const struct changes *changes);

/* `noun`: "certificate" or "role". */
void changes_put_text(const struct changes *changes, const char *noun,
    const struct style *style, struct buf *out);

#endif
