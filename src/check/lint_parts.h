/*
 * lint_parts.h - the parts of lint.c that have a file of their own.
 */
#ifndef CHECK_LINT_PARTS_H
#define CHECK_LINT_PARTS_H

#include "check/lint.h"

struct lint {
	const struct cert *cert;         /* as libcrypto read it             */
	const struct lint_context *context;
};

/* What the key may be used for: against its kind, against the purposes (lint_use.c). */
void lint_key_usage(const struct lint *lint, struct error *err);
void lint_purposes(const struct lint *lint, struct error *err);

/* What the CA's own certificate leaves for those below it (lint_issuer.c). */
void lint_constraints(const struct lint *lint, struct error *err);
void lint_policies(const struct lint *lint, struct error *err);
void lint_issuer_purposes(const struct lint *lint, struct error *err);
/* A CA's own policies against those that it maps (lint_issuer.c). */
void lint_mappings(const struct lint *lint, struct error *err);

/* Extensions that the role gave as octets (lint_octets.c). */
void lint_octets(const struct lint *lint, struct error *err);

#endif
