/*
 * signer.h - a login to the CA's key whose custody was judged.
 *
 *      home --open--> engine open, key found, facts read, verdict --> SIGNER
 *
 * signer_open() finds the key that belongs to the CA certificate (engine.h), asks
 * the engine for its facts, has token/ judge them at the level of ca.yaml and
 * refuses below it (the custody rules).  The verdict holds for this login alone: a
 * signer is made anew for each.  Its description goes into the ledger with every
 * intent.  What differs from the pin record is judged, too (token-drift).  Where
 * ca.yaml says `probe: pin-record`, attributes are read and nothing is tried: what was
 * tried when the record was made counts.
 *
 * Keys in memory: the engine called "memory" serves homes of the level `memory`
 * and no other, and such homes are served by it and no other (custody-memory).
 *
 * Warnings and notes of the verdict are added to err; they do not fail the call.
 * What could not be proven is left out (custody_report() adds it).
 * A signer borrows the home, which must outlive it; one thread at a time.
 */
#ifndef ISSUE_SIGNER_H
#define ISSUE_SIGNER_H

#include "issue/home.h"

struct signer;

/*
 * config: pin, hung, timeout of the caller; the rest is from
 * ca.yaml (module and module_args where they are NULL).
 */
enum rc_status signer_open(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct signer **ret, struct error *err) RC_CHECK;
/*
 * A login to another key of this home, that of its ledger or of its OCSP responder, at the
 * level of the home.  No record stands for such a key: where probes are made at
 * `token check` only, it has none.  It is not rebuilt.
 */
struct signer_other {
	const char *uri, *module;        /* module: NULL is the home's       */
	const struct pubkey *key;        /* that of its certificate          */
};
enum rc_status signer_open_other(struct home *home, const struct signer_other *other,
    const struct rc_engine_ops *ops, const struct rc_engine_config *config,
    struct signer **ret, struct error *err) RC_CHECK;
void signer_close(struct signer *signer);        /* takes NULL */
DEFINE_SCOPED(signer_close, struct signer *)

/* What was read and judged at the login. */
const struct rc_facts *signer_facts(const struct signer *signer);
const struct custody *signer_custody(const struct signer *signer);

/*
 * The pin record made anew, of the token and key as they are: judged at the level of
 * the home without looking at the old record, put to the test as `probe` says, and
 * pinned in the ledger if it is another one.  *ret: the differences, a sentence a line,
 * in the arena; "" when only what was tried differs or nothing.  *ret_pinned: it was
 * another one.  The home is open for HOME_WRITE.  Rule custody-engine: a home of the
 * level memory has no record.
 */
enum rc_status signer_repin(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct arena *arena, const char **ret,
    bool *ret_pinned, struct error *err) RC_CHECK;

#endif
