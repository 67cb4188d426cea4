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

/*
 * Names of which there was nothing to tell, for many entries of one plan: names that they
 * share are looked up once.  It points to names of the plan; a few may be forgotten, which
 * costs a second look.  All zero: nothing is known yet.  What another process certifies
 * meanwhile is not told of these.
 */
struct known_quiet {
	const char *name[256];
};

/* plan: whose entries are not told of; NULL: nothing is.  quiet: or NULL. */
enum rc_status known_names(struct ledger *ledger, const struct live_question *question,
    const struct plan *plan, struct known_quiet *quiet, struct sentences *notes,
    struct error *err) RC_CHECK;

#endif
