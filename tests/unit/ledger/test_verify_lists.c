/* Revocation lists held to the events before them. */
#include "ledger/verify.h"

#include "tests/unit/ledger/fixture.h"
#include "x509/crl.h"
#include "x509/tbs.h"

static const uint8_t name[] = { 0x30, 0x00 }, key_id[20] = { 1 };

/* Records a list over these serials, as if it had been signed. */
static void
list_record(struct fixture *f, const char *entry, uint8_t number, bool delta,
    const int64_t *ids, size_t n)
{
	SCOPED(buf_clear) struct buf tbs = BUF_INIT, der = BUF_INIT;
	const uint8_t base = 1;
	struct crl_parts parts = { .algorithm = RC_ECDSA_SHA256, .issuer = BYTES(name, 2),
		.this_update = f->now, .next_update = f->now + 86400,
		.key_id = BYTES(key_id, sizeof(key_id)), .number = BYTES(&number, 1),
		.base = BYTES(&base, delta) };
	struct ledger_intent intent = { .kind = LEDGER_CRL, .algorithm = "ecdsa-with-SHA256",
		.entry = entry, .not_before = f->now, .not_after = f->now + 86400 };
	struct crl_writer w;
	int64_t id = 0;

	crl_begin(&w, &parts, &tbs);
	for (size_t i = 0; i < n; i++)
		crl_add(&w, fixture_row(f, ids[i])->serial, f->now, CRL_SUPERSEDED);
	crl_end(&w);
	signed_wrap(buf_bytes(&tbs), RC_ECDSA_SHA256, bytes_of_text("signature"), &der);
	intent.tbs = buf_bytes(&tbs);
	REQUIRE_OK(ledger_intent(f->ledger, &intent, &id, f->err), f->err);
	REQUIRE_OK(ledger_commit(f->ledger, id, buf_bytes(&der), f->err), f->err);
}

static void
mark(struct fixture *f, int64_t id, enum ledger_state to, const char *reason)
{
	REQUIRE_OK(ledger_mark(f->ledger, id, to, reason, f->err), f->err);
}

/* How often log-crl is found; nothing else may be. */
static size_t
audit(struct fixture *f)
{
	SCOPED(error_free) struct error *findings = error_new();
	const struct ledger_verify_options options = { .n_known = 0 };
	struct ledger_verdict verdict;

	REQUIRE_OK(ledger_verify(f->ledger, &options, &verdict, findings, f->err), f->err);
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		EXPECT(d->rule == RULE_LOG_CRL || d->rule == RULE_LOG_UNSEALED);
	return verdict.findings;
}

TEST(a_list_names_what_was_revoked_at_its_moment)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t ids[4];

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		ids[i] = fixture_done(f);
	list_record(f, "crl/1", 1, false, NULL, 0);
	f->now += 10;
	mark(f, ids[0], LEDGER_REVOKED, "superseded");
	mark(f, ids[2], LEDGER_HELD, "certificateHold");
	f->now += 10;
	list_record(f, "crl/2", 2, false, (int64_t[]){ ids[0], ids[2] }, 2);
	f->now += 10;
	/* later events do not count for it; the delta has what changed since, and the release */
	mark(f, ids[2], LEDGER_DONE, "released");
	mark(f, ids[3], LEDGER_REVOKED, "keyCompromise");
	list_record(f, "delta/3", 3, true, (int64_t[]){ ids[2], ids[3] }, 2);
	list_record(f, "crl/4", 4, false, (int64_t[]){ ids[0], ids[3] }, 2);
	EXPECT_INT(audit(f), 0);
}

TEST(a_list_with_more_or_less_is_found)
{
	static const struct {
		size_t n, ids[3];
	} wrong[] = { { 0, { 0 } }, { 1, { 1 } }, { 2, { 0, 1 } }, { 3, { 0, 1, 2 } } };

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		SCOPED(fixture_free) struct fixture *f = fixture_new();
		int64_t ids[3], listed[3];

		for (size_t k = 0; k < ARRAY_LEN(ids); k++)
			ids[k] = fixture_done(f);
		mark(f, ids[0], LEDGER_REVOKED, "superseded");
		for (size_t k = 0; k < wrong[i].n; k++)
			listed[k] = ids[wrong[i].ids[k]];
		list_record(f, "crl/1", 1, false, listed, wrong[i].n);
		EXPECT_INT(audit(f), 1);
	}
}

/* What expired stands on one list that was made after its end, and on none after that. */
TEST(an_expired_certificate_leaves_after_one_list)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_done(f);

	mark(f, id, LEDGER_REVOKED, "superseded");
	list_record(f, "crl/1", 1, false, &id, 1);
	f->now += 2 * 86400;            /* the fixture's certificates hold one day */
	list_record(f, "crl/2", 2, false, &id, 1);
	f->now += 10;
	list_record(f, "crl/3", 3, false, NULL, 0);
	EXPECT_INT(audit(f), 0);
	list_record(f, "crl/4", 4, false, &id, 1);
	EXPECT_INT(audit(f), 1);
}
