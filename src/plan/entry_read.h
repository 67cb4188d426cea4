/*
 * entry_read.h - an entry made again from what is on record of it.
 *
 * A request that was approved is signed days after it was planned, maybe where neither
 * topology nor roles are.  Its canonical text (docs/design/plan.md) and the bytes that
 * would be signed hold all that lint and read-back ask of an entry; what the text says is
 * taken from it, the values of extensions from the bytes as libcrypto decoded them, and
 * what comes of both must write itself as the same text again.
 */
#ifndef PLAN_ENTRY_READ_H
#define PLAN_ENTRY_READ_H

#include "plan/plan.h"
#include "x509/cert.h"

/* id, role and texts for people are left out; the rest lives in the arena, or is the
 * certificate's.  Rule approval-record: the one is not the text of the other. */
enum rc_status entry_read(struct bytes canonical, const struct cert *cert,
    struct arena *arena, struct entry *ret, struct error *err) RC_CHECK;

#endif
