/*
 * approval.h - requests that wait for officers, for people and as JSON.
 */
#ifndef REPORT_APPROVAL_H
#define REPORT_APPROVAL_H

#include <jansson.h>

#include "issue/approve.h"
#include "issue/reserve.h"
#include "report/style.h"

/* Everything that an officer should read before deciding.  What waits is shown as
 * libcrypto reads it in the very bytes. */
void approval_put_text_report(const struct home *home, const struct approval_case *c,
    const struct style *style, struct buf *out);
/* In two lines. */
void approval_put_summary(const struct home *home, const struct approval_case *c,
    const struct style *style, struct buf *out);
json_t *approval_json(const struct home *home, const struct approval_case *c);

/* What was stored: number, digest, words, until when. */
void reservation_put_text(const struct reservation *reserved, const char *entry, struct buf *out);
json_t *reservation_json(const struct reservation *reserved, const char *entry);

json_t *approval_taken_json(int64_t request, const struct approval_taken *taken,
    const char *reason);

#endif
