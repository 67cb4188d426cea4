/*
 * ceremony.h - ceremonies for people and as JSON: what will be signed, what was done,
 * what a transcript proves; and a schema of ceremony files.
 */
#ifndef REPORT_CEREMONY_H
#define REPORT_CEREMONY_H

#include "issue/ceremony/run.h"
#include "issue/ceremony/transcript.h"
#include "report/json.h"
#include "report/style.h"

/* docs/schema/ca-ceremony.json */
json_t *preview_json(const struct ceremony_preview *preview);
void preview_put_text(const struct ceremony_preview *preview, const struct style *style,
    struct buf *out);

/* docs/schema/ca-ceremony-done.json */
json_t *ceremony_json(const struct ceremony_file *file, const struct ceremony_result *result);

/* docs/schema/ca-ceremony-verify.json; findings are those of err. */
json_t *transcript_json(const struct transcript_report *report, const struct error *err);
void transcript_put_text(const struct transcript_report *report, bool valid,
    const struct style *style, struct buf *out);

/* JSON Schema of what people write, made of the reader's forms. */
json_t *ceremony_schema(void);

#endif
