#include "ledger/request.h"

#include "ledger/change.h"
#include "ledger/event.h"
#include "ledger/settle.h"

const struct request_move request_moves[REQUEST_MOVES] = {
	{ REQUEST_WAITING,  REQUEST_APPROVED, "request-approved" },
	{ REQUEST_WAITING,  REQUEST_DENIED,   "request-denied" },
	{ REQUEST_WAITING,  REQUEST_EXPIRED,  "request-expired" },
	{ REQUEST_APPROVED, REQUEST_SPENT,    "request-spent" },
	{ REQUEST_APPROVED, REQUEST_DENIED,   "request-denied" },
	{ REQUEST_APPROVED, REQUEST_EXPIRED,  "request-expired" },
};

static const char *const words[REQUEST_STATES] = {
	[REQUEST_WAITING] = "WAITING", [REQUEST_APPROVED] = "APPROVED",
	[REQUEST_DENIED] = "DENIED", [REQUEST_EXPIRED] = "EXPIRED", [REQUEST_SPENT] = "SPENT",
};

const char *
request_state_word(enum request_state state)
{
	return words[state];
}

static bool
state_find(const char *word, enum request_state *ret)
{
	for (unsigned i = 0; i < REQUEST_STATES; i++)
		if (strcmp(words[i], word) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

const struct request_move *
request_move_find(enum request_state from, enum request_state to)
{
	for (size_t i = 0; i < REQUEST_MOVES; i++)
		if (request_moves[i].from == from && request_moves[i].to == to)
			return &request_moves[i];
	return NULL;
}

/* -- asking ---------------------------------------------------------------------------- */

/* What a request's row and event say. */
struct asking {
	const struct ledger_ask *ask;
	bool is_policy;
	int64_t id, intent;
	struct bytes serial, subject;    /* subject: digest */
	struct bytes text;               /* digest; empty: none */
};

static enum rc_status
put_row(struct change *c, struct asking *a, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_PUT_REQUEST);

	query_text(&q, words[REQUEST_WAITING]);
	query_text(&q, a->is_policy ? "policy" : "certificate");
	query_int_or_null(&q, a->intent);
	query_blob(&q, a->ask->policy);
	query_blob(&q, a->subject);
	query_blob(&q, a->text.n != 0 ? a->text : BYTES(NULL, 0));
	query_text(&q, a->ask->requester);
	query_int(&q, a->ask->uid);
	query_int(&q, a->ask->expires);
	query_int(&q, c->time);
	TRY(query_run(&q, err));
	a->id = sqlite3_last_insert_rowid(c->db->handle);
	return RC_OK;
}

/* Each event of a request begins so: the row, the serial, the request. */
static void
event_of(const struct change *c, const char *kind, int64_t intent, struct bytes serial,
    int64_t request, struct buf *body)
{
	change_event(c, kind, body);
	field_int_or_none(body, intent);
	field_bytes(body, serial);
	field_int(body, request);
}

static enum rc_status
put_event(struct change *c, const struct asking *a, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;

	event_of(c, "request", a->intent, a->serial, a->id, &body);
	field_text(&body, a->is_policy ? "policy" : "certificate");
	field_bytes(&body, a->ask->policy);
	field_bytes(&body, a->subject);
	field_text(&body, a->ask->requester);
	field_int(&body, a->ask->uid);
	field_int(&body, a->ask->expires);
	field_bytes(&body, a->text);
	return change_put_event(c, "request", a->intent, &body, err);
}

static enum rc_status
put_asking(struct change *c, struct asking *a, int64_t *ret, struct error *err)
{
	uint8_t text[LEDGER_DIGEST];

	if (a->ask->policy.n != LEDGER_DIGEST)
		return error_fail(err, RULE_BUG, "a request without the digest of its policy");
	if (a->ask->text.n != 0) {
		TRY(change_put_document(c, a->ask->text, text, err));
		a->text = BYTES(text, sizeof(text));
	}
	TRY(put_row(c, a, err));
	TRY(put_event(c, a, err));
	*ret = a->id;
	return RC_OK;
}

static enum rc_status
put_certificate(struct change *c, const struct ledger_intent *intent, struct asking *a,
    int64_t *ret, struct error *err)
{
	TRY(intent_reserve(c, intent, &a->intent, err));
	return put_asking(c, a, ret, err);
}

enum rc_status
ledger_ask_certificate(struct ledger *ledger, const struct ledger_intent *intent,
    const struct ledger_ask *ask, int64_t *ret, struct error *err)
{
	uint8_t subject[LEDGER_DIGEST];
	struct asking a = { .ask = ask, .serial = ledger_serial(intent->serial),
		.subject = BYTES(subject, sizeof(subject)) };
	struct change c;
	int64_t id = 0;

	sha256(intent->tbs, subject);
	TRY(change_begin(ledger, LEADS_TO_SIGNATURE | IN_PARTS, &c, err));
	TRY(change_end(&c, put_certificate(&c, intent, &a, &id, err), err));
	*ret = id;
	return RC_OK;
}

enum rc_status
ledger_ask_policy(struct ledger *ledger, const struct ledger_ask *ask, int64_t *ret,
    struct error *err)
{
	uint8_t subject[LEDGER_DIGEST];
	struct asking a = { .ask = ask, .is_policy = true,
		.subject = BYTES(subject, sizeof(subject)) };
	struct change c;
	int64_t id = 0;

	sha256(ask->text, subject);
	TRY(change_begin(ledger, LEADS_TO_SIGNATURE | IN_PARTS, &c, err));
	TRY(change_end(&c, put_asking(&c, &a, &id, err), err));
	*ret = id;
	return RC_OK;
}

/* -- moving ----------------------------------------------------------------------------- */

/* What must be known of a request before anything is done to it. */
struct head {
	enum request_state state;
	int64_t id, intent;
	struct bytes serial;             /* of the row; in `octets` */
	uint8_t octets[20];
};

static enum rc_status
unknown(int64_t id, struct error *err)
{
	enum rc_status st = error_fail(err, RULE_APPROVAL_UNKNOWN, "there is no request %lld",
	    (long long)id);

	error_fix(err, "`rolecert pending` lists those that wait");
	return st;
}

static enum rc_status
head_read(struct change *c, int64_t id, struct head *ret, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_REQUEST_HEAD);
	struct bytes serial;
	bool found = false;

	query_int(&q, id);
	TRY(query_row(&q, &found, err));
	if (!found)
		return unknown(id, err);
	if (!state_find(column_text(&q, 0), &ret->state))
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: request %lld is '%s'",
		    c->db->path, (long long)id, column_text(&q, 0));
	ret->id = id;
	ret->intent = column_int(&q, 1);
	serial = column_blob(&q, 2);
	if (serial.n > sizeof(ret->octets))
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: the serial of entry %lld",
		    c->db->path, (long long)ret->intent);
	if (serial.n != 0)
		memcpy(ret->octets, serial.p, serial.n);
	ret->serial = BYTES(ret->octets, serial.n);
	return RC_OK;
}

static enum rc_status
refuse_move(const struct head *head, enum request_state to, struct error *err)
{
	return error_fail(err, RULE_APPROVAL_STATE, "request %lld is %s and cannot become %s",
	    (long long)head->id, words[head->state], words[to]);
}

static enum rc_status
move_row(struct change *c, const struct head *head, enum request_state to,
    const char *reason, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_MOVE_REQUEST);

	query_int(&q, head->id);
	query_text(&q, words[head->state]);
	query_text(&q, words[to]);
	query_int(&q, c->time);
	query_text(&q, reason);
	TRY(query_run(&q, err));
	return sqlite3_changes(c->db->handle) == 1 ? RC_OK : refuse_move(head, to, err);
}

static enum rc_status
move(struct change *c, struct head *head, enum request_state to, const char *reason,
    struct error *err)
{
	const struct request_move *allowed = request_move_find(head->state, to);
	SCOPED(buf_clear) struct buf body = BUF_INIT;

	if (allowed == NULL)
		return refuse_move(head, to, err);
	TRY(move_row(c, head, to, reason, err));
	event_of(c, allowed->event, head->intent, head->serial, head->id, &body);
	field_text(&body, reason);
	TRY(change_put_event(c, allowed->event, head->intent, &body, err));
	head->state = to;
	return RC_OK;
}

/* What will never be signed: the serial is spent. */
static enum rc_status
end(struct change *c, int64_t id, enum request_state to, const char *reason,
    struct error *err)
{
	const struct settlement s = { .to = LEDGER_VOID, .reason = reason };
	struct head head;

	TRY(head_read(c, id, &head, err));
	TRY(move(c, &head, to, reason, err));
	return head.intent != 0 ? settle(c, head.intent, &s, err) : RC_OK;
}

/* -- decisions --------------------------------------------------------------------------- */

static enum rc_status
approval_row(struct change *c, int64_t request, const struct ledger_approval *approval,
    struct bytes statement, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_PUT_APPROVAL);

	query_int(&q, c->seq);
	query_int(&q, request);
	query_text(&q, approval->reason == NULL ? "approve" : "deny");
	query_text(&q, approval->officer);
	query_blob(&q, approval->key);
	query_blob(&q, statement);
	query_text(&q, approval->reason);
	query_int(&q, c->time);
	return query_run(&q, err);
}

static enum rc_status
put_approval(struct change *c, const struct head *head,
    const struct ledger_approval *approval, struct error *err)
{
	const char *kind = approval->reason == NULL ? "approve" : "deny";
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	uint8_t statement[LEDGER_DIGEST];

	if (head->state != REQUEST_WAITING &&
	    (approval->reason == NULL || head->state != REQUEST_APPROVED))
		return error_fail(err, RULE_APPROVAL_STATE, "request %lld is %s",
		    (long long)head->id, words[head->state]);
	TRY(change_put_document(c, approval->statement, statement, err));
	event_of(c, kind, head->intent, head->serial, head->id, &body);
	field_text(&body, approval->officer);
	field_bytes(&body, approval->key);
	field_bytes(&body, BYTES(statement, sizeof(statement)));
	field_text(&body, approval->reason);
	TRY(change_put_event(c, kind, head->intent, &body, err));
	return approval_row(c, head->id, approval, BYTES(statement, sizeof(statement)), err);
}

static enum rc_status
approve(struct change *c, int64_t id, const struct ledger_approval *approval, bool enough,
    struct error *err)
{
	struct head head;

	TRY(head_read(c, id, &head, err));
	TRY(put_approval(c, &head, approval, err));
	return enough ? move(c, &head, REQUEST_APPROVED, NULL, err) : RC_OK;
}

enum rc_status
ledger_approve(struct ledger *ledger, int64_t request, const struct ledger_approval *approval,
    bool enough, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, LEADS_TO_SIGNATURE | IN_PARTS, &c, err));
	return change_end(&c, approve(&c, request, approval, enough, err), err);
}

static enum rc_status
deny(struct change *c, int64_t id, const struct ledger_approval *approval, const char *reason,
    struct error *err)
{
	struct head head;

	TRY(head_read(c, id, &head, err));
	if (approval != NULL)
		TRY(put_approval(c, &head, approval, err));
	return end(c, id, REQUEST_DENIED, reason, err);
}

enum rc_status
ledger_deny(struct ledger *ledger, int64_t request, const struct ledger_approval *approval,
    const char *reason, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, SETTLES | IN_PARTS, &c, err));
	return change_end(&c, deny(&c, request, approval, reason, err), err);
}

enum rc_status
ledger_expire(struct ledger *ledger, int64_t request, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, SETTLES | IN_PARTS, &c, err));
	return change_end(&c, end(&c, request, REQUEST_EXPIRED, "the request expired", err), err);
}

static enum rc_status
spend(struct change *c, int64_t id, const char *custody, struct error *err)
{
	const struct settlement s = { .to = LEDGER_PENDING, .custody = custody };
	struct head head;

	TRY(head_read(c, id, &head, err));
	TRY(move(c, &head, REQUEST_SPENT, NULL, err));
	return head.intent != 0 ? settle(c, head.intent, &s, err) : RC_OK;
}

enum rc_status
ledger_spend(struct ledger *ledger, int64_t request, const char *custody, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, LEADS_TO_SIGNATURE | IN_PARTS, &c, err));
	return change_end(&c, spend(&c, request, custody, err), err);
}

/* -- reading ------------------------------------------------------------------------------ */

static const char *
text_take(const struct query *q, int column, struct arena *arena)
{
	const char *text = column_text_or_null(q, column);

	return text != NULL ? arena_strdup(arena, text) : NULL;
}

/* Column by column as REQUESTS in sql.c. */
static enum rc_status
request_take(const struct query *q, struct arena *arena, struct ledger_request *ret,
    struct error *err)
{
	struct ledger_request request = {
		.id = column_int(q, 0), .is_policy = strcmp(column_text(q, 2), "policy") == 0,
		.intent = column_int(q, 3), .requester = text_take(q, 4, arena),
		.uid = column_int(q, 5), .policy = arena_bytes(arena, column_blob(q, 6)),
		.subject = arena_bytes(arena, column_blob(q, 7)),
		.text = arena_bytes(arena, column_blob(q, 8)), .reason = text_take(q, 9, arena),
		.created = column_int(q, 10), .changed = column_int(q, 11),
		.expires = column_int(q, 12),
	};

	if (!state_find(column_text(q, 1), &request.state))
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: request %lld is '%s'",
		    q->db->path, (long long)request.id, column_text(q, 1));
	*ret = request;
	return RC_OK;
}

/* What an older file cannot hold is not there. */
static bool
has_requests(const struct ledger *ledger)
{
	return ledger->version >= 3;
}

enum rc_status
ledger_request_get(struct ledger *ledger, int64_t id, struct arena *arena,
    struct ledger_request *ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	TRY(ledger_enter(ledger, err));
	if (!has_requests(ledger))
		return unknown(id, err);
	q = query(&ledger->db, SQL_GET_REQUEST);
	query_int(&q, id);
	TRY(query_row(&q, &found, err));
	return found ? request_take(&q, arena, ret, err) : unknown(id, err);
}

enum rc_status
ledger_request_of(struct ledger *ledger, int64_t intent, int64_t *ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	TRY(ledger_enter(ledger, err));
	*ret = 0;
	if (!has_requests(ledger))
		return RC_OK;
	q = query(&ledger->db, SQL_REQUEST_OF);
	query_int(&q, intent);
	TRY(query_row(&q, &found, err));
	*ret = found ? column_int(&q, 0) : 0;
	return RC_OK;
}

enum rc_status
ledger_requests(struct ledger *ledger, unsigned states, struct arena *arena,
    struct ledger_request **ret, size_t *ret_n, struct error *err)
{
	VEC(struct ledger_request) all = { .n = 0 };
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct ledger_request request;
	bool found = false;

	TRY(ledger_enter(ledger, err));
	if (has_requests(ledger)) {
		q = query_fresh(&ledger->db, SQL_EACH_REQUEST);
		TRY(query_row(&q, &found, err));
	}
	while (found) {
		TRY(request_take(&q, arena, &request, err));
		if (states == 0 || (states >> request.state & 1) != 0)
			*VEC_PUSH(arena, &all) = request;
		TRY(query_row(&q, &found, err));
	}
	*ret = all.v;
	*ret_n = all.n;
	return RC_OK;
}

enum rc_status
ledger_approvals(struct ledger *ledger, int64_t request, struct arena *arena,
    struct ledger_approval **ret, size_t *ret_n, struct error *err)
{
	VEC(struct ledger_approval) all = { .n = 0 };
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	TRY(ledger_enter(ledger, err));
	if (has_requests(ledger)) {
		q = query_fresh(&ledger->db, SQL_EACH_APPROVAL);
		query_int(&q, request);
		TRY(query_row(&q, &found, err));
	}
	while (found) {
		struct ledger_approval *approval = VEC_PUSH(arena, &all);

		approval->officer = text_take(&q, 0, arena);
		approval->key = arena_bytes(arena, column_blob(&q, 1));
		approval->statement = arena_bytes(arena, column_blob(&q, 2));
		approval->reason = text_take(&q, 3, arena);
		approval->time = column_int(&q, 4);
		TRY(query_row(&q, &found, err));
	}
	*ret = all.v;
	*ret_n = all.n;
	return RC_OK;
}
