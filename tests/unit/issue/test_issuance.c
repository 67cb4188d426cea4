#include "crypto/digest.h"
#include "issue/deliver.h"
#include "issue/task.h"
#include "os/file.h"
#include "tests/unit/issue/fixture.h"

static const struct issue_options plain;

static enum rc_status
issue_with(struct fixture *f, const struct softkey *key, const struct entry *entry,
    const struct issue_options *options, struct issuance **ret)
{
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct fixture_request asks = { .n_san = 0 };

	fixture_csr(key, &asks, &csr);
	return issue_certificate(f->home, f->signer, entry, buf_bytes(&csr), options, ret, f->err);
}

static struct softkey *
new_key(unsigned algorithm)
{
	SCOPED(error_free) struct error *err = error_new();
	struct softkey *key = NULL;

	REQUIRE_OK(softkey_generate(algorithm, &key, err), err);
	return key;
}

static void
expect_nothing_signed(struct fixture *f, size_t refused)
{
	EXPECT_INT(fake.signed_, 0);
	EXPECT_INT(ledger_rows(f->home->ledger, LEDGER_PENDING), 0);
	EXPECT_INT(ledger_rows(f->home->ledger, LEDGER_DONE), 1);
	EXPECT_INT(ledger_events(f->home->ledger, "refuse"), refused);
}

TEST(a_request_that_cannot_be_read_is_recorded_and_refused)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct issuance *issued = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	EXPECT_RULE(issue_certificate(f.home, f.signer, fixture_entry(), bytes_of_text("x"),
	    &plain, &issued, f.err), f.err, RULE_CSR_MALFORMED);
	fixture_plain_csr(&csr);
	csr.p[csr.n - 1] ^= 1;
	EXPECT_RULE(issue_certificate(f.home, f.signer, fixture_entry(), buf_bytes(&csr),
	    &plain, &issued, f.err), f.err, RULE_CSR_SIGNATURE);
	expect_nothing_signed(&f, 2);
	EXPECT(issued == NULL);
}

TEST(a_key_that_the_entry_does_not_admit_is_refused)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P384);
	SCOPED(softkey_free) struct softkey *rsa = new_key(KEY_RSA_2048);
	SCOPED(issuance_free) struct issuance *issued = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	EXPECT_INT(issue_with(&f, key, fixture_entry(), &plain, &issued), RC_POLICY);
	EXPECT_INT(error_rule(f.err), RULE_KEY_NOT_ADMITTED);
	REQUIRE(error_first(f.err) != NULL);
	EXPECT_TEXT(error_first(f.err)->want, "rsa-2048, ec-p256");
	expect_nothing_signed(&f, 1);
	error_clear(f.err);
	EXPECT_OK(issue_with(&f, rsa, fixture_entry(), &plain, &issued), f.err);
}

TEST(the_cas_own_key_is_refused)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct issuance *issued = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	EXPECT_RULE(issue_with(&f, fake.key, fixture_entry(), &plain, &issued), f.err,
	    RULE_KEY_IS_CA);
	expect_nothing_signed(&f, 1);
}

TEST(the_same_request_gets_the_same_certificate)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL, *third = NULL;
	struct issue_options renew = { .renew = true };
	struct ledger_counts before = { .rows = 0 }, after = { .rows = 0 };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
	EXPECT(!first->already);
	EXPECT_OK(ledger_count(f.home->ledger, &before, f.err), f.err);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &second), f.err);
	EXPECT(second->already);
	EXPECT_TEXT(second->serial, first->serial);
	EXPECT_INT(second->ledger_id, first->ledger_id);
	EXPECT(bytes_equal(second->der, first->der));
	EXPECT_INT(fake.signed_, 1);
	EXPECT_OK(ledger_count(f.home->ledger, &after, f.err), f.err);
	EXPECT_INT(after.events, before.events);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &renew, &third), f.err);
	EXPECT(!third->already);
	EXPECT(strcmp(third->serial, first->serial) != 0);
	EXPECT_INT(fake.signed_, 2);
}

TEST(another_key_wants_renew)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(softkey_free) struct softkey *other = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL, *again = NULL;
	struct issue_options renew = { .renew = true };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
	EXPECT_INT(issue_with(&f, other, fixture_entry(), &plain, &second), RC_POLICY);
	EXPECT_INT(error_rule(f.err), RULE_ISSUE_AGAIN);
	EXPECT_HAS(error_message(f.err), first->serial);
	EXPECT_HAS(error_message(f.err), "2027-12-31T23:54:59Z");
	error_clear(f.err);
	REQUIRE_OK(issue_with(&f, other, fixture_entry(), &renew, &second), f.err);
	/* now both have one, each its own */
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &again), f.err);
	EXPECT_TEXT(again->serial, first->serial);
}

TEST(what_is_due_for_renewal_is_renewed)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(softkey_free) struct softkey *other = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL, *third = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
	fixture_now = entry_renew_from(fixture_entry(), first->certificate.not_before,
	    first->certificate.not_after) - 1;
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &second), f.err);
	EXPECT(second->already);
	issuance_free(TAKE(second));
	fixture_now++;
	REQUIRE_OK(issue_with(&f, other, fixture_entry(), &plain, &second), f.err);
	EXPECT(!second->already);
	fixture_now += 731LL * 86400;
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &third), f.err);
	EXPECT(!third->already);
}

TEST(the_window_of_a_short_certificate_is_its_last_third)
{
	struct entry entry = { .validity_days = 730 };
	const int64_t day = 86400;

	EXPECT_INT(entry_renew_from(&entry, 0, 730 * day), 700 * day);
	EXPECT_INT(entry_renew_from(&entry, 0, 90 * day), 60 * day);
	EXPECT_INT(entry_renew_from(&entry, 0, 9 * day), 6 * day);
	entry.renew_before_days = 60;
	EXPECT_INT(entry_renew_from(&entry, 0, 730 * day), 670 * day);
	EXPECT_INT(entry_renew_from(&entry, 0, 61 * day), 1 * day);
	EXPECT_INT(entry_renew_from(&entry, 0, 60 * day), 40 * day);
}

TEST(a_changed_entry_gets_a_new_certificate_and_says_so)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(softkey_free) struct softkey *other = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL, *third = NULL;
	struct entry changed = *fixture_entry();

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	changed.canonical = bytes_of_text("edge-external, with another name");
	sha256(changed.canonical, changed.digest);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
	REQUIRE_OK(issue_with(&f, other, &changed, &plain, &second), f.err);
	EXPECT(!second->already);
	REQUIRE(second->n_notes == 1);
	EXPECT_HAS(second->notes[0], first->serial);
	REQUIRE_OK(issue_with(&f, other, &changed, &plain, &third), f.err);
	EXPECT(third->already);
	EXPECT_TEXT(third->serial, second->serial);
}

TEST(a_certificate_on_hold_is_not_issued_around)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
	REQUIRE_OK(ledger_mark(f.home->ledger, first->ledger_id, LEDGER_HELD, "certificateHold",
	    f.err), f.err);
	EXPECT_RULE(issue_with(&f, key, fixture_entry(), &plain, &second), f.err,
	    RULE_ISSUE_AGAIN);
	REQUIRE_OK(ledger_mark(f.home->ledger, first->ledger_id, LEDGER_DONE, "released", f.err),
	    f.err);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &second), f.err);
	EXPECT(second->already);
	REQUIRE_OK(ledger_mark(f.home->ledger, first->ledger_id, LEDGER_REVOKED, "superseded",
	    f.err), f.err);
	issuance_free(TAKE(second));
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &second), f.err);
	EXPECT(!second->already);
}

struct second_try {
	struct fixture *f;
	const struct softkey *key;
	struct issue_options options;
	enum rc_status status;
	enum rule rule;
};

/* Somebody else wants the same entry while the token signs. */
static void
try_meanwhile(void *arg, struct bytes tbs)
{
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct second_try *second = arg;

	(void)tbs;
	fake.at_sign = NULL;
	second->status = issue_with(second->f, second->key, fixture_entry(), &second->options,
	    &issued);
	second->rule = error_rule(second->f->err);
	error_clear(second->f->err);
}

TEST(an_entry_that_is_being_issued_wants_renew_too)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *again = NULL;
	struct issue_options renew = { .renew = true };
	struct second_try second = { .f = &f, .key = key };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fake.at_sign_arg = &second;
	fake.at_sign = try_meanwhile;
	EXPECT_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
	EXPECT_INT(second.status, RC_POLICY);
	EXPECT_INT(second.rule, RULE_ISSUE_AGAIN);
	second.options.renew = true;
	fake.at_sign = try_meanwhile;
	EXPECT_OK(issue_with(&f, key, fixture_entry(), &renew, &again), f.err);
	EXPECT_INT(second.status, RC_OK);
	fake.at_sign = NULL;
}

TEST(the_same_entry_of_another_topology_is_another_certificate)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL, *third = NULL;
	struct plan contoso = { .topology = "contoso" }, fabrikam = { .topology = "fabrikam" };
	struct issue_options a = { .plan = &contoso }, b = { .plan = &fabrikam };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	EXPECT_OK(issue_with(&f, key, fixture_entry(), &a, &first), f.err);
	EXPECT_OK(issue_with(&f, key, fixture_entry(), &b, &second), f.err);
	EXPECT(!second->already);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &b, &third), f.err);
	EXPECT(third->already);
	EXPECT_TEXT(third->serial, second->serial);
}

TEST(validity_is_clipped_to_the_cas_own)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *issued = NULL, *none = NULL;
	struct issue_options renew = { .renew = true };
	int64_t end;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	end = f.home->certificate.not_after;
	fixture_now = end - 10LL * 86400;
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &renew, &issued), f.err);
	EXPECT_INT(issued->certificate.not_after, end);
	EXPECT_INT(issued->n_notes, 1);
	EXPECT_HAS(issued->notes[0], "ends with the CA's own");
	fixture_now = end + 1;
	EXPECT_RULE(issue_with(&f, key, fixture_entry(), &renew, &none), f.err,
	    RULE_ISSUE_EXPIRED);
}

TEST(an_entry_without_days_gets_the_homes)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct entry entry = *fixture_entry();

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	entry.validity_days = 0;
	f.home->config.default_days = 30;
	f.home->config.backdate = 600;
	REQUIRE_OK(issue_with(&f, key, &entry, &plain, &issued), f.err);
	EXPECT_INT(issued->certificate.not_before, f.home->certificate.not_before);
	EXPECT_INT(issued->certificate.not_after, fixture_now - 600 + 30LL * 86400 - 1);
	EXPECT_INT(issued->n_notes, 1);
	EXPECT_HAS(issued->notes[0], "begins with the CA's own");
}

TEST(a_clock_that_went_back_signs_nothing)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *issued = NULL, *second = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fixture_now += 3600;
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &issued), f.err);
	fixture_now -= 3600;
	EXPECT_RULE(issue_with(&f, key, fixture_entry(),
	    &(struct issue_options){ .renew = true }, &second), f.err, RULE_LEDGER_CLOCK);
	EXPECT_INT(fake.signed_, 1);
}

TEST(a_clock_that_went_back_is_told_before_a_pin_is_asked_for)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(home_close) struct home *home = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fixture_now -= LEDGER_CLOCK_SLACK;
	REQUIRE_OK(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err);
	home_close(TAKE(home));
	fixture_now -= 1;
	EXPECT_RULE(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err,
	    RULE_LEDGER_CLOCK);
	EXPECT_OK(home_open(f.home->dir, HOME_LOOK, &fixture_clock, &home, f.err), f.err);
	fixture_now += LEDGER_CLOCK_SLACK + 1;
}

TEST(distribution_points_come_from_the_home)
{
	static const char *urls[] = { "http://pki.contoso.com/a.crl" };
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *with = NULL, *without = NULL;
	struct issue_options renew = { .renew = true };
	const struct cert_ext *cdp;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &without), f.err);
	EXPECT(cert_find_ext(&without->certificate, EXT_CRL_DISTRIBUTION_POINTS) == NULL);
	f.home->config.cdp = (struct uri_list){ urls, 1 };
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &renew, &with), f.err);
	cdp = cert_find_ext(&with->certificate, EXT_CRL_DISTRIBUTION_POINTS);
	REQUIRE(cdp != NULL);
	EXPECT_TEXT(cdp->value.u.uris.v[0], urls[0]);
}

/* -- delivery ----------------------------------------------------------------------- */

TEST(the_suffix_says_the_form)
{
	static const struct {
		const char *path;
		enum delivery_form form;
	} cases[] = {
		{ "a.pem", DELIVER_PEM }, { "a.crt", DELIVER_PEM }, { "a.cer", DELIVER_DER },
		{ "a.DER", DELIVER_DER }, { "a.p7b", DELIVER_P7B }, { "chain.pem", DELIVER_CHAIN },
		{ "x/edge-chain.pem", DELIVER_CHAIN }, { "a.txt", DELIVER_NONE },
		{ "pem", DELIVER_NONE }, { "", DELIVER_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		EXPECT_INT(delivery_form_of_path(cases[i].path), cases[i].form);
	EXPECT_INT(delivery_form_find("chain.pem"), DELIVER_CHAIN);
	EXPECT_INT(delivery_form_find("exe"), DELIVER_NONE);
	EXPECT_TEXT(delivery_form_word(DELIVER_P7B), "p7b");
}

static size_t
certificates_in(const char *pem)
{
	size_t n = 0;

	for (const char *at = pem; (at = strstr(at, "BEGIN CERTIFICATE")) != NULL; at++)
		n++;
	return n;
}

TEST(each_form_holds_what_it_should)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(buf_clear) struct buf der = BUF_INIT, pem = BUF_INIT, p7b = BUF_INIT;
	SCOPED(buf_clear) struct buf chain = BUF_INIT;
	const char *path;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &issued), f.err);
	path = folder_path(&f.folder, "leaf.cer");
	EXPECT_OK(deliver_file(f.home, issued->der, DELIVER_NONE, path, f.err), f.err);
	folder_read(path, &der);
	EXPECT(bytes_equal(buf_bytes(&der), issued->der));
	EXPECT_OK(deliver_put(f.home, issued->der, DELIVER_PEM, &pem, f.err), f.err);
	EXPECT_INT(certificates_in(buf_text(&pem)), 1);
	EXPECT_OK(deliver_put(f.home, issued->der, DELIVER_CHAIN, &chain, f.err), f.err);
	EXPECT_INT(certificates_in(buf_text(&chain)), 1);
	EXPECT_OK(deliver_put(f.home, issued->der, DELIVER_P7B, &p7b, f.err), f.err);
	EXPECT(memmem(p7b.p, p7b.n, issued->der.p, issued->der.n) != NULL);
	EXPECT(memmem(p7b.p, p7b.n, f.home->certificate.der.p, f.home->certificate.der.n) != NULL);
	EXPECT_RULE(deliver_file(f.home, issued->der, DELIVER_NONE,
	    folder_path(&f.folder, "leaf"), f.err), f.err, RULE_DELIVER_FORM);
	EXPECT(!file_exists(folder_path(&f.folder, "leaf")));
}

TEST(who_was_slower_is_told_so_and_signs_nothing)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *faster = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	SCOPED(task_clear) struct task t = { .csr = CSR_INIT };
	struct fixture_request asks = { .n_san = 0 };
	struct permit_issuer issuer = { .ledger = NULL };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fixture_csr(key, &asks, &csr);
	task_init(&t, f.home, &issuer, &plain);
	t.entry = fixture_entry();
	t.csr_file = buf_bytes(&csr);
	REQUIRE_OK(task_read(&t, f.err), f.err);
	REQUIRE_OK(task_look(&t, f.err), f.err);
	EXPECT(!task_is_done(&t));
	EXPECT_OK(task_admit(&t, f.err), f.err);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &faster), f.err);
	EXPECT_RULE(task_admit(&t, f.err), f.err, RULE_ISSUE_AGAIN);
	REQUIRE_OK(task_look(&t, f.err), f.err);
	EXPECT(task_is_done(&t));
	EXPECT(bytes_equal(t.result.der, faster->der));
}

/* -- what the record knows ------------------------------------------------------- */

TEST(a_key_that_was_revoked_for_compromise_is_never_certified_again)
{
	static const struct {
		const char *reason;
		enum rule rule;
	} rows[] = {
		{ "keyCompromise", RULE_KEY_REVOKED }, { "cACompromise", RULE_KEY_REVOKED },
		{ "superseded", RULE_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(fixture_clear) struct fixture f = { .home = NULL };
		SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
		SCOPED(issuance_free) struct issuance *first = NULL, *again = NULL;
		struct issue_options renew = { .renew = true };
		struct entry other = *fixture_entry();

		other.id = "another";
		fake_reset(KEY_EC_P256);
		fixture_make(&f, CUSTODY_STRICT);
		REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
		REQUIRE_OK(ledger_mark(f.home->ledger, first->ledger_id, LEDGER_REVOKED,
		    rows[i].reason, f.err), f.err);
		EXPECT_INT(issue_with(&f, key, &other, &renew, &again) == RC_OK,
		    rows[i].rule == RULE_NONE);
		EXPECT_INT(error_rule(f.err), rows[i].rule);
		EXPECT_INT(ledger_events(f.home->ledger, "refuse"), rows[i].rule != RULE_NONE);
	}
}

TEST(one_key_serves_one_entry_unless_the_role_shares_it)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL;
	struct entry other = *fixture_entry();

	other.id = "another";
	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, fixture_entry(), &plain, &first), f.err);
	EXPECT_RULE(issue_with(&f, key, &other, &plain, &second), f.err, RULE_KEY_IN_USE);
	other.shared = true;
	REQUIRE_OK(issue_with(&f, key, &other, &plain, &second), f.err);
	REQUIRE(second->n_notes == 1);
	EXPECT_HAS(second->notes[0], "edge-external/lsedge.contoso.net");
	EXPECT_HAS(second->notes[0], "[key-in-use]");
}

TEST(the_key_of_a_ca_above_is_refused)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *public = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct cert above = { .subject_text = "CN=Above" };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(softkey_spki(key, &spki, f.err), f.err);
	REQUIRE_OK(pubkey_read(buf_bytes(&spki), &public, f.err), f.err);
	above.spki = pubkey_spki(public);
	f.home->chain = &above;
	f.home->n_chain = 1;
	EXPECT_RULE(issue_with(&f, key, fixture_entry(), &plain, &issued), f.err, RULE_KEY_IS_CA);
	f.home->n_chain = 0;
}

TEST(a_name_of_an_entry_that_is_not_in_the_plan_is_told)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(softkey_free) struct softkey *key = new_key(KEY_EC_P256);
	SCOPED(softkey_free) struct softkey *other_key = new_key(KEY_EC_P256);
	SCOPED(softkey_free) struct softkey *third_key = new_key(KEY_EC_P256);
	SCOPED(issuance_free) struct issuance *first = NULL, *second = NULL, *third = NULL;
	struct entry entries[] = { *fixture_entry(), *fixture_entry() };
	struct plan both = { .topology = "contoso", .entries = entries, .n_entries = 2 };
	struct plan one = { .topology = "contoso", .entries = &entries[1], .n_entries = 1 };
	struct issue_options in_both = { .plan = &both }, in_one = { .plan = &one };

	entries[1].id = "another";
	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	REQUIRE_OK(issue_with(&f, key, &entries[0], &in_both, &first), f.err);
	/* of the same plan: by design */
	REQUIRE_OK(issue_with(&f, other_key, &entries[1], &in_both, &second), f.err);
	EXPECT_INT(second->n_notes, 0);
	in_one.renew = true;
	REQUIRE_OK(issue_with(&f, third_key, &entries[1], &in_one, &third), f.err);
	REQUIRE(third->n_notes == 1);
	EXPECT_HAS(third->notes[0], "[name-elsewhere]");
	EXPECT_HAS(third->notes[0], first->serial);
	REQUIRE_OK(ledger_mark(f.home->ledger, first->ledger_id, LEDGER_REVOKED, "superseded",
	    f.err), f.err);
	issuance_free(TAKE(third));
	REQUIRE_OK(issue_with(&f, third_key, &entries[1], &in_one, &third), f.err);
	EXPECT_INT(third->n_notes, 0);
}

/* -- in two halves ---------------------------------------------------------------------- */

TEST(a_request_that_was_read_ahead_gets_its_certificate)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issue_ahead_free) struct issue_ahead *ahead = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(softkey_free) struct softkey *key = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct fixture_request asks = { .n_san = 0 };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	key = new_key(KEY_EC_P256);
	fixture_csr(key, &asks, &csr);
	ahead = issue_begin(f.home, fixture_entry(), buf_bytes(&csr), &plain);
	fixture_now += 3600;                     /* the PIN was long in coming */
	REQUIRE_OK(issue_end(ahead, f.signer, &issued, f.err), f.err);
	EXPECT_INT(issued->certificate.not_before, fixture_now - f.home->config.backdate);
	EXPECT_INT(ledger_events(f.home->ledger, "commit"), 2);
	fixture_now -= 3600;
	home_record_done(f.home);                /* and the home can still be closed */
}

TEST(what_is_wrong_with_a_request_that_was_read_ahead_is_recorded_at_the_end)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issue_ahead_free) struct issue_ahead *ahead = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	issue_ahead_free(issue_begin(f.home, fixture_entry(), bytes_of_text("x"), &plain));
	EXPECT_INT(ledger_events(f.home->ledger, "refuse"), 0);
	ahead = issue_begin(f.home, fixture_entry(), bytes_of_text("x"), &plain);
	EXPECT_RULE(issue_end(ahead, f.signer, &issued, f.err), f.err, RULE_CSR_MALFORMED);
	EXPECT_INT(ledger_events(f.home->ledger, "refuse"), 1);
	EXPECT(issued == NULL);
}
