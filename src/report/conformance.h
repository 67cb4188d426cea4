/*
 * conformance.h - the report of `token check`: which guarantees a token and a key
 * give, on what each rests, and which level they reach.
 *
 * JSON: {"level", "accepted", "levels": {"strict": true, ...}, "token": {...},
 * "guarantees": [{"id", "guarantee", "basis", "evidence"}], "probes": [{"kind",
 * "name", "outcome", "answer"}], "findings", "facts"}.
 */
#ifndef REPORT_CONFORMANCE_H
#define REPORT_CONFORMANCE_H

#include "report/json.h"
#include "report/style.h"
#include "token/guarantee.h"

struct conformance {
	const struct rc_facts *facts;
	const struct custody_terms *terms;       /* with the level that was asked for */
	const struct custody *custody;           /* at that level              */
};

json_t *conformance_json(const struct conformance *c);
void conformance_put_text(const struct conformance *c, const struct style *style,
    struct buf *out);

#endif
