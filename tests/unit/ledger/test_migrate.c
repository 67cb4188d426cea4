/*
 * Ledgers of older versions, as files: tests/data/ledger/version-N.db holds what that
 * version had, with rows in every state that it knew.  What a version is made of never
 * changes: a statement of an older one that is written in other words breaks these.
 */
#include "ledger/verify.h"

#include <stdio.h>
#include <unistd.h>

#include "ledger/event.h"
#include "ledger/tree.h"
#include "os/file.h"
#include "tests/unit/ledger/fixture.h"

/* What is in the file, and the root over its events. */
static const struct old_ledger {
	unsigned version;
	uint64_t events, rows, checkpoints;
	const char *root;
} old_ledgers[] = {
	{ 1, 26, 10, 0,
	    "e1fbcadd7423bae991e56bdff9e54a71fde69e806df32aed0fbc86c2dcda517c" },
	{ 2, 30, 12, 2,
	    "0ee1f302da11472a23d95db2332f9bcc49b9025cd84ffe5a2c91831ab39167a0" },
};

static const char *
old_path(struct fixture *f, const struct old_ledger *old)
{
	return arena_printf(f->arena, "tests/data/ledger/version-%u.db", old->version);
}

/* In the place of the one that there was. */
static void
old_put(struct fixture *f, const struct old_ledger *old)
{
	ledger_close(f->ledger);
	f->ledger = NULL;
	REQUIRE(unlink(fixture_path(f, LEDGER_FILE)) == 0);
	REQUIRE_OK(file_copy(old_path(f, old), fixture_path(f, LEDGER_FILE), FILE_PRIVATE, f->err),
	    f->err);
}

static const char *
root_over(struct fixture *f, struct ledger *ledger, uint64_t events)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf hex = BUF_INIT;
	uint8_t root[MERKLE_OCTETS];
	struct merkle tree;

	REQUIRE_OK(ledger_tree(ledger, events, &tree, f->err), f->err);
	merkle_root(&tree, h, root);
	buf_put_hex(&hex, BYTES(root, sizeof(root)));
	return arena_strdup(f->arena, buf_text(&hex));
}

static void
expect_whole(struct fixture *f, struct ledger *ledger, const struct old_ledger *old,
    uint64_t more)
{
	SCOPED(error_free) struct error *findings = error_new();
	const struct ledger_verify_options options = { .signature = NULL };
	struct ledger_verdict verdict;

	EXPECT_OK(ledger_check(ledger, f->err), f->err);
	REQUIRE_OK(ledger_verify(ledger, &options, &verdict, findings, f->err), f->err);
	EXPECT_INT(verdict.findings, 0);
	if (verdict.findings != 0)
		fprintf(stderr, "version %u: %s\n", old->version, error_message(findings));
	EXPECT_INT(verdict.events, (int64_t)(old->events + more));
	EXPECT_INT(verdict.rows, (int64_t)old->rows);
	EXPECT_INT(verdict.checkpoints, (int64_t)old->checkpoints);
	EXPECT_TEXT(root_over(f, ledger, old->events), old->root);
}

static void
expect_unchanged(struct fixture *f, const struct old_ledger *old)
{
	SCOPED(buf_clear) struct buf kept = BUF_INIT, now = BUF_INIT;

	REQUIRE_OK(file_read(old_path(f, old), 1 << 20, &kept, f->err), f->err);
	REQUIRE_OK(file_read(fixture_path(f, LEDGER_FILE), 1 << 20, &now, f->err), f->err);
	EXPECT(bytes_equal(buf_bytes(&kept), buf_bytes(&now)));
}

static enum rc_status
count_notes(void *arg, const struct ledger_event *event, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	(void)err;
	if (event_describe(event->body, &text) && strstr(buf_text(&text), "topic 'schema'") != NULL)
		++*(int *)arg;
	return RC_OK;
}

TEST(an_older_version_is_read_as_it_is)
{
	for (size_t i = 0; i < ARRAY_LEN(old_ledgers); i++) {
		SCOPED(fixture_free) struct fixture *f = fixture_new();
		const struct old_ledger *old = &old_ledgers[i];
		struct ledger_options looks = { .clock = &f->clock, .read_only = true };
		struct ledger *reader = NULL;

		old_put(f, old);
		REQUIRE_OK(ledger_open(f->home, &looks, &reader, f->err), f->err);
		expect_whole(f, reader, old, 0);
		ledger_close(reader);
		expect_unchanged(f, old);
	}
}

/* Once, with a note; what was there stays, octet for octet, and work goes on. */
TEST(an_older_version_is_brought_up_to_date_by_a_writer)
{
	for (size_t i = 0; i < ARRAY_LEN(old_ledgers); i++) {
		SCOPED(fixture_free) struct fixture *f = fixture_new();
		const struct old_ledger *old = &old_ledgers[i];
		struct ledger_intent *again;
		int64_t id = 0;
		int notes = 0;

		old_put(f, old);
		f->now += 3600;
		fixture_reopen(f);
		fixture_reopen(f);
		expect_whole(f, f->ledger, old, 1);
		EXPECT_OK(ledger_each_event(f->ledger, 0, count_notes, &notes, f->err), f->err);
		EXPECT_INT(notes, 1);
		EXPECT_INT(fixture_state(f, 2), LEDGER_DONE);
		EXPECT_INT(fixture_state(f, 4), LEDGER_REVOKED);
		EXPECT_INT(fixture_state(f, 6), LEDGER_LOST);
		/* serial 1 is taken, as it was */
		again = fixture_intent(f);
		EXPECT_RULE(ledger_intent(f->ledger, again, &id, f->err), f->err,
		    RULE_SERIAL_NOT_UNIQUE);
		f->serials += 100;
		(void)fixture_done(f);
		EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
	}
}
