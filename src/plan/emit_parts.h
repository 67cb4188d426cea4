/*
 * emit_parts.h - what the forms and the scripts around them share.
 */
#ifndef PLAN_EMIT_PARTS_H
#define PLAN_EMIT_PARTS_H

#include "plan/emit.h"

/* Has certreq words for such a key? */
bool emit_certreq_can(enum key_algorithm key);

/* Can Request-CsCertificate ask for it?  Rule request-form. */
enum rc_status powershell_can_request(const struct entry *entry,
    const struct emit_facts *facts, struct error *err) RC_CHECK;
/* "'Default','WebServicesInternal'", appended. */
void powershell_put_types(const struct entry *entry, struct buf *out);
/* The call, its remarks before it; `output` is a PowerShell expression. */
void powershell_put_request(const struct entry *entry, const struct emit_facts *facts,
    const char *output, struct buf *out);

#endif
