/*
 * restore.h - a backup of the ledger (ledger_backup()) back into its home.
 *
 *      RULE              refused when
 *      restore-file      the file is no ledger, or not a whole one (ledger/verify.h)
 *      restore-ca        it is the ledger of a CA with another key
 *      restore-older     the witness, or the ledger that is there, knows of events that it
 *                        does not have, and `older` is not set
 *      restore-differs   it tells another history than the ledger that is there
 *      witness-differs   it tells another history than the witness
 *      ledger-locked     somebody has the ledger open to write
 *
 * An event (a note `restore`) in the restored ledger tells what was put in the place of
 * what, by sizes and roots.  The old file is kept beside it.  With `older` the witness
 * gets the last checkpoint of the restored ledger, and its own is kept beside it: else the
 * home would sign nothing.
 *
 * What was signed after the backup is not on record then: no serial comes twice, since
 * they are random; but such a certificate can be neither shown nor revoked here.
 */
#ifndef ISSUE_RESTORE_H
#define ISSUE_RESTORE_H

#include "base/arena.h"
#include "base/error.h"
#include "os/clock.h"

struct restore_terms {
	const char *dir;                 /* the home: ca.yaml, certificates  */
	const char *file;
	bool older;                      /* although something is newer      */
	const struct clock *clock;       /* NULL: the system's               */
};

struct restored {
	uint64_t events, rows;           /* of the backup                    */
	bool had;                        /* the ledger that was there could be read */
	uint64_t had_events;
	const char *kept;                /* its name now; NULL: there was none */
	uint64_t witness_events;         /* sealed by the witness; 0: none   */
	const char *witness_kept;        /* NULL: it was not replaced        */
};

/* Texts of *ret live in the arena. */
enum rc_status home_restore(const struct restore_terms *terms, struct arena *arena,
    struct restored *ret, struct error *err) RC_CHECK;

#endif
