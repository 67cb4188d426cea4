/*
 * crl_sign.h - a revocation list that was written elsewhere, through permit and
 * journal like every signature of the CA key.
 *
 * What it lists is the business of revoke/; here it is linted, recorded as PENDING,
 * signed, read back, and recorded.  Its row's entry is "crl/NUMBER" ("delta/NUMBER"),
 * its not-before and not-after are thisUpdate and nextUpdate.
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
	const char *requester;           /* or NULL                          */
};

/* The CRL, DER, in the arena; *ret_id is its row. */
enum rc_status crl_sign(struct home *home, struct signer *signer, const struct crl_draft *draft,
    struct arena *arena, struct bytes *ret, int64_t *ret_id, struct error *err) RC_CHECK;

#endif
