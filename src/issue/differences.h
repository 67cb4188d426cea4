/*
 * differences.h - what a request asks for beside the plan.  Private to issue/.
 *
 * The only reader of a request's names and extensions; what it yields is
 * sentences.  Empty where the request asks for nothing, or for what is planned.
 * That it asks for a key identifier is not told: every certificate has one.
 */
#ifndef ISSUE_DIFFERENCES_H
#define ISSUE_DIFFERENCES_H

#include "crypto/csr.h"
#include "plan/plan.h"

struct sentences {
	VEC(const char *) list;
	struct arena *arena;
};

void sentence_add(struct sentences *out, const char *fmt, ...) RC_PRINTF(2, 3);

void differences_find(const struct csr *csr, const struct entry *entry,
    struct sentences *out);

#endif
