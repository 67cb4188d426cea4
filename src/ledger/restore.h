/*
 * restore.h - another file in the place of a home's ledger.
 *
 *      restore_begin     nobody writes from now on; FILE is copied to HOME/restoring
 *        ledger_open(restore_folder(r))    is looked at; an event is added; closed
 *      restore_end       the copy takes the ledger's place, the old one has another name
 *      restore_free      lets go
 *
 * Nobody else: whoever opens a ledger to write takes a lock in owners/ and then looks
 * whether HOME/ledger.lock is held.  Whoever restores takes that lock and then looks at
 * those in owners/.  So one of two that meet sees the other, and gives up (ledger-locked).
 * Readers are not kept out: they stay with the file that they have.
 *
 * At every moment the home has the old ledger, whole, or the new one:
 *
 *      the old one's log is moved into it, or (it is damaged) gets another name with it
 *      a second name for the old one; what is left of its log is removed
 *      rename(2) of the copy
 *
 * each on the disk before the next.  The log must be gone before: SQLite would play it
 * into whatever file has the ledger's name.
 *
 * This file asks nothing about what is in the ledger; issue/restore.h does.
 */
#ifndef LEDGER_RESTORE_H
#define LEDGER_RESTORE_H

#include "base/error.h"

struct restore;

/* Rules: ledger-locked, lock-held, restore-file (a log beside it), file-read, file-write. */
enum rc_status restore_begin(const char *home, const char *file, struct restore **ret,
    struct error *err) RC_CHECK;

/* A folder with the copy, to be opened like a home; closed before restore_end(). */
const char *restore_folder(const struct restore *restore);

/* `kept`: the name in the home that the old ledger gets, if there is one. */
enum rc_status restore_end(struct restore *restore, const char *kept, struct error *err) RC_CHECK;

/* What was not put in its place is removed.  Takes NULL. */
void restore_free(struct restore *restore);
DEFINE_SCOPED(restore_free, struct restore *)

#endif
