#include "ledger/state.h"

#include "tests/unit/ledger/fixture.h"

/* From state.h's picture, by hand: the table in the program is not asked. */
static const bool allowed[LEDGER_STATES][LEDGER_STATES] = {
	[LEDGER_RESERVED] = { [LEDGER_PENDING] = true, [LEDGER_VOID] = true },
	[LEDGER_PENDING] = { [LEDGER_DONE] = true, [LEDGER_SPOILED] = true,
	    [LEDGER_LOST] = true },
	[LEDGER_DONE] = { [LEDGER_HELD] = true, [LEDGER_REVOKED] = true },
	[LEDGER_HELD] = { [LEDGER_DONE] = true, [LEDGER_REVOKED] = true },
	[LEDGER_SPOILED] = { [LEDGER_REVOKED] = true },
	[LEDGER_LOST] = { [LEDGER_REVOKED] = true },
};

/* A new row in this state, by the moves that lead there. */
static int64_t
row_in(struct fixture *f, enum ledger_state state)
{
	struct error *err = f->err;
	int64_t id = 0;

	if (state == LEDGER_RESERVED || state == LEDGER_VOID) {
		REQUIRE_OK(fixture_reserve(f, fixture_intent(f), &id), err);
	} else {
		id = fixture_pending(f);
	}
	if (state == LEDGER_DONE || state == LEDGER_HELD || state == LEDGER_REVOKED) {
		REQUIRE_OK(ledger_commit(f->ledger, id, fixture_signed(), err), err);
	}
	if (state == LEDGER_SPOILED) {
		REQUIRE_OK(ledger_spoil(f->ledger, id, bytes_of_text("x"), "why", err), err);
	}
	if (state == LEDGER_LOST) {
		REQUIRE_OK(ledger_lose(f->ledger, id, "why", err), err);
	}
	if (state == LEDGER_VOID || state == LEDGER_HELD || state == LEDGER_REVOKED) {
		REQUIRE_OK(ledger_mark(f->ledger, id, state, "why", err), err);
	}
	return id;
}

/* By the call that is made for it; DONE has two. */
static enum rc_status
move_to(struct fixture *f, int64_t id, enum ledger_state from, enum ledger_state to)
{
	switch (to) {
	case LEDGER_PENDING:
		return fixture_begin(f, id, "strict: again");
	case LEDGER_DONE:
		if (from != LEDGER_HELD)
			return ledger_commit(f->ledger, id, fixture_signed(), f->err);
		return ledger_mark(f->ledger, id, to, "why", f->err);
	case LEDGER_SPOILED:
		return ledger_spoil(f->ledger, id, bytes_of_text("x"), "why", f->err);
	case LEDGER_LOST:
		return ledger_lose(f->ledger, id, "why", f->err);
	default:
		return ledger_mark(f->ledger, id, to, "why", f->err);
	}
}

static void
try_move(struct fixture *f, enum ledger_state from, enum ledger_state to)
{
	int64_t id = row_in(f, from);

	if (allowed[from][to]) {
		EXPECT_OK(move_to(f, id, from, to), f->err);
		EXPECT_INT(fixture_state(f, id), to);
	} else {
		EXPECT_RULE(move_to(f, id, from, to), f->err, RULE_LEDGER_STATE);
		EXPECT_INT(fixture_state(f, id), from);
	}
}

TEST(every_move_of_the_picture_works_and_no_other)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	/* one flush for all, and each refusal is undone alone */
	REQUIRE_OK(ledger_batch_begin(f->ledger, f->err), f->err);
	for (int from = 0; from < LEDGER_STATES; from++)
		for (int to = 0; to < LEDGER_STATES; to++)
			try_move(f, (enum ledger_state)from, (enum ledger_state)to);
	REQUIRE_OK(ledger_batch_end(f->ledger, f->err), f->err);
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

/* What must change with the state so that nothing but the move can be wrong. */
static const char *
raw_move(struct fixture *f, int64_t id, enum ledger_state from, enum ledger_state to)
{
	const char *result = from != LEDGER_PENDING ? "result"
	    : to == LEDGER_DONE || to == LEDGER_SPOILED ? "x'30'" : "NULL";
	const char *owner = from == LEDGER_RESERVED ? ", owner = 'x', boot = 'x'" : "";

	return fixture_sql(f, arena_printf(f->arena,
	    "BEGIN; UPDATE intent SET state = '%s', result = %s%s WHERE id = %lld; ROLLBACK",
	    ledger_state_word(to), result, owner, (long long)id));
}

TEST(sql_refuses_every_other_move_too)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id[LEDGER_STATES];

	for (int from = 0; from < LEDGER_STATES; from++)
		id[from] = row_in(f, (enum ledger_state)from);
	for (int from = 0; from < LEDGER_STATES; from++)
		for (int to = 0; to < LEDGER_STATES; to++)
			EXPECT_TEXT(raw_move(f, id[from], (enum ledger_state)from,
			    (enum ledger_state)to), allowed[from][to] ? "" : "ledger-state");
}

TEST(sql_refuses_a_row_that_begins_anywhere_else)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	for (int state = 0; state < LEDGER_STATES; state++)
		EXPECT_TEXT(fixture_sql(f, arena_printf(f->arena,
		    "BEGIN; INSERT INTO intent (kind, state, serial, tbs, algorithm, owner, boot,"
		    " created, changed) VALUES ('certificate', '%s', x'0102', x'30', 'a', 'o',"
		    " 'b', 1, 1); ROLLBACK", ledger_state_word((enum ledger_state)state))),
		    state == LEDGER_PENDING || state == LEDGER_RESERVED ? "" : "ledger-state");
}

TEST(what_has_no_serial_is_not_revoked)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_intent *crl = fixture_intent(f);
	int64_t id = 0;

	crl->kind = LEDGER_CRL;
	crl->serial = BYTES(NULL, 0);
	REQUIRE_OK(ledger_intent(f->ledger, crl, &id, f->err), f->err);
	EXPECT_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
	EXPECT_RULE(ledger_mark(f->ledger, id, LEDGER_HELD, "why", f->err), f->err,
	    RULE_LEDGER_STATE);
	EXPECT_RULE(ledger_mark(f->ledger, id, LEDGER_REVOKED, "why", f->err), f->err,
	    RULE_LEDGER_STATE);
	EXPECT_HAS(fixture_sql(f, "UPDATE intent SET state = 'HELD'"), "CHECK constraint");
}

/* A new row of what has no serial. */
static int64_t
list_in(struct fixture *f, enum ledger_state state)
{
	struct ledger_intent *crl = fixture_intent(f);
	struct error *err = f->err;
	int64_t id = 0;

	crl->kind = LEDGER_CRL;
	crl->serial = BYTES(NULL, 0);
	REQUIRE_OK(ledger_intent(f->ledger, crl, &id, err), err);
	if (state == LEDGER_DONE)
		REQUIRE_OK(ledger_commit(f->ledger, id, fixture_signed(), err), err);
	if (state == LEDGER_SPOILED)
		REQUIRE_OK(ledger_spoil(f->ledger, id, bytes_of_text("x"), "why", err), err);
	if (state == LEDGER_LOST)
		REQUIRE_OK(ledger_lose(f->ledger, id, "why", err), err);
	return id;
}

TEST(what_has_no_serial_knows_four_states)
{
	static const enum ledger_state known[] = { LEDGER_PENDING, LEDGER_DONE, LEDGER_SPOILED,
		LEDGER_LOST };
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		for (int to = 0; to < LEDGER_STATES; to++) {
			int64_t id = list_in(f, known[i]);
			bool moves = allowed[known[i]][to] && known[i] == LEDGER_PENDING;
			const char *said = raw_move(f, id, known[i], (enum ledger_state)to);

			/* by a trigger, or by the check that ties states to serials */
			EXPECT((*said == '\0') == moves);
			if (moves) {
				EXPECT_OK(move_to(f, id, known[i], (enum ledger_state)to), f->err);
			} else {
				EXPECT_RULE(move_to(f, id, known[i], (enum ledger_state)to), f->err,
				    RULE_LEDGER_STATE);
			}
			EXPECT_INT(fixture_state(f, id), moves ? to : (int)known[i]);
		}
}

/* LOST once, whoever comes next. */
TEST(what_is_lost_is_not_lost_again)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = row_in(f, LEDGER_LOST);
	struct ledger_counts before, after;
	size_t lost = 9;

	REQUIRE_OK(ledger_count(f->ledger, &before, f->err), f->err);
	EXPECT_RULE(ledger_lose(f->ledger, id, "again", f->err), f->err, RULE_LEDGER_STATE);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_INT(lost, 0);
	REQUIRE_OK(ledger_count(f->ledger, &after, f->err), f->err);
	EXPECT_INT(after.events, before.events);
}

TEST(mark_does_not_stand_in_for_commit)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_pending(f);

	EXPECT_RULE(ledger_mark(f->ledger, id, LEDGER_DONE, "why", f->err), f->err,
	    RULE_LEDGER_STATE);
	EXPECT_RULE(ledger_mark(f->ledger, id, LEDGER_SPOILED, "why", f->err), f->err,
	    RULE_LEDGER_STATE);
	EXPECT_INT(fixture_state(f, id), LEDGER_PENDING);
}

TEST(what_was_written_once_stays)
{
	static const char *const tries[] = {
		"UPDATE intent SET tbs = x'31', state = 'LOST'",
		"UPDATE intent SET serial = x'31', state = 'LOST'",
		"UPDATE intent SET rowid = 77, state = 'LOST'",
		"UPDATE intent SET custody = NULL, state = 'LOST'",
		"UPDATE intent SET owner = 'me', state = 'LOST'",
		"UPDATE intent SET changed = changed - 1, state = 'LOST'",
		"DELETE FROM intent",
		("INSERT OR REPLACE INTO intent (id, kind, state, serial, tbs, algorithm, owner,"
		" boot, created, changed) SELECT id, kind, state, x'77', x'31', algorithm, owner,"
		" boot, created, changed FROM intent"),
		"UPDATE event SET body = x'00'",
		"DELETE FROM event",
		"INSERT OR REPLACE INTO event SELECT seq, time, kind, intent, x'00' FROM event",
		"INSERT INTO event VALUES (99, 2000000000, 'note', NULL, x'00')",
		"UPDATE document SET bytes = x'00'",
		"DELETE FROM document",
		"INSERT OR REPLACE INTO document SELECT sha256, x'00' FROM document",
		"UPDATE policy SET sha256 = zeroblob(32)",
		"DELETE FROM policy",
		"INSERT OR REPLACE INTO policy SELECT seq, zeroblob(32) FROM policy",
		"UPDATE ledger SET custody = 'lab'",
		"DELETE FROM ledger",
		"INSERT OR REPLACE INTO ledger SELECT one, ca, 'lab', created FROM ledger",
	};
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	(void)fixture_pending(f);
	for (size_t i = 0; i < ARRAY_LEN(tries); i++)
		EXPECT_TEXT(fixture_sql(f, tries[i]), "ledger-append-only");
	EXPECT_TEXT(fixture_sql(f, "INSERT INTO event SELECT max(seq) + 1, 5, 'note', NULL, x'00'"
	    " FROM event"), "ledger-clock");
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

TEST(a_result_comes_with_its_state_alone)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_pending(f);

	EXPECT_HAS(fixture_sql(f, "UPDATE intent SET state = 'DONE'"), "CHECK constraint");
	EXPECT_HAS(fixture_sql(f, "UPDATE intent SET state = 'LOST', result = x'30'"),
	    "CHECK constraint");
	EXPECT_OK(ledger_lose(f->ledger, id, "why", f->err), f->err);
	EXPECT_TEXT(fixture_sql(f, "UPDATE intent SET state = 'REVOKED', result = x'30'"),
	    "ledger-append-only");
}

TEST(words_are_found_again)
{
	enum ledger_state state;
	enum ledger_kind kind;

	for (int i = 0; i < LEDGER_STATES; i++)
		EXPECT(ledger_state_find(ledger_state_word((enum ledger_state)i), &state) &&
		    (int)state == i);
	for (int i = 0; i < LEDGER_KINDS; i++)
		EXPECT(ledger_kind_find(ledger_kind_word((enum ledger_kind)i), &kind) &&
		    (int)kind == i);
	EXPECT(!ledger_state_find("done", &state));
	EXPECT(!ledger_kind_find("", &kind));
}
