/*
 * audit_known.h - what an auditor kept, read and sorted.  Private to issue/.
 */
#ifndef ISSUE_AUDIT_KNOWN_H
#define ISSUE_AUDIT_KNOWN_H

#include "issue/audit.h"

struct known {
	VEC(struct checkpoint) checkpoints;
	VEC(struct bytes) lists;         /* CRLs of this CA, DER             */
	VEC(struct bytes) cosignatures;  /* detached CMS, DER                */
};

/*
 * A checkpoint (audit_checkpoint_read), a list of revocations signed by this CA (DER or
 * PEM; rule log-known: by another key), or a cosignature.
 */
enum rc_status known_add(const struct audit_ca *ca, const struct audit_known *file,
    struct arena *arena, struct known *known, struct error *err) RC_CHECK;

/* Is it somebody's signature over this text?  Who, is not asked. */
bool known_is_cosignature(struct bytes text, struct bytes cms);

#endif
