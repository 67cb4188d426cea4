#include "ledger/change.h"

#include "ledger/event.h"

enum rc_status
ledger_enter(const struct ledger *ledger, struct error *err)
{
	if (ledger->process != process_id())
		return error_fail(err, RULE_BUG, "the ledger was opened by process %lld",
		    (long long)ledger->process);
	return db_usable(&ledger->db, err);
}

static enum rc_status
can_write(const struct ledger *ledger, struct error *err)
{
	TRY(ledger_enter(ledger, err));
	if (ledger->owner == NULL)
		return error_fail(err, RULE_LEDGER_WRITE, "%s was opened for reading only",
		    ledger->db.path);
	return RC_OK;
}

void
ledger_ready(struct ledger *ledger)
{
	static const enum sql used[] = { SQL_BEGIN, SQL_COMMIT, SQL_FIND_COMPROMISED,
		SQL_FIND_KEY, SQL_POLICY_NOW, SQL_HAS_DOCUMENT, SQL_PUT_INTENT, SQL_PUT_EVENT,
		SQL_PUT_NAME, SQL_HEAD, SQL_MOVE };

	for (size_t i = 0; i < ARRAY_LEN(used); i++)
		db_ready(&ledger->db, used[i]);
}

/* -- looks ------------------------------------------------------------------------- */

void
ledger_look_begin(struct ledger *ledger)
{
	SCOPED(error_free) struct error *unheard = error_new();

	if (ledger_enter(ledger, unheard) == RC_OK && !ledger->in_batch && !ledger->looking)
		ledger->looking = db_run(&ledger->db, SQL_LOOK, unheard) == RC_OK;
}

void
ledger_look_end(struct ledger *ledger)
{
	SCOPED(error_free) struct error *unheard = error_new();

	if (ledger->looking && db_run(&ledger->db, SQL_ROLLBACK, unheard) != RC_OK)
		ledger->db.dead = true;
	ledger->looking = false;
}

/* -- batches ----------------------------------------------------------------------- */

enum rc_status
ledger_batch_begin(struct ledger *ledger, struct error *err)
{
	TRY(can_write(ledger, err));
	if (ledger->in_batch)
		return error_fail(err, RULE_BUG, "a batch inside a batch");
	ledger_look_end(ledger);
	TRY(db_run(&ledger->db, SQL_BEGIN, err));
	ledger->in_batch = true;
	ledger->memory = (struct batch_memory){ .has_last = false };
	return RC_OK;
}

/* A commit that fails leaves open what the disk holds. */
static enum rc_status
flush(struct db *db, struct error *err)
{
	enum rc_status status = db_run(db, SQL_COMMIT, err);

	if (status != RC_OK)
		db->dead = true;
	return status;
}

enum rc_status
ledger_batch_end(struct ledger *ledger, struct error *err)
{
	TRY(can_write(ledger, err));
	if (!ledger->in_batch)
		return error_fail(err, RULE_BUG, "the end of no batch");
	TRY(flush(&ledger->db, err));
	ledger->in_batch = false;
	return RC_OK;
}

bool
ledger_is_flushed(const struct ledger *ledger)
{
	return !ledger->in_batch;
}

/* -- one change -------------------------------------------------------------------- */

static bool
wrote(const struct change *c)
{
	return sqlite3_total_changes64(c->db->handle) != c->before;
}

static enum rc_status
turn_back(struct change *c, struct error *unheard)
{
	if (!c->ledger->in_batch)
		return db_run(c->db, SQL_ROLLBACK, unheard);
	if (!c->saved)
		return wrote(c) ? RC_SYSTEM : RC_OK;
	TRY(db_run(c->db, SQL_ROLLBACK_TO, unheard));
	return db_run(c->db, SQL_RELEASE, unheard);
}

static void
undo(struct change *c)
{
	SCOPED(error_free) struct error *unheard = error_new();

	documents_forget(c->ledger);
	c->ledger->memory = (struct batch_memory){ .has_last = false };
	/* SQLite undoes by itself after some errors. */
	if (sqlite3_get_autocommit(c->db->handle) != 0)
		return;
	if (turn_back(c, unheard) != RC_OK)
		c->db->dead = true;
}

static enum rc_status
clock_behind(const struct ledger *ledger, int64_t now, int64_t last, struct error *err)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT, have = BUF_INIT;
	enum rc_status status = error_fail(err, RULE_LEDGER_CLOCK,
	    "the clock is %lld s behind the last entry of %s", (long long)(last - now),
	    ledger->db.path);

	clock_put(&want, last);
	buf_puts(&want, " or later");
	clock_put(&have, now);
	error_want(err, buf_text(&want), buf_text(&have));
	error_fix(err, "set the clock of this machine; nothing was signed");
	return status;
}

static enum rc_status
read_last(struct change *c, int64_t now, struct error *err)
{
	struct batch_memory *memory = &c->ledger->memory;
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	if (c->ledger->in_batch && memory->has_last)
		return RC_OK;
	q = query(c->db, SQL_LAST_EVENT);
	TRY(query_row(&q, &found, err));
	memory->seq = found ? column_int(&q, 0) : 0;
	memory->time = found ? column_int(&q, 1) : now;
	memory->has_last = true;
	return RC_OK;
}

static enum rc_status
look_at_last(struct change *c, unsigned purpose, struct error *err)
{
	int64_t now = clock_now(c->ledger->clock), last;

	TRY(read_last(c, now, err));
	last = c->ledger->memory.time;
	if ((purpose & LEADS_TO_SIGNATURE) != 0 && now < last && last - now > LEDGER_CLOCK_SLACK)
		return clock_behind(c->ledger, now, last, err);
	c->seq = c->ledger->memory.seq;
	c->time = now > last ? now : last;
	return RC_OK;
}

enum rc_status
ledger_check_clock(struct ledger *ledger, struct error *err)
{
	struct change c = { .ledger = ledger, .db = &ledger->db };

	TRY(ledger_enter(ledger, err));
	return look_at_last(&c, LEADS_TO_SIGNATURE, err);
}

enum rc_status
change_begin(struct ledger *ledger, unsigned purpose, struct change *ret, struct error *err)
{
	struct change c = { .ledger = ledger, .db = &ledger->db,
		.before = sqlite3_total_changes64(ledger->db.handle),
		.saved = ledger->in_batch && (purpose & IN_PARTS) != 0 };
	enum rc_status status;

	TRY(can_write(ledger, err));
	ledger_look_end(ledger);
	if (!ledger->in_batch || c.saved)
		TRY(db_run(c.db, c.saved ? SQL_SAVEPOINT : SQL_BEGIN, err));
	status = look_at_last(&c, purpose, err);
	if (status != RC_OK) {
		undo(&c);
		return status;
	}
	*ret = c;
	return RC_OK;
}

enum rc_status
change_end(struct change *c, enum rc_status status, struct error *err)
{
	if (status == RC_OK && !c->ledger->in_batch)
		status = flush(c->db, err);
	else if (status == RC_OK && c->saved)
		status = db_run(c->db, SQL_RELEASE, err);
	if (status != RC_OK) {
		undo(c);
		return status;
	}
	c->ledger->memory.seq = c->seq;
	c->ledger->memory.time = c->time;
	return RC_OK;
}

/* -- what a change is made of ------------------------------------------------------ */

void
change_event(const struct change *c, const char *kind, struct buf *body)
{
	event_begin(body, c->seq + 1, c->time, kind);
}

enum rc_status
change_put_event(struct change *c, const char *kind, int64_t intent, const struct buf *body,
    struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_PUT_EVENT);

	query_int(&q, c->seq + 1);
	query_int(&q, c->time);
	query_text(&q, kind);
	query_int_or_null(&q, intent);
	query_blob(&q, buf_bytes(body));
	TRY(query_run(&q, err));
	c->seq++;
	return RC_OK;
}
