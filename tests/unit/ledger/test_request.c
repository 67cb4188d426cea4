#include "ledger/request.h"

#include "tests/unit/ledger/fixture.h"

static const bool allowed[REQUEST_STATES][REQUEST_STATES] = {
	[REQUEST_WAITING] = { [REQUEST_APPROVED] = true, [REQUEST_DENIED] = true,
	    [REQUEST_EXPIRED] = true },
	[REQUEST_APPROVED] = { [REQUEST_SPENT] = true, [REQUEST_DENIED] = true,
	    [REQUEST_EXPIRED] = true },
};

static struct ledger_approval
approval_by(const char *officer)
{
	static uint8_t keys[2][LEDGER_DIGEST] = { { 1 }, { 2 } };

	return (struct ledger_approval){ .officer = officer,
		.key = BYTES(keys[officer[0] == 'A'], LEDGER_DIGEST),
		.statement = bytes_of_text("signed"), .reason = NULL };
}

static int64_t
ask(struct fixture *f)
{
	static const uint8_t policy[LEDGER_DIGEST] = { 9 };
	struct ledger_ask asking = { .requester = "alice", .uid = 1000,
		.policy = BYTES(policy, sizeof(policy)), .expires = NOON + 60,
		.text = bytes_of_text("it asked for more") };
	int64_t id = 0;

	REQUIRE_OK(ledger_ask_certificate(f->ledger, fixture_intent(f), &asking, &id, f->err),
	    f->err);
	return id;
}

static enum rc_status
move_to(struct fixture *f, int64_t id, enum request_state to)
{
	struct ledger_approval approval = approval_by("Ann");

	switch (to) {
	case REQUEST_APPROVED: return ledger_approve(f->ledger, id, &approval, true, f->err);
	case REQUEST_DENIED: return ledger_deny(f->ledger, id, NULL, "no", f->err);
	case REQUEST_EXPIRED: return ledger_expire(f->ledger, id, f->err);
	case REQUEST_SPENT: return ledger_spend(f->ledger, id, "strict: again", f->err);
	default: return error_fail(f->err, RULE_APPROVAL_STATE, "nothing leads there");
	}
}

static int64_t
request_in(struct fixture *f, enum request_state state)
{
	int64_t id = ask(f);

	if (state == REQUEST_SPENT)
		REQUIRE_OK(move_to(f, id, REQUEST_APPROVED), f->err);
	if (state != REQUEST_WAITING)
		REQUIRE_OK(move_to(f, id, state), f->err);
	return id;
}

static struct ledger_request
request_get(struct fixture *f, int64_t id)
{
	struct ledger_request request = { .id = 0 };

	REQUIRE_OK(ledger_request_get(f->ledger, id, f->arena, &request, f->err), f->err);
	return request;
}

TEST(a_request_moves_as_drawn_and_not_otherwise)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	for (int from = 0; from < REQUEST_STATES; from++)
		for (int to = 0; to < REQUEST_STATES; to++) {
			int64_t id = request_in(f, (enum request_state)from);

			if (allowed[from][to])
				EXPECT_OK(move_to(f, id, (enum request_state)to), f->err);
			else
				EXPECT_RULE(move_to(f, id, (enum request_state)to), f->err,
				    RULE_APPROVAL_STATE);
			EXPECT_INT(request_get(f, id).state, allowed[from][to] ? to : from);
		}
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

TEST(sql_refuses_every_other_move_of_a_request_too)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	for (int from = 0; from < REQUEST_STATES; from++) {
		int64_t id = request_in(f, (enum request_state)from);

		for (int to = 0; to < REQUEST_STATES; to++)
			EXPECT_TEXT(fixture_sql(f, arena_printf(f->arena,
			    "BEGIN; UPDATE request SET state = '%s' WHERE id = %lld; ROLLBACK",
			    request_state_word((enum request_state)to), (long long)id)),
			    allowed[from][to] ? "" : "approval-state");
	}
}

TEST(what_is_asked_and_decided_stays_as_it_is)
{
	static const char *const tries[] = {
		"UPDATE request SET expires = expires + 1, state = 'APPROVED'",
		"UPDATE request SET uid = 7, state = 'APPROVED'",
		"UPDATE request SET subject = policy, state = 'APPROVED'",
		"DELETE FROM request", "DELETE FROM approval",
		"UPDATE approval SET officer = 'Eve'",
	};
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_approval approval = approval_by("Ann");

	EXPECT_OK(ledger_approve(f->ledger, ask(f), &approval, false, f->err), f->err);
	for (size_t i = 0; i < ARRAY_LEN(tries); i++)
		EXPECT_TEXT(fixture_sql(f, tries[i]), "ledger-append-only");
}

TEST(the_row_of_a_request_goes_with_it)
{
	static const struct {
		enum request_state state;
		enum ledger_state row;
	} pairs[] = {
		{ REQUEST_WAITING, LEDGER_RESERVED }, { REQUEST_APPROVED, LEDGER_RESERVED },
		{ REQUEST_DENIED, LEDGER_VOID }, { REQUEST_EXPIRED, LEDGER_VOID },
		{ REQUEST_SPENT, LEDGER_PENDING },
	};
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct ledger_request request = request_get(f, request_in(f, pairs[i].state));
		int64_t of = 0;

		EXPECT_INT(fixture_state(f, request.intent), pairs[i].row);
		EXPECT_OK(ledger_request_of(f->ledger, request.intent, &of, f->err), f->err);
		EXPECT_INT(of, request.id);
	}
}

TEST(what_was_asked_and_approved_reads_back)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_approval ann = approval_by("Ann"), bob = approval_by("Bob"), *all;
	struct ledger_request request = request_get(f, ask(f)), *list;
	size_t n = 0;

	EXPECT_TEXT(request.requester, "alice");
	EXPECT_INT(request.uid, 1000);
	EXPECT(bytes_equal(request.text, bytes_of_text("it asked for more")));
	EXPECT_OK(ledger_approve(f->ledger, request.id, &ann, false, f->err), f->err);
	bob.reason = "no";
	EXPECT_OK(ledger_deny(f->ledger, request.id, &bob, "no", f->err), f->err);
	EXPECT_OK(ledger_approvals(f->ledger, request.id, f->arena, &all, &n, f->err), f->err);
	REQUIRE(n == 2);
	EXPECT_TEXT(all[0].officer, "Ann");
	EXPECT(all[0].reason == NULL);
	EXPECT_TEXT(all[1].reason, "no");
	EXPECT_OK(ledger_requests(f->ledger, 1U << REQUEST_WAITING, f->arena, &list, &n, f->err),
	    f->err);
	EXPECT_INT(n, 0);
	EXPECT_RULE(ledger_request_get(f->ledger, 77, f->arena, &request, f->err), f->err,
	    RULE_APPROVAL_UNKNOWN);
	EXPECT_RULE(ledger_expire(f->ledger, 77, f->err), f->err, RULE_APPROVAL_UNKNOWN);
}

TEST(who_dies_between_approval_and_signature_leaves_one_or_the_other)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t approved = request_in(f, REQUEST_APPROVED), spent = request_in(f, REQUEST_SPENT);
	size_t lost = 0;

	fixture_reopen(f);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_INT(lost, 1);
	EXPECT_INT(request_get(f, approved).state, REQUEST_APPROVED);
	EXPECT_INT(fixture_state(f, request_get(f, approved).intent), LEDGER_RESERVED);
	EXPECT_INT(fixture_state(f, request_get(f, spent).intent), LEDGER_LOST);
}

TEST(no_intent_passes_by_the_officers)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_intent *intent = fixture_intent(f);
	int64_t id = 0;

	/* the second of these policies is read although the first was */
	EXPECT_OK(ledger_intent(f->ledger, fixture_intent(f), &id, f->err), f->err);
	REQUIRE_OK(ledger_pin_policy(f->ledger, bytes_of_text(
	    "approval automatic\nofficers Ann sha256:"
	    "0101010101010101010101010101010101010101010101010101010101010101 uid none\n"
	    "approval.edge-external need 1 expires 60 of Ann\n"), f->err), f->err);
	EXPECT_RULE(ledger_intent(f->ledger, intent, &id, f->err), f->err, RULE_APPROVAL_NEEDED);
	intent->kind = LEDGER_SELF_SIGNED;
	EXPECT_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	intent = fixture_intent(f);
	intent->role = "web-server";
	EXPECT_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	REQUIRE_OK(move_to(f, request_in(f, REQUEST_APPROVED), REQUEST_SPENT), f->err);
}
