#include "ledger/replay.h"

#include <stdlib.h>

#include "ledger/attest.h"

/* The fields of a kind, in the order of event.c. */
enum { CREATE_CA, CREATE_CUSTODY, CREATE_POLICY };
enum { POLICY_DIGEST };
enum { OF_ID, OF_SERIAL, OF_THIRD, OF_FOURTH };       /* of a change of a row */
enum { OF_ORIGIN = 1 };
enum { OF_KEY = 1, OF_STATEMENT };                    /* of an attestation */

void
replay_init(struct replay *r, struct error *findings)
{
	*r = (struct replay){ .arena = arena_new(), .h = sha256_new(), .findings = findings };
}

void
replay_clear(struct replay *r)
{
	sha256_free(r->h);
	arena_free(r->arena);
	*r = (struct replay){ .arena = NULL };
}

void
replay_find(struct replay *r, enum rule rule, const char *fmt, ...)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	va_list ap;

	if (r->n_findings++ >= REPLAY_FINDINGS)
		return;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	(void)error_fail(r->findings, rule, "%s", buf_text(&text));
}

/* -- records ------------------------------------------------------------------------ */

/* Ids are given in order, so the place is nearly always id - 1. */
struct replay_record *
replay_record_find(struct replay *r, int64_t id)
{
	size_t low = 0, high = r->records.n;

	if (id >= 1 && (uint64_t)id <= high && r->records.v[id - 1].id == id)
		return &r->records.v[id - 1];
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->records.v[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->records.n && r->records.v[low].id == id ? &r->records.v[low] : NULL;
}

/* Small pieces are hashed together: a call costs more than they do. */
struct pieces {
	struct sha256 *h;
	size_t n;
	uint8_t p[1024];
};

static void
pieces_put(struct pieces *s, struct bytes b)
{
	if (b.n > sizeof(s->p) - s->n) {
		sha256_put(s->h, BYTES(s->p, s->n));
		s->n = 0;
	}
	if (b.n > sizeof(s->p)) {
		sha256_put(s->h, b);
		return;
	}
	if (b.n != 0)
		memcpy(s->p + s->n, b.p, b.n);
	s->n += b.n;
}

/* Custody is judged again when a reserved row begins, and kept apart. */
void
replay_meant(struct sha256 *h, const struct bytes field[MEANT_END], uint8_t ret[SHA256_OCTETS])
{
	struct pieces s;

	s.h = h;
	s.n = 0;
	for (size_t i = MEANT_WHAT; i < MEANT_END; i++) {
		uint32_t n = (uint32_t)field[i].n;

		if (i == MEANT_CUSTODY)
			continue;
		pieces_put(&s, BYTES(&n, sizeof(n)));
		pieces_put(&s, field[i]);
	}
	sha256_put(h, BYTES(s.p, s.n));
	sha256_next(h, ret);
}

/* A field that is a digest, or absent. */
static bool
take_digest(struct bytes field, uint8_t ret[SHA256_OCTETS])
{
	if (field.n != SHA256_OCTETS)
		return false;
	memcpy(ret, field.p, SHA256_OCTETS);
	return true;
}

/* -- one event ----------------------------------------------------------------------- */

static void
on_create(struct replay *r, const struct event *e)
{
	struct replay_policy *policy = VEC_PUSH(r->arena, &r->policies);

	policy->seq = e->seq;
	if (e->seq != 1 || !take_digest(e->field[CREATE_POLICY], policy->sha256))
		replay_find(r, RULE_LOG_STATE, "event %lld creates the ledger once more",
		    (long long)e->seq);
	r->ca = arena_bytes(r->arena, e->field[CREATE_CA]);
	r->custody = arena_bytes(r->arena, e->field[CREATE_CUSTODY]);
	r->created = e->time;
}

static void
on_policy(struct replay *r, const struct event *e)
{
	struct replay_policy *policy = VEC_PUSH(r->arena, &r->policies);

	policy->seq = e->seq;
	if (!take_digest(e->field[POLICY_DIGEST], policy->sha256))
		replay_find(r, RULE_LOG_EVENT, "event %lld pins no policy", (long long)e->seq);
}

static void
on_config(struct replay *r, const struct event *e)
{
	struct replay_policy *config = VEC_PUSH(r->arena, &r->configs);

	config->seq = e->seq;
	if (!take_digest(e->field[POLICY_DIGEST], config->sha256))
		replay_find(r, RULE_LOG_EVENT, "event %lld names no configuration",
		    (long long)e->seq);
}

static bool
kind_of(struct bytes word, uint8_t *ret)
{
	for (unsigned i = 0; i < LEDGER_KINDS; i++)
		if (bytes_equal(word, bytes_of_text(ledger_kind_word(i)))) {
			*ret = (uint8_t)i;
			return true;
		}
	return false;
}

static void
take_serial(struct replay_record *record, struct bytes serial)
{
	record->serial_n = (uint8_t)(serial.n <= sizeof(record->serial) ? serial.n : 0);
	if (record->serial_n != 0)
		memcpy(record->serial, serial.p, record->serial_n);
}

static void
on_intent(struct replay *r, const struct event *e)
{
	int64_t id = event_number(e->field[OF_ID]);
	struct replay_record *record;

	if (r->records.n != 0 && r->records.v[r->records.n - 1].id >= id) {
		replay_find(r, RULE_LOG_STATE, "event %lld makes entry %lld, which comes too late",
		    (long long)e->seq, (long long)id);
		return;
	}
	record = VEC_PUSH(r->arena, &r->records);
	record->id = id;
	record->state = strcmp(e->kind->word, "reserve") == 0 ? LEDGER_RESERVED : LEDGER_PENDING;
	record->created = record->changed = e->time;
	replay_meant(r->h, e->field, record->meant);
	record->has_custody = take_digest(e->field[MEANT_CUSTODY], record->custody);
	take_serial(record, e->field[MEANT_SERIAL]);
	record->not_after = event_number(e->field[MEANT_NOT_AFTER]);
	if (!kind_of(e->field[MEANT_WHAT], &record->kind) ||
	    ledger_kind_has_serial(record->kind) != (record->serial_n != 0))
		replay_find(r, RULE_LOG_EVENT, "event %lld means to sign nothing that there is",
		    (long long)e->seq);
}

static const struct ledger_move *
move_of(const char *event, enum ledger_state from)
{
	for (size_t i = 0; i < LEDGER_MOVES; i++)
		if (ledger_moves[i].from == from && strcmp(ledger_moves[i].event, event) == 0)
			return &ledger_moves[i];
	return NULL;
}

/* Behind id and serial stand the result, the reason, or custody, owner and boot. */
static void
take_rest(struct sha256 *h, struct replay_record *record, const struct ledger_move *move,
    const struct event *e)
{
	bool has_result = (move->takes & TAKE_RESULT) != 0;
	struct bytes reason = e->field[has_result ? OF_FOURTH : OF_THIRD];

	if (has_result)
		record->has_result = take_digest(e->field[OF_THIRD], record->result);
	if ((move->takes & TAKE_REASON) != 0 && reason.n != 0) {
		sha256_put(h, reason);
		sha256_next(h, record->reason);
		record->has_reason = true;
	}
	if ((move->takes & TAKE_OWNER) != 0)
		record->has_custody |= take_digest(e->field[OF_THIRD], record->custody);
}

static void
on_move(struct replay *r, const struct event *e)
{
	int64_t id = event_number(e->field[OF_ID]);
	struct replay_record *record = replay_record_find(r, id);
	const struct ledger_move *move =
	    record != NULL ? move_of(e->kind->word, record->state) : NULL;

	if (move == NULL) {
		replay_find(r, RULE_LOG_STATE, "event %lld, '%s': entry %lld is %s",
		    (long long)e->seq, e->kind->word, (long long)id,
		    record != NULL ? ledger_state_word(record->state) : "not there");
		return;
	}
	if (!bytes_equal(e->field[OF_SERIAL], BYTES(record->serial, record->serial_n)))
		replay_find(r, RULE_LOG_EVENT,
		    "event %lld names another serial than entry %lld has", (long long)e->seq,
		    (long long)id);
	record->state = (uint8_t)move->to;
	record->changed = e->time;
	take_rest(r->h, record, move, e);
}

/* What is meant does not change, so neither does where it came from: it is told once,
 * behind what it speaks of. */
static void
on_origin(struct replay *r, const struct event *e)
{
	int64_t id = event_number(e->field[OF_ID]);
	struct replay_record *last = r->records.n != 0 ? &r->records.v[r->records.n - 1] : NULL;
	struct replay_origin origin = { .id = id };
	size_t n = r->origins.n;

	if (last == NULL || last->id != id || !take_digest(e->field[OF_ORIGIN], origin.sha256)) {
		replay_find(r, RULE_LOG_STATE, "event %lld tells where entry %lld came from, "
		    "which is not the newest", (long long)e->seq, (long long)id);
		return;
	}
	last->has_origin = true;
	if (n == 0 || memcmp(r->origins.v[n - 1].sha256, origin.sha256, SHA256_OCTETS) != 0)
		*VEC_PUSH(r->arena, &r->origins) = origin;
}

/* Of a checkpoint that was made: nothing else is attested. */
static void
on_attest(struct replay *r, const struct event *e)
{
	int64_t id = event_number(e->field[OF_ID]);
	const struct replay_record *record = replay_record_find(r, id);
	struct replay_attestation a = { .id = id,
		.kind = strcmp(e->kind->word, attest_word(ATTEST_COSIGN)) == 0
		    ? ATTEST_COSIGN : ATTEST_TIMESTAMP };

	if (record == NULL || record->kind != LEDGER_CHECKPOINT || record->state != LEDGER_DONE ||
	    !take_digest(e->field[OF_KEY], a.key) ||
	    !take_digest(e->field[OF_STATEMENT], a.statement) || r->policies.n == 0) {
		replay_find(r, RULE_LOG_STATE, "event %lld, '%s': entry %lld is no checkpoint "
		    "that was made", (long long)e->seq, e->kind->word, (long long)id);
		return;
	}
	memcpy(a.policy, r->policies.v[r->policies.n - 1].sha256, sizeof(a.policy));
	*VEC_PUSH(r->arena, &r->attestations) = a;
}

static void
on_other(struct replay *r, const struct event *e)
{
	(void)r;
	(void)e;
}

static const struct handler {
	const char *word;
	void (*handle)(struct replay *r, const struct event *e);
	bool has_row;
} handlers[] = {
	{ "intent", on_intent, true }, { "commit", on_move, true },
	{ "create", on_create, false }, { "policy", on_policy, false },
	{ "config", on_config, false },
	{ "origin", on_origin, true }, { "cosign", on_attest, true },
	{ "timestamp", on_attest, true },
	{ "reserve", on_intent, true }, { "begin", on_move, true }, { "spoil", on_move, true },
	{ "lose", on_move, true }, { "void", on_move, true }, { "hold", on_move, true },
	{ "release", on_move, true }, { "revoke", on_move, true },
	/* judged in verify_approvals.c */
	{ "request", on_other, true }, { "approve", on_other, true }, { "deny", on_other, true },
	{ "request-approved", on_other, true }, { "request-denied", on_other, true },
	{ "request-expired", on_other, true }, { "request-spent", on_other, true },
};
static const struct handler other = { NULL, on_other, false };

static const struct handler *
handler_of(const struct event_kind *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(handlers); i++)
		if (strcmp(handlers[i].word, kind->word) == 0)
			return &handlers[i];
	return &other;
}

static bool
agrees(const struct ledger_event *stored, const struct event *e, const struct handler *handler)
{
	int64_t row = handler->has_row ? event_number(e->field[OF_ID]) : 0;

	return stored->seq == e->seq && stored->time == e->time && stored->intent == row &&
	    strcmp(stored->kind, e->kind->word) == 0;
}

static void
check_order(struct replay *r, const struct ledger_event *stored)
{
	if (stored->seq != r->last_seq + 1)
		replay_find(r, RULE_LOG_GAP, "event %lld follows event %lld",
		    (long long)stored->seq, (long long)r->last_seq);
	if (stored->time < r->last_time)
		replay_find(r, RULE_LOG_GAP, "event %lld is older than the one before it",
		    (long long)stored->seq);
	if ((r->tree.size == 0) != (strcmp(stored->kind, "create") == 0))
		replay_find(r, RULE_LOG_GAP, "event %lld is '%s': a ledger begins with 'create'",
		    (long long)stored->seq, stored->kind);
	r->last_seq = stored->seq;
	r->last_time = stored->time;
}

void
replay_event(struct replay *r, const struct ledger_event *stored)
{
	const struct handler *handler;
	uint8_t leaf[MERKLE_OCTETS];
	struct event e;

	check_order(r, stored);
	merkle_leaf(r->h, stored->body, leaf);
	merkle_add(&r->tree, r->h, leaf);
	if (!event_read(stored->body, &e)) {
		replay_find(r, RULE_LOG_EVENT, "event %lld is not in the canonical form",
		    (long long)stored->seq);
		return;
	}
	handler = handler_of(e.kind);
	if (!agrees(stored, &e, handler))
		replay_find(r, RULE_LOG_EVENT, "event %lld says something else than its columns",
		    (long long)stored->seq);
	handler->handle(r, &e);
}

/* -- serials -------------------------------------------------------------------------- */

static int
compare_serials(const void *a, const void *b)
{
	const struct replay_record *const *x = a, *const *y = b;

	if ((*x)->serial_n != (*y)->serial_n)
		return (int)(*x)->serial_n - (int)(*y)->serial_n;
	return memcmp((*x)->serial, (*y)->serial, (*x)->serial_n);
}

void
replay_serials(struct replay *r)
{
	const struct replay_record **all = mem_zero((r->records.n + 1) * sizeof(const void *));
	size_t n = 0;

	for (size_t i = 0; i < r->records.n; i++)
		if (r->records.v[i].serial_n != 0)
			all[n++] = &r->records.v[i];
	qsort(all, n, sizeof(all[0]), compare_serials);
	for (size_t i = 1; i < n; i++)
		if (compare_serials(&all[i - 1], &all[i]) == 0)
			replay_find(r, RULE_LOG_SERIAL, "entries %lld and %lld have one serial",
			    (long long)all[i - 1]->id, (long long)all[i]->id);
	free(all);
}
