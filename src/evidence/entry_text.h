/*
 * entry_text.h - a certificate held to the canonical text of its entry
 * (docs/design/plan.md), by code that had no part in planning or writing it.
 *
 * Looked at are the subject, each extension that the entry fixes octet for octet, which
 * extensions there are and their order, the kind of key, and the days.
 */
#ifndef EVIDENCE_ENTRY_TEXT_H
#define EVIDENCE_ENTRY_TEXT_H

#include "plan/plan.h"
#include "x509/cert.h"

/* Is it the text of a planned entry?  Those of a CA's own servants, which a ceremony
 * makes, have another form, and are not looked into. */
bool entry_text_is_planned(struct bytes text);

/*
 * Each difference is an error of rule bundle-entry in `findings`, after `name`.  *ret
 * holds, in the arena, the extensions that the entry fixed as the certificate has them:
 * what lint_certificate() asks of an entry.
 */
void entry_text_compare(struct bytes text, const struct cert *cert, const char *name,
    struct arena *arena, struct entry *ret, struct error *findings);

#endif
