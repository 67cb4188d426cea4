/*
 * parents.h - lists of the CAs above this one, as they were carried here.
 *
 * An offline root publishes a list a few times a year, and somebody brings it.  Only a list
 * by a CA of the chain is taken: its name and signature, whole (no delta, no part), holding
 * now, and not older than the one before.  It lies in HOME/parents/DIGEST.crl, named after
 * the SHA-256 of its issuer's name and key; an event of the ledger (parent-crl) keeps its
 * number, times and digest.
 *
 *      RULE                    when
 *      parent-crl-malformed    it is no list (x509/crl_foreign.h)
 *      parent-crl-issuer       no CA of the chain signed it
 *      parent-crl-scope        a delta, a part, or something unknown that is critical
 *      parent-crl-times        it has ended, or has not begun
 *      parent-crl-older        its number or thisUpdate is before those of the one before
 *      ca-revoked              parents_check(): the CA, or one above it, stands on its list
 */
#ifndef ISSUE_PARENTS_H
#define ISSUE_PARENTS_H

#include "issue/home.h"
#include "x509/crl_foreign.h"

enum { PARENTS_SLACK = 300 };            /* seconds that clocks may differ */

struct parent_import {
	struct foreign_crl list;
	const struct cert *issuer;
	bool known;                      /* the same was imported before      */
	bool revoked;                    /* it lists a certificate of the chain */
};

/* The home is open for HOME_WRITE.  *ret lives in the arena. */
enum rc_status parents_import(struct home *home, struct bytes file, struct arena *arena,
    struct parent_import *ret, struct error *err) RC_CHECK;

/* Those that were imported, each verified once more; in the arena. */
enum rc_status parents_load(const struct home *home, struct arena *arena,
    struct foreign_crl **ret, size_t *ret_n, struct error *err) RC_CHECK;

/* Does nobody above take this CA back?  A list that has ended still counts: who was revoked
 * stays so.  home_open() asks it for HOME_SIGN. */
enum rc_status parents_check(const struct home *home, struct error *err) RC_CHECK;

#endif
