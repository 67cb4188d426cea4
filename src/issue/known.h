/*
 * known.h - what the record knows of a key and of names, before they are certified again.
 *
 *      RULE             when
 *      key-revoked      a certificate for this key was revoked because the key (or a CA's) is
 *                       in other hands: no certificate for it, whatever the entry
 *      key-in-use       a certificate for this key, not over yet, stands for an entry of
 *                       another id; noted where the role says that its key is shared
 *      name-elsewhere   (a note) a host name of the entry stands in a certificate, not over
 *                       yet, of an entry that is not in this plan
 *
 * All of it is looked up by index.  Of names the record has the last certificate of each
 * entry; entries of the same plan share names by design and are not told.
 */
#ifndef ISSUE_KNOWN_H
#define ISSUE_KNOWN_H

#include "issue/differences.h"
#include "issue/live.h"

/* `question` as of live_find(); what is only told goes to notes. */
enum rc_status known_key(struct ledger *ledger, const struct live_question *question,
    struct sentences *notes, struct error *err) RC_CHECK;

/* plan: whose entries are not told of; NULL: nothing is. */
enum rc_status known_names(struct ledger *ledger, const struct live_question *question,
    const struct plan *plan, struct sentences *notes, struct error *err) RC_CHECK;

#endif
