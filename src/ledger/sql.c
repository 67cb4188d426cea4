#include "ledger/sql.h"

/* The order of row_of() in read.c. */
#define ROWS                                                                  \
	"SELECT i.id, i.kind, i.state, i.serial, i.entry, i.role, i.topology,"     \
	" i.requester, i.algorithm, i.owner, i.boot, i.reason, i.entry_digest,"    \
	" i.profile_digest, i.topology_digest, i.key_digest, i.csr, i.tbs,"        \
	" i.result, c.bytes, e.bytes, i.not_before, i.not_after, i.created,"       \
	" i.changed"                                                               \
	" FROM intent AS i"                                                        \
	" LEFT JOIN document AS c ON c.sha256 = i.custody"                         \
	" LEFT JOIN document AS e ON e.sha256 = i.entry_digest"
#define FILTERED                                                              \
	ROWS                                                                       \
	" WHERE (?1 IS NULL OR instr(?1, ',' || i.state || ',') > 0)"              \
	" AND (?2 IS NULL OR instr(?2, ',' || i.kind || ',') > 0)"                 \
	" AND (?3 IS NULL OR i.entry = ?3) AND i.id > ?4"
#define LIVE                                                                  \
	"SELECT id FROM intent WHERE entry = ?1 AND topology IS ?2 AND not_after > ?3"  \
	" AND (?4 IS NULL OR entry_digest = ?4) AND (?5 IS NULL OR key_digest = ?5)"    \
	" AND kind = 'certificate'"
#define LATEST " ORDER BY not_after DESC LIMIT 1"
#define MAY_BE_VALID                                                          \
	"(+state = 'DONE' OR +state = 'HELD' OR +state = 'PENDING' OR +state = 'RESERVED')"
/* The order of request_take() in request.c. */
#define REQUESTS                                                              \
	"SELECT r.id, r.state, r.what, r.intent, r.requester, r.uid, r.policy,"    \
	" r.subject, d.bytes, r.reason, r.created, r.changed, r.expires"           \
	" FROM request AS r LEFT JOIN document AS d ON d.sha256 = r.text"

const char *const sql_texts[SQL_TEXTS] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	/* All that is read until the end is of one moment. */
	[SQL_LOOK] = "BEGIN DEFERRED",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_SAVEPOINT] = "SAVEPOINT one",
	[SQL_RELEASE] = "RELEASE one",
	[SQL_ROLLBACK_TO] = "ROLLBACK TO one",

	[SQL_LAST_EVENT] = "SELECT seq, time FROM event ORDER BY seq DESC LIMIT 1",
	[SQL_PUT_EVENT] =
	    "INSERT OR FAIL INTO event (seq, time, kind, intent, body) VALUES (?1, ?2, ?3, ?4, ?5)",
	[SQL_HAS_DOCUMENT] = "SELECT 1 FROM document WHERE sha256 = ?1",
	[SQL_PUT_DOCUMENT] = "INSERT OR FAIL INTO document (sha256, bytes) VALUES (?1, ?2)",
	[SQL_PUT_LEDGER] =
	    "INSERT INTO ledger (one, ca, custody, created) VALUES (1, ?1, ?2, ?3)",
	[SQL_PUT_POLICY] = "INSERT INTO policy (seq, sha256) VALUES (?1, ?2)",
	[SQL_PUT_CONFIG] = "INSERT INTO config (seq, sha256) VALUES (?1, ?2)",
	[SQL_CONFIG_NOW] = "SELECT sha256 FROM config ORDER BY seq DESC LIMIT 1",
	[SQL_PUT_INTENT] =
	    "INSERT INTO intent (kind, state, serial, tbs, algorithm, entry, role,"
	    " entry_digest, profile_digest, topology, topology_digest, csr, key_digest,"
	    " requester, custody, not_before, not_after, owner, boot, created, changed)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
	    " ?16, ?17, ?18, ?19, ?20, ?20)",
	[SQL_HEAD] = "SELECT kind, state, serial, owner, tbs FROM intent WHERE id = ?1",
	/* ?5 NULL: whoever owns it */
	[SQL_MOVE] =
	    "UPDATE intent SET state = ?3, changed = ?4, result = coalesce(?6, result),"
	    " reason = coalesce(?7, reason)"
	    " WHERE id = ?1 AND state = ?2 AND (?5 IS NULL OR owner = ?5)",
	[SQL_BECOME_MINE] =
	    "UPDATE intent SET state = ?3, changed = ?4, owner = ?5, boot = ?6,"
	    " custody = coalesce(?7, custody) WHERE id = ?1 AND state = ?2",
	/* both by intent_open */
	[SQL_PENDING_OWNERS] =
	    "SELECT DISTINCT owner FROM intent WHERE state = 'PENDING' AND state <> 'DONE'"
	    " ORDER BY owner",
	[SQL_PENDING_OF] =
	    "SELECT id FROM intent WHERE state = 'PENDING' AND state <> 'DONE' AND owner = ?1"
	    " ORDER BY id",

	[SQL_PINNED] =
	    "SELECT l.ca, l.custody, l.created, p.sha256, d.bytes FROM ledger AS l"
	    " JOIN policy AS p ON p.seq = (SELECT max(seq) FROM policy)"
	    " JOIN document AS d ON d.sha256 = p.sha256",
	[SQL_GET] = ROWS " WHERE i.id = ?1",
	[SQL_GET_SERIAL] = ROWS " WHERE i.serial = ?1",
	/* by intent_live, and by intent_open */
	[SQL_FIND_LIVE] = LIVE " AND state = 'DONE'" LATEST,
	[SQL_FIND_OPEN] = LIVE " AND state = ?6 AND state <> 'DONE'" LATEST,
	/* by intent_compromised, word for word what it is over */
	[SQL_FIND_COMPROMISED] =
	    "SELECT id FROM intent WHERE key_digest = ?1 AND state = 'REVOKED'"
	    " AND (reason BETWEEN 'keyCompromise' AND 'keyCompromise~'"
	    " OR reason = 'cACompromise' OR reason = 'aACompromise') LIMIT 1",
	/* by intent_key; of an entry, however often it was certified, no row is read */
	[SQL_FIND_KEY] =
	    "SELECT id FROM (SELECT id FROM intent WHERE key_digest = ?1 AND entry < ?2"
	    " AND not_after > ?3 AND kind = 'certificate' AND " MAY_BE_VALID
	    " UNION ALL "
	    "SELECT id FROM intent WHERE key_digest = ?1 AND entry > ?2"
	    " AND not_after > ?3 AND kind = 'certificate' AND " MAY_BE_VALID ") LIMIT 1",
	[SQL_PUT_NAME] =
	    "INSERT INTO name (name, topology, entry, intent) VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT DO UPDATE SET intent = excluded.intent",
	[SQL_EACH_NAMED] =
	    "SELECT i.id, n.topology, n.entry, i.serial, i.not_after FROM name AS n"
	    " JOIN intent AS i ON i.id = n.intent WHERE n.name = ?1 AND i.not_after > ?2"
	    " AND " MAY_BE_VALID " LIMIT ?3",
	[SQL_EACH] = FILTERED " ORDER BY i.id LIMIT ?5",
	[SQL_EACH_NEWEST] = FILTERED " ORDER BY i.id DESC LIMIT ?5",
	[SQL_EACH_EVENT] =
	    "SELECT seq, time, kind, intent, body FROM event WHERE seq > ?1 ORDER BY seq",
	[SQL_EACH_LEAF] = "SELECT seq, body FROM event WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
	[SQL_EVENTS_OF] =
	    "SELECT seq, body FROM event WHERE intent = ?1 AND seq <= ?2 ORDER BY seq",
	[SQL_EVENT] = "SELECT seq, body FROM event WHERE seq = ?1 AND seq <= ?2",
	[SQL_TREE_BELOW] =
	    "SELECT size, peaks FROM tree WHERE size <= ?1 ORDER BY size DESC LIMIT 1",
	[SQL_PUT_TREE] = "INSERT INTO tree (size, peaks) VALUES (?1, ?2)",
	/* the term about the serial makes SQLite use intent_unnumbered */
	[SQL_NEWEST_OF] =
	    ROWS " WHERE i.kind = ?1 AND i.serial IS NULL AND i.state = 'DONE'"
	    " ORDER BY i.id DESC LIMIT 1",
	/* word for word what the index is over, which SQLite would not choose by itself */
	[SQL_EACH_REVOKED] =
	    "SELECT state, serial, reason, changed, not_after FROM intent"
	    " INDEXED BY intent_revoked"
	    " WHERE (state = 'HELD' OR state = 'REVOKED' OR state = 'LOST' OR state = 'SPOILED')"
	    " AND serial IS NOT NULL"
	    " ORDER BY length(serial), serial",
	/* The unary + keeps SQLite from walking the serials of all that is valid. */
	[SQL_EACH_CHANGED] =
	    "SELECT state, serial, reason, changed, not_after FROM intent"
	    " WHERE (state IN ('HELD', 'REVOKED', 'LOST', 'SPOILED')"
	    " OR (state = 'DONE' AND reason = 'released')) AND serial IS NOT NULL"
	    " AND changed >= ?1 ORDER BY length(serial), +serial",
	[SQL_EACH_LIST] =
	    "SELECT state, entry, not_before, not_after FROM intent"
	    " WHERE kind = 'crl' AND serial IS NULL ORDER BY id",
	[SQL_LIST_OF] =
	    "SELECT entry, not_before, result FROM intent WHERE id = ?1 AND state = 'DONE'",
	/* by intent_open, and by whichever index is the smallest */
	[SQL_COUNT] =
	    "SELECT state, count(*) FROM intent WHERE state <> 'DONE' GROUP BY state"
	    " UNION ALL SELECT 'DONE', (SELECT count(*) FROM intent)"
	    " - (SELECT count(*) FROM intent WHERE state <> 'DONE')",
	[SQL_COUNT_EVENTS_OF] = "SELECT count(*) FROM event WHERE intent = ?1 AND seq > ?2",

	[SQL_PUT_REQUEST] =
	    "INSERT INTO request (state, what, intent, policy, subject, text, requester, uid,"
	    " expires, created, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
	[SQL_REQUEST_HEAD] =
	    "SELECT r.state, r.intent, i.serial FROM request AS r"
	    " LEFT JOIN intent AS i ON i.id = r.intent WHERE r.id = ?1",
	[SQL_MOVE_REQUEST] =
	    "UPDATE request SET state = ?3, changed = ?4, reason = ?5"
	    " WHERE id = ?1 AND state = ?2",
	[SQL_PUT_APPROVAL] =
	    "INSERT INTO approval (seq, request, decision, officer, key, statement, reason, time)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SQL_POLICY_NOW] = "SELECT max(seq) FROM policy",
	[SQL_POLICY_BEFORE] =
	    "SELECT p.seq, d.bytes FROM policy AS p JOIN document AS d ON d.sha256 = p.sha256"
	    " WHERE p.seq < ?1 ORDER BY p.seq DESC LIMIT 1",
	[SQL_GET_REQUEST] = REQUESTS " WHERE r.id = ?1",
	[SQL_REQUEST_OF] = "SELECT id FROM request WHERE intent = ?1",
	[SQL_EACH_REQUEST] = REQUESTS " ORDER BY r.id",
	[SQL_EACH_APPROVAL] =
	    "SELECT a.officer, a.key, d.bytes, a.reason, a.time FROM approval AS a"
	    " JOIN document AS d ON d.sha256 = a.statement WHERE a.request = ?1 ORDER BY a.seq",
	[SQL_GET_DOCUMENT] = "SELECT bytes FROM document WHERE sha256 = ?1",

	/* The order of the columns in verify_rows.c. */
	[SQL_VERIFY_ROWS] =
	    "SELECT id, kind, state, serial, tbs, algorithm, entry, role, entry_digest,"
	    " profile_digest, topology, topology_digest, csr, key_digest, requester, custody,"
	    " not_before, not_after, result, reason, created, changed FROM intent ORDER BY id",
	[SQL_VERIFY_DOCUMENTS] = "SELECT sha256, bytes FROM document ORDER BY rowid",
	[SQL_VERIFY_POLICIES] = "SELECT seq, sha256 FROM policy ORDER BY seq",
	[SQL_VERIFY_CONFIGS] = "SELECT seq, sha256 FROM config ORDER BY seq",
	/* The order of the columns in verify_approvals.c. */
	[SQL_VERIFY_REQUESTS] =
	    "SELECT id, what, intent, policy, subject, requester, uid, expires, text, state,"
	    " reason, created, changed FROM request ORDER BY id",
	[SQL_VERIFY_APPROVALS] =
	    "SELECT seq, request, decision, officer, key, statement, reason, time FROM approval"
	    " ORDER BY seq",
	[SQL_VERIFY_TREES] = "SELECT size, peaks FROM tree ORDER BY size",
	[SQL_VERIFY_BIRTH] = "SELECT ca, custody, created FROM ledger",
	[SQL_HAS_LIST] =
	    "SELECT 1 FROM intent WHERE kind = 'crl' AND serial IS NULL AND result = ?1",
	[SQL_STATE_OF_SERIAL] = "SELECT state, reason FROM intent WHERE serial = ?1",

	[SQL_QUICK_CHECK] = "PRAGMA quick_check(1)",
	[SQL_FOREIGN_KEY_CHECK] = "PRAGMA foreign_key_check",
	[SQL_CHECK_EVENTS] = "SELECT count(*), coalesce(max(seq), 0) FROM event",
	[SQL_CHECK_INTENTS] =
	    "SELECT id FROM intent WHERE NOT EXISTS"
	    " (SELECT 1 FROM event WHERE event.intent = intent.id) LIMIT 1",
	[SQL_APPLICATION] = "PRAGMA application_id",
	[SQL_VERSION] = "PRAGMA user_version",
	[SQL_JOURNAL] = "PRAGMA journal_mode",
	[SQL_SET_JOURNAL] = "PRAGMA journal_mode = WAL",
	/* without what SQLite makes for UNIQUE by itself */
	[SQL_SCHEMA] = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid",
};
