#include "ledger/ledger.h"

#include <unistd.h>

#include "crypto/digest.h"
#include "ledger/change.h"
#include "ledger/event.h"
#include "os/file.h"
#include "tests/unit/ledger/fixture.h"

/* -- signing --------------------------------------------------------------------------- */

TEST(an_intent_is_on_disk_when_the_call_returns)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_pending(f);
	struct ledger_row *row;
	sqlite3_stmt *st = NULL;

	/* the handle is still open: another connection sees it all the same */
	EXPECT_TEXT(fixture_sql(f, "SELECT CASE WHEN EXISTS (SELECT 1 FROM intent WHERE"
	    " state = 'PENDING' AND tbs = x'3003746f206265207369676e6564') THEN 1"
	    " ELSE abs(-9223372036854775808) END"), "");
	REQUIRE(sqlite3_prepare_v2(f->ledger->db.handle, "PRAGMA synchronous", -1, &st, NULL) == 0);
	EXPECT(sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) == 2);    /* FULL */
	(void)sqlite3_finalize(st);
	row = fixture_row(f, id);
	EXPECT_INT(row->state, LEDGER_PENDING);
	EXPECT_INT(row->kind, LEDGER_CERTIFICATE);
	EXPECT_TEXT(row->entry, "edge-external/lsedge.contoso.net");
	EXPECT_TEXT(row->requester, "ann");
	EXPECT_TEXT(row->owner, f->ledger->owner);
	EXPECT(bytes_equal(row->custody, bytes_of_text("strict: good")));
	EXPECT(bytes_equal(row->entry_canonical, bytes_of_text("canonical")));
	EXPECT(bytes_equal(row->csr, bytes_of_text("request")));
	EXPECT_INT(row->key_digest.n, LEDGER_DIGEST);
	EXPECT_INT(row->signed_bytes.n, 0);
	EXPECT_INT(row->created, NOON);
}

TEST(a_commit_stores_what_was_signed)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_pending(f);

	f->now += 7;
	EXPECT_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
	fixture_reopen(f);
	EXPECT_INT(fixture_state(f, id), LEDGER_DONE);
	EXPECT(bytes_equal(fixture_row(f, id)->signed_bytes, fixture_signed()));
	EXPECT_INT(fixture_row(f, id)->changed, NOON + 7);
	EXPECT_RULE(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err,
	    RULE_LEDGER_STATE);
	EXPECT_RULE(ledger_commit(f->ledger, 99, fixture_signed(), f->err), f->err,
	    RULE_LEDGER_UNKNOWN);
}

TEST(other_bytes_than_the_journalled_are_not_done)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_pending(f);
	static const char *const wrong[] = { "", "0", "\x30\x18\x30\x03to be Signedsignature",
		"\x30\x18\x30\x03to be", "\x31\x18\x30\x03to be signedsignature",
		"\x30\x89\x30\x03to be signedsignature" };
	/* lengths of one and of two octets */
	static const char one[] = "\x30\x81\x97\x30\x03to be signedsignature";
	static const char two[] = "\x30\x82\x01\x97\x30\x03to be signedsignature";

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		EXPECT_RULE(ledger_commit(f->ledger, id, bytes_of_text(wrong[i]), f->err), f->err,
		    RULE_LEDGER_BYTES);
	EXPECT_INT(fixture_state(f, id), LEDGER_PENDING);
	EXPECT_OK(ledger_commit(f->ledger, id, BYTES(one, sizeof(one) - 1), f->err), f->err);
	id = fixture_pending(f);
	EXPECT_OK(ledger_commit(f->ledger, id, BYTES(two, sizeof(two) - 1), f->err), f->err);
}

TEST(a_spoiled_row_keeps_the_bytes_and_a_lost_one_has_none)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t spoiled = fixture_pending(f), nothing = fixture_pending(f);
	int64_t lost = fixture_pending(f);

	EXPECT_OK(ledger_spoil(f->ledger, spoiled, bytes_of_text("junk"), "bad signature", f->err),
	    f->err);
	EXPECT_OK(ledger_spoil(f->ledger, nothing, BYTES(NULL, 0), "empty", f->err), f->err);
	EXPECT_OK(ledger_lose(f->ledger, lost, "the token failed", f->err), f->err);
	EXPECT(bytes_equal(fixture_row(f, spoiled)->signed_bytes, bytes_of_text("junk")));
	EXPECT_TEXT(fixture_row(f, spoiled)->reason, "bad signature");
	EXPECT_INT(fixture_row(f, lost)->signed_bytes.n, 0);
	EXPECT_INT(fixture_state(f, nothing), LEDGER_SPOILED);
	EXPECT_TEXT(fixture_row(f, lost)->reason, "the token failed");
}

TEST(a_reserved_row_becomes_mine_with_new_custody)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = 0;

	REQUIRE_OK(fixture_reserve(f, fixture_intent(f), &id), f->err);
	EXPECT(fixture_row(f, id)->owner == NULL);
	EXPECT_OK(fixture_begin(f, id, "strict: again"), f->err);
	EXPECT_TEXT(fixture_row(f, id)->owner, f->ledger->owner);
	EXPECT(bytes_equal(fixture_row(f, id)->custody, bytes_of_text("strict: again")));
	EXPECT_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
}

TEST(a_serial_is_used_once)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_intent *intent = fixture_intent(f);
	int64_t id = 0, second = 42;

	REQUIRE_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	EXPECT_RULE(ledger_intent(f->ledger, intent, &second, f->err), f->err,
	    RULE_SERIAL_NOT_UNIQUE);
	REQUIRE_OK(ledger_lose(f->ledger, id, "why", f->err), f->err);
	EXPECT_RULE(fixture_reserve(f, intent, &second), f->err,
	    RULE_SERIAL_NOT_UNIQUE);
	EXPECT_INT(second, 42);
	EXPECT_HAS(fixture_sql(f, "DROP TRIGGER intent_serial; INSERT INTO intent (kind, state,"
	    " serial, tbs, algorithm, owner, boot, created, changed) SELECT kind, 'PENDING',"
	    " serial, tbs, algorithm, owner, boot, 1, 1 FROM intent"), "UNIQUE constraint");
}

TEST(a_serial_has_one_form)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_intent *intent = fixture_intent(f);
	struct ledger_row *row = NULL;
	int64_t id = 0;

	intent->serial = BYTES("\0\xff\1", 3);
	REQUIRE_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	EXPECT(bytes_equal(fixture_row(f, id)->serial, BYTES("\xff\1", 2)));
	EXPECT_OK(ledger_get_serial(f->ledger, BYTES("\0\0\xff\1", 4), f->arena, &row, f->err),
	    f->err);
	intent->serial = BYTES("\xff\1", 2);
	EXPECT_RULE(ledger_intent(f->ledger, intent, &id, f->err), f->err, RULE_SERIAL_NOT_UNIQUE);
	intent->serial = BYTES("\0\0", 2);
	EXPECT_RULE(ledger_intent(f->ledger, intent, &id, f->err), f->err, RULE_BUG);
}

TEST(an_intent_that_makes_no_sense_is_our_own_bug)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_intent good = *fixture_intent(f), bad;
	int64_t id = 0;

	bad = good;
	bad.tbs.n = 0;
	EXPECT_RULE(ledger_intent(f->ledger, &bad, &id, f->err), f->err, RULE_BUG);
	bad = good;
	bad.serial.n = 0;
	EXPECT_RULE(ledger_intent(f->ledger, &bad, &id, f->err), f->err, RULE_BUG);
	bad = good;
	bad.kind = LEDGER_CRL;
	EXPECT_RULE(ledger_intent(f->ledger, &bad, &id, f->err), f->err, RULE_BUG);
	bad = good;
	bad.entry_canonical = bytes_of_text("another");
	EXPECT_RULE(ledger_intent(f->ledger, &bad, &id, f->err), f->err, RULE_BUG);
	bad = good;
	bad.profile_digest = bytes_of_text("short");
	EXPECT_RULE(ledger_intent(f->ledger, &bad, &id, f->err), f->err, RULE_BUG);
	EXPECT_OK(ledger_intent(f->ledger, &good, &id, f->err), f->err);
}

TEST(only_the_owner_settles)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(ledger_close) struct ledger *other = NULL;
	int64_t id = fixture_pending(f);

	REQUIRE_OK(ledger_open(f->home, &f->options, &other, f->err), f->err);
	EXPECT_RULE(ledger_commit(other, id, fixture_signed(), f->err), f->err, RULE_LEDGER_OWNER);
	EXPECT_RULE(ledger_lose(other, id, "why", f->err), f->err, RULE_LEDGER_OWNER);
	EXPECT_INT(fixture_state(f, id), LEDGER_PENDING);
	EXPECT_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
	EXPECT_OK(ledger_mark(other, id, LEDGER_REVOKED, "keyCompromise", f->err), f->err);
}

/* -- batches --------------------------------------------------------------------------- */

TEST(a_batch_shares_one_flush)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(ledger_close) struct ledger *other = NULL;
	struct ledger_counts counts;
	struct ledger_intent *twice;
	int64_t id[3] = { 0 };

	REQUIRE_OK(ledger_open(f->home, &f->options, &other, f->err), f->err);
	REQUIRE_OK(ledger_batch_begin(f->ledger, f->err), f->err);
	EXPECT(!ledger_is_flushed(f->ledger));
	for (int i = 0; i < 2; i++)
		EXPECT_OK(ledger_intent(f->ledger, fixture_intent(f), &id[i], f->err), f->err);
	twice = fixture_intent(f);
	EXPECT_OK(ledger_intent(f->ledger, twice, &id[2], f->err), f->err);
	EXPECT_RULE(ledger_intent(f->ledger, twice, &id[2], f->err), f->err,
	    RULE_SERIAL_NOT_UNIQUE);
	EXPECT_RULE(ledger_batch_begin(f->ledger, f->err), f->err, RULE_BUG);
	EXPECT_OK(ledger_count(other, &counts, f->err), f->err);
	EXPECT_INT(counts.rows, 0);
	EXPECT_OK(ledger_batch_end(f->ledger, f->err), f->err);
	EXPECT(ledger_is_flushed(f->ledger));
	EXPECT_OK(ledger_count(other, &counts, f->err), f->err);
	EXPECT_INT(counts.state[LEDGER_PENDING], 3);
	EXPECT_INT(counts.events, 4);
	EXPECT_OK(ledger_check(other, f->err), f->err);
	EXPECT_RULE(ledger_batch_end(f->ledger, f->err), f->err, RULE_BUG);
}

TEST(a_look_is_of_one_moment_until_something_is_written)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(ledger_close) struct ledger *other = NULL;
	struct ledger_counts counts;

	REQUIRE_OK(ledger_open(f->home, &f->options, &other, f->err), f->err);
	ledger_look_begin(other);
	EXPECT_OK(ledger_count(other, &counts, f->err), f->err);
	(void)fixture_done(f);
	EXPECT_OK(ledger_count(other, &counts, f->err), f->err);
	EXPECT_INT(counts.rows, 0);
	EXPECT_OK(ledger_note(other, "topic", "text", f->err), f->err);
	EXPECT_OK(ledger_count(other, &counts, f->err), f->err);
	EXPECT_INT(counts.rows, 1);
	ledger_look_end(other);
	ledger_look_begin(other);
	ledger_look_end(other);
	EXPECT_OK(ledger_check(other, f->err), f->err);
}

TEST(a_batch_that_was_not_ended_never_was)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_counts counts;

	REQUIRE_OK(ledger_batch_begin(f->ledger, f->err), f->err);
	(void)fixture_pending(f);
	fixture_reopen(f);
	EXPECT_OK(ledger_count(f->ledger, &counts, f->err), f->err);
	EXPECT_INT(counts.rows, 0);
}

/* -- time ------------------------------------------------------------------------------ */

TEST(stored_time_never_goes_back)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t first, second;

	f->now = NOON + 1000;
	first = fixture_pending(f);
	f->now = NOON + 1000 - LEDGER_CLOCK_SLACK;
	second = fixture_pending(f);
	EXPECT_INT(fixture_row(f, first)->created, NOON + 1000);
	EXPECT_INT(fixture_row(f, second)->created, NOON + 1000);
}

TEST(a_clock_far_behind_signs_nothing_but_settles)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = fixture_pending(f), reserved = 0;
	struct ledger_counts before, after;
	size_t lost = 9;

	REQUIRE_OK(fixture_reserve(f, fixture_intent(f), &reserved), f->err);
	EXPECT_OK(ledger_count(f->ledger, &before, f->err), f->err);
	f->now = NOON - LEDGER_CLOCK_SLACK - 1;
	EXPECT(ledger_intent(f->ledger, fixture_intent(f), &id, f->err) == RC_SYSTEM);
	EXPECT_INT(error_rule(f->err), RULE_LEDGER_CLOCK);
	EXPECT_HAS(error_first(f->err)->want, "2023-11-14T22:13:20Z or later");
	error_clear(f->err);
	EXPECT_RULE(fixture_reserve(f, fixture_intent(f), &id), f->err,
	    RULE_LEDGER_CLOCK);
	EXPECT_RULE(fixture_begin(f, reserved, "strict"), f->err,
	    RULE_LEDGER_CLOCK);
	EXPECT_OK(ledger_count(f->ledger, &after, f->err), f->err);
	EXPECT_INT(after.events, before.events);
	EXPECT_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
	EXPECT_INT(fixture_row(f, id)->changed, NOON);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	f->now = NOON - LEDGER_CLOCK_SLACK;
	EXPECT_OK(ledger_intent(f->ledger, fixture_intent(f), &id, f->err), f->err);
}

/* -- what is pinned -------------------------------------------------------------------- */

TEST(the_policy_is_pinned_until_another_is)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_pinned pinned;
	uint8_t digest[SHA256_OCTETS];

	EXPECT_OK(ledger_pinned(f->ledger, f->arena, &pinned, f->err), f->err);
	EXPECT_TEXT(pinned.ca, "Contoso Issuing CA");
	EXPECT_TEXT(pinned.custody, "strict");
	EXPECT_INT(pinned.created, NOON);
	EXPECT(bytes_equal(pinned.policy, bytes_of_text("custody strict\n")));
	EXPECT_OK(ledger_pin_policy(f->ledger, bytes_of_text("custody lab\n"), f->err), f->err);
	EXPECT_OK(ledger_pin_policy(f->ledger, bytes_of_text("custody strict\n"), f->err), f->err);
	EXPECT_OK(ledger_pin_policy(f->ledger, bytes_of_text("custody lab\n"), f->err), f->err);
	fixture_reopen(f);
	EXPECT_OK(ledger_pinned(f->ledger, f->arena, &pinned, f->err), f->err);
	EXPECT(bytes_equal(pinned.policy, bytes_of_text("custody lab\n")));
	sha256(pinned.policy, digest);
	EXPECT(memcmp(digest, pinned.policy_digest, sizeof(digest)) == 0);
	EXPECT_TEXT(pinned.custody, "strict");
}

static enum rc_status
write_config(void *arg, const struct ledger_event *event, struct error *err)
{
	(void)err;
	if (strcmp(event->kind, "config") == 0)
		buf_printf(arg, "%lld ", (long long)event->seq);
	return RC_OK;
}

/* Also when it becomes again what it was; and not when it stays. */
TEST(a_configuration_is_recorded_when_it_changes)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(buf_clear) struct buf seen = BUF_INIT;
	static const char *const texts[] = { "days: 7", "days: 7", "days: 8", "days: 7", "days: 7" };
	uint8_t digest[SHA256_OCTETS];
	struct bytes kept = { .n = 0 };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		EXPECT_OK(ledger_put_config(f->ledger, bytes_of_text(texts[i]), f->err), f->err);
		fixture_reopen(f);
	}
	EXPECT_OK(ledger_each_event(f->ledger, 0, write_config, &seen, f->err), f->err);
	EXPECT_TEXT(buf_text(&seen), "2 3 4 ");
	sha256(bytes_of_text("days: 8"), digest);
	EXPECT_OK(ledger_document(f->ledger, BYTES(digest, sizeof(digest)), f->arena, &kept, f->err),
	    f->err);
	EXPECT(bytes_equal(kept, bytes_of_text("days: 8")));
	EXPECT_TEXT(fixture_sql(f, "DELETE FROM config"), "ledger-append-only");
	EXPECT_TEXT(fixture_sql(f, "UPDATE config SET seq = 9"), "ledger-append-only");
}

/* -- reading --------------------------------------------------------------------------- */

TEST(rows_are_found_by_serial)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t first = fixture_done(f), second = fixture_done(f);
	struct ledger_row *row = NULL;
	int64_t pending = fixture_pending(f);

	EXPECT_OK(ledger_get_serial(f->ledger, BYTES("\x01\x00\x00\x01", 4), f->arena, &row,
	    f->err), f->err);
	EXPECT_INT(row->id, first);
	EXPECT_OK(ledger_mark(f->ledger, second, LEDGER_REVOKED, "superseded", f->err), f->err);
	EXPECT_RULE(ledger_get_serial(f->ledger, bytes_of_text("x"), f->arena, &row, f->err),
	    f->err, RULE_LEDGER_UNKNOWN);
	EXPECT_RULE(ledger_get(f->ledger, 99, f->arena, &row, f->err), f->err,
	    RULE_LEDGER_UNKNOWN);
	EXPECT_INT(fixture_state(f, pending), LEDGER_PENDING);
}

static enum rc_status
write_id(void *arg, const struct ledger_row *row, struct error *err)
{
	struct buf *out = arg;

	buf_printf(out, "%lld ", (long long)row->id);
	return out->n < 100 ? RC_OK : error_fail(err, RULE_BUG, "too many");
}

static const char *
ids(struct fixture *f, struct ledger_filter filter)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	EXPECT_OK(ledger_each(f->ledger, &filter, write_id, &out, f->err), f->err);
	return arena_strdup(f->arena, buf_text(&out));
}

TEST(rows_are_filtered)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_intent *csr = fixture_intent(f);
	int64_t id = 0;

	(void)fixture_done(f);
	(void)fixture_pending(f);
	csr->kind = LEDGER_CSR;
	csr->serial.n = 0;
	csr->entry = "ca";
	REQUIRE_OK(ledger_intent(f->ledger, csr, &id, f->err), f->err);
	REQUIRE_OK(ledger_lose(f->ledger, fixture_pending(f), "why", f->err), f->err);
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .limit = 0 }), "1 2 3 4 ");
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .newest_first = true, .limit = 3 }), "4 3 2 ");
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .states = 1 << LEDGER_PENDING }), "2 3 ");
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .states = 1 << LEDGER_LOST | 1 << LEDGER_DONE }),
	    "1 4 ");
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .kinds = 1 << LEDGER_CSR }), "3 ");
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .entry = "ca" }), "3 ");
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .after = 2, .limit = 1 }), "3 ");
	EXPECT_TEXT(ids(f, (struct ledger_filter){ .states = 1 << LEDGER_VOID }), "");
}

TEST(what_the_callback_returns_ends_it)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	const struct ledger_filter all = { .limit = 0 };

	(void)fixture_pending(f);
	for (int i = 0; i < 100; i++)
		buf_putc(&out, ' ');
	EXPECT_RULE(ledger_each(f->ledger, &all, write_id, &out, f->err), f->err, RULE_BUG);
	(void)fixture_pending(f);
}

/* -- events ---------------------------------------------------------------------------- */

static enum rc_status
write_event(void *arg, const struct ledger_event *event, struct error *err)
{
	struct buf *out = arg;

	buf_printf(out, "%lld %s: ", (long long)event->seq, event->kind);
	if (!event_describe(event->body, out))
		return error_fail(err, RULE_LEDGER_DAMAGED, "event %lld", (long long)event->seq);
	buf_putc(out, '\n');
	return RC_OK;
}

TEST(each_change_leaves_an_event_that_can_be_read)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	const struct ledger_refusal refusal = { .rule = "csr-signature", .entry = "a/b",
		.csr = bytes_of_text("request"), .message = "the signature is wrong" };
	int64_t id = fixture_done(f), reserved = 0;

	EXPECT_OK(ledger_refuse(f->ledger, &refusal, f->err), f->err);
	EXPECT_OK(ledger_note(f->ledger, "config", "ca.yaml was read", f->err), f->err);
	EXPECT_OK(ledger_mark(f->ledger, id, LEDGER_HELD, "lost laptop", f->err), f->err);
	EXPECT_OK(ledger_mark(f->ledger, id, LEDGER_DONE, "found", f->err), f->err);
	EXPECT_OK(ledger_spoil(f->ledger, fixture_pending(f), bytes_of_text("x"), "bad", f->err),
	    f->err);
	EXPECT_OK(fixture_reserve(f, fixture_intent(f), &reserved), f->err);
	EXPECT_OK(fixture_begin(f, reserved, "lab"), f->err);
	EXPECT_OK(ledger_each_event(f->ledger, 0, write_event, &out, f->err), f->err);
	EXPECT_HAS(buf_text(&out), "1 create: ca 'Contoso Issuing CA', custody 'strict', policy ");
	EXPECT_HAS(buf_text(&out), "\n2 intent: id 1, what 'certificate', serial 01000001, tbs ");
	EXPECT_HAS(buf_text(&out), "requester 'ann'");
	EXPECT_HAS(buf_text(&out), "not-after 2023-11-15T22:13:20Z, owner '");
	EXPECT_HAS(buf_text(&out), "\n3 commit: id 1, serial 01000001, signed ");
	EXPECT_HAS(buf_text(&out), "\n4 refuse: rule 'csr-signature', entry 'a/b', csr ");
	EXPECT_HAS(buf_text(&out), ", message 'the signature is wrong'\n"
	    "5 note: topic 'config', text 'ca.yaml was read'\n"
	    "6 hold: id 1, serial 01000001, reason 'lost laptop'\n"
	    "7 release: id 1, serial 01000001, reason 'found'\n8 intent: ");
	EXPECT_HAS(buf_text(&out), "\n9 spoil: id 2, serial 01000002, signed ");
	EXPECT_HAS(buf_text(&out), "\n11 begin: id 3, serial 01000003, custody ");
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

TEST(a_long_message_is_cut_at_a_character)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, out = BUF_INIT;
	struct ledger_refusal refusal = { .rule = "csr-der" };

	buf_putc(&text, 'x');
	for (int i = 0; i < 3000; i++)
		buf_puts(&text, "\xc3\xa4");
	refusal.message = buf_text(&text);
	EXPECT_OK(ledger_refuse(f->ledger, &refusal, f->err), f->err);
	EXPECT_OK(ledger_each_event(f->ledger, 1, write_event, &out, f->err), f->err);
	EXPECT_INT(out.n, strlen("2 refuse: rule 'csr-der', message ''\n") + 4095);
}

TEST(every_move_has_an_event_with_a_format)
{
	for (size_t i = 0; i < LEDGER_MOVES; i++)
		EXPECT(event_kind_find(ledger_moves[i].event) != NULL);
	EXPECT(event_kind_find("none") == NULL);
}

TEST(event_bytes_are_as_documented)
{
	static const char want[] = "00000010" "726f6c65636572742d6576656e742d31"
	    "00000008" "0000000000000002" "00000008" "ffffffffffffffff"
	    "00000004" "6e6f7465" "00000001" "61" "00000000";
	SCOPED(buf_clear) struct buf body = BUF_INIT, hex = BUF_INIT, text = BUF_INIT;
	struct bytes whole;

	event_begin(&body, 2, -1, "note");
	field_text(&body, "a");
	field_text(&body, NULL);
	buf_put_hex(&hex, buf_bytes(&body));
	EXPECT_TEXT(buf_text(&hex), want);
	EXPECT(event_describe(buf_bytes(&body), &text));
	EXPECT_TEXT(buf_text(&text), "topic 'a'");
	for (size_t n = 0; n < body.n; n++)
		EXPECT(!event_describe(BYTES(body.p, n), &text));
	field_int_or_none(&body, 0);
	EXPECT(!event_describe(buf_bytes(&body), &text));
	whole = BYTES("\xff\xff\xff\xff", 4);
	EXPECT(!field_next(&whole, &whole));
}
