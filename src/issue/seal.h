/*
 * seal.h - checkpoints of a home's ledger, signed by a key of their own.
 *
 *      checkpoint:
 *        every: 100                        events; then `issue` makes one by itself
 *        max_age: 1d                       or when the last one is so old
 *        key: "pkcs11:token=contoso;object=ledger"
 *        certificate: ledger.pem           role ledger-signer, by this CA or one above it
 *        witness: /mnt/usb/contoso.checkpoint
 *
 * A checkpoint says how many events there are and the root over them
 * (ledger/checkpoint.h).  It goes through permit and journal like every signature, with
 * its text as the canonical entry of its row; the ledger's own key signs it, whose
 * custody is judged at the level of the home.
 *
 * The witness is a copy outside the home, written after each one.  A home that is older
 * than its witness, or has another history, signs nothing (witness-ahead,
 * witness-differs): home_open() for HOME_SIGN asks seal_check_witness().
 *
 *      RULE               when
 *      checkpoint-key     ca.yaml names no key or certificate for it
 *      checkpoint-signer  the certificate is not by this CA or one above it
 *      witness-missing    ledger has checkpoints, and the witness cannot be read
 *      witness-ahead      the witness seals more events than there are
 *      witness-differs    it seals other events
 */
#ifndef ISSUE_SEAL_H
#define ISSUE_SEAL_H

#include "issue/home.h"
#include "issue/signer.h"
#include "ledger/checkpoint.h"

struct seal {
	struct checkpoint checkpoint;
	struct bytes cms;                /* DER, in the arena                */
	int64_t ledger_id;
	bool made;                       /* false: nothing happened since the last one */
};

/* Signs what happened since the last one.  config: as for signer_open(). */
enum rc_status seal_ledger(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct arena *arena, struct seal *ret,
    struct error *err) RC_CHECK;

/* By `every` and `max_age`; false where ca.yaml names no key for it. */
enum rc_status seal_is_due(struct home *home, bool *ret, struct error *err) RC_CHECK;

/* Of a home whose certificate and chain are read. */
enum rc_status seal_check_witness(struct home *home, struct error *err) RC_CHECK;

#endif
