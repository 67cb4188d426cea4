/*
 * verify_known.h - the record held to lists of revocations and cosignatures that an
 * auditor kept.  Private to ledger/.  (Checkpoints that he kept: verify.c.)
 *
 * A list must be on record with the same octets, and what stands on it must still be
 * revoked, or have been released from hold.  A cosignature, which another party made
 * over a checkpoint, must be of one that is on record.  Findings: log-known.
 */
#ifndef LEDGER_VERIFY_KNOWN_H
#define LEDGER_VERIFY_KNOWN_H

#include "ledger/replay.h"
#include "ledger/verify.h"

enum rc_status verify_known_lists(struct ledger *ledger,
    const struct ledger_verify_options *options, struct replay *r,
    struct error *err) RC_CHECK;

enum rc_status verify_known_cosignatures(struct ledger *ledger,
    const struct ledger_verify_options *options, struct replay *r,
    struct error *err) RC_CHECK;

/* Cosignatures and time stamps on record: kept, by a key that the policy named then, and
 * over the text of their checkpoint.  Findings: log-document, log-checkpoint. */
enum rc_status verify_attestations(struct ledger *ledger,
    const struct ledger_verify_options *options, struct replay *r,
    struct error *err) RC_CHECK;

#endif
