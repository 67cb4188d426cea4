/*
 * crl_sign.h - a revocation list that is written elsewhere, through permit and journal
 * like every signature of the CA key.
 *
 * What it lists is the business of revoke/: `write` is called with the writer's lock of
 * the ledger held, and what it wrote is linted and recorded as PENDING under the same
 * lock, so that a list always speaks of exactly the events before it.  Then it is signed,
 * read back, and recorded.  Its row's entry is "crl/NUMBER" ("delta/NUMBER"), of a part
 * "crl/NUMBER/PARTofPARTS", its
 * not-before and not-after are thisUpdate and nextUpdate.
 */
#ifndef ISSUE_CRL_SIGN_H
#define ISSUE_CRL_SIGN_H

#include "issue/home.h"
#include "issue/signer.h"

struct crl_draft {
	struct bytes tbs;
	const char *entry;               /* "crl/1710000000"                 */
	uint64_t number, last_number;
	int64_t this_update, next_update;
	unsigned part, parts;            /* 0: it is whole                   */
	const char *requester;           /* or NULL                          */
};

/* The CRL, DER, in the arena; *ret_id is its row.  What `write` yields lives on. */
enum rc_status crl_sign(struct home *home, struct signer *signer,
    enum rc_status (*write)(void *arg, struct crl_draft *ret, struct error *err), void *arg,
    struct arena *arena, struct bytes *ret, int64_t *ret_id, struct error *err) RC_CHECK;

#endif
