/*
 * db.h - the one door to SQLite.
 *
 *      SCOPED(query_end) struct query q = query(db, SQL_LAST_EVENT);
 *      query_int(&q, 7);                         binds ?1, ?2, ... in order
 *      TRY(query_row(&q, &found, err));
 *      seq = column_int(&q, 0);
 *
 * Statements are prepared once and kept.  Every value is bound, none is put into
 * SQL text.
 *
 * What SQLite says becomes a rule here.  A disk that fails or a file that is not
 * what it should be makes the connection dead: db_usable() refuses from then on.
 * The triggers of the schema raise rule ids as their message.
 *
 * SQLite's own locks are POSIX locks: the process must never open and close the
 * database file by itself while a connection is open, or they are gone.
 */
#ifndef LEDGER_DB_H
#define LEDGER_DB_H

#include <sqlite3.h>

#include "base/error.h"

enum sql {
	SQL_BEGIN, SQL_COMMIT, SQL_ROLLBACK, SQL_SAVEPOINT, SQL_RELEASE, SQL_ROLLBACK_TO,
	SQL_LAST_EVENT, SQL_PUT_EVENT, SQL_HAS_DOCUMENT, SQL_PUT_DOCUMENT, SQL_PUT_LEDGER,
	SQL_PUT_POLICY, SQL_PUT_CONFIG, SQL_CONFIG_NOW,
	SQL_PUT_INTENT, SQL_HEAD, SQL_MOVE, SQL_BECOME_MINE, SQL_PENDING_OWNERS, SQL_PENDING_OF,
	SQL_PINNED, SQL_GET, SQL_GET_SERIAL, SQL_FIND_OPEN, SQL_FIND_LIVE,
	SQL_FIND_COMPROMISED, SQL_FIND_KEY, SQL_PUT_NAME, SQL_EACH_NAMED,
	SQL_EACH, SQL_EACH_NEWEST, SQL_EACH_EVENT, SQL_EACH_LEAF, SQL_EVENTS_OF,
	SQL_TREE_BELOW, SQL_PUT_TREE, SQL_NEWEST_OF, SQL_EACH_REVOKED, SQL_EACH_CHANGED,
	SQL_EACH_LIST, SQL_LIST_OF,
	SQL_COUNT, SQL_COUNT_EVENTS_OF,
	SQL_PUT_REQUEST, SQL_REQUEST_HEAD, SQL_MOVE_REQUEST, SQL_PUT_APPROVAL,
	SQL_GET_REQUEST, SQL_REQUEST_OF, SQL_EACH_REQUEST, SQL_EACH_APPROVAL,
	SQL_POLICY_NOW, SQL_POLICY_BEFORE, SQL_EVENT, SQL_VERIFY_REQUESTS, SQL_VERIFY_APPROVALS,
	SQL_VERIFY_ROWS, SQL_VERIFY_DOCUMENTS, SQL_VERIFY_POLICIES, SQL_VERIFY_CONFIGS,
	SQL_VERIFY_TREES,
	SQL_VERIFY_BIRTH, SQL_HAS_LIST, SQL_STATE_OF_SERIAL, SQL_LOOK, SQL_GET_DOCUMENT,
	SQL_QUICK_CHECK, SQL_FOREIGN_KEY_CHECK, SQL_CHECK_EVENTS, SQL_CHECK_INTENTS,
	SQL_APPLICATION, SQL_VERSION, SQL_SCHEMA, SQL_JOURNAL, SQL_SET_JOURNAL,
	SQL_TEXTS
};

struct db {
	sqlite3 *handle;
	sqlite3_stmt *kept[SQL_TEXTS];
	char *path;
	unsigned wait_ms;
	bool dead;
};

/* The file must be there, and is not written to.  On failure nothing is open. */
enum rc_status db_open(struct db *db, const char *path, unsigned wait_ms, bool read_only,
    struct error *err) RC_CHECK;
void db_close(struct db *db);

/* Rule ledger-dead after a failure. */
enum rc_status db_usable(const struct db *db, struct error *err) RC_CHECK;
/* The last call's failure as an error. */
enum rc_status db_fail(struct db *db, struct error *err);
/* Statements of the schema, from our own tables only. */
enum rc_status db_execute(struct db *db, const char *sql, struct error *err) RC_CHECK;

struct query {
	struct db *db;
	sqlite3_stmt *statement;
	int bound;              /* parameters so far                        */
	int failed;             /* the first code that was not SQLITE_OK    */
	bool kept;
};

struct query query(struct db *db, enum sql sql);
/* Prepared before it is needed; one that cannot be is tried again then. */
void db_ready(struct db *db, enum sql sql);
/* One of its own, for whoever calls others while it is open. */
struct query query_fresh(struct db *db, enum sql sql);
void query_end(struct query *q);
DEFINE_SCOPED_VALUE(query_end, struct query)

void query_int(struct query *q, int64_t value);
void query_int_or_null(struct query *q, int64_t value);    /* 0: NULL */
void query_text(struct query *q, const char *text);        /* NULL: NULL */
void query_blob(struct query *q, struct bytes bytes);      /* p NULL: NULL */

/* One step.  *ret_found false: no (more) row. */
enum rc_status query_row(struct query *q, bool *ret_found, struct error *err) RC_CHECK;
/* All of it, for what gives no rows. */
enum rc_status query_run(struct query *q, struct error *err) RC_CHECK;
enum rc_status db_run(struct db *db, enum sql sql, struct error *err) RC_CHECK;

/* Good until the next step. */
int64_t column_int(const struct query *q, int column);
const char *column_text(const struct query *q, int column);      /* NULL: ""   */
const char *column_text_or_null(const struct query *q, int column);
struct bytes column_blob(const struct query *q, int column);     /* NULL: empty */

#endif
