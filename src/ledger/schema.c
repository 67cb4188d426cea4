#include "ledger/schema.h"

#include "base/arena.h"
#include "ledger/request.h"
#include "ledger/state.h"

/* -- words of state.h as SQL ------------------------------------------------------ */

/* column = 'a' OR column = 'b': for `IN ('a', 'b')` SQLite would make a table each time. */
static char *
any_word(struct arena *arena, const char *column, const char *(*word)(unsigned i), unsigned n,
    unsigned mask)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	for (unsigned i = 0; i < n; i++)
		if ((mask >> i & 1) != 0)
			buf_printf(&b, "%s%s = '%s'", b.n != 0 ? " OR " : "", column, word(i));
	return arena_strdup(arena, buf_text(&b));
}

static const char *
state_word(unsigned i)
{
	return ledger_state_word(i);
}

static const char *
kind_word(unsigned i)
{
	return ledger_kind_word(i);
}

static char *
any_state(struct arena *arena, const char *column, unsigned mask)
{
	return any_word(arena, column, state_word, LEDGER_STATES, mask);
}

/* States with a result by the moves that bring one, and what follows from those. */
enum {
	WITHOUT_RESULT = 1 << LEDGER_RESERVED | 1 << LEDGER_PENDING | 1 << LEDGER_VOID |
	    1 << LEDGER_LOST,
	WITH_RESULT = 1 << LEDGER_DONE | 1 << LEDGER_SPOILED | 1 << LEDGER_HELD,
	WITHOUT_SERIAL = 1 << LEDGER_PENDING | 1 << LEDGER_DONE | 1 << LEDGER_SPOILED |
	    1 << LEDGER_LOST,
	AT_FIRST = 1 << LEDGER_RESERVED | 1 << LEDGER_PENDING,
	EVERY = -1,
};

static char *
any_kind_with_serial(struct arena *arena)
{
	unsigned mask = 0;

	for (unsigned i = 0; i < LEDGER_KINDS; i++)
		if (ledger_kind_has_serial(i))
			mask |= 1u << i;
	return any_word(arena, "kind", kind_word, LEDGER_KINDS, mask);
}

static void
put_move(struct buf *out, const char *from, const char *to)
{
	buf_printf(out, "%sOLD.state = '%s' AND NEW.state = '%s'", out->n != 0 ? " OR " : "", from,
	    to);
}

static char *
any_move(struct arena *arena)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	for (unsigned i = 0; i < LEDGER_MOVES; i++)
		put_move(&b, ledger_state_word(ledger_moves[i].from),
		    ledger_state_word(ledger_moves[i].to));
	return arena_strdup(arena, buf_text(&b));
}

/* -- tables ----------------------------------------------------------------------- */

static const char table_ledger[] =
    "CREATE TABLE ledger (\n"
    "  one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "  ca TEXT NOT NULL,\n"
    "  custody TEXT NOT NULL,\n"
    "  created INTEGER NOT NULL\n"
    ") STRICT";

/* Events and documents are written most.  SQLite copies each page that a statement touches,
 * to undo it alone, where the statement could fail half-way: where a trigger aborts, a
 * function is called, or a reference is checked at once.  Theirs fail before anything is
 * done. */
static const char table_document[] =
    "CREATE TABLE document (\n"
    "  sha256 BLOB NOT NULL UNIQUE,\n"
    "  bytes BLOB NOT NULL\n"
    ") STRICT";

static const char table_event[] =
    "CREATE TABLE event (\n"
    "  seq INTEGER PRIMARY KEY,\n"
    "  time INTEGER NOT NULL,\n"
    "  kind TEXT NOT NULL,\n"
    "  intent INTEGER REFERENCES intent (id) DEFERRABLE INITIALLY DEFERRED,\n"
    "  body BLOB NOT NULL\n"
    ") STRICT";

static const char table_policy[] =
    "CREATE TABLE policy (\n"
    "  seq INTEGER PRIMARY KEY REFERENCES event (seq),\n"
    "  sha256 BLOB NOT NULL REFERENCES document (sha256)\n"
    ") STRICT";

static const char table_intent[] =
    "CREATE TABLE intent (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  kind TEXT NOT NULL CHECK (%s),\n"
    "  state TEXT NOT NULL CHECK (%s),\n"
    "  serial BLOB UNIQUE CHECK (length(serial) BETWEEN 1 AND 20),\n"
    "  tbs BLOB NOT NULL CHECK (length(tbs) > 0),\n"
    "  algorithm TEXT NOT NULL,\n"
    "  entry TEXT,\n"
    "  role TEXT,\n"
    "  entry_digest BLOB CHECK (length(entry_digest) = 32),\n"
    "  profile_digest BLOB CHECK (length(profile_digest) = 32),\n"
    "  topology TEXT,\n"
    "  topology_digest BLOB CHECK (length(topology_digest) = 32),\n"
    "  csr BLOB,\n"
    "  key_digest BLOB CHECK (length(key_digest) = 32),\n"
    "  requester TEXT,\n"
    "  custody BLOB REFERENCES document (sha256),\n"
    "  not_before INTEGER,\n"
    "  not_after INTEGER,\n"
    "  owner TEXT,\n"
    "  boot TEXT,\n"
    "  result BLOB,\n"
    "  reason TEXT,\n"
    "  created INTEGER NOT NULL,\n"
    "  changed INTEGER NOT NULL CHECK (changed >= created),\n"
    "  CHECK ((serial IS NOT NULL) = (%s)),\n"
    "  CHECK (serial IS NOT NULL OR %s),\n"
    "  CHECK (result IS NULL OR NOT (%s)),\n"
    "  CHECK (result IS NOT NULL OR NOT (%s)),\n"
    "  CHECK ((owner IS NULL) = (boot IS NULL)),\n"
    "  CHECK (owner IS NOT NULL OR state = 'RESERVED' OR state = 'VOID')\n"
    ") STRICT";

/* -- triggers ---------------------------------------------------------------------- */

static const char trigger_new[] =
    "CREATE TRIGGER intent_new BEFORE INSERT ON intent\n"
    "  WHEN NOT (%s) OR NEW.result IS NOT NULL\n"
    "  BEGIN SELECT RAISE(ABORT, 'ledger-state'); END";

/* OR REPLACE would delete the old row without a word. */
static const char trigger_once[] =
    "CREATE TRIGGER intent_once BEFORE INSERT ON intent\n"
    "  WHEN EXISTS (SELECT 1 FROM intent WHERE id = NEW.id)\n"
    "  BEGIN SELECT RAISE(ABORT, 'ledger-append-only'); END";

static const char trigger_serial[] =
    "CREATE TRIGGER intent_serial BEFORE INSERT ON intent\n"
    "  WHEN EXISTS (SELECT 1 FROM intent WHERE serial = NEW.serial)\n"
    "  BEGIN SELECT RAISE(ABORT, 'serial-not-unique'); END";

/* A change that keeps the state is no move either. */
static const char trigger_move[] =
    "CREATE TRIGGER intent_move BEFORE UPDATE ON intent\n"
    "  WHEN NOT (%s)\n"
    "  BEGIN SELECT RAISE(ABORT, 'ledger-state'); END";

static const char trigger_fixed[] =
    "CREATE TRIGGER intent_fixed BEFORE UPDATE ON intent\n"
    "  WHEN (OLD.id, OLD.kind, OLD.serial, OLD.tbs, OLD.algorithm, OLD.entry, OLD.role,\n"
    "    OLD.entry_digest, OLD.profile_digest, OLD.topology, OLD.topology_digest, OLD.csr,\n"
    "    OLD.key_digest, OLD.requester, OLD.not_before, OLD.not_after, OLD.created)\n"
    "  IS NOT (NEW.id, NEW.kind, NEW.serial, NEW.tbs, NEW.algorithm, NEW.entry, NEW.role,\n"
    "    NEW.entry_digest, NEW.profile_digest, NEW.topology, NEW.topology_digest, NEW.csr,\n"
    "    NEW.key_digest, NEW.requester, NEW.not_before, NEW.not_after, NEW.created)\n"
    "  OR (OLD.state <> 'RESERVED' AND\n"
    "    (OLD.owner, OLD.boot, OLD.custody) IS NOT (NEW.owner, NEW.boot, NEW.custody))\n"
    "  OR (OLD.state <> 'PENDING' AND OLD.result IS NOT NEW.result)\n"
    "  OR NEW.changed < OLD.changed\n"
    "  BEGIN SELECT RAISE(ABORT, 'ledger-append-only'); END";

static const char trigger_event[] =
    "CREATE TRIGGER event_next BEFORE INSERT ON event\n"
    "  WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event)\n"
    "  BEGIN SELECT RAISE(FAIL, 'ledger-append-only'); END";

static const char trigger_time[] =
    "CREATE TRIGGER event_time BEFORE INSERT ON event\n"
    "  WHEN NEW.time < (SELECT time FROM event ORDER BY seq DESC LIMIT 1)\n"
    "  BEGIN SELECT RAISE(FAIL, 'ledger-clock'); END";

static const char trigger_frozen[] =
    "CREATE TRIGGER %s_frozen BEFORE UPDATE ON %s\n"
    "  BEGIN SELECT RAISE(ABORT, 'ledger-append-only'); END";

static const char trigger_kept[] =
    "CREATE TRIGGER %s_kept BEFORE DELETE ON %s\n"
    "  BEGIN SELECT RAISE(ABORT, 'ledger-append-only'); END";

static const char trigger_again[] =
    "CREATE TRIGGER %s_once BEFORE INSERT ON %s\n"
    "  WHEN EXISTS (SELECT 1 FROM %s WHERE %s = NEW.%s)\n"
    "  BEGIN SELECT RAISE(FAIL, 'ledger-append-only'); END";

static const char index_event[] = "CREATE INDEX event_by_intent ON event (intent)";

/* Tables whose rows are written once, with what identifies a row; event_next sees to that
 * of an event. */
struct frozen_row {
	const char *table, *key;
};
static const struct frozen_row frozen[] = {
	{ "ledger", "one" }, { "document", "sha256" }, { "event", NULL }, { "policy", "seq" },
};

/* -- version 2 --------------------------------------------------------------------- */

/* The peaks of the tree of the first `size` events (crypto/merkle.h): what they say
 * can always be computed from the events, and is held to them by `ledger verify`. */
static const char table_tree[] =
    "CREATE TABLE tree (\n"
    "  size INTEGER PRIMARY KEY CHECK (size > 0),\n"
    "  peaks BLOB NOT NULL CHECK (length(peaks) > 0)\n"
    ") STRICT";

static const char index_unnumbered[] =
    "CREATE INDEX intent_unnumbered ON intent (kind, id) WHERE serial IS NULL";

static const struct frozen_row frozen_tree = { "tree", "size" };

/* -- version 3 --------------------------------------------------------------------- */

static const char table_request[] =
    "CREATE TABLE request (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  state TEXT NOT NULL CHECK (%s),\n"
    "  what TEXT NOT NULL CHECK (what IN ('certificate', 'policy')),\n"
    "  intent INTEGER UNIQUE REFERENCES intent (id),\n"
    "  policy BLOB NOT NULL CHECK (length(policy) = 32),\n"
    "  subject BLOB NOT NULL CHECK (length(subject) = 32),\n"
    "  text BLOB REFERENCES document (sha256),\n"
    "  requester TEXT,\n"
    "  uid INTEGER NOT NULL CHECK (uid >= -1),\n"
    "  expires INTEGER NOT NULL,\n"
    "  reason TEXT,\n"
    "  created INTEGER NOT NULL,\n"
    "  changed INTEGER NOT NULL CHECK (changed >= created),\n"
    "  CHECK ((intent IS NULL) = (what = 'policy'))\n"
    ") STRICT";

static const char table_approval[] =
    "CREATE TABLE approval (\n"
    "  seq INTEGER PRIMARY KEY REFERENCES event (seq),\n"
    "  request INTEGER NOT NULL REFERENCES request (id),\n"
    "  decision TEXT NOT NULL CHECK (decision IN ('approve', 'deny')),\n"
    "  officer TEXT NOT NULL,\n"
    "  key BLOB NOT NULL CHECK (length(key) = 32),\n"
    "  statement BLOB NOT NULL REFERENCES document (sha256),\n"
    "  reason TEXT,\n"
    "  time INTEGER NOT NULL,\n"
    "  UNIQUE (request, key, decision)\n"
    ") STRICT";

static const char trigger_request_new[] =
    "CREATE TRIGGER request_new BEFORE INSERT ON request\n"
    "  WHEN NEW.state <> 'WAITING' OR EXISTS (SELECT 1 FROM request WHERE id = NEW.id)\n"
    "    OR EXISTS (SELECT 1 FROM request WHERE intent = NEW.intent)\n"
    "  BEGIN SELECT RAISE(ABORT, 'approval-state'); END";

static const char trigger_request_move[] =
    "CREATE TRIGGER request_move BEFORE UPDATE ON request\n"
    "  WHEN NOT (%s)\n"
    "  BEGIN SELECT RAISE(ABORT, 'approval-state'); END";

static const char trigger_request_fixed[] =
    "CREATE TRIGGER request_fixed BEFORE UPDATE ON request\n"
    "  WHEN (OLD.id, OLD.what, OLD.intent, OLD.policy, OLD.subject, OLD.text, OLD.requester,\n"
    "    OLD.uid, OLD.expires, OLD.created)\n"
    "  IS NOT (NEW.id, NEW.what, NEW.intent, NEW.policy, NEW.subject, NEW.text, NEW.requester,\n"
    "    NEW.uid, NEW.expires, NEW.created)\n"
    "  OR NEW.changed < OLD.changed\n"
    "  BEGIN SELECT RAISE(ABORT, 'ledger-append-only'); END";

static const struct frozen_row frozen_approval = { "approval", "seq" };

/* Each index costs a page of every group of certificates that is written, so each has
 * only the rows that it is asked for. */

/* What is on its way, or has left the straight one; and how many there are of these. */
static const char index_open[] =
    "CREATE INDEX intent_open ON intent (state, entry, topology, not_after)\n"
    "  WHERE state <> 'DONE'";
/* What stands behind not_after is there so that no row is looked at in vain: neither
 * question may grow with how often an entry or a key was certified before. */
static const char index_live[] =
    "CREATE INDEX intent_live ON intent (entry, topology, not_after, entry_digest, key_digest)\n"
    "  WHERE state = 'DONE' AND kind = 'certificate'";
/* Where a host name stands; an index, which is no part of the record and may change. */
static const char table_name[] =
    "CREATE TABLE name (\n"
    "  name TEXT NOT NULL COLLATE NOCASE,\n"
    "  topology TEXT NOT NULL,\n"
    "  entry TEXT NOT NULL,\n"
    "  intent INTEGER NOT NULL,\n"
    "  PRIMARY KEY (name, topology, entry)\n"
    ") STRICT, WITHOUT ROWID";
/* The texts of ca.yaml that things were signed under, as `policy` has those that are pinned. */
static const char table_config[] =
    "CREATE TABLE config (\n"
    "  seq INTEGER PRIMARY KEY REFERENCES event (seq),\n"
    "  sha256 BLOB NOT NULL REFERENCES document (sha256)\n"
    ") STRICT";
static const struct frozen_row frozen_config = { "config", "seq" };
static const char index_key[] =
    "CREATE INDEX intent_key ON intent (key_digest, entry, not_after)\n"
    "  WHERE kind = 'certificate'";
/* The word, with or without a moment behind it (cause.h). */
static const char index_compromised[] =
    "CREATE INDEX intent_compromised ON intent (key_digest)\n"
    "  WHERE state = 'REVOKED' AND (reason BETWEEN 'keyCompromise' AND 'keyCompromise~'"
    " OR reason = 'cACompromise' OR reason = 'aACompromise')";

/* All that a revocation list says, in its order (as numbers: x509/crl.h), so that one is
 * made without looking at the rows, which are as many as were ever issued. */
static const char index_revoked[] =
    "CREATE INDEX intent_revoked ON intent"
    " (length(serial), serial, state, reason, changed, not_after)\n"
    "  WHERE (state = 'HELD' OR state = 'REVOKED' OR state = 'LOST' OR state = 'SPOILED')"
    " AND serial IS NOT NULL";

/* -- the list ---------------------------------------------------------------------- */

typedef VEC(const char *) statement_vec;

static void
add_intent(struct arena *a, statement_vec *all)
{
	*VEC_PUSH(a, all) = arena_printf(a, table_intent,
	    any_word(a, "kind", kind_word, LEDGER_KINDS, (unsigned)EVERY),
	    any_state(a, "state", (unsigned)EVERY), any_kind_with_serial(a),
	    any_state(a, "state", WITHOUT_SERIAL), any_state(a, "state", WITHOUT_RESULT),
	    any_state(a, "state", WITH_RESULT));
	*VEC_PUSH(a, all) = arena_printf(a, trigger_new, any_state(a, "NEW.state", AT_FIRST));
	*VEC_PUSH(a, all) = trigger_once;
	*VEC_PUSH(a, all) = trigger_serial;
	*VEC_PUSH(a, all) = arena_printf(a, trigger_move, any_move(a));
	*VEC_PUSH(a, all) = trigger_fixed;
	*VEC_PUSH(a, all) = arena_printf(a, trigger_kept, "intent", "intent");
}

static void
add_frozen(struct arena *a, const struct frozen_row *row, statement_vec *all)
{
	const char *table = row->table, *key = row->key;

	*VEC_PUSH(a, all) = arena_printf(a, trigger_frozen, table, table);
	*VEC_PUSH(a, all) = arena_printf(a, trigger_kept, table, table);
	if (key != NULL)
		*VEC_PUSH(a, all) = arena_printf(a, trigger_again, table, table, table, key, key);
}

static void
add_version_1(struct arena *a, statement_vec *all)
{
	*VEC_PUSH(a, all) = table_ledger;
	*VEC_PUSH(a, all) = table_document;
	add_intent(a, all);
	*VEC_PUSH(a, all) = table_event;
	*VEC_PUSH(a, all) = table_policy;
	*VEC_PUSH(a, all) = trigger_event;
	*VEC_PUSH(a, all) = trigger_time;
	for (size_t i = 0; i < ARRAY_LEN(frozen); i++)
		add_frozen(a, &frozen[i], all);
	*VEC_PUSH(a, all) = index_event;
}

static void
add_version_2(struct arena *a, statement_vec *all)
{
	*VEC_PUSH(a, all) = table_tree;
	*VEC_PUSH(a, all) = index_unnumbered;
	add_frozen(a, &frozen_tree, all);
}

static const char *
request_word(unsigned i)
{
	return request_state_word(i);
}

static char *
any_request_move(struct arena *arena)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	for (unsigned i = 0; i < REQUEST_MOVES; i++)
		put_move(&b, request_state_word(request_moves[i].from),
		    request_state_word(request_moves[i].to));
	return arena_strdup(arena, buf_text(&b));
}

static void
add_requests(struct arena *a, statement_vec *all)
{
	*VEC_PUSH(a, all) = arena_printf(a, table_request,
	    any_word(a, "state", request_word, REQUEST_STATES, (unsigned)EVERY));
	*VEC_PUSH(a, all) = trigger_request_new;
	*VEC_PUSH(a, all) = arena_printf(a, trigger_request_move, any_request_move(a));
	*VEC_PUSH(a, all) = trigger_request_fixed;
	*VEC_PUSH(a, all) = arena_printf(a, trigger_kept, "request", "request");
	*VEC_PUSH(a, all) = table_approval;
	add_frozen(a, &frozen_approval, all);
}

static void
add_version_3(struct arena *a, statement_vec *all)
{
	add_requests(a, all);
	*VEC_PUSH(a, all) = index_revoked;
	*VEC_PUSH(a, all) = index_open;
	*VEC_PUSH(a, all) = index_live;
	*VEC_PUSH(a, all) = index_key;
	*VEC_PUSH(a, all) = index_compromised;
	*VEC_PUSH(a, all) = table_name;
	*VEC_PUSH(a, all) = table_config;
	add_frozen(a, &frozen_config, all);
}

/* What each version adds to the one before it. */
static void (*const version_add[])(struct arena *a, statement_vec *all) = {
	[1] = add_version_1, [2] = add_version_2, [3] = add_version_3,
};
_Static_assert(ARRAY_LEN(version_add) == LEDGER_VERSION + 1, "each version has its statements");

/* Of the versions beyond `after`, up to `upto`. */
static statement_vec
schema_statements(struct arena *a, int64_t after, int64_t upto)
{
	statement_vec all = { .v = NULL };

	for (int64_t version = after + 1; version <= upto; version++)
		version_add[version](a, &all);
	return all;
}

/* SQLite answers with the mode that it has, which need not be the one asked for. */
static enum rc_status
journal_is_wal(struct db *db, enum sql sql, bool *ret, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, sql);
	bool found = false;

	TRY(query_row(&q, &found, err));
	*ret = found && strcmp(column_text(&q, 0), "wal") == 0;
	return RC_OK;
}

enum rc_status
schema_journal(struct db *db, struct error *err)
{
	bool is_wal = false;

	TRY(journal_is_wal(db, SQL_SET_JOURNAL, &is_wal, err));
	if (!is_wal)
		return error_fail(err, RULE_LEDGER_WRITE,
		    "'%s': this file system cannot hold a write-ahead log", db->path);
	return RC_OK;
}

enum rc_status
schema_migrate(struct db *db, int64_t from, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	statement_vec all = schema_statements(arena, from, LEDGER_VERSION);

	for (size_t i = 0; i < all.n; i++)
		TRY(db_execute(db, all.v[i], err));
	return db_execute(db, arena_printf(arena,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", LEDGER_APPLICATION,
	    LEDGER_VERSION), err);
}

enum rc_status
schema_create(struct db *db, struct error *err)
{
	return schema_migrate(db, 0, err);
}

/* -- the check --------------------------------------------------------------------- */

static enum rc_status
read_number(struct db *db, enum sql sql, int64_t *ret, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, sql);
	bool found = false;

	TRY(query_row(&q, &found, err));
	*ret = found ? column_int(&q, 0) : 0;
	return RC_OK;
}

static enum rc_status
check_version(struct db *db, int64_t *ret, struct error *err)
{
	int64_t application = 0, version = 0;

	TRY(read_number(db, SQL_APPLICATION, &application, err));
	TRY(read_number(db, SQL_VERSION, &version, err));
	if (application != LEDGER_APPLICATION)
		return error_fail(err, RULE_LEDGER_DAMAGED, "'%s' is not a ledger", db->path);
	if (version > LEDGER_VERSION)
		return error_fail(err, RULE_LEDGER_VERSION,
		    "'%s' has version %lld, this program knows up to %d", db->path,
		    (long long)version, LEDGER_VERSION);
	if (version < 1)
		return error_fail(err, RULE_LEDGER_DAMAGED, "'%s' has the version %lld, "
		    "which there never was", db->path, (long long)version);
	*ret = version;
	return RC_OK;
}

static enum rc_status
check_statements(struct db *db, int64_t version, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	statement_vec all = schema_statements(arena, 0, version);
	SCOPED(query_end) struct query q = query(db, SQL_SCHEMA);
	bool found = true;

	for (size_t i = 0; found; i++) {
		TRY(query_row(&q, &found, err));
		if (found != (i < all.n) || (found && strcmp(column_text(&q, 0), all.v[i]) != 0))
			return error_fail(err, RULE_LEDGER_DAMAGED,
			    "'%s': its structure was changed, at part %zu of %zu", db->path,
			    i + 1, all.n);
	}
	return RC_OK;
}

enum rc_status
schema_check(struct db *db, int64_t *ret, struct error *err)
{
	int64_t version = 0;
	bool is_wal = false;

	TRY(check_version(db, &version, err));
	TRY(check_statements(db, version, err));
	TRY(journal_is_wal(db, SQL_JOURNAL, &is_wal, err));
	if (!is_wal)
		return error_fail(err, RULE_LEDGER_DAMAGED,
		    "'%s': its write-ahead log was turned off", db->path);
	*ret = version;
	return RC_OK;
}
