#include "ledger/db.h"

#include <stdlib.h>

#include "ledger/ledger.h"
#include "ledger/sql.h"
#include "os/file.h"

/* -- what SQLite says, as rules ------------------------------------------------- */

struct code_row {
	int code;               /* primary result code                       */
	enum rule rule;
	bool kills;             /* it is no longer known what the disk holds */
};

static const struct code_row codes[] = {
	{ SQLITE_BUSY,    RULE_LEDGER_LOCKED,  false },
	{ SQLITE_LOCKED,  RULE_LEDGER_LOCKED,  false },
	{ SQLITE_CORRUPT, RULE_LEDGER_DAMAGED, true },
	{ SQLITE_NOTADB,  RULE_LEDGER_DAMAGED, true },
	{ SQLITE_FORMAT,  RULE_LEDGER_DAMAGED, true },
	/* a table or column that is not there, a value of a wrong type */
	{ SQLITE_ERROR,   RULE_LEDGER_DAMAGED, true },
	/* asked for by what a damaged file says of itself: memory of ours ends the process */
	{ SQLITE_NOMEM,   RULE_LEDGER_DAMAGED, true },
	{ SQLITE_MISMATCH, RULE_LEDGER_DAMAGED, true },
	{ SQLITE_MISUSE,  RULE_BUG,            true },
	{ SQLITE_RANGE,   RULE_BUG,            true },
	{ SQLITE_TOOBIG,  RULE_LEDGER_BYTES,   false },
};
static const struct code_row code_other = { SQLITE_IOERR, RULE_LEDGER_WRITE, true };

static const struct code_row *
code_find(int code)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (codes[i].code == (code & 0xff))
			return &codes[i];
	return &code_other;
}

/* What our triggers raise, by its id. */
static const enum rule raised[] = {
	RULE_LEDGER_STATE, RULE_LEDGER_APPEND_ONLY, RULE_LEDGER_CLOCK, RULE_SERIAL_NOT_UNIQUE,
};

/* Any other constraint is met by what we wrote ourselves. */
static enum rc_status
constraint_failed(const struct db *db, struct error *err)
{
	const char *message = sqlite3_errmsg(db->handle);

	for (size_t i = 0; i < ARRAY_LEN(raised); i++)
		if (strcmp(message, rule_id(raised[i])) == 0)
			return error_fail(err, raised[i], "%s: %s", db->path, rule_text(raised[i]));
	return error_fail(err, RULE_BUG, "%s: %s", db->path, message);
}

static enum rc_status
code_failed(struct db *db, int code, struct error *err)
{
	const struct code_row *row = code_find(code);
	int reason = db->handle != NULL ? sqlite3_system_errno(db->handle) : 0;

	if ((code & 0xff) == SQLITE_CONSTRAINT)
		return constraint_failed(db, err);
	if (row->kills)
		db->dead = true;
	if (row->rule == RULE_LEDGER_LOCKED)
		return error_fail(err, row->rule,
		    "%s: another process has been writing for more than %u ms", db->path,
		    db->wait_ms);
	if (row->rule == RULE_LEDGER_WRITE && reason != 0)
		return error_errno(err, row->rule, reason, "%s: %s", db->path,
		    sqlite3_errstr(code));
	return error_fail(err, row->rule, "%s: %s", db->path, sqlite3_errmsg(db->handle));
}

enum rc_status
db_fail(struct db *db, struct error *err)
{
	return code_failed(db, sqlite3_extended_errcode(db->handle), err);
}

enum rc_status
db_usable(const struct db *db, struct error *err)
{
	if (db->dead)
		return error_fail(err, RULE_LEDGER_DEAD,
		    "%s failed before in this process", db->path);
	return RC_OK;
}

void
ledger_own_process(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* -- the connection ------------------------------------------------------------- */

enum rc_status
db_execute(struct db *db, const char *sql, struct error *err)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(db, err);
	return RC_OK;
}

/*
 * trusted_schema off and defensive on: the file may come from elsewhere, and its
 * triggers and views must not call what they like.  FULL flushes the WAL at each
 * commit; without it a power loss could take back what was acknowledged.  Nothing is
 * secret in it, so what is moved need not be wiped.  Pages that a batch writes again and
 * again are moved from the WAL into the file once for 4,000 of its pages (16 MiB), and at
 * the end.
 */
static const char settings[] =
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = OFF;"
    "PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA synchronous = FULL;";

static enum rc_status
db_configure(struct db *db, struct error *err)
{
	(void)sqlite3_extended_result_codes(db->handle, 1);
	(void)sqlite3_busy_timeout(db->handle, (int)db->wait_ms);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
	/* No statement is prepared anew for other values: the plan does not hang on them. */
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
	(void)sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, LEDGER_MAX_BYTES);
	return db_execute(db, settings, err);
}

enum rc_status
db_open(struct db *db, const char *path, unsigned wait_ms, bool read_only, struct error *err)
{
	/* One thread at a time, says ledger.h. */
	int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
	    SQLITE_OPEN_NOMUTEX;
	enum rc_status status;

	if (!file_exists(path))
		return error_fail(err, RULE_LEDGER_MISSING, "'%s' does not exist", path);
	*db = (struct db){ .path = mem_strdup(path), .wait_ms = wait_ms };
	if (sqlite3_open_v2(path, &db->handle, flags, NULL) == SQLITE_OK)
		status = db_configure(db, err);
	else
		status = db_fail(db, err);
	if (status != RC_OK)
		db_close(db);
	return status;
}

void
db_close(struct db *db)
{
	for (size_t i = 0; i < SQL_TEXTS; i++)
		(void)sqlite3_finalize(db->kept[i]);
	(void)sqlite3_close(db->handle);
	free(db->path);
	*db = (struct db){ .handle = NULL };
}

/* -- statements ----------------------------------------------------------------- */

static int
prepare(struct db *db, enum sql sql, sqlite3_stmt **ret)
{
	return sqlite3_prepare_v3(db->handle, sql_texts[sql], -1, SQLITE_PREPARE_PERSISTENT,
	    ret, NULL);
}

struct query
query(struct db *db, enum sql sql)
{
	struct query q = { .db = db, .kept = true };

	if (db->kept[sql] == NULL)
		q.failed = prepare(db, sql, &db->kept[sql]);
	q.statement = db->kept[sql];
	return q;
}

void
db_ready(struct db *db, enum sql sql)
{
	if (db->kept[sql] == NULL)
		(void)prepare(db, sql, &db->kept[sql]);
}

struct query
query_fresh(struct db *db, enum sql sql)
{
	struct query q = { .db = db, .kept = false };

	q.failed = prepare(db, sql, &q.statement);
	return q;
}

void
query_end(struct query *q)
{
	if (q->statement == NULL)
		return;
	if (q->kept) {
		(void)sqlite3_reset(q->statement);
		(void)sqlite3_clear_bindings(q->statement);
	} else {
		(void)sqlite3_finalize(q->statement);
	}
	q->statement = NULL;
}

static void
bound(struct query *q, int code)
{
	if (q->failed == SQLITE_OK)
		q->failed = code;
}

void
query_int(struct query *q, int64_t value)
{
	bound(q, sqlite3_bind_int64(q->statement, ++q->bound, value));
}

static void
query_null(struct query *q)
{
	bound(q, sqlite3_bind_null(q->statement, ++q->bound));
}

void
query_int_or_null(struct query *q, int64_t value)
{
	if (value == 0)
		query_null(q);
	else
		query_int(q, value);
}

/* The caller's memory outlives the query: nothing is copied. */
void
query_text(struct query *q, const char *text)
{
	if (text == NULL)
		query_null(q);
	else
		bound(q, sqlite3_bind_text64(q->statement, ++q->bound, text, strlen(text),
		    SQLITE_STATIC, SQLITE_UTF8));
}

void
query_blob(struct query *q, struct bytes bytes)
{
	if (bytes.p == NULL)
		query_null(q);
	else
		bound(q, sqlite3_bind_blob64(q->statement, ++q->bound, bytes.p, bytes.n,
		    SQLITE_STATIC));
}

enum rc_status
query_row(struct query *q, bool *ret_found, struct error *err)
{
	int code = q->failed != SQLITE_OK ? q->failed : sqlite3_step(q->statement);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return code_failed(q->db, code, err);
	*ret_found = code == SQLITE_ROW;
	return RC_OK;
}

enum rc_status
query_run(struct query *q, struct error *err)
{
	bool found = true;

	while (found)
		TRY(query_row(q, &found, err));
	return RC_OK;
}

enum rc_status
db_run(struct db *db, enum sql sql, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, sql);

	return query_run(&q, err);
}

int64_t
column_int(const struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

const char *
column_text_or_null(const struct query *q, int column)
{
	return (const char *)sqlite3_column_text(q->statement, column);
}

const char *
column_text(const struct query *q, int column)
{
	const char *text = column_text_or_null(q, column);

	return text != NULL ? text : "";
}

struct bytes
column_blob(const struct query *q, int column)
{
	const void *p = sqlite3_column_blob(q->statement, column);
	int n = sqlite3_column_bytes(q->statement, column);

	return BYTES(p, (size_t)n);
}
