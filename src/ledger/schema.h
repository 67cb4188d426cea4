/*
 * schema.h - what the file is made of, and whether it still is.
 *
 * The statements of the schema are data; a part of them (states, kinds, moves) is
 * written from state.h.  A file whose schema differs by one character is not a
 * ledger of ours: a trigger that is missing would be a promise that is missing.
 *
 * Version: PRAGMA user_version.  A newer one is refused (ledger-version).  An older
 * one is brought up to date when the ledger is opened for writing: versions only add
 * tables and indexes, so that what an older one holds is never touched.
 *
 *      1   ledger, policy, document, intent, event
 *      2   tree (peaks of the hash tree), an index over what has no serial
 *      3   request, approval; indexes over what stands on revocation lists and over live
 *          certificates, by entry and by key; name; config
 */
#ifndef LEDGER_SCHEMA_H
#define LEDGER_SCHEMA_H

#include "ledger/db.h"

enum {
	LEDGER_APPLICATION = 0x52434c44,      /* "RCLD"; PRAGMA application_id */
	LEDGER_VERSION     = 3,
};

/* Before the first transaction: the write-ahead log, for good. */
enum rc_status schema_journal(struct db *db, struct error *err) RC_CHECK;
/* Into an empty database, inside the caller's transaction. */
enum rc_status schema_create(struct db *db, struct error *err) RC_CHECK;
/* *ret is the version that the file has; its structure is what that version says. */
enum rc_status schema_check(struct db *db, int64_t *ret, struct error *err) RC_CHECK;
/* From an older version to LEDGER_VERSION, inside the caller's transaction. */
enum rc_status schema_migrate(struct db *db, int64_t from, struct error *err) RC_CHECK;

#endif
