/*
 * crl.h - the lists by which the world learns what was revoked.
 *
 * On a list stands every certificate that is HELD, REVOKED, LOST or SPOILED: of the
 * last two it is not known whether somebody has them.  An expired one leaves after it
 * stood on one list that was made after its end (RFC 5280 3.3).
 *
 * Numbers grow for ever, also when an older copy of the ledger was put back: the
 * larger of the last one plus 1 and the time in seconds.  nextUpdate is `crl.days` from
 * now, and `crl.overlap` more, so that a list still holds while the next is carried
 * around.
 *
 * A delta (5.2.4) lists what changed since the last full list, certificates released
 * from hold as removeFromCRL.
 *
 * Where ca.yaml says `crl: { partitions: N }`, a certificate names the part that it stands
 * in (x509/crl.h: crl_part_of), and each part is a list of its own, with its own deltas and
 * an issuingDistributionPoint (5.2.5).  The whole list can still be made: it speaks for
 * all, also for what was issued before there were parts.
 *
 * Where it says `crl: { only: users }` or `only: cas`, every list says so too (onlyContains-
 * UserCerts, onlyContainsCACerts), and none is made while one of the others is revoked.
 *
 * Rules: those of lint_crl() and of signing; crl-no-base: a delta before any full list;
 * crl-part: there is no such part; crl-only: what is revoked belongs on another list.
 */
#ifndef REVOKE_CRL_H
#define REVOKE_CRL_H

#include "issue/home.h"
#include "issue/signer.h"

struct crl_options {
	bool delta;
	unsigned part;                   /* 0: the whole list                */
	const char *requester;           /* for the record, or NULL          */
};

struct crl_made {
	struct bytes der;
	uint64_t number, base;           /* base: of a delta, else 0         */
	unsigned part;                   /* 0: whole                         */
	size_t entries;
	int64_t this_update, next_update;
	int64_t ledger_id;
};

/* *ret lives in the arena.  Nothing is published. */
enum rc_status crl_make(struct home *home, struct signer *signer,
    const struct crl_options *options, struct arena *arena, struct crl_made *ret,
    struct error *err) RC_CHECK;

#endif
