#include "crypto/digest.h"
#include "ledger/change.h"
#include "ledger/sql.h"
#include "tests/unit/ledger/fixture.h"

static int64_t
done_with(struct fixture *f, const char *topology, const char *key, int64_t not_after)
{
	struct ledger_intent *intent = fixture_intent(f);
	int64_t id = 0;

	intent->topology = topology;
	intent->spki = bytes_of_text(key);
	intent->not_after = not_after;
	REQUIRE_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	REQUIRE_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
	return id;
}

/* The id of what is found, or 0. */
static int64_t
find(struct fixture *f, const char *topology, const char *key, int64_t after)
{
	struct ledger_row *row = NULL;
	uint8_t digest[SHA256_OCTETS];
	struct ledger_live_query query = {
		.entry = "edge-external/lsedge.contoso.net", .topology = topology,
		.state = LEDGER_DONE, .after = after,
	};

	if (key != NULL) {
		sha256(bytes_of_text(key), digest);
		query.key_digest = BYTES(digest, sizeof(digest));
	}
	REQUIRE_OK(ledger_find_live(f->ledger, &query, f->arena, &row, f->err), f->err);
	return row != NULL ? row->id : 0;
}

TEST(what_is_live_is_found_by_entry_topology_and_key)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t one = done_with(f, "contoso", "key 1", NOON + 2000);
	int64_t two = done_with(f, "contoso", "key 2", NOON + 1000);
	int64_t bare = done_with(f, NULL, "key 1", NOON + 500);

	EXPECT_INT(find(f, "contoso", NULL, NOON), one);
	EXPECT_INT(find(f, "contoso", "key 2", NOON), two);
	EXPECT_INT(find(f, "contoso", "key 2", NOON + 1000), 0);
	EXPECT_INT(find(f, "contoso", "key 3", NOON), 0);
	EXPECT_INT(find(f, "fabrikam", NULL, NOON), 0);
	EXPECT_INT(find(f, NULL, NULL, NOON), bare);
	REQUIRE_OK(ledger_mark(f->ledger, one, LEDGER_REVOKED, "superseded", f->err), f->err);
	EXPECT_INT(find(f, "contoso", NULL, NOON), two);
}

/* "SEARCH i USING INDEX intent_live (entry=? AND ...)" */
static const char *
plan_of(struct fixture *f, enum sql sql)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT, plan = BUF_INIT;
	sqlite3_stmt *st = NULL;

	buf_printf(&text, "EXPLAIN QUERY PLAN %s", sql_texts[sql]);
	REQUIRE(sqlite3_prepare_v2(f->ledger->db.handle, buf_text(&text), -1, &st, NULL) == 0);
	while (sqlite3_step(st) == SQLITE_ROW)
		buf_printf(&plan, "%s\n", (const char *)sqlite3_column_text(st, 3));
	(void)sqlite3_finalize(st);
	return arena_strdup(f->arena, buf_text(&plan));
}

/* And no more than a few rows of it. */
static void
expect_plan(struct fixture *f, enum sql sql, const char *want)
{
	const char *plan = plan_of(f, sql);

	EXPECT_HAS(plan, want);
	EXPECT(strstr(plan, "SCAN i") == NULL);
	EXPECT(strstr(plan, "TEMP B-TREE") == NULL);
}

TEST(what_an_issuance_asks_is_answered_by_an_index)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	expect_plan(f, SQL_FIND_LIVE,
	    "INDEX intent_live (entry=? AND topology=? AND not_after>?)");
	expect_plan(f, SQL_FIND_OPEN,
	    "INDEX intent_open (state=? AND entry=? AND topology=? AND not_after>?)");
	expect_plan(f, SQL_FIND_COMPROMISED, "INDEX intent_compromised (key_digest=?)");
	expect_plan(f, SQL_FIND_KEY, "INDEX intent_key (key_digest=? AND entry<?)");
	expect_plan(f, SQL_FIND_KEY, "INDEX intent_key (key_digest=? AND entry>?)");
	EXPECT_HAS(plan_of(f, SQL_COUNT), "INDEX intent_open");
	EXPECT_HAS(plan_of(f, SQL_PENDING_OWNERS), "INDEX intent_open (state=?)");
	EXPECT_HAS(plan_of(f, SQL_PENDING_OF), "INDEX intent_open (state=?)");
	EXPECT_HAS(plan_of(f, SQL_EACH_REVOKED), "INDEX intent_revoked");
	expect_plan(f, SQL_EACH_NAMED, "PRIMARY KEY (name=?)");
}

static enum rc_status
count_named(void *arg, const struct ledger_named *row, struct error *err)
{
	(void)err;
	EXPECT_TEXT(row->topology, "contoso");
	++*(int *)arg;
	return RC_OK;
}

TEST(a_name_is_found_once_for_each_entry)
{
	static const char *const names[] = { "sip.contoso.com", "WebCon.contoso.com" };
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	static const char *const entries[] = { "a", "b", "b" };
	int found = 0;

	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		struct ledger_intent *intent = fixture_intent(f);
		int64_t id = 0;

		intent->topology = "contoso";
		intent->entry = entries[i];
		intent->names = names;
		intent->n_names = ARRAY_LEN(names);
		intent->not_after = NOON + 100;
		REQUIRE_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	}
	EXPECT_OK(ledger_each_named(f->ledger, "webcon.CONTOSO.com", NOON, count_named, &found,
	    f->err), f->err);
	EXPECT_INT(found, 2);
	EXPECT_OK(ledger_each_named(f->ledger, "webcon.contoso.com", NOON + 100, count_named,
	    &found, f->err), f->err);
	EXPECT_OK(ledger_each_named(f->ledger, "www.contoso.com", NOON, count_named, &found,
	    f->err), f->err);
	EXPECT_INT(found, 2);
}
