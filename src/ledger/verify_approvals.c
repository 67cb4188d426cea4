#include "ledger/verify_approvals.h"

#include "base/hex.h"
#include "ledger/change.h"
#include "ledger/decision.h"
#include "token/record.h"

/* The fields of a kind, in the order of event.c. */
enum { CREATE_POLICY = 2, POLICY_DIGEST = 0 };
enum { RESERVE_TBS = 3, RESERVE_ROLE = 6, RESERVE_ENTRY = 7, RESERVE_KEY = 12 };
enum { OF_ID, OF_SERIAL, OF_REQUEST, OF_FIRST };      /* of all that speak of a request */
enum { ASKED_WHAT = OF_FIRST, ASKED_POLICY, ASKED_SUBJECT, ASKED_REQUESTER, ASKED_UID,
	ASKED_EXPIRES, ASKED_TEXT };
enum { SAID_OFFICER = OF_FIRST, SAID_KEY, SAID_STATEMENT, SAID_REASON };
enum { MOVED_REASON = OF_FIRST };

/* One event under the check's eyes. */
struct telling {
	struct approval_check *check;
	const struct ledger_event *told;
	struct event e;
	struct arena *arena;             /* the replay's: what must last     */
};

static void
find(const struct telling *t, const char *what)
{
	replay_find(t->check->replay, RULE_LOG_APPROVAL, "event %lld, '%s': %s",
	    (long long)t->told->seq, t->told->kind, what);
}

static struct bytes
field_keep(const struct telling *t, size_t field)
{
	return arena_bytes(t->arena, t->e.field[field]);
}

static const char *
field_text_keep(const struct telling *t, size_t field)
{
	struct bytes b = t->e.field[field];

	return b.n != 0 ? arena_strndup(t->arena, (const char *)b.p, b.n) : NULL;
}

static struct told_request *
request_of(const struct telling *t)
{
	int64_t number = event_number(t->e.field[OF_REQUEST]);

	if (number < 1 || (uint64_t)number > t->check->requests.n)
		return NULL;
	return &t->check->requests.v[number - 1];
}

static struct told_row *
row_of(const struct approval_check *check, int64_t id)
{
	for (size_t i = check->rows.n; i > 0; i--)
		if (check->rows.v[i - 1].id == id)
			return &check->rows.v[i - 1];
	return NULL;
}

static bool
suffices(const struct approval_check *check, const struct told_request *request)
{
	return approval_suffices(&check->policy, &request->subject, request->keys.v,
	    request->keys.n);
}

/* -- policies ---------------------------------------------------------------------------- */

static void
ca_key_take(struct approval_check *check, const char *text, struct arena *arena)
{
	static const char head[] = "sha256:";
	uint8_t key[SHA256_OCTETS];
	struct record lines;
	const char *value;

	record_read(text, arena, &lines);
	value = record_find(&lines, "public-key");
	if (value != NULL && strncmp(value, head, sizeof(head) - 1) == 0 &&
	    hex_read(value + sizeof(head) - 1, key, sizeof(key)))
		check->ca_key = arena_bytes(arena, BYTES(key, sizeof(key)));
}

/* A change of the pin record alone is none of the policy. */
static void
change_check(const struct telling *t, const uint8_t digest[SHA256_OCTETS])
{
	struct approval_check *check = t->check;

	if (!check->needed || memcmp(digest, check->policy_digest, SHA256_OCTETS) == 0)
		return;
	for (size_t i = check->requests.n; i > 0; i--) {
		struct told_request *request = &check->requests.v[i - 1];

		if (request->subject.is_policy && request->state == REQUEST_SPENT &&
		    !request->used &&
		    bytes_equal(request->subject.subject, BYTES(digest, SHA256_OCTETS))) {
			request->used = true;
			if (!suffices(check, request))
				break;
			return;
		}
	}
	find(t, "the officers of the old policy did not approve the new one");
}

static enum rc_status
on_policy(struct telling *t, struct error *err)
{
	SCOPED(error_free) struct error *unheard = error_new();
	struct approval_check *check = t->check;
	size_t at = strcmp(t->told->kind, "create") == 0 ? CREATE_POLICY : POLICY_DIGEST;
	uint8_t digest[SHA256_OCTETS];
	struct approval_policy policy = { .n_rules = 0 };
	struct bytes document;
	const char *text;

	TRY(ledger_document(check->ledger, t->e.field[at], t->arena, &document, err));
	text = arena_strndup(t->arena, (const char *)document.p, document.n);
	approval_policy_digest(document, digest);
	change_check(t, digest);
	if (approval_policy_read(text, t->arena, &policy, unheard) != RC_OK)
		find(t, "what the policy says of approvals cannot be read");
	check->policy = policy;
	check->needed = approval_is_needed(&policy);
	memcpy(check->policy_digest, digest, sizeof(digest));
	ca_key_take(check, text, t->arena);
	return RC_OK;
}

/* -- rows ---------------------------------------------------------------------------------- */

static enum rc_status
on_intent(struct telling *t, struct error *err)
{
	const struct approval_policy *policy = &t->check->policy;
	struct bytes what = t->e.field[MEANT_WHAT];

	(void)err;
	if (bytes_equal(what, bytes_of_text(ledger_kind_word(LEDGER_CERTIFICATE))) &&
	    approval_rule_of(policy, field_text_keep(t, RESERVE_ROLE))->need != 0)
		find(t, "a certificate of a role that needs officers, and nobody was asked");
	return RC_OK;
}

static enum rc_status
on_reserve(struct telling *t, struct error *err)
{
	struct told_row *row = VEC_PUSH(t->arena, &t->check->rows);

	(void)err;
	*row = (struct told_row){ .id = event_number(t->e.field[OF_ID]),
		.role = field_text_keep(t, RESERVE_ROLE), .tbs = field_keep(t, RESERVE_TBS),
		.entry = field_keep(t, RESERVE_ENTRY), .key = field_keep(t, RESERVE_KEY) };
	return RC_OK;
}

static enum rc_status
on_begin(struct telling *t, struct error *err)
{
	const struct approval_check *check = t->check;
	int64_t id = event_number(t->e.field[OF_ID]);
	const struct told_row *row = row_of(check, id);

	(void)err;
	for (size_t i = check->requests.n; i > 0; i--) {
		const struct told_request *request = &check->requests.v[i - 1];

		if (request->intent == id && request->state == REQUEST_SPENT &&
		    suffices(check, request))
			return RC_OK;
	}
	if (row != NULL && approval_rule_of(&check->policy, row->role)->need == 0)
		return RC_OK;
	find(t, "it is to be signed, and not enough officers have approved");
	return RC_OK;
}

/* -- requests ------------------------------------------------------------------------------ */

static enum rc_status
on_request(struct telling *t, struct error *err)
{
	struct approval_check *check = t->check;
	struct told_request *request = VEC_PUSH(t->arena, &check->requests);
	const struct told_row *row;

	(void)err;
	*request = (struct told_request){
		.intent = event_number(t->e.field[OF_ID]), .created = t->told->time,
		.changed = t->told->time, .text = field_keep(t, ASKED_TEXT),
		.subject = {
			.is_policy = bytes_equal(t->e.field[ASKED_WHAT], bytes_of_text("policy")),
			.request = event_number(t->e.field[OF_REQUEST]),
			.subject = field_keep(t, ASKED_SUBJECT), .ca_key = check->ca_key,
			.requester = field_text_keep(t, ASKED_REQUESTER),
			.uid = event_number(t->e.field[ASKED_UID]),
			.policy = field_keep(t, ASKED_POLICY),
			.expires = event_number(t->e.field[ASKED_EXPIRES]),
		},
	};
	if (request->subject.request != (int64_t)check->requests.n)
		find(t, "requests are numbered without a gap");
	if (!bytes_equal(request->subject.policy, BYTES(check->policy_digest, SHA256_OCTETS)))
		find(t, "it names another policy than the one in force");
	if (request->subject.is_policy)
		return RC_OK;
	row = row_of(check, request->intent);
	if (row == NULL || !bytes_equal(row->tbs, request->subject.subject)) {
		find(t, "it is about other bytes than those that were reserved");
		return RC_OK;
	}
	request->subject.role = row->role;
	request->subject.entry = row->entry;
	request->subject.key = row->key;
	return RC_OK;
}

/* What is wrong with what was said of a request. */
static enum decision_fault
decision_fault(const struct telling *t, const struct told_request *request, bool denies,
    struct bytes statement)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct approval_check *check = t->check;
	struct bytes reason = t->e.field[SAID_REASON];
	const struct decision_case c = {
		.policy = &check->policy, .subject = &request->subject,
		.policy_digest = BYTES(check->policy_digest, SHA256_OCTETS),
		.state = request->state,
		.said = denies ? request->denials.v : request->keys.v,
		.n_said = denies ? request->denials.n : request->keys.n,
	};
	const struct decision d = {
		.reason = denies ? arena_strndup(arena, (const char *)reason.p, reason.n) : NULL,
		.time = t->told->time, .key = t->e.field[SAID_KEY], .statement = statement,
	};

	return decision_judge(&c, &d);
}

static void
decision_keep(const struct telling *t, bool denies)
{
	struct told_approval *kept = VEC_PUSH(t->arena, &t->check->approvals);

	*kept = (struct told_approval){ .seq = t->told->seq, .time = t->told->time,
		.request = event_number(t->e.field[OF_REQUEST]), .denies = denies,
		.officer = field_keep(t, SAID_OFFICER), .key = field_keep(t, SAID_KEY),
		.statement = field_keep(t, SAID_STATEMENT), .reason = field_keep(t, SAID_REASON) };
}

static enum rc_status
on_decision(struct telling *t, struct error *err)
{
	bool denies = strcmp(t->told->kind, "deny") == 0;
	struct told_request *request = request_of(t);
	struct bytes statement;
	enum decision_fault fault;

	decision_keep(t, denies);
	if (request == NULL) {
		find(t, "there is no such request");
		return RC_OK;
	}
	TRY(ledger_document(t->check->ledger, t->e.field[SAID_STATEMENT], t->arena, &statement,
	    err));
	fault = decision_fault(t, request, denies, statement);
	if (fault != DECISION_GOOD)
		find(t, decision_fault_text(fault));
	else if (denies)
		*VEC_PUSH(t->arena, &request->denials) = field_keep(t, SAID_KEY);
	else
		*VEC_PUSH(t->arena, &request->keys) = field_keep(t, SAID_KEY);
	return RC_OK;
}

static const struct request_move *
move_of(const char *event, enum request_state from)
{
	for (size_t i = 0; i < REQUEST_MOVES; i++)
		if (request_moves[i].from == from && strcmp(request_moves[i].event, event) == 0)
			return &request_moves[i];
	return NULL;
}

static enum rc_status
on_move(struct telling *t, struct error *err)
{
	struct told_request *request = request_of(t);
	const struct request_move *move =
	    request != NULL ? move_of(t->told->kind, request->state) : NULL;

	(void)err;
	if (move == NULL) {
		find(t, request == NULL ? "there is no such request"
		                        : "the request cannot go there");
		return RC_OK;
	}
	request->state = move->to;
	request->changed = t->told->time;
	request->reason = field_keep(t, MOVED_REASON);
	if (request->intent != event_number(t->e.field[OF_ID]))
		find(t, "it speaks of another row");
	if ((move->to == REQUEST_APPROVED || move->to == REQUEST_SPENT) &&
	    !suffices(t->check, request))
		find(t, "not enough officers have approved");
	return RC_OK;
}

static const struct {
	const char *kind;
	enum rc_status (*tell)(struct telling *t, struct error *err);
} tellers[] = {
	{ "create", on_policy }, { "policy", on_policy }, { "reserve", on_reserve },
	{ "begin", on_begin }, { "request", on_request }, { "approve", on_decision },
	{ "deny", on_decision }, { "request-approved", on_move }, { "request-denied", on_move },
	{ "request-expired", on_move }, { "request-spent", on_move },
};

/* What is not canonical was found before. */
static enum rc_status
tell(struct approval_check *check, const struct ledger_event *told,
    enum rc_status (*teller)(struct telling *t, struct error *err), struct error *err)
{
	struct telling t = { .check = check, .told = told, .arena = check->replay->arena };

	return event_read(told->body, &t.e) && strcmp(t.e.kind->word, told->kind) == 0 ?
	    teller(&t, err) : RC_OK;
}

enum rc_status
verify_approval(struct approval_check *check, const struct ledger_event *told,
    struct error *err)
{
	/* nearly all events, and nearly no ledger has officers */
	if (strcmp(told->kind, "intent") == 0)
		return check->needed ? tell(check, told, on_intent, err) : RC_OK;
	if (strcmp(told->kind, "commit") == 0)
		return RC_OK;
	for (size_t i = 0; i < ARRAY_LEN(tellers); i++)
		if (strcmp(tellers[i].kind, told->kind) == 0)
			return tell(check, told, tellers[i].tell, err);
	return RC_OK;
}

/* -- the tables ------------------------------------------------------------------------------ */

static bool
is_text(struct bytes have, const char *want)
{
	return bytes_equal(have, bytes_of_text(want != NULL ? want : ""));
}

/* By the columns of SQL_VERIFY_REQUESTS. */
static bool
request_row_is(const struct query *q, const struct told_request *want)
{
	const struct approval_subject *s = &want->subject;

	return column_int(q, 0) == s->request &&
	    strcmp(column_text(q, 1), s->is_policy ? "policy" : "certificate") == 0 &&
	    column_int(q, 2) == want->intent && bytes_equal(column_blob(q, 3), s->policy) &&
	    bytes_equal(column_blob(q, 4), s->subject) &&
	    is_text(column_blob(q, 5), s->requester) && column_int(q, 6) == s->uid &&
	    column_int(q, 7) == s->expires && bytes_equal(column_blob(q, 8), want->text) &&
	    strcmp(column_text(q, 9), request_state_word(want->state)) == 0 &&
	    bytes_equal(column_blob(q, 10), want->reason) &&
	    column_int(q, 11) == want->created && column_int(q, 12) == want->changed;
}

/* By the columns of SQL_VERIFY_APPROVALS. */
static bool
approval_row_is(const struct query *q, const struct told_approval *want)
{
	return column_int(q, 0) == want->seq && column_int(q, 1) == want->request &&
	    strcmp(column_text(q, 2), want->denies ? "deny" : "approve") == 0 &&
	    bytes_equal(column_blob(q, 3), want->officer) &&
	    bytes_equal(column_blob(q, 4), want->key) &&
	    bytes_equal(column_blob(q, 5), want->statement) &&
	    bytes_equal(column_blob(q, 6), want->reason) && column_int(q, 7) == want->time;
}

static enum rc_status
check_requests(struct approval_check *check, struct error *err)
{
	SCOPED(query_end) struct query q = query(&check->ledger->db, SQL_VERIFY_REQUESTS);
	size_t n = check->requests.n;
	bool found = true, same = true;

	for (size_t i = 0; found; i++) {
		TRY(query_row(&q, &found, err));
		same &= found == (i < n) && (!found || request_row_is(&q, &check->requests.v[i]));
	}
	if (!same)
		replay_find(check->replay, RULE_LOG_ROW,
		    "the requests are not those of the events");
	return RC_OK;
}

static enum rc_status
check_approvals(struct approval_check *check, struct error *err)
{
	SCOPED(query_end) struct query q = query(&check->ledger->db, SQL_VERIFY_APPROVALS);
	size_t n = check->approvals.n;
	bool found = true, same = true;

	for (size_t i = 0; found; i++) {
		TRY(query_row(&q, &found, err));
		same &= found == (i < n) &&
		    (!found || approval_row_is(&q, &check->approvals.v[i]));
	}
	if (!same)
		replay_find(check->replay, RULE_LOG_ROW,
		    "the approvals are not those of the events");
	return RC_OK;
}

enum rc_status
verify_approval_rows(struct approval_check *check, struct error *err)
{
	if (check->ledger->version < 3)
		return RC_OK;
	TRY(check_requests(check, err));
	return check_approvals(check, err);
}
