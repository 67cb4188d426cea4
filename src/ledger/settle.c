#include "ledger/settle.h"

#include "ledger/event.h"

/* What must be known of a row before it moves.  What was journalled is looked at where it
 * lies: a list can have many megabytes. */
struct head {
	enum ledger_kind kind;
	enum ledger_state state;
	struct bytes serial;
	const char *owner;
	bool holds;                      /* the result holds what was journalled */
	struct arena *arena;
};

static enum rc_status
head_read(struct change *c, int64_t id, struct bytes result, struct head *ret,
    struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_HEAD);
	const char *kind, *state, *owner;
	bool found = false;

	query_int(&q, id);
	TRY(query_row(&q, &found, err));
	if (!found)
		return error_fail(err, RULE_LEDGER_UNKNOWN, "the ledger has no entry %lld",
		    (long long)id);
	kind = column_text(&q, 0);
	state = column_text(&q, 1);
	owner = column_text_or_null(&q, 3);
	if (!ledger_kind_find(kind, &ret->kind) || !ledger_state_find(state, &ret->state))
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: entry %lld is a '%s', '%s'",
		    c->db->path, (long long)id, kind, state);
	ret->serial = arena_bytes(ret->arena, column_blob(&q, 2));
	ret->owner = owner != NULL ? arena_strdup(ret->arena, owner) : NULL;
	ret->holds = holds_journalled(result, column_blob(&q, 4));
	return RC_OK;
}

/* -- does what was signed hold what was journalled? ------------------------------------ */

/* The octets before the content of a DER SEQUENCE: 0 if it is none. */
static size_t
header_size(struct bytes der)
{
	size_t octets;

	if (der.n < 2 || der.p[0] != 0x30)
		return 0;
	if (der.p[1] < 0x80)
		return 2;
	octets = der.p[1] & 0x7f;
	return octets >= 1 && octets <= 4 ? 2 + octets : 0;
}

bool
holds_journalled(struct bytes signed_bytes, struct bytes tbs)
{
	size_t skip = header_size(signed_bytes);

	return skip != 0 && signed_bytes.n > skip && signed_bytes.n - skip > tbs.n &&
	    memcmp(signed_bytes.p + skip, tbs.p, tbs.n) == 0;
}

bool
is_signed_x(enum ledger_kind kind)
{
	return kind == LEDGER_CERTIFICATE || kind == LEDGER_SELF_SIGNED || kind == LEDGER_CRL ||
	    kind == LEDGER_CSR || kind == LEDGER_OCSP;
}

/* -- may it move? ----------------------------------------------------------------------- */

static enum rc_status
refuse_move(int64_t id, enum ledger_state from, enum ledger_state to, struct error *err)
{
	return error_fail(err, RULE_LEDGER_STATE, "entry %lld is %s and cannot become %s",
	    (long long)id, ledger_state_word(from), ledger_state_word(to));
}

static enum rc_status
check_move(const struct change *c, int64_t id, const struct head *head,
    const struct settlement *s, const struct ledger_move *move, struct error *err)
{
	const char *mine = c->ledger->owner;

	if (move == NULL || ((move->takes & WITH_SERIAL) != 0 && head->serial.n == 0) ||
	    ((move->takes & TAKE_RESULT) != 0) != (s->result.p != NULL))
		return refuse_move(id, head->state, s->to, err);
	if ((move->takes & MUST_BE_MINE) != 0 && !s->whoever_owns &&
	    (head->owner == NULL || strcmp(head->owner, mine) != 0))
		return error_fail(err, RULE_LEDGER_OWNER, "entry %lld belongs to process %s",
		    (long long)id, head->owner != NULL ? head->owner : "(none)");
	if (s->to == LEDGER_DONE && s->result.p != NULL && is_signed_x(head->kind) &&
	    !head->holds)
		return error_fail(err, RULE_LEDGER_BYTES,
		    "the %s of entry %lld does not hold the bytes that were journalled",
		    ledger_kind_word(head->kind), (long long)id);
	return RC_OK;
}

/* -- the move ---------------------------------------------------------------------------- */

/* An event does not tell no reason from an empty one, so neither does the row. */
static const char *
text_or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static enum rc_status
move_row(struct change *c, int64_t id, const struct head *head, const struct settlement *s,
    const struct ledger_move *move, struct bytes custody, struct error *err)
{
	bool takes_owner = (move->takes & TAKE_OWNER) != 0;
	SCOPED(query_end) struct query q =
	    query(c->db, takes_owner ? SQL_BECOME_MINE : SQL_MOVE);

	query_int(&q, id);
	query_text(&q, ledger_state_word(move->from));
	query_text(&q, ledger_state_word(move->to));
	query_int(&q, c->time);
	if (takes_owner) {
		query_text(&q, c->ledger->owner);
		query_text(&q, c->ledger->boot);
		query_blob(&q, custody);
	} else {
		query_text(&q, (move->takes & MUST_BE_MINE) != 0 ? head->owner : NULL);
		query_blob(&q, s->result);
		query_text(&q, (move->takes & TAKE_REASON) != 0 ? text_or_null(s->reason) : NULL);
	}
	TRY(query_run(&q, err));
	if (sqlite3_changes(c->db->handle) != 1)
		return refuse_move(id, head->state, s->to, err);
	return RC_OK;
}

static enum rc_status
put_move_event(struct change *c, int64_t id, const struct head *head,
    const struct settlement *s, const struct ledger_move *move, struct bytes custody,
    struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;

	change_event(c, move->event, &body);
	field_int(&body, id);
	field_bytes(&body, head->serial);
	if ((move->takes & TAKE_RESULT) != 0 && s->digest != NULL)
		field_bytes(&body, BYTES(s->digest, LEDGER_DIGEST));
	else if ((move->takes & TAKE_RESULT) != 0)
		field_digest(&body, s->result);
	if ((move->takes & TAKE_REASON) != 0)
		field_text(&body, s->reason);
	if ((move->takes & TAKE_OWNER) != 0) {
		field_bytes(&body, custody);
		field_text(&body, c->ledger->owner);
		field_text(&body, c->ledger->boot);
	}
	return change_put_event(c, move->event, id, &body, err);
}

enum rc_status
settle(struct change *c, int64_t id, const struct settlement *s, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct head head = { .arena = arena };
	struct bytes custody = { .p = NULL };
	struct digested report;
	const struct ledger_move *move;

	TRY(head_read(c, id, s->result, &head, err));
	move = ledger_move_find(head.state, s->to);
	TRY(check_move(c, id, &head, s, move, err));
	if (s->custody != NULL && (move->takes & TAKE_OWNER) != 0) {
		change_digest(c, s->custody, &report);
		TRY(change_put_digested(c, &report, err));
		custody = BYTES(report.sha256, LEDGER_DIGEST);
	}
	TRY(move_row(c, id, &head, s, move, custody, err));
	return put_move_event(c, id, &head, s, move, custody, err);
}

static enum rc_status
settle_alone(struct ledger *ledger, int64_t id, const struct settlement *s, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, s->to == LEDGER_PENDING ? LEADS_TO_SIGNATURE : SETTLES, &c, err));
	return change_end(&c, settle(&c, id, s, err), err);
}

/* Empty bytes are bytes too: what a token gave back may be nothing. */
static struct bytes
some(struct bytes b)
{
	return BYTES(b.p != NULL ? b.p : (const uint8_t *)"", b.n);
}

enum rc_status
ledger_commit(struct ledger *ledger, int64_t id, struct bytes signed_bytes, struct error *err)
{
	const struct settlement s = { .to = LEDGER_DONE, .result = some(signed_bytes) };

	return settle_alone(ledger, id, &s, err);
}

enum rc_status
ledger_commit_digested(struct ledger *ledger, int64_t id, const struct digested *signed_bytes,
    struct error *err)
{
	const struct settlement s = { .to = LEDGER_DONE, .result = signed_bytes->bytes,
		.digest = signed_bytes->sha256 };

	return settle_alone(ledger, id, &s, err);
}

enum rc_status
ledger_spoil(struct ledger *ledger, int64_t id, struct bytes bytes, const char *reason,
    struct error *err)
{
	const struct settlement s = { .to = LEDGER_SPOILED, .result = some(bytes),
		.reason = reason };

	return settle_alone(ledger, id, &s, err);
}

enum rc_status
ledger_lose(struct ledger *ledger, int64_t id, const char *reason, struct error *err)
{
	const struct settlement s = { .to = LEDGER_LOST, .reason = reason };

	return settle_alone(ledger, id, &s, err);
}

enum rc_status
ledger_mark(struct ledger *ledger, int64_t id, enum ledger_state to, const char *reason,
    struct error *err)
{
	const struct settlement s = { .to = to, .reason = reason };

	return settle_alone(ledger, id, &s, err);
}
