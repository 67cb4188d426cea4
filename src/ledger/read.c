#include "ledger/change.h"

/* -- rows ------------------------------------------------------------------------------- */

/* Column by column as ROWS in sql.c; what it points to belongs to SQLite. */
static enum rc_status
row_of(const struct query *q, struct ledger_row *ret, struct error *err)
{
	struct ledger_row row = {
		.id = column_int(q, 0),
		.serial = column_blob(q, 3),
		.entry = column_text_or_null(q, 4), .role = column_text_or_null(q, 5),
		.topology = column_text_or_null(q, 6), .requester = column_text_or_null(q, 7),
		.algorithm = column_text_or_null(q, 8),
		.owner = column_text_or_null(q, 9), .boot = column_text_or_null(q, 10),
		.reason = column_text_or_null(q, 11),
		.entry_digest = column_blob(q, 12), .profile_digest = column_blob(q, 13),
		.topology_digest = column_blob(q, 14), .key_digest = column_blob(q, 15),
		.csr = column_blob(q, 16), .tbs = column_blob(q, 17),
		.signed_bytes = column_blob(q, 18),
		.custody = column_blob(q, 19), .entry_canonical = column_blob(q, 20),
		.not_before = column_int(q, 21), .not_after = column_int(q, 22),
		.created = column_int(q, 23), .changed = column_int(q, 24),
	};
	const char *kind = column_text(q, 1), *state = column_text(q, 2);

	if (!ledger_kind_find(kind, &row.kind) || !ledger_state_find(state, &row.state))
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: entry %lld is a '%s', '%s'",
		    q->db->path, (long long)row.id, kind, state);
	*ret = row;
	return RC_OK;
}

static const char *
text_copy(struct arena *arena, const char *text)
{
	return text != NULL ? arena_strdup(arena, text) : NULL;
}

static struct ledger_row *
row_copy(struct arena *arena, const struct ledger_row *row)
{
	struct ledger_row *copy = ARENA_NEW(arena, struct ledger_row);
	const char **const texts[] = { &copy->entry, &copy->role, &copy->topology,
		&copy->requester, &copy->algorithm, &copy->owner, &copy->boot, &copy->reason };
	struct bytes *const blobs[] = { &copy->serial, &copy->entry_digest,
		&copy->profile_digest, &copy->topology_digest, &copy->key_digest, &copy->csr,
		&copy->tbs, &copy->signed_bytes, &copy->custody, &copy->entry_canonical };

	*copy = *row;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = text_copy(arena, *texts[i]);
	for (size_t i = 0; i < ARRAY_LEN(blobs); i++)
		*blobs[i] = arena_bytes(arena, *blobs[i]);
	return copy;
}

/* The row that a query gives, copied; NULL: none. */
static enum rc_status
row_take(struct query *q, struct arena *arena, struct ledger_row **ret, struct error *err)
{
	struct ledger_row row;
	bool found = false;

	TRY(query_row(q, &found, err));
	if (!found) {
		*ret = NULL;
		return RC_OK;
	}
	TRY(row_of(q, &row, err));
	*ret = row_copy(arena, &row);
	return RC_OK;
}

enum rc_status
ledger_get(struct ledger *ledger, int64_t id, struct arena *arena, struct ledger_row **ret,
    struct error *err)
{
	struct ledger_row *row = NULL;
	struct query q;
	enum rc_status status;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_GET);
	query_int(&q, id);
	status = row_take(&q, arena, &row, err);
	query_end(&q);
	TRY(status);
	if (row == NULL)
		return error_fail(err, RULE_LEDGER_UNKNOWN, "the ledger has no entry %lld",
		    (long long)id);
	*ret = row;
	return RC_OK;
}

static enum rc_status
no_serial(struct bytes serial, struct error *err)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT;

	buf_put_hex(&hex, BYTES(serial.p, serial.n < 64 ? serial.n : 64));
	return error_fail(err, RULE_LEDGER_UNKNOWN, "the ledger has no serial number %s",
	    buf_text(&hex));
}

enum rc_status
ledger_get_serial(struct ledger *ledger, struct bytes serial, struct arena *arena,
    struct ledger_row **ret, struct error *err)
{
	struct ledger_row *row = NULL;
	struct query q;
	enum rc_status status;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_GET_SERIAL);
	query_blob(&q, ledger_serial(serial));
	status = row_take(&q, arena, &row, err);
	query_end(&q);
	TRY(status);
	if (row == NULL)
		return no_serial(serial, err);
	*ret = row;
	return RC_OK;
}

enum rc_status
ledger_document(struct ledger *ledger, struct bytes sha256, struct arena *arena,
    struct bytes *ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_GET_DOCUMENT);
	query_blob(&q, sha256);
	TRY(query_row(&q, &found, err));
	*ret = found ? arena_bytes(arena, column_blob(&q, 0)) : BYTES(NULL, 0);
	return RC_OK;
}

static struct bytes
or_null(struct bytes digest)
{
	return digest.n != 0 ? digest : BYTES(NULL, 0);
}

/* The row whose id a query gives; NULL: none.  Most of what is looked for is not there, so
 * the row is read by another query. */
static enum rc_status
row_found(struct ledger *ledger, struct query *q, struct arena *arena,
    struct ledger_row **ret, struct error *err)
{
	bool found = false;

	TRY(query_row(q, &found, err));
	if (found)
		return ledger_get(ledger, column_int(q, 0), arena, ret, err);
	*ret = NULL;
	return RC_OK;
}

enum rc_status
ledger_find_live(struct ledger *ledger, const struct ledger_live_query *wanted,
    struct arena *arena, struct ledger_row **ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, wanted->state == LEDGER_DONE ? SQL_FIND_LIVE : SQL_FIND_OPEN);
	query_text(&q, wanted->entry);
	query_text(&q, wanted->topology);
	query_int(&q, wanted->after);
	query_blob(&q, or_null(wanted->entry_digest));
	query_blob(&q, or_null(wanted->key_digest));
	if (wanted->state != LEDGER_DONE)
		query_text(&q, ledger_state_word(wanted->state));
	return row_found(ledger, &q, arena, ret, err);
}

enum rc_status
ledger_find_compromised(struct ledger *ledger, struct bytes key_digest, struct arena *arena,
    struct ledger_row **ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_FIND_COMPROMISED);
	query_blob(&q, key_digest);
	return row_found(ledger, &q, arena, ret, err);
}

enum rc_status
ledger_find_key_elsewhere(struct ledger *ledger, struct bytes key_digest, const char *entry,
    int64_t after, struct arena *arena, struct ledger_row **ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_FIND_KEY);
	query_blob(&q, key_digest);
	query_text(&q, entry);
	query_int(&q, after);
	return row_found(ledger, &q, arena, ret, err);
}

enum rc_status
ledger_each_named(struct ledger *ledger, const char *name, int64_t after,
    enum rc_status (*fn)(void *arg, const struct ledger_named *row, struct error *err),
    void *arg, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct ledger_named row;
	bool found = true;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_EACH_NAMED);
	query_text(&q, name);
	query_int(&q, after);
	query_int(&q, LEDGER_NAMED_MAX);
	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		row = (struct ledger_named){ .id = column_int(&q, 0),
			.topology = column_text(&q, 1), .entry = column_text(&q, 2),
			.serial = column_blob(&q, 3), .not_after = column_int(&q, 4) };
		TRY(fn(arg, &row, err));
	}
}

enum rc_status
ledger_find_newest(struct ledger *ledger, enum ledger_kind kind, struct arena *arena,
    struct ledger_row **ret, struct error *err)
{
	struct query q;
	enum rc_status status;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_NEWEST_OF);
	query_text(&q, ledger_kind_word(kind));
	status = row_take(&q, arena, ret, err);
	query_end(&q);
	return status;
}

/* -- many ------------------------------------------------------------------------------- */

/* ",DONE,HELD," of a mask, for instr(); NULL for any. */
static const char *
mask_words(unsigned mask, unsigned n, const char *(*word)(unsigned i), struct buf *out)
{
	if (mask == 0)
		return NULL;
	buf_putc(out, ',');
	for (unsigned i = 0; i < n; i++)
		if ((mask >> i & 1) != 0)
			buf_printf(out, "%s,", word(i));
	return buf_text(out);
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

static int64_t
limit_of(const struct ledger_filter *filter)
{
	return filter->limit != 0 && filter->limit < INT64_MAX ? (int64_t)filter->limit : -1;
}

enum rc_status
ledger_each(struct ledger *ledger, const struct ledger_filter *filter,
    enum rc_status (*fn)(void *arg, const struct ledger_row *row, struct error *err),
    void *arg, struct error *err)
{
	SCOPED(buf_clear) struct buf states = BUF_INIT, kinds = BUF_INIT;
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct ledger_row row;
	bool found = true;

	TRY(ledger_enter(ledger, err));
	q = query_fresh(&ledger->db, filter->newest_first ? SQL_EACH_NEWEST : SQL_EACH);
	query_text(&q, mask_words(filter->states, LEDGER_STATES, state_word, &states));
	query_text(&q, mask_words(filter->kinds, LEDGER_KINDS, kind_word, &kinds));
	query_text(&q, filter->entry);
	query_int(&q, filter->after);
	query_int(&q, limit_of(filter));
	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		TRY(row_of(&q, &row, err));
		TRY(fn(arg, &row, err));
	}
}

enum rc_status
ledger_each_event(struct ledger *ledger, int64_t after,
    enum rc_status (*fn)(void *arg, const struct ledger_event *event, struct error *err),
    void *arg, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct ledger_event event;
	bool found = true;

	TRY(ledger_enter(ledger, err));
	q = query_fresh(&ledger->db, SQL_EACH_EVENT);
	query_int(&q, after);
	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		event = (struct ledger_event){ .seq = column_int(&q, 0), .time = column_int(&q, 1),
			.kind = column_text(&q, 2), .intent = column_int(&q, 3),
			.body = column_blob(&q, 4) };
		TRY(fn(arg, &event, err));
	}
}

/* -- counts ----------------------------------------------------------------------------- */

static enum rc_status
count_states(struct db *db, struct ledger_counts *counts, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, SQL_COUNT);
	enum ledger_state state;
	bool found = true;

	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		if (!ledger_state_find(column_text(&q, 0), &state))
			return error_fail(err, RULE_LEDGER_DAMAGED, "%s: there is a state '%s'",
			    db->path, column_text(&q, 0));
		counts->state[state] = (uint64_t)column_int(&q, 1);
		counts->rows += counts->state[state];
	}
}

enum rc_status
ledger_last_event(struct ledger *ledger, uint64_t *ret_seq, int64_t *ret_time,
    struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_LAST_EVENT);
	TRY(query_row(&q, &found, err));
	*ret_seq = found ? (uint64_t)column_int(&q, 0) : 0;
	*ret_time = found ? column_int(&q, 1) : 0;
	return RC_OK;
}

enum rc_status
ledger_count(struct ledger *ledger, struct ledger_counts *ret, struct error *err)
{
	struct ledger_counts counts = { .rows = 0 };

	TRY(ledger_last_event(ledger, &counts.events, &counts.last_time, err));
	TRY(count_states(&ledger->db, &counts, err));
	*ret = counts;
	return RC_OK;
}

enum rc_status
ledger_count_events(struct ledger *ledger, int64_t id, uint64_t after, uint64_t *ret,
    struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_COUNT_EVENTS_OF);
	query_int(&q, id);
	query_int(&q, (int64_t)after);
	TRY(query_row(&q, &found, err));
	*ret = (uint64_t)column_int(&q, 0);
	return RC_OK;
}

/* -- quick consistency ------------------------------------------------------------------ */

static enum rc_status
check_pages(struct db *db, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, SQL_QUICK_CHECK);
	const char *answer;
	bool found = false;

	TRY(query_row(&q, &found, err));
	answer = found ? column_text(&q, 0) : "no answer";
	if (strcmp(answer, "ok") != 0)
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: %s", db->path, answer);
	return RC_OK;
}

/* A query that finds a row finds a fault. */
static enum rc_status
check_none(struct db *db, enum sql sql, const char *fault, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, sql);
	bool found = false;

	TRY(query_row(&q, &found, err));
	if (found)
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: %s", db->path, fault);
	return RC_OK;
}

static enum rc_status
check_events(struct db *db, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, SQL_CHECK_EVENTS);
	bool found = false;

	TRY(query_row(&q, &found, err));
	if (column_int(&q, 0) != column_int(&q, 1))
		return error_fail(err, RULE_LEDGER_DAMAGED,
		    "%s: %lld events, and the last is number %lld", db->path,
		    (long long)column_int(&q, 0), (long long)column_int(&q, 1));
	return RC_OK;
}

enum rc_status
ledger_check(struct ledger *ledger, struct error *err)
{
	struct db *db = &ledger->db;

	TRY(ledger_enter(ledger, err));
	TRY(check_pages(db, err));
	TRY(check_none(db, SQL_FOREIGN_KEY_CHECK, "a row refers to one that is not there", err));
	TRY(check_events(db, err));
	return check_none(db, SQL_CHECK_INTENTS, "an entry has no event", err);
}
