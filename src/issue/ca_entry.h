/*
 * ca_entry.h - the built-in roles of CAs: root-ca and issuing-ca.
 *
 * A CA's certificate is planned like any other: an entry that says what it must
 * hold, by which it is written, linted and read back.  CA:TRUE with its path
 * length, keyCertSign, cRLSign, digitalSignature, both extensions critical; a
 * subjectKeyIdentifier; and, below a root, AKI, CDP and AIA of the issuer.
 */
#ifndef ISSUE_CA_ENTRY_H
#define ISSUE_CA_ENTRY_H

#include "plan/plan.h"

struct ca_entry_terms {
	bool is_root;
	struct dn subject;               /* checked by the caller; copied    */
	int path_len;                    /* -1: no limit                     */
	unsigned validity_days;
};

enum { CA_ROOT_DAYS = 7305, CA_ISSUING_DAYS = 3653 };    /* twenty years, ten years */

/* Ids are "root-ca/SUBJECT" and "issuing-ca/SUBJECT".  All in the arena. */
void ca_entry_make(const struct ca_entry_terms *terms, struct arena *arena,
    struct entry *ret);

/* What custody `memory` puts into the OU of the subject; is it there? */
#define CA_MEMORY_STAMP "memory custody - test only"
bool ca_subject_is_stamped(const struct dn *subject);

#endif
