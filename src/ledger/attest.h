/*
 * attest.h - what other parties say of a checkpoint: cosignatures and time stamps.
 *
 * Each is an event of the checkpoint's row, with the SHA-256 of the key that made it and
 * the octets as a document.  Whether it is good is asked by whoever records it
 * (issue/attest.h), and once more by `ledger verify`.
 */
#ifndef LEDGER_ATTEST_H
#define LEDGER_ATTEST_H

#include "ledger/ledger.h"

enum attest_kind { ATTEST_COSIGN, ATTEST_TIMESTAMP, ATTEST_KINDS };
const char *attest_word(enum attest_kind kind);          /* "cosign", of the event */

struct ledger_attestation {
	enum attest_kind kind;
	uint8_t key[LEDGER_DIGEST];      /* SHA-256 of the SPKI               */
	struct bytes statement;          /* detached CMS, or the token        */
	int64_t stamped;                 /* the time that a token says; else 0 */
};

/* checkpoint: the number of its row.  What is recorded already is not recorded twice.
 * Rule ledger-state: the row is no checkpoint that was made. */
enum rc_status ledger_attest(struct ledger *ledger, int64_t checkpoint,
    const struct ledger_attestation *attestation, struct error *err) RC_CHECK;

/* Does this policy name the key for that?  Lines of it, each left out where there is none:
 *
 *      cosigners sha256:HEX, sha256:HEX
 *      tsa sha256:HEX
 */
bool attest_is_named(enum attest_kind kind, const char *policy,
    const uint8_t key[LEDGER_DIGEST]);

#endif
