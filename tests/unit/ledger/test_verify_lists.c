/* Revocation lists held to the events before them. */
#include "ledger/verify.h"

#include "tests/unit/ledger/fixture.h"
#include "x509/crl.h"

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
	fixture_list(f, "crl/1", 1, false, NULL, 0);
	f->now += 10;
	mark(f, ids[0], LEDGER_REVOKED, "superseded");
	mark(f, ids[2], LEDGER_HELD, "certificateHold");
	f->now += 10;
	fixture_list(f, "crl/2", 2, false, (int64_t[]){ ids[0], ids[2] }, 2);
	f->now += 10;
	/* later events do not count for it; the delta has what changed since, and the release */
	mark(f, ids[2], LEDGER_DONE, "released");
	mark(f, ids[3], LEDGER_REVOKED, "keyCompromise");
	fixture_list(f, "delta/3", 3, true, (int64_t[]){ ids[2], ids[3] }, 2);
	fixture_list(f, "crl/4", 4, false, (int64_t[]){ ids[0], ids[3] }, 2);
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
		fixture_list(f, "crl/1", 1, false, listed, wrong[i].n);
		EXPECT_INT(audit(f), 1);
	}
}

TEST(a_list_says_why_and_since_when_as_the_events_do)
{
	/* the fixture lists what it cannot read as superseded */
	static const struct {
		const char *reason;
		size_t found;
	} cases[] = {
		{ "keyCompromise", 0 }, { "unspecified", 0 },
		{ "keyCompromise since 2023-11-01T00:00:00Z", 0 },
		{ "keyCompromise since 2023-11-01", 1 }, { "keyCompromised", 1 },
		{ "keyCompromise since 1970-01-01T00:00:00Z", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SCOPED(fixture_free) struct fixture *f = fixture_new();
		int64_t id = fixture_done(f);

		mark(f, id, LEDGER_REVOKED, cases[i].reason);
		fixture_list(f, "crl/1", 1, false, &id, 1);
		EXPECT_INT(audit(f), cases[i].found);
	}
}

/* What expired stands on one list that was made after its end, and on none after that. */
TEST(an_expired_certificate_leaves_after_one_list)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_done(f);

	mark(f, id, LEDGER_REVOKED, "superseded");
	fixture_list(f, "crl/1", 1, false, &id, 1);
	f->now += 2 * 86400;            /* the fixture's certificates hold one day */
	fixture_list(f, "crl/2", 2, false, &id, 1);
	f->now += 10;
	fixture_list(f, "crl/3", 3, false, NULL, 0);
	EXPECT_INT(audit(f), 0);
	fixture_list(f, "crl/4", 4, false, &id, 1);
	EXPECT_INT(audit(f), 1);
}

/* Each part has its own certificates, and its own full list before a delta. */
TEST(a_part_names_what_falls_into_it)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t in[2][8];
	size_t n[2] = { 0, 0 };

	for (size_t i = 0; i < 8; i++) {
		int64_t id = fixture_done(f);
		unsigned part = crl_part_of(fixture_row(f, id)->serial, 2);

		in[part - 1][n[part - 1]++] = id;
		mark(f, id, LEDGER_REVOKED, "superseded");
	}
	fixture_list(f, "crl/1/1of2", 1, false, in[0], n[0]);
	fixture_list(f, "crl/2/2of2", 2, false, in[1], n[1]);
	EXPECT_INT(audit(f), 0);
	/* another's; and a whole list that says it is a part, or the reverse */
	fixture_list(f, "crl/3/2of2", 3, false, in[0], n[0]);
	EXPECT_INT(audit(f), n[0] != 0 || n[1] != 0 ? 1 : 0);
}
