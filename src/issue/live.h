/*
 * live.h - does this entry have its certificate already?
 *
 * Asked before anything is signed, of the ledger alone, by index: no answer takes longer
 * where more is on record.
 *
 *      KIND           on record for the entry and topology, not over yet     issue, without renew
 *      LIVE_NONE      nothing, or what is due for renewal                     a new one
 *      LIVE_SAME      a certificate for this form of the entry and this key   the same again
 *      LIVE_OTHER_KEY one for this form of the entry and another key          issue-again
 *      LIVE_CHANGED   one for what the entry was before, whatever its key     a new one, told
 *      LIVE_HELD      one that is on hold                                     issue-again
 *      LIVE_PENDING   one that a living process is being given                issue-again
 *
 * "This form": the same entry digest (plan/plan.h).  Due: entry_renew_from() of its
 * validity is over.  What is PENDING belongs to a process that lives, since others'
 * rows were settled when the home was opened.  What waits for officers is no certificate
 * yet: reserve.h finds it.
 *
 * Why so: who asks twice gets the same answer, and a batch that was interrupted is
 * run again as it is.  Another key is no accident that should pass unseen: either somebody
 * lost the first one, which should be revoked then, or it is not the server that asks.
 * A changed entry needs its certificate, and its owner said so in the topology.
 */
#ifndef ISSUE_LIVE_H
#define ISSUE_LIVE_H

#include "crypto/pubkey.h"
#include "ledger/ledger.h"
#include "plan/plan.h"

enum live_kind {
	LIVE_NONE, LIVE_SAME, LIVE_OTHER_KEY, LIVE_CHANGED, LIVE_HELD, LIVE_PENDING,
};

struct live_question {
	const struct entry *entry;
	const char *topology;            /* the plan's; NULL: of no topology */
	struct bytes key;                /* SHA-256 of the SPKI that asks    */
	int64_t now;
};

/* row: what is on record, in the arena; NULL for LIVE_NONE. */
struct live {
	enum live_kind kind;
	const struct ledger_row *row;
};
enum rc_status live_find(struct ledger *ledger, const struct live_question *question,
    struct arena *arena, struct live *ret, struct error *err) RC_CHECK;

/* The refusal of LIVE_OTHER_KEY, LIVE_HELD and LIVE_PENDING, rule issue-again; RC_OK for
 * the rest. */
enum rc_status live_refuse(const struct live *live, const struct entry *entry,
    struct error *err) RC_CHECK;

/* "0a1b..., valid until 2027-12-31T23:54:59Z", for sentences about it. */
const char *live_text(const struct live *live, struct arena *arena);

#endif
