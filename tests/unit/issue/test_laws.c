/*
 * The laws of the product document, section 2, each with a test that fails when
 * the law is broken.  (Law 2 at `ca init`: test_ca_init.c.)
 */
#include <glob.h>
#include <sys/wait.h>
#include <unistd.h>

#include "issue/permit.h"
#include "tests/unit/issue/fixture.h"
#include "x509/tbs.h"

static enum rc_status
issue_plain(struct fixture *f, const struct issue_options *options, struct issuance **ret)
{
	SCOPED(buf_clear) struct buf csr = BUF_INIT;

	fixture_plain_csr(&csr);
	return issue_certificate(f->home, f->signer, fixture_entry(), buf_bytes(&csr), options,
	    ret, f->err);
}

/* -- law 1: linted and journalled first --------------------------------------------- */

struct witness {
	const char *home;
	struct bytes tbs;
	size_t pending, others;
};

static enum rc_status
witness_row(void *arg, const struct ledger_row *row, struct error *err)
{
	struct witness *w = arg;

	(void)err;
	if (row->state == LEDGER_PENDING && bytes_equal(row->tbs, w->tbs))
		w->pending++;
	else if (row->state == LEDGER_PENDING)
		w->others++;
	return RC_OK;
}

/* Looks from outside, through a handle of its own, at the moment of signing. */
static void
witness_look(void *arg, struct bytes tbs)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	struct ledger_options options = { .clock = &fixture_clock, .read_only = true };
	struct ledger_filter every = { .states = 0 };
	struct witness *w = arg;

	w->tbs = tbs;
	REQUIRE_OK(ledger_open(w->home, &options, &ledger, err), err);
	REQUIRE_OK(ledger_each(ledger, &every, witness_row, w, err), err);
}

TEST(law_1_the_token_is_asked_for_journalled_bytes_only)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct issue_options options = { .requester = "test" };
	struct witness w;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	w = (struct witness){ .home = f.home->dir };
	fake.at_sign = witness_look;
	fake.at_sign_arg = &w;
	REQUIRE_OK(issue_plain(&f, &options, &issued), f.err);
	EXPECT_INT(fake.signed_, 1);
	EXPECT_INT(w.pending, 1);
	EXPECT_INT(w.others, 0);
}

TEST(law_1_holds_for_the_cas_own_certificate_and_request)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct ca_init init;
	struct witness w;

	fake_reset(KEY_EC_P256);
	folder_make(&folder);
	init = fixture_init(folder_path(&folder, "root"), CUSTODY_STRICT);
	w = (struct witness){ .home = init.dir };
	fake.at_sign = witness_look;
	fake.at_sign_arg = &w;
	REQUIRE_OK(ca_init_self_signed(&init, err), err);
	EXPECT_INT(w.pending, 1);
	init.dir = folder_path(&folder, "issuing");
	w = (struct witness){ .home = init.dir };
	REQUIRE_OK(ca_init_csr(&init, &csr, err), err);
	EXPECT_INT(w.pending, 1);
	EXPECT_INT(fake.signed_, 2);
}

static size_t
count_in(const char *path, const char *needle)
{
	struct buf text = BUF_INIT;
	size_t n = 0;

	folder_read(path, &text);
	for (const char *at = buf_text(&text); (at = strstr(at, needle)) != NULL; at++)
		n++;
	buf_clear(&text);
	return n;
}

TEST(law_1_one_place_asks_an_engine_to_sign_and_permits_stay_private)
{
	static const char *const patterns[] = {
		"src/*/*.c", "src/*/*/*.c", "src/*/*.h", "src/*/*/*.h" };
	size_t callers = 0, askers = 0, includes = 0;
	glob_t found = { .gl_pathc = 0 };

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		(void)glob(patterns[i], i == 0 ? 0 : GLOB_APPEND, NULL, &found);
	REQUIRE(found.gl_pathc > 20);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		callers += count_in(found.gl_pathv[i], "->sign(");
		askers += count_in(found.gl_pathv[i], "(signer_sign(") +
		    count_in(found.gl_pathv[i], "= signer_sign(");
		if (strstr(found.gl_pathv[i], "src/issue/") == NULL)
			includes += count_in(found.gl_pathv[i], "\"issue/permit.h\"");
	}
	EXPECT_INT(callers, 1);
	EXPECT_INT(askers, 3);
	EXPECT_INT(count_in("src/issue/relogin.c", "->sign("), 1);
	EXPECT_INT(count_in("src/issue/permit.c", "signer_sign("), 1);
	EXPECT_INT(count_in("src/issue/request_sign.c", "signer_sign("), 1);
	EXPECT_INT(count_in("src/issue/approve_sign.c", "signer_sign("), 1);
	EXPECT_INT(includes, 0);
	globfree(&found);
}

static enum rc_status
permit_plain(struct fixture *f, const struct permit_issuer *issuer, struct permit **ret)
{
	static const uint8_t subject[] = { 0x30, 0x00 };
	SCOPED(buf_clear) struct buf info = BUF_INIT;
	struct permit_draft draft = {
		.kind = LEDGER_CSR, .key = issuer->key,
		.subject = BYTES(subject, sizeof(subject)),
	};
	struct buf exts = BUF_INIT;
	struct ext_value basic = { .id = EXT_BASIC_CONSTRAINTS,
		.u.basic = { .ca = true, .path_len = -1 } };
	enum rc_status status;

	ext_put(&basic, &exts);
	csr_info_encode(draft.subject, pubkey_spki(draft.key), buf_bytes(&exts), &info);
	buf_clear(&exts);
	draft.tbs = buf_bytes(&info);
	status = permit_make(issuer, &draft, ret, f->err);
	return status;
}

TEST(law_1_a_permit_is_spent_once_however_it_ends)
{
	static const enum fake_mode modes[] = { FAKE_HONEST, FAKE_FAILS, FAKE_OTHER_BYTES };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		SCOPED(fixture_clear) struct fixture f = { .home = NULL };
		SCOPED(permit_free) struct permit *permit = NULL;
		SCOPED(arena_free) struct arena *arena = arena_new();
		struct permit_result result = { .der = { .n = 0 } }, again = result;
		struct permit_issuer issuer;

		fake_reset(KEY_EC_P256);
		fixture_make(&f, CUSTODY_STRICT);
		issuer = (struct permit_issuer){ .ledger = f.home->ledger, .signer = f.signer,
			.key = f.home->key, .algorithm = f.home->algorithm };
		REQUIRE_OK(permit_plain(&f, &issuer, &permit), f.err);
		fake.mode = modes[i];
		EXPECT_INT(permit_spend(permit, arena, &result, f.err), i == 0 ? RC_OK : RC_TOKEN);
		EXPECT_INT(result.der.n > 0, i == 0);
		fake.mode = FAKE_HONEST;
		error_clear(f.err);
		EXPECT_RULE(permit_spend(permit, arena, &again, f.err), f.err, RULE_BUG);
		EXPECT_INT(again.der.n, 0);
		EXPECT_INT(fake.signed_, 1);
	}
}

TEST(law_1_no_signature_before_the_intent_is_on_the_disk)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(permit_free) struct permit *permit = NULL;
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct permit_result result = { .der = { .n = 0 } };
	struct permit_issuer issuer;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	issuer = (struct permit_issuer){ .ledger = f.home->ledger, .signer = f.signer,
		.key = f.home->key, .algorithm = f.home->algorithm };
	REQUIRE_OK(ledger_batch_begin(f.home->ledger, f.err), f.err);
	REQUIRE_OK(permit_plain(&f, &issuer, &permit), f.err);
	EXPECT_RULE(permit_spend(permit, arena, &result, f.err), f.err, RULE_BUG);
	EXPECT_INT(fake.signed_, 0);
	REQUIRE_OK(ledger_batch_end(f.home->ledger, f.err), f.err);
}

TEST(law_1_bytes_that_do_not_lint_get_no_permit)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(permit_free) struct permit *permit = NULL;
	struct permit_issuer issuer;
	struct permit_draft draft = { .kind = LEDGER_CSR, .tbs = bytes_of_text("no DER") };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	issuer = (struct permit_issuer){ .ledger = f.home->ledger, .signer = f.signer,
		.key = f.home->key, .algorithm = f.home->algorithm };
	draft.key = f.home->key;
	EXPECT_RULE(permit_make(&issuer, &draft, &permit, f.err), f.err, RULE_LINT_REQUEST);
	EXPECT(permit == NULL);
	EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_PENDING), 0);
}

/* -- law 2: custody of this login ----------------------------------------------------- */

TEST(law_2_no_signature_below_the_level)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct rc_engine_config config = { .uri = NULL };
	struct signer *signer = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fake.facts.extractable = RC_TRUE;
	EXPECT_RULE(signer_open(f.home, &fake_token, &config, &signer, f.err), f.err,
	    RULE_KEY_EXTRACTABLE);
	fake.facts.extractable = RC_FALSE;
	fake.facts.keys_with_this_id = 2;
	EXPECT_RULE(signer_open(f.home, &fake_token, &config, &signer, f.err), f.err,
	    RULE_KEY_AMBIGUOUS);
	fake.facts.keys_with_this_id = 1;
	fake.missing = true;
	EXPECT_RULE(signer_open(f.home, &fake_token, &config, &signer, f.err), f.err,
	    RULE_KEY_MISSING);
	EXPECT(signer == NULL);
	EXPECT_INT(fake.signed_, 0);
}

TEST(law_2_the_verdict_is_made_anew_at_each_login)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct rc_engine_config config = { .uri = NULL };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	EXPECT(signer_custody(f.signer)->accepted);
	/* The same key by the same home; the token thinks otherwise of it now. */
	fake.facts.wrappable = RC_TRUE;
	signer_close(TAKE(f.signer));
	EXPECT_RULE(signer_open(f.home, &fake_token, &config, &f.signer, f.err), f.err,
	    RULE_KEY_WRAPPABLE);
	EXPECT(f.signer == NULL);
	fake.facts.wrappable = RC_FALSE;
	REQUIRE_OK(signer_open(f.home, &fake_token, &config, &f.signer, f.err), f.err);
	EXPECT_INT(fake.depth, RC_DEPTH_SESSION);
	EXPECT_INT(fake.signed_, 0);
}

TEST(law_2_the_key_is_the_one_of_the_certificate)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct rc_engine_config config = { .uri = NULL };
	struct signer *signer = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fake_reset(KEY_EC_P256);
	EXPECT_RULE(signer_open(f.home, &fake_token, &config, &signer, f.err), f.err,
	    RULE_KEY_MISMATCH);
	EXPECT_INT(fake.signed_, 0);
}

TEST(law_2_a_signer_serves_no_other_home)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL }, g = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct issue_options options = { .requester = NULL };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fake_reset(KEY_EC_P256);
	fixture_make(&g, CUSTODY_STRICT);
	signer_close(TAKE(f.signer));
	f.signer = TAKE(g.signer);
	EXPECT_RULE(issue_plain(&f, &options, &issued), f.err, RULE_BUG);
	EXPECT_INT(fake.signed_, 0);
}

TEST(law_2_how_the_key_is_kept_is_recorded_with_the_signature)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct issue_options options = { .requester = "ann" };
	struct ledger_row *row;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_plain(&f, &options, &issued), f.err);
	REQUIRE_OK(ledger_get(f.home->ledger, issued->ledger_id, arena, &row, f.err), f.err);
	EXPECT_HAS(arena_strndup(arena, (const char *)row->custody.p, row->custody.n),
	    "CKA_EXTRACTABLE false");
	EXPECT_TEXT(row->requester, "ann");
	EXPECT_TEXT(row->entry, "edge-external/lsedge.contoso.net");
	EXPECT_INT(row->state, LEDGER_DONE);
	EXPECT(bytes_equal(row->signed_bytes, issued->der));
}

/* -- law 3: names come from role and topology -------------------------------------------- */

static struct general_name evil_names[] = {
	{ NAME_DNS, "evil.example.net" }, { NAME_DNS, "sip.contoso.com" } };
static const struct fixture_request evil = {
	.subject = { .attr = { [DN_CN] = "evil.example.net", [DN_O] = "Evil" } },
	.san = evil_names, .n_san = ARRAY_LEN(evil_names),
};

static bool
holds(struct bytes der, const char *word)
{
	return memmem(der.p, der.n, word, strlen(word)) != NULL;
}

static void
evil_csr(struct buf *out)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(softkey_free) struct softkey *key = NULL;

	REQUIRE_OK(softkey_generate(KEY_EC_P256, &key, err), err);
	fixture_csr(key, &evil, out);
	REQUIRE(holds(buf_bytes(out), "evil"));
}

TEST(law_3_no_name_of_a_request_is_in_the_certificate)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct issue_options options = { .strict_request = false };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	evil_csr(&csr);
	REQUIRE_OK(issue_certificate(f.home, f.signer, fixture_entry(), buf_bytes(&csr),
	    &options, &issued, f.err), f.err);
	EXPECT(!holds(issued->der, "evil"));
	EXPECT(!holds(issued->der, "Evil"));
	EXPECT_TEXT(issued->certificate.subject_text, "CN=sip.contoso.com, O=Contoso");
	EXPECT_INT(issued->n_differences, 4);
	EXPECT_HAS(issued->differences[0], "CN=evil.example.net");
	EXPECT_HAS(issued->differences[1], "dns:evil.example.net, which is not planned");
	EXPECT_HAS(issued->differences[2], "does not ask for the planned name dns:webcon");
}

TEST(law_3_strict_refuses_what_differs)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct issue_options options = { .strict_request = true };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	evil_csr(&csr);
	EXPECT_RULE(issue_certificate(f.home, f.signer, fixture_entry(), buf_bytes(&csr),
	    &options, &issued, f.err), f.err, RULE_REQUEST_DIFFERS);
	EXPECT_INT(fake.signed_, 0);
	EXPECT_INT(ledger_events(f.home->ledger, "refuse"), 1);
	EXPECT_OK(issue_plain(&f, &options, &issued), f.err);
	EXPECT_INT(issued->n_differences, 0);
}

/* -- law 4: read back before it leaves ------------------------------------------------------ */

TEST(law_4_a_wrong_signature_is_spoiled_and_not_delivered)
{
	static const enum fake_mode modes[] = {
		FAKE_OTHER_BYTES, FAKE_OTHER_KEY, FAKE_GARBAGE };

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		SCOPED(fixture_clear) struct fixture f = { .home = NULL };
		struct issue_options options = { .requester = NULL };
		struct issuance *issued = NULL;

		fake_reset(KEY_EC_P256);
		fixture_make(&f, CUSTODY_STRICT);
		fake.mode = modes[i];
		EXPECT_RULE(issue_plain(&f, &options, &issued), f.err, RULE_SIGN_SPOILED);
		EXPECT(issued == NULL);
		EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_SPOILED), 1);
		EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_DONE), 1);
		EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_PENDING), 0);
		fake.mode = FAKE_HONEST;
		EXPECT_OK(issue_plain(&f, &options, &issued), f.err);
		issuance_free(issued);
	}
}

static void
expect_names(const struct cert *cert, const struct entry *entry)
{
	const struct cert_ext *san = cert_find_ext(cert, EXT_SUBJECT_ALT_NAME);

	REQUIRE(san != NULL);
	EXPECT_INT(san->value.u.names.n, entry->n_san);
	for (size_t i = 0; i < entry->n_san; i++)
		EXPECT_TEXT(san->value.u.names.v[i].value, entry->san[i].value);
}

TEST(law_4_what_is_planned_is_issued)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct issue_options options = { .requester = NULL };
	const struct cert_ext *aki;

	fake_reset(KEY_RSA_2048);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_plain(&f, &options, &issued), f.err);
	expect_names(&issued->certificate, fixture_entry());
	EXPECT_INT(issued->certificate.algorithm, RC_RSA_SHA256);
	EXPECT_OK(cert_verify(&issued->certificate, &f.home->certificate, f.err), f.err);
	EXPECT(bytes_equal(issued->certificate.issuer, f.home->certificate.subject));
	aki = cert_find_ext(&issued->certificate, EXT_AUTHORITY_KEY_IDENTIFIER);
	EXPECT(aki != NULL && bytes_equal(aki->value.u.key_id, f.home->key_id));
	EXPECT_INT(issued->certificate.not_before, fixture_now - 300);
	EXPECT_INT(issued->certificate.not_after, fixture_now - 300 + 730LL * 86400 - 1);
	EXPECT_INT(strlen(issued->serial), 40);
}

/* -- law 5: nothing that the ledger does not know -------------------------------------------- */

TEST(law_5_a_token_that_fails_leaves_its_serial_lost)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct issue_options options = { .requester = NULL };
	struct issuance *issued = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fake.mode = FAKE_FAILS;
	EXPECT_RULE(issue_plain(&f, &options, &issued), f.err, RULE_TOKEN_ERROR);
	EXPECT(issued == NULL);
	EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_LOST), 1);
	EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_PENDING), 0);
}

static void
die(void *arg, struct bytes tbs)
{
	(void)arg;
	(void)tbs;
	_exit(3);
}

/* A whole process that dies while the token signs. */
static void
child_dies(const char *dir)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct rc_engine_config config = { .uri = NULL };
	struct issue_options options = { .requester = NULL };
	struct issuance *issued = NULL;

	fake.at_sign = die;
	fixture_plain_csr(&csr);
	if (home_open(dir, HOME_SIGN, &fixture_clock, &home, err) == RC_OK &&
	    signer_open(home, &fake_token, &config, &signer, err) == RC_OK &&
	    issue_certificate(home, signer, fixture_entry(), buf_bytes(&csr), &options, &issued,
	    err) == RC_OK)
		_exit(0);
	_exit(4);
}

TEST(law_5_what_a_dead_process_left_is_lost_at_the_next_start)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct home *home = NULL;
	const char *dir;
	int status = 0;
	pid_t pid;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	dir = folder_path(&f.folder, "ca");
	signer_close(TAKE(f.signer));
	home_close(TAKE(f.home));
	pid = fork();
	if (pid == 0)
		child_dies(dir);
	REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
	REQUIRE(WIFEXITED(status));
	EXPECT_INT(WEXITSTATUS(status), 3);
	REQUIRE_OK(home_open(dir, HOME_LOOK, &fixture_clock, &home, f.err), f.err);
	EXPECT_INT(ledger_rows(home->ledger, LEDGER_PENDING), 1);
	home_close(TAKE(home));
	REQUIRE_OK(home_open(dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err);
	EXPECT(error_first(f.err) != NULL && error_first(f.err)->rule == RULE_SIGN_FAILED);
	EXPECT_INT(ledger_rows(home->ledger, LEDGER_PENDING), 0);
	EXPECT_INT(ledger_rows(home->ledger, LEDGER_LOST), 1);
	home_close(TAKE(home));
}

static enum rc_status
row_id(void *arg, const struct ledger_row *row, struct error *err)
{
	(void)err;
	*(int64_t *)arg = row->id;
	return RC_OK;
}

/* The row is settled by another hand while the token signs. */
static void
settle_first(void *arg, struct bytes tbs)
{
	SCOPED(error_free) struct error *err = error_new();
	struct ledger_filter pending = { .states = 1U << LEDGER_PENDING };
	int64_t id = 0;

	(void)tbs;
	REQUIRE_OK(ledger_each(arg, &pending, row_id, &id, err), err);
	REQUIRE_OK(ledger_lose(arg, id, "by another hand", err), err);
}

TEST(law_5_what_cannot_be_committed_is_not_delivered)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct issue_options options = { .requester = NULL };
	struct issuance *issued = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fake.at_sign = settle_first;
	fake.at_sign_arg = f.home->ledger;
	EXPECT_RULE(issue_plain(&f, &options, &issued), f.err, RULE_LEDGER_STATE);
	EXPECT_INT(fake.signed_, 1);
	EXPECT(issued == NULL);
	EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_DONE), 1);
	EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_LOST), 1);
}

static void
serial_same(void *arg, uint8_t ret[20])
{
	(void)arg;
	memset(ret, 0x11, 20);
}

TEST(law_5_no_serial_is_used_twice)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct issue_options options = { .serial = serial_same, .renew = true };
	struct issuance *again = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_plain(&f, &options, &issued), f.err);
	EXPECT_TEXT(issued->serial, "1111111111111111111111111111111111111111");
	EXPECT_RULE(issue_plain(&f, &options, &again), f.err, RULE_SERIAL_NOT_UNIQUE);
	EXPECT(again == NULL);
	EXPECT_INT(fake.signed_, 1);
}
