#include "ledger/change.h"

#include "crypto/digest.h"
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

/* -- batches ----------------------------------------------------------------------- */

enum rc_status
ledger_batch_begin(struct ledger *ledger, struct error *err)
{
	TRY(can_write(ledger, err));
	if (ledger->in_batch)
		return error_fail(err, RULE_BUG, "a batch inside a batch");
	TRY(db_run(&ledger->db, SQL_BEGIN, err));
	ledger->in_batch = true;
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

static void
undo(struct db *db, bool in_batch)
{
	SCOPED(error_free) struct error *unheard = error_new();

	/* SQLite undoes by itself after some errors. */
	if (sqlite3_get_autocommit(db->handle) != 0)
		return;
	if (in_batch ? db_run(db, SQL_ROLLBACK_TO, unheard) != RC_OK ||
	    db_run(db, SQL_RELEASE, unheard) != RC_OK
	    : db_run(db, SQL_ROLLBACK, unheard) != RC_OK)
		db->dead = true;
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
read_last(struct change *c, enum purpose purpose, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_LAST_EVENT);
	int64_t now = clock_now(c->ledger->clock), last;
	bool found = false;

	TRY(query_row(&q, &found, err));
	c->seq = found ? column_int(&q, 0) : 0;
	last = found ? column_int(&q, 1) : now;
	if (purpose == LEADS_TO_SIGNATURE && now < last && last - now > LEDGER_CLOCK_SLACK)
		return clock_behind(c->ledger, now, last, err);
	c->time = now > last ? now : last;
	return RC_OK;
}

enum rc_status
ledger_check_clock(struct ledger *ledger, struct error *err)
{
	struct change c = { .ledger = ledger, .db = &ledger->db };

	TRY(ledger_enter(ledger, err));
	return read_last(&c, LEADS_TO_SIGNATURE, err);
}

enum rc_status
change_begin(struct ledger *ledger, enum purpose purpose, struct change *ret,
    struct error *err)
{
	struct change c = { .ledger = ledger, .db = &ledger->db };
	enum rc_status status;

	TRY(can_write(ledger, err));
	TRY(db_run(c.db, ledger->in_batch ? SQL_SAVEPOINT : SQL_BEGIN, err));
	status = read_last(&c, purpose, err);
	if (status != RC_OK) {
		undo(c.db, ledger->in_batch);
		return status;
	}
	*ret = c;
	return RC_OK;
}

enum rc_status
change_end(struct change *c, enum rc_status status, struct error *err)
{
	if (status == RC_OK)
		status = c->ledger->in_batch ? db_run(c->db, SQL_RELEASE, err)
		    : flush(c->db, err);
	if (status != RC_OK)
		undo(c->db, c->ledger->in_batch);
	return status;
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

static enum rc_status
has_document(struct change *c, const uint8_t sha256[LEDGER_DIGEST], bool *ret,
    struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_HAS_DOCUMENT);

	query_blob(&q, BYTES(sha256, LEDGER_DIGEST));
	return query_row(&q, ret, err);
}

enum rc_status
change_put_digested(struct change *c, const struct digested *text, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct bytes bytes = text->bytes;
	bool has = false;

	TRY(has_document(c, text->sha256, &has, err));
	if (has)
		return RC_OK;
	q = query(c->db, SQL_PUT_DOCUMENT);
	query_blob(&q, BYTES(text->sha256, LEDGER_DIGEST));
	query_blob(&q, BYTES(bytes.p != NULL ? bytes.p : text->sha256, bytes.n));
	return query_run(&q, err);
}

enum rc_status
change_put_document(struct change *c, struct bytes bytes, uint8_t ret[LEDGER_DIGEST],
    struct error *err)
{
	struct digested text = { .bytes = bytes };

	sha256(bytes, text.sha256);
	TRY(change_put_digested(c, &text, err));
	memcpy(ret, text.sha256, LEDGER_DIGEST);
	return RC_OK;
}
