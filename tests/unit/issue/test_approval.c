#include "issue/approve.h"

#include "issue/reserve.h"
#include "issue/signer_key.h"
#include "ledger/verify.h"
#include "tests/sample_cert.h"
#include "tests/unit/issue/fixture.h"
#include "x509/cms.h"

enum { ANN, BOB, OFFICERS, DAYS = 24 * 60 * 60 };

static const char *const names[OFFICERS] = { "Ann", "Bob" };

/* A CA whose policy wants Ann and Bob. */
struct bench {
	struct fixture f;
	struct sample_key key[OFFICERS];
	struct cert cert[OFFICERS];
	struct softkey *server;
	struct buf csr;
	struct entry entry;
	struct arena *arena;
};

static void
bench_clear(struct bench *b)
{
	for (size_t i = 0; i < OFFICERS; i++)
		sample_key_clear(&b->key[i]);
	softkey_free(b->server);
	buf_clear(&b->csr);
	arena_free(b->arena);
	fixture_clear(&b->f);
}
DEFINE_SCOPED_VALUE(bench_clear, struct bench)

static void
reopen(struct bench *b, enum home_use use)
{
	signer_close(TAKE(b->f.signer));
	home_close(TAKE(b->f.home));
	error_clear(b->f.err);
	REQUIRE_OK(home_open(folder_path(&b->f.folder, "ca"), use, &fixture_clock, &b->f.home,
	    b->f.err), b->f.err);
}

static void
login(struct bench *b)
{
	struct rc_engine_config config = { .uri = NULL };

	REQUIRE_OK(signer_open(b->f.home, &fake_token, &config, &b->f.signer, b->f.err), b->f.err);
	error_clear(b->f.err);
}

/* approval: what ca.yaml says from now on. */
static void
config_write(struct bench *b, const char *approval)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const char *path = folder_path(&b->f.folder, "ca/ca.yaml");
	char *line;

	folder_read(path, &text);
	line = strstr((char *)text.p, "\napproval: ");
	REQUIRE(line != NULL);
	folder_write(path, arena_printf(b->arena, "%.*s\napproval: %s%s",
	    (int)(line - (char *)text.p), (char *)text.p, approval, strchr(line + 1, '\n')));
}

static void
officer_make(struct bench *b, size_t i)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	struct sample root;

	b->key[i] = sample_key_make(KEY_EC_P256);
	root = sample_root(&b->key[i]);
	root.not_after = fixture_now + 30 * DAYS;
	b->cert[i] = sample_cert(&root, b->arena);
	cert_put_pem(b->cert[i].der, &pem);
	folder_write(folder_path(&b->f.folder, arena_printf(b->arena, "ca/%s.pem", names[i])),
	    buf_text(&pem));
}

#define TWO "{ need: 2, expires: 7d, of: [{ name: Ann, cert: Ann.pem, uid: 1001 }, " \
    "{ name: Bob, cert: Bob.pem, uid: 1002 }] }"

static void
policy_pin(struct bench *b)
{
	const struct ledger_ask who = { .requester = "root", .uid = 0 };
	int64_t request = 0;
	bool pinned = false;

	reopen(b, HOME_POLICY);
	REQUIRE_OK(policy_change(b->f.home, &who, &request, &pinned, b->f.err), b->f.err);
	REQUIRE(pinned);
}

static void
server_make(struct bench *b)
{
	struct fixture_request asks = { .n_san = 0 };

	softkey_free(TAKE(b->server));
	buf_cut(&b->csr, 0);
	REQUIRE_OK(softkey_generate(KEY_EC_P256, &b->server, b->f.err), b->f.err);
	fixture_csr(b->server, &asks, &b->csr);
}

static void
entry_digest_anew(struct bench *b)
{
	SCOPED(buf_clear) struct buf canonical = BUF_INIT;

	b->entry.canonical = BYTES(NULL, 0);
	entry_put_canonical(&b->entry, &canonical);
	sha256(buf_bytes(&canonical), b->entry.digest);
}

static void
bench_make(struct bench *b)
{
	b->arena = arena_new();
	fake_reset(KEY_EC_P256);
	fixture_make(&b->f, CUSTODY_STRICT);
	for (size_t i = 0; i < OFFICERS; i++)
		officer_make(b, i);
	b->entry = *fixture_entry();
	entry_digest_anew(b);
	server_make(b);
	config_write(b, TWO);
	policy_pin(b);
	reopen(b, HOME_SIGN);
	login(b);
	fake.signed_ = 0;
}

static int64_t
reserve(struct bench *b, int64_t uid)
{
	SCOPED(reservation_free) struct reservation *reserved = NULL;
	const struct issue_options options = { .requester = "alice" };

	REQUIRE_OK(issue_reserve(b->f.home, &b->entry, buf_bytes(&b->csr), &options, uid,
	    &reserved, b->f.err), b->f.err);
	return reserved->request;
}

static int64_t
reserve_other(struct bench *b)
{
	server_make(b);
	return reserve(b, 1000);
}

static struct bytes
signed_text(struct bench *b, size_t officer, struct bytes text)
{
	SCOPED(buf_clear) struct buf attributes = BUF_INIT, signature = BUF_INIT, cms = BUF_INIT;
	struct cms_terms terms = { .content = text, .detached = true,
		.signer = &b->cert[officer], .algorithm = b->key[officer].algorithm,
		.signing_time = fixture_now };

	cms_attributes_encode(&terms, &attributes);
	REQUIRE_OK(softkey_sign(b->key[officer].key, terms.algorithm, buf_bytes(&attributes),
	    &signature, b->f.err), b->f.err);
	cms_encode(&terms, buf_bytes(&attributes), buf_bytes(&signature), &cms);
	return arena_bytes(b->arena, buf_bytes(&cms));
}

static struct bytes
statement(struct bench *b, size_t officer, int64_t id, const char *reason)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct approval_case c;

	REQUIRE_OK(approval_open(b->f.home, id, b->arena, &c, b->f.err), b->f.err);
	approval_text(&c, reason, &text);
	return signed_text(b, officer, buf_bytes(&text));
}

static enum rc_status
take(struct bench *b, int64_t id, struct bytes cms, const char *reason)
{
	struct approval_taken taken;

	return approval_take(b->f.home, id, cms, reason, b->arena, &taken, b->f.err);
}

static enum rc_status
approve(struct bench *b, size_t officer, int64_t id)
{
	return take(b, id, statement(b, officer, id, NULL), NULL);
}

static void
approve_both(struct bench *b, int64_t id)
{
	REQUIRE_OK(approve(b, ANN, id), b->f.err);
	REQUIRE_OK(approve(b, BOB, id), b->f.err);
}

static struct approval_case
case_of(struct bench *b, int64_t id)
{
	struct approval_case c = { .row = NULL };

	REQUIRE_OK(approval_open(b->f.home, id, b->arena, &c, b->f.err), b->f.err);
	return c;
}

static enum rc_status
resume(struct bench *b, int64_t id)
{
	SCOPED(issuance_free) struct issuance *issued = NULL;
	uint8_t tbs[SHA256_OCTETS];

	TRY(issue_resume(b->f.home, b->f.signer, id, &issued, b->f.err));
	sha256(issued->certificate.tbs, tbs);
	EXPECT(bytes_equal(BYTES(tbs, sizeof(tbs)), case_of(b, id).request.subject));
	return RC_OK;
}

static size_t
findings(struct bench *b)
{
	SCOPED(error_free) struct error *found = error_new();
	const struct ledger_verify_options options = { .n_known = 0 };
	struct ledger_verdict verdict = { .findings = 0 };

	REQUIRE_OK(ledger_verify(b->f.home->ledger, &options, &verdict, found, b->f.err),
	    b->f.err);
	return verdict.findings;
}

TEST(exactly_what_officers_approved_is_signed)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	struct issuance *issued = NULL;
	const struct issue_options options = { .requester = "alice" };
	int64_t id;

	bench_make(&b);
	EXPECT_RULE(issue_certificate(b.f.home, b.f.signer, &b.entry, buf_bytes(&b.csr), &options,
	    &issued, b.f.err), b.f.err, RULE_APPROVAL_NEEDED);
	id = reserve(&b, 1000);
	EXPECT_INT(reserve(&b, 1000), id);
	EXPECT_RULE(resume(&b, id), b.f.err, RULE_APPROVAL_TOO_FEW);
	EXPECT_OK(approve(&b, ANN, id), b.f.err);
	EXPECT_INT(case_of(&b, id).request.state, REQUEST_WAITING);
	EXPECT_RULE(resume(&b, id), b.f.err, RULE_APPROVAL_TOO_FEW);
	EXPECT_OK(approve(&b, BOB, id), b.f.err);
	EXPECT_INT(case_of(&b, id).request.state, REQUEST_APPROVED);
	EXPECT_INT(fake.signed_, 0);
	EXPECT_OK(resume(&b, id), b.f.err);
	EXPECT_INT(fake.signed_, 1);
	EXPECT_INT(case_of(&b, id).request.state, REQUEST_SPENT);
	EXPECT_INT(case_of(&b, id).row->state, LEDGER_DONE);
	EXPECT_RULE(resume(&b, id), b.f.err, RULE_APPROVAL_STATE);
	EXPECT_INT(fake.signed_, 1);
	EXPECT_INT(findings(&b), 0);
}

TEST(an_approval_is_good_for_its_request_alone)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct approval_case c;
	uint8_t other[SHA256_OCTETS] = { 1 };
	int64_t first, second;

	bench_make(&b);
	first = reserve(&b, 1000);
	second = reserve_other(&b);
	EXPECT(first != second);
	EXPECT_RULE(take(&b, second, statement(&b, ANN, first, NULL), NULL), b.f.err,
	    RULE_CMS_SIGNATURE);
	EXPECT_RULE(take(&b, first, statement(&b, ANN, first, "no"), NULL), b.f.err,
	    RULE_CMS_SIGNATURE);
	EXPECT_RULE(take(&b, first, statement(&b, ANN, first, NULL), "no"), b.f.err,
	    RULE_CMS_SIGNATURE);
	/* of another CA; under another policy; by another requester; until another day */
	for (int i = 0; i < 4; i++) {
		c = case_of(&b, first);
		if (i == 0)
			c.subject.ca_key = BYTES(other, sizeof(other));
		if (i == 1)
			c.subject.policy = BYTES(other, sizeof(other));
		if (i == 2)
			c.subject.uid = 1003;
		if (i == 3)
			c.subject.expires++;
		buf_cut(&text, 0);
		approval_text(&c, NULL, &text);
		EXPECT_RULE(take(&b, first, signed_text(&b, ANN, buf_bytes(&text)), NULL), b.f.err,
		    RULE_CMS_SIGNATURE);
	}
	EXPECT_INT(case_of(&b, first).n_approvals, 0);
}

TEST(who_may_not_approve_does_not)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	int64_t own, id;

	bench_make(&b);
	own = reserve(&b, 1001);
	EXPECT_RULE(approve(&b, ANN, own), b.f.err, RULE_APPROVAL_OWN);
	id = reserve_other(&b);
	EXPECT_OK(approve(&b, ANN, id), b.f.err);
	EXPECT_RULE(approve(&b, ANN, id), b.f.err, RULE_APPROVAL_AGAIN);
	sample_key_clear(&b.key[BOB]);
	b.cert[BOB].spki = BYTES(NULL, 0);
	officer_make(&b, BOB);
	/* ca.yaml names another certificate now; the policy pins the key */
	EXPECT_RULE(approve(&b, BOB, id), b.f.err, RULE_APPROVAL_STRANGER);
	EXPECT_INT(case_of(&b, id).n_approvals, 1);
}

TEST(an_officers_certificate_is_valid_on_the_day)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	int64_t id;

	bench_make(&b);
	fixture_now += 29 * DAYS;
	id = reserve(&b, 1000);
	EXPECT_OK(approve(&b, ANN, id), b.f.err);
	fixture_now += 2 * DAYS;
	EXPECT_RULE(approve(&b, BOB, id), b.f.err, RULE_APPROVAL_CERTIFICATE);
}

TEST(a_request_is_open_for_its_days)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	int64_t waiting, approved;

	bench_make(&b);
	waiting = reserve(&b, 1000);
	approved = reserve_other(&b);
	approve_both(&b, approved);
	fixture_now += 7 * DAYS - 1;
	EXPECT_OK(approve(&b, ANN, waiting), b.f.err);
	fixture_now += 1;
	EXPECT_RULE(approve(&b, BOB, waiting), b.f.err, RULE_APPROVAL_EXPIRED);
	EXPECT_RULE(resume(&b, approved), b.f.err, RULE_APPROVAL_EXPIRED);
	EXPECT_INT(case_of(&b, waiting).row->state, LEDGER_VOID);
	EXPECT_INT(case_of(&b, approved).row->state, LEDGER_VOID);
	EXPECT_INT(fake.signed_, 0);
	EXPECT_INT(findings(&b), 0);
}

TEST(one_officer_denies_and_whoever_keeps_the_ca_withdraws)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	int64_t denied, withdrawn;

	bench_make(&b);
	denied = reserve(&b, 1000);
	approve_both(&b, denied);
	EXPECT_OK(take(&b, denied, statement(&b, BOB, denied, "too\nbroad"), "too\nbroad"),
	    b.f.err);
	EXPECT_INT(case_of(&b, denied).request.state, REQUEST_DENIED);
	EXPECT_RULE(resume(&b, denied), b.f.err, RULE_APPROVAL_STATE);
	withdrawn = reserve_other(&b);
	EXPECT_OK(approval_withdraw(b.f.home, withdrawn, "root", "a mistake", b.f.err), b.f.err);
	EXPECT_TEXT(case_of(&b, withdrawn).request.reason, "withdrawn by root: a mistake");
	EXPECT_RULE(approve(&b, ANN, withdrawn), b.f.err, RULE_APPROVAL_STATE);
	EXPECT_INT(findings(&b), 0);
}

TEST(what_is_approved_is_judged_again)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	struct rc_engine_config config = { .uri = NULL };
	int64_t id;

	bench_make(&b);
	id = reserve(&b, 1000);
	approve_both(&b, id);
	/* a key that can leave its token by now */
	signer_close(TAKE(b.f.signer));
	fake.facts.extractable = RC_TRUE;
	EXPECT_RULE(signer_open(b.f.home, &fake_token, &config, &b.f.signer, b.f.err), b.f.err,
	    RULE_KEY_EXTRACTABLE);
	EXPECT_INT(case_of(&b, id).request.state, REQUEST_APPROVED);
	fake.facts.extractable = RC_FALSE;
	login(&b);
	fake.mode = FAKE_FAILS;
	EXPECT_RULE(resume(&b, id), b.f.err, RULE_TOKEN_ERROR);
	EXPECT_INT(case_of(&b, id).request.state, REQUEST_SPENT);
	EXPECT_INT(case_of(&b, id).row->state, LEDGER_LOST);
	EXPECT_INT(findings(&b), 0);
}

/* Between approval and signature the key became known to be in other hands. */
TEST(a_key_that_was_compromised_meanwhile_is_not_certified)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	int64_t first, second;

	bench_make(&b);
	first = reserve(&b, 1000);
	approve_both(&b, first);
	REQUIRE_OK(resume(&b, first), b.f.err);
	b.entry.validity_days++;
	entry_digest_anew(&b);
	second = reserve(&b, 1000);
	EXPECT(second != first);
	approve_both(&b, second);
	REQUIRE_OK(ledger_mark(b.f.home->ledger, case_of(&b, first).row->id, LEDGER_REVOKED,
	    "keyCompromise", b.f.err), b.f.err);
	EXPECT_RULE(issue_resume_check(b.f.home, second, b.f.err), b.f.err, RULE_KEY_REVOKED);
	EXPECT_RULE(resume(&b, second), b.f.err, RULE_KEY_REVOKED);
	EXPECT_INT(case_of(&b, second).request.state, REQUEST_APPROVED);
	EXPECT_INT(case_of(&b, second).row->state, LEDGER_RESERVED);
	EXPECT_INT(fake.signed_, 1);
	EXPECT_INT(findings(&b), 0);
}

/* One key, two entries: the second is refused while the first still waits; where the role
 * shares its key it is told, also of what is signed at last. */
TEST(a_key_that_waits_for_another_entry_is_refused_or_told)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	SCOPED(reservation_free) struct reservation *none = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	const struct issue_options options = { .requester = "alice" };
	int64_t first, second;

	bench_make(&b);
	first = reserve(&b, 1000);
	approve_both(&b, first);
	b.entry.id = "another";
	EXPECT_RULE(issue_reserve(b.f.home, &b.entry, buf_bytes(&b.csr), &options, 1000, &none,
	    b.f.err), b.f.err, RULE_KEY_IN_USE);
	b.entry.shared = true;
	entry_digest_anew(&b);
	second = reserve(&b, 1000);
	approve_both(&b, second);
	REQUIRE_OK(issue_resume(b.f.home, b.f.signer, second, &issued, b.f.err), b.f.err);
	REQUIRE(issued->n_notes == 1);
	EXPECT_HAS(issued->notes[0], "[key-in-use]");
	/* what was approved before has it in the role that it had then */
	EXPECT_RULE(resume(&b, first), b.f.err, RULE_KEY_IN_USE);
	EXPECT_INT(fake.signed_, 1);
}

/* The CA's certificate that is in force when it is signed, and not the one when it was
 * asked for. */
TEST(a_ca_that_ends_meanwhile_signs_nothing)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	int64_t id, kept;

	bench_make(&b);
	id = reserve(&b, 1000);
	approve_both(&b, id);
	kept = b.f.home->certificate.not_after;
	b.f.home->certificate.not_after = fixture_now - 1;
	EXPECT_RULE(resume(&b, id), b.f.err, RULE_ISSUE_EXPIRED);
	/* renewed, and for a shorter time than was approved */
	b.f.home->certificate.not_after = case_of(&b, id).row->not_after - 1;
	EXPECT_RULE(resume(&b, id), b.f.err, RULE_LINT_VALIDITY);
	EXPECT_INT(case_of(&b, id).request.state, REQUEST_APPROVED);
	EXPECT_INT(fake.signed_, 0);
	b.f.home->certificate.not_after = kept;
	EXPECT_OK(resume(&b, id), b.f.err);
}

TEST(a_policy_is_changed_by_its_officers)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	const struct ledger_ask who = { .requester = "root", .uid = 0 };
	int64_t waiting, change = 0, again = 0;
	bool pinned = true;

	bench_make(&b);
	waiting = reserve(&b, 1000);
	config_write(&b, "automatic");
	reopen(&b, HOME_POLICY);
	EXPECT_RULE(home_policy_accept(b.f.home, 0, b.f.err), b.f.err, RULE_APPROVAL_NEEDED);
	EXPECT_OK(policy_change(b.f.home, &who, &change, &pinned, b.f.err), b.f.err);
	EXPECT(!pinned);
	EXPECT_RULE(policy_change(b.f.home, &who, &again, &pinned, b.f.err), b.f.err,
	    RULE_APPROVAL_TOO_FEW);
	EXPECT_INT(again, change);
	approve_both(&b, change);
	/* approved is this change and no other */
	config_write(&b, "{ need: 1, of: [{ name: Ann, cert: Ann.pem }] }");
	reopen(&b, HOME_POLICY);
	EXPECT_OK(policy_change(b.f.home, &who, &again, &pinned, b.f.err), b.f.err);
	EXPECT(!pinned && again != change);
	config_write(&b, "automatic");
	reopen(&b, HOME_POLICY);
	EXPECT_OK(policy_change(b.f.home, &who, &again, &pinned, b.f.err), b.f.err);
	EXPECT(pinned && again == change);
	EXPECT_RULE(approve(&b, ANN, waiting), b.f.err, RULE_APPROVAL_POLICY);
	EXPECT_INT(findings(&b), 0);
}

TEST(what_waits_is_found_again_under_its_own_policy_alone)
{
	SCOPED(bench_clear) struct bench b = { .server = NULL };
	const struct ledger_ask who = { .requester = "root" };
	int64_t waiting, change = 0;
	bool pinned = false;

	bench_make(&b);
	waiting = reserve(&b, 1000);
	EXPECT_INT(reserve(&b, 1000), waiting);
	config_write(&b, "{ need: 1, of: [{ name: Ann, cert: Ann.pem }] }");
	reopen(&b, HOME_POLICY);
	REQUIRE_OK(policy_change(b.f.home, &who, &change, &pinned, b.f.err), b.f.err);
	approve_both(&b, change);
	REQUIRE_OK(policy_change(b.f.home, &who, &change, &pinned, b.f.err), b.f.err);
	REQUIRE(pinned);
	reopen(&b, HOME_SIGN);
	EXPECT(reserve(&b, 1000) > change);
	EXPECT_INT(findings(&b), 0);
}
