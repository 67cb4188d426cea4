/*
 * verify.h - is this record whole, and is it the one that was sealed?
 *
 *      TRY(ledger_verify(ledger, &options, &verdict, findings, err));
 *      error_count(findings) == 0       nothing is wrong
 *
 * Works on the file alone, without token or network.  Events are told once more
 * (replay.h) and everything else is held to them:
 *
 *      RULE             what is wrong
 *      log-event        an event is not canonical, or says something else than its columns
 *      log-gap          one is missing, or out of order
 *      log-state        a change that the states do not allow
 *      log-serial       a serial twice
 *      log-row          a row says something else than its events, or is missing
 *      log-bytes        bytes with another digest; a certificate without its journalled bytes
 *      log-document     a document with another digest, or one that is named and not there
 *      log-crl          a revocation list with others than what was revoked then
 *      log-approval     officers did not approve what they should have
 *      log-tree         kept peaks that are not those of the events
 *      log-checkpoint   a checkpoint whose root is not that of the events
 *      log-known        what the auditor kept does not fit
 *      log-unsealed     (note) events behind the last checkpoint
 *
 * What nothing in the file can show: a copy as it was earlier, a tail cut off behind
 * the last checkpoint, or a record written anew and sealed with a stolen ledger key.
 * Against these stands what the auditor kept elsewhere (`known`).
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "ledger/attest.h"
#include "ledger/checkpoint.h"

struct ledger_verify_options {
	const struct checkpoint *known;  /* kept by the auditor              */
	size_t n_known;
	const struct bytes *known_lists; /* the same: CRLs of this CA, DER   */
	size_t n_known_lists;
	const struct bytes *known_cosignatures;  /* CMS, DER                 */
	size_t n_known_cosignatures;
	/* Is `cms` somebody's detached signature over `text`?  For cosignatures alone. */
	bool (*cosigned)(void *arg, struct bytes text, struct bytes cms);
	/* Asked for each checkpoint of the ledger: `cms` signs `text`?  NULL: not asked. */
	enum rc_status (*sealed)(void *arg, struct bytes text, struct bytes cms,
	    struct error *err);
	/* Asked for each thing that was signed and recorded; NULL: not asked. */
	enum rc_status (*signature)(void *arg, enum ledger_kind kind, struct bytes tbs,
	    struct bytes signed_bytes, struct error *err);
	/* Asked for each cosignature and time stamp on record: is `statement` one over
	 * `text`, by this key (SHA-256 of its SPKI)?  NULL: not asked. */
	enum rc_status (*attested)(void *arg, enum attest_kind kind, struct bytes text,
	    struct bytes statement, const uint8_t key[SHA256_OCTETS], struct error *err);
	void *arg;
};

struct ledger_verdict {
	uint64_t events, rows, checkpoints;
	uint64_t sealed;                 /* events that the last good checkpoint holds */
	uint8_t root[MERKLE_OCTETS];     /* over all events                  */
	size_t findings;                 /* also those beyond what was added */
};

/* `findings` is the caller's, empty.  The status is not RC_OK only when the file cannot
 * be read at all. */
enum rc_status ledger_verify(struct ledger *ledger,
    const struct ledger_verify_options *options, struct ledger_verdict *ret,
    struct error *findings, struct error *err) RC_CHECK;

#endif
