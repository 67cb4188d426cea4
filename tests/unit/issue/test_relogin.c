/* Sessions that are lost while a signature is asked for, and `relogin: once`. */
#include <stdio.h>

#include "issue/signer_key.h"
#include "tests/unit/issue/fixture.h"

static enum rc_status
issue_one(struct fixture *f, struct issuance **ret)
{
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct issue_options options = { .requester = "test", .renew = true };

	fixture_plain_csr(&csr);
	return issue_certificate(f->home, f->signer, fixture_entry(), buf_bytes(&csr), &options,
	    ret, f->err);
}

/* `losses` signatures in a row fail by this rule. */
static void
set_up(struct fixture *f, bool relogin, enum rule loss, size_t losses)
{
	fake_reset(KEY_EC_P256);
	(void)snprintf(fake.facts.token.serial, sizeof(fake.facts.token.serial), "0001");
	fixture_make(f, CUSTODY_STRICT);
	f->signer->login.relogin = relogin;
	fake.loss = loss;
	fake.losses = losses;
	fake.opened = fake.signed_ = 0;
}

static uint64_t
rows_in(struct fixture *f, enum ledger_state state)
{
	struct ledger_counts counts;

	REQUIRE_OK(ledger_count(f->home->ledger, &counts, f->err), f->err);
	return counts.state[state];
}

static size_t
told(const struct error *err, enum rule rule)
{
	size_t n = 0;

	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		n += d->rule == rule;
	return n;
}

/* The root's own certificate is DONE beside it. */
TEST(a_lost_session_is_rebuilt_where_it_may_be)
{
	static const enum rule losses[] = {
		RULE_SESSION_LOST, RULE_TOKEN_ERROR, RULE_LOGIN_NEEDED };

	for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
		SCOPED(fixture_clear) struct fixture f = { .home = NULL };
		SCOPED(issuance_free) struct issuance *issued = NULL;

		set_up(&f, true, losses[i], 1);
		REQUIRE_OK(issue_one(&f, &issued), f.err);
		EXPECT_INT(fake.opened, 1);
		EXPECT_INT(fake.again, 1);
		EXPECT_INT(fake.signed_, 2);
		EXPECT_INT(rows_in(&f, LEDGER_DONE), 2);
		EXPECT_INT(rows_in(&f, LEDGER_LOST), 0);
		EXPECT_INT(ledger_events(f.home->ledger, "note"), 1);
		EXPECT_INT(told(f.err, RULE_SESSION_REBUILT), 1);
	}
}

TEST(a_second_loss_is_the_end)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;

	set_up(&f, true, RULE_SESSION_LOST, 2);
	EXPECT(issue_one(&f, &issued) == RC_TOKEN);
	EXPECT_INT(error_rule(f.err), RULE_SESSION_LOST);
	EXPECT_INT(fake.signed_, 2);
	EXPECT_INT(fake.again, 1);
	EXPECT_INT(rows_in(&f, LEDGER_LOST), 1);
	/* Also when it comes at another signature. */
	error_clear(f.err);
	REQUIRE_OK(issue_one(&f, &issued), f.err);
	issuance_free(TAKE(issued));
	fake.losses = 1;
	error_clear(f.err);
	EXPECT_RULE(issue_one(&f, &issued), f.err, RULE_SESSION_LOST);
	EXPECT_INT(fake.again, 1);
	EXPECT_INT(rows_in(&f, LEDGER_LOST), 2);
}

TEST(what_is_no_loss_or_may_not_be_rebuilt_is_not)
{
	static const struct {
		bool relogin;
		enum rule rule;
	} rows[] = {
		{ false, RULE_SESSION_LOST }, { false, RULE_TOKEN_ERROR },
		{ true, RULE_MECHANISM_MISSING }, { true, RULE_DATA_REFUSED },
		{ true, RULE_SIGNATURE_SIZE }, { true, RULE_KEY_CANNOT_SIGN },
		{ true, RULE_PIN_INCORRECT }, { true, RULE_PIN_LOCKED }, { true, RULE_LOGIN_FAILED },
		{ true, RULE_PIN_MISSING },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(fixture_clear) struct fixture f = { .home = NULL };
		SCOPED(issuance_free) struct issuance *issued = NULL;

		set_up(&f, rows[i].relogin, rows[i].rule, 1);
		EXPECT_RULE(issue_one(&f, &issued), f.err, rows[i].rule);
		EXPECT_INT(fake.signed_, 1);
		EXPECT_INT(fake.opened, 0);
		EXPECT_INT(rows_in(&f, LEDGER_LOST), 1);
	}
}

/* -- what is found in place of what was lost ------------------------------------------------- */

static void
another_token(void *arg, struct bytes tbs)
{
	(void)arg;
	(void)tbs;
	(void)snprintf(fake.facts.token.serial, sizeof(fake.facts.token.serial), "0002");
}

static void
weaker_key(void *arg, struct bytes tbs)
{
	(void)arg;
	(void)tbs;
	fake.facts.extractable = RC_TRUE;
}

static void
no_key(void *arg, struct bytes tbs)
{
	(void)arg;
	(void)tbs;
	fake.missing = true;
}

static void
another_key(void *arg, struct bytes tbs)
{
	(void)arg;
	(void)tbs;
	softkey_free(TAKE(fake.key));
	REQUIRE(softkey_generate(KEY_EC_P256, &fake.key, arg) == RC_OK);
}

TEST(a_rebuilt_session_must_show_the_same_token_and_key_as_well_kept)
{
	static const struct {
		void (*changes)(void *arg, struct bytes tbs);
		enum rule rule;
	} rows[] = {
		{ another_token, RULE_RELOGIN_REFUSED }, { weaker_key, RULE_KEY_EXTRACTABLE },
		{ no_key, RULE_KEY_MISSING }, { another_key, RULE_KEY_MISMATCH },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(fixture_clear) struct fixture f = { .home = NULL };
		SCOPED(issuance_free) struct issuance *issued = NULL;

		set_up(&f, true, RULE_SESSION_LOST, 1);
		fake.at_sign = rows[i].changes;
		fake.at_sign_arg = f.err;
		EXPECT(issue_one(&f, &issued) == RC_TOKEN);
		EXPECT_INT(error_rule(f.err), rows[i].rule);
		EXPECT_INT(fake.signed_, 1);
		EXPECT_INT(rows_in(&f, LEDGER_LOST), 1);
		/* Nothing can be signed with what is left. */
		fake.at_sign = NULL;
		error_clear(f.err);
		EXPECT_RULE(issue_one(&f, &issued), f.err, RULE_SESSION_LOST);
		EXPECT_INT(fake.signed_, 1);
	}
}
