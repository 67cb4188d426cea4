/*
 * Approvals that nobody gave.  The ledger stores what it is told to: whether an officer
 * may decide is asked above it, and again here, by `ledger verify`.
 */
#include "ledger/verify.h"

#include "ledger/event.h"
#include "ledger/request.h"
#include "ledger/verify_approvals.h"
#include "tests/sample_cert.h"
#include "tests/unit/ledger/fixture.h"
#include "x509/cms.h"

enum { ANN, BOB, OFFICERS };

struct officers {
	struct fixture *f;
	struct sample_key key[OFFICERS];
	struct cert cert[OFFICERS];
	uint8_t digest[OFFICERS][SHA256_OCTETS], policy[SHA256_OCTETS];
	const char *text;                /* of the policy */
};

static void
officers_clear(struct officers *o)
{
	for (size_t i = 0; i < OFFICERS; i++)
		sample_key_clear(&o->key[i]);
	fixture_free(o->f);
}
DEFINE_SCOPED_VALUE(officers_clear, struct officers)

static const char ca_key[] =
    "0707070707070707070707070707070707070707070707070707070707070707";

static const char *
policy_text(struct officers *o, unsigned need)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	struct approval_officer list[OFFICERS] = { { .name = "Ann", .uid = 1001 },
		{ .name = "Bob", .uid = 1002 } };
	struct approval_rule rule = { .need = need, .expires = 3600, .of = { ANN, BOB },
		.n_of = OFFICERS };
	const struct approval_policy policy = { .officers = list, .n_officers = OFFICERS,
		.rules = &rule, .n_rules = 1 };

	for (size_t i = 0; i < OFFICERS; i++)
		memcpy(list[i].key, o->digest[i], SHA256_OCTETS);
	buf_printf(&out, "public-key sha256:%s\n", ca_key);
	approval_policy_put(&policy, &out);
	return arena_strdup(o->f->arena, buf_text(&out));
}

static void
officers_make(struct officers *o)
{
	o->f = fixture_new();
	for (size_t i = 0; i < OFFICERS; i++) {
		struct sample root;

		o->key[i] = sample_key_make(KEY_EC_P256);
		root = sample_root(&o->key[i]);
		o->cert[i] = sample_cert(&root, o->f->arena);
		sha256(o->cert[i].spki, o->digest[i]);
	}
	o->text = policy_text(o, 2);
	approval_policy_digest(bytes_of_text(o->text), o->policy);
	REQUIRE_OK(ledger_pin_policy(o->f->ledger, bytes_of_text(o->text), o->f->err), o->f->err);
}

static int64_t
ask(struct officers *o, int64_t uid)
{
	const struct ledger_ask asking = { .requester = "alice", .uid = uid,
		.policy = BYTES(o->policy, SHA256_OCTETS), .expires = o->f->now + 3600 };
	int64_t id = 0;

	REQUIRE_OK(ledger_ask_certificate(o->f->ledger, fixture_intent(o->f), &asking, &id,
	    o->f->err), o->f->err);
	return id;
}

static struct bytes
digest_of(struct officers *o, struct bytes b)
{
	uint8_t digest[SHA256_OCTETS];

	sha256(b, digest);
	return arena_bytes(o->f->arena, BYTES(digest, sizeof(digest)));
}

static struct approval_subject
subject_of(struct officers *o, int64_t id)
{
	struct approval_subject subject = { .role = "edge-external", .request = id };
	struct ledger_request request;
	uint8_t key[SHA256_OCTETS];

	memset(key, 7, sizeof(key));
	REQUIRE_OK(ledger_request_get(o->f->ledger, id, o->f->arena, &request, o->f->err),
	    o->f->err);
	subject.is_policy = request.is_policy;
	subject.subject = request.subject;
	subject.requester = request.requester;
	subject.uid = request.uid;
	subject.policy = request.policy;
	subject.expires = request.expires;
	subject.ca_key = arena_bytes(o->f->arena, BYTES(key, sizeof(key)));
	if (!request.is_policy)
		subject.entry = digest_of(o, bytes_of_text("canonical"));
	return subject;
}

/* What the officer signs over the text of this request. */
static struct bytes
statement(struct officers *o, size_t officer, int64_t id, const char *reason)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT, attributes = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT, cms = BUF_INIT;
	struct approval_subject subject = subject_of(o, id);
	struct cms_terms terms = { .detached = true, .signer = &o->cert[officer],
		.algorithm = o->key[officer].algorithm, .signing_time = NOON };

	approval_text_put(&subject, reason, &text);
	terms.content = buf_bytes(&text);
	cms_attributes_encode(&terms, &attributes);
	REQUIRE_OK(softkey_sign(o->key[officer].key, terms.algorithm, buf_bytes(&attributes),
	    &signature, o->f->err), o->f->err);
	cms_encode(&terms, buf_bytes(&attributes), buf_bytes(&signature), &cms);
	return arena_bytes(o->f->arena, buf_bytes(&cms));
}

/* Records it whatever it is worth. */
static void
approve(struct officers *o, size_t officer, int64_t id, struct bytes signed_by, bool enough)
{
	const struct ledger_approval approval = { .officer = officer == ANN ? "Ann" : "Bob",
		.key = BYTES(o->digest[officer], SHA256_OCTETS), .statement = signed_by };

	REQUIRE_OK(ledger_approve(o->f->ledger, id, &approval, enough, o->f->err), o->f->err);
}

static void
approve_both(struct officers *o, int64_t id)
{
	approve(o, ANN, id, statement(o, ANN, id, NULL), false);
	approve(o, BOB, id, statement(o, BOB, id, NULL), true);
}

static void
complete(struct officers *o, int64_t id)
{
	struct ledger_request request;

	REQUIRE_OK(ledger_spend(o->f->ledger, id, "strict: good", o->f->err), o->f->err);
	REQUIRE_OK(ledger_request_get(o->f->ledger, id, o->f->arena, &request, o->f->err),
	    o->f->err);
	REQUIRE_OK(ledger_commit(o->f->ledger, request.intent, fixture_signed(), o->f->err),
	    o->f->err);
}

static size_t
findings(struct officers *o, enum rule rule)
{
	SCOPED(error_free) struct error *found = error_new();
	const struct ledger_verify_options options = { .n_known = 0 };
	struct ledger_verdict verdict = { .findings = 0 };

	REQUIRE_OK(ledger_verify(o->f->ledger, &options, &verdict, found, o->f->err), o->f->err);
	if (verdict.findings != 0)
		EXPECT_INT(error_rule(found), rule);
	return verdict.findings;
}

TEST(what_officers_approved_is_found_in_order)
{
	SCOPED(officers_clear) struct officers o = { .f = NULL };
	struct ledger_approval denial = { .officer = "Bob", .reason = "too broad" };
	int64_t id;

	officers_make(&o);
	id = ask(&o, 1000);
	approve_both(&o, id);
	complete(&o, id);
	id = ask(&o, 1000);
	denial.key = BYTES(o.digest[BOB], SHA256_OCTETS);
	denial.statement = statement(&o, BOB, id, denial.reason);
	REQUIRE_OK(ledger_deny(o.f->ledger, id, &denial, denial.reason, o.f->err), o.f->err);
	REQUIRE_OK(ledger_deny(o.f->ledger, ask(&o, 1000), NULL, "by mistake", o.f->err), o.f->err);
	REQUIRE_OK(ledger_expire(o.f->ledger, ask(&o, 1000), o.f->err), o.f->err);
	(void)ask(&o, -1);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 0);
}

TEST(what_no_officer_signed_is_found)
{
	SCOPED(officers_clear) struct officers o = { .f = NULL };
	int64_t first, second;

	officers_make(&o);
	first = ask(&o, 1000);
	second = ask(&o, 1000);
	approve(&o, ANN, first, bytes_of_text("signed"), false);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 1);
	/* the right officer, about another request; another officer, about this one */
	approve(&o, BOB, first, statement(&o, BOB, second, NULL), false);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 2);
	approve(&o, BOB, second, statement(&o, ANN, second, NULL), false);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 3);
	/* a denial is no approval */
	approve(&o, ANN, second, statement(&o, ANN, second, "no"), false);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 4);
}

TEST(one_officer_is_not_two)
{
	SCOPED(officers_clear) struct officers o = { .f = NULL };
	int64_t id;

	officers_make(&o);
	id = ask(&o, 1000);
	approve(&o, ANN, id, statement(&o, ANN, id, NULL), true);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 1);
	complete(&o, id);
	/* approved, spent, begun */
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 3);
}

TEST(an_approval_of_ones_own_request_is_found)
{
	SCOPED(officers_clear) struct officers o = { .f = NULL };

	officers_make(&o);
	approve_both(&o, ask(&o, 1002));
	/* Bob's, and that Ann's alone was taken for enough */
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 2);
}

TEST(an_approval_that_came_too_late_is_found)
{
	SCOPED(officers_clear) struct officers o = { .f = NULL };
	int64_t id;

	officers_make(&o);
	id = ask(&o, 1000);
	o.f->now += 3600;
	approve(&o, ANN, id, statement(&o, ANN, id, NULL), false);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 1);
}

TEST(a_certificate_that_nobody_was_asked_for_is_found)
{
	SCOPED(officers_clear) struct officers o = { .f = NULL };
	int64_t id = 0;

	officers_make(&o);
	REQUIRE_OK(fixture_reserve(o.f, fixture_intent(o.f), &id), o.f->err);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 0);
	REQUIRE_OK(fixture_begin(o.f, id, "strict"), o.f->err);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 1);
}

/* The ledger does not let it in; so it is shown to the judge alone. */
TEST(an_intent_behind_the_officers_backs_is_found)
{
	static const char *const what[] = { "self-signed", "certificate" };
	SCOPED(officers_clear) struct officers o = { .f = NULL };

	officers_make(&o);
	for (size_t i = 0; i < ARRAY_LEN(what); i++) {
		SCOPED(error_free) struct error *found = error_new();
		SCOPED(replay_clear) struct replay replay = { .arena = NULL };
		SCOPED(buf_clear) struct buf body = BUF_INIT;
		struct approval_check check = { .ledger = o.f->ledger, .replay = &replay,
			.needed = true };
		struct ledger_event event = { .seq = 9, .kind = "intent" };

		replay_init(&replay, found);
		REQUIRE_OK(approval_policy_read(o.text, o.f->arena, &check.policy, o.f->err),
		    o.f->err);
		event_begin(&body, 9, 0, "intent");
		field_int(&body, 1);
		field_text(&body, what[i]);
		for (size_t k = 2; k < 19; k++)
			field_text(&body, k == 6 ? "edge-external" : NULL);
		event.body = buf_bytes(&body);
		EXPECT_OK(verify_approval(&check, &event, o.f->err), o.f->err);
		EXPECT_INT(replay.n_findings, i);
	}
}

TEST(a_policy_is_changed_by_its_officers_or_not_unseen)
{
	SCOPED(officers_clear) struct officers o = { .f = NULL };
	struct ledger_ask asking = { .requester = "alice", .uid = 1000 };
	const char *next;
	int64_t id = 0;

	officers_make(&o);
	next = policy_text(&o, 1);
	asking.policy = BYTES(o.policy, SHA256_OCTETS);
	asking.expires = o.f->now + 3600;
	asking.text = bytes_of_text(next);
	REQUIRE_OK(ledger_ask_policy(o.f->ledger, &asking, &id, o.f->err), o.f->err);
	approve_both(&o, id);
	REQUIRE_OK(ledger_spend(o.f->ledger, id, NULL, o.f->err), o.f->err);
	REQUIRE_OK(ledger_pin_policy(o.f->ledger, bytes_of_text(next), o.f->err), o.f->err);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 0);
	/* another pin record is no other policy */
	next = arena_printf(o.f->arena, "%stoken-record 1\ntoken.serial 7\n", next);
	REQUIRE_OK(ledger_pin_policy(o.f->ledger, bytes_of_text(next), o.f->err), o.f->err);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 0);
	REQUIRE_OK(ledger_pin_policy(o.f->ledger, bytes_of_text(o.text), o.f->err), o.f->err);
	EXPECT_INT(findings(&o, RULE_LOG_APPROVAL), 1);
}

TEST(rows_of_requests_are_held_to_their_events)
{
	static const char *const forgeries[] = {
		"UPDATE request SET state = 'APPROVED' WHERE id = 2",
		"UPDATE request SET uid = 7 WHERE id = 1",
		"DELETE FROM request WHERE id = 2",
		"UPDATE approval SET officer = 'Eve'",
		"DELETE FROM approval",
	};

	for (size_t i = 0; i < ARRAY_LEN(forgeries); i++) {
		SCOPED(officers_clear) struct officers o = { .f = NULL };
		const char *forgery;

		officers_make(&o);
		approve_both(&o, ask(&o, 1000));
		(void)ask(&o, 1000);
		forgery = arena_printf(o.f->arena, "DROP TRIGGER request_move;"
		    "DROP TRIGGER request_fixed; DROP TRIGGER request_kept;"
		    "DROP TRIGGER approval_frozen; DROP TRIGGER approval_kept; %s", forgeries[i]);
		EXPECT_TEXT(fixture_force(o.f, forgery), "");
		EXPECT_INT(findings(&o, RULE_LOG_ROW), 1);
	}
}
