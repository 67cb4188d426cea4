/*
 * Forged ledgers.  A forger can write the file as he likes, triggers and constraints
 * turned off; what he does must be found, by the rule that is meant for it.
 */
#include "ledger/verify.h"

#include <stdio.h>

#include "ledger/tree.h"
#include "os/file.h"
#include "tests/unit/ledger/fixture.h"

enum { FORGERIES = 500, GOOD_ROWS = 24 };

/* -- a ledger with something of everything ---------------------------------------------- */

static const uint8_t ca_key[SHA256_OCTETS] = { 7 };

/* Stands for a signature here: whoever knows how makes one, the forger does not. */
static void
seal_bytes(struct bytes text, struct buf *out)
{
	buf_puts(out, "sealed ");
	sha256_put_hex(text, out);
}

static enum rc_status
is_sealed(void *arg, struct bytes text, struct bytes cms, struct error *err)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT;

	(void)arg;
	seal_bytes(text, &want);
	if (!bytes_equal(buf_bytes(&want), cms))
		return error_fail(err, RULE_LOG_SIGNATURE, "not sealed");
	return RC_OK;
}

static struct checkpoint
seal(struct fixture *f)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, cms = BUF_INIT;
	struct checkpoint checkpoint = { .time = f->now };
	struct merkle tree;
	uint8_t digest[SHA256_OCTETS];
	struct ledger_intent intent = { .kind = LEDGER_CHECKPOINT,
		.tbs = bytes_of_text("attributes"), .algorithm = "ecdsa-with-SHA256" };
	int64_t id = 0;

	REQUIRE_OK(ledger_tree(f->ledger, 0, &tree, f->err), f->err);
	memcpy(checkpoint.ca_key, ca_key, sizeof(ca_key));
	checkpoint.size = tree.size;
	merkle_root(&tree, h, checkpoint.root);
	checkpoint_put(&checkpoint, &text);
	sha256(buf_bytes(&text), digest);
	intent.entry_canonical = buf_bytes(&text);
	intent.entry_digest = BYTES(digest, sizeof(digest));
	REQUIRE_OK(ledger_intent(f->ledger, &intent, &id, f->err), f->err);
	seal_bytes(buf_bytes(&text), &cms);
	REQUIRE_OK(ledger_commit(f->ledger, id, buf_bytes(&cms), f->err), f->err);
	REQUIRE_OK(ledger_keep_tree(f->ledger, &tree, f->err), f->err);
	return checkpoint;
}

static void
fill(struct fixture *f, unsigned rows)
{
	for (unsigned i = 0; i < rows; i++) {
		int64_t id = i % 6 == 5 ? fixture_pending(f) : fixture_done(f);

		f->now += 7;
		if (i % 6 == 5)
			REQUIRE_OK(ledger_lose(f->ledger, id, "the token failed", f->err), f->err);
		if (i % 6 == 1)
			REQUIRE_OK(ledger_mark(f->ledger, id, LEDGER_HELD, "hold", f->err), f->err);
		if (i % 6 == 3)
			REQUIRE_OK(ledger_mark(f->ledger, id, LEDGER_REVOKED, "keyCompromise",
			    f->err), f->err);
	}
}

struct sealed_ledger {
	struct fixture *f;
	struct checkpoint first, second;
	struct bytes list;               /* made between them; in the arena  */
	struct buf file;                 /* ledger.db, whole                 */
};

static void
sealed_clear(struct sealed_ledger *s)
{
	fixture_free(s->f);
	buf_clear(&s->file);
}
DEFINE_SCOPED_VALUE(sealed_clear, struct sealed_ledger)

static enum rc_status
add_revoked(void *arg, const struct ledger_row *row, struct error *err)
{
	int64_t *ids = arg;

	(void)err;
	ids[1 + ids[0]++] = row->id;
	return RC_OK;
}

/* Over all that is revoked now; its octets as they are recorded. */
static struct bytes
list_make(struct fixture *f)
{
	const struct ledger_filter revoked = { .states = 1 << LEDGER_HELD | 1 << LEDGER_REVOKED |
	    1 << LEDGER_LOST };
	int64_t ids[1 + 2 * GOOD_ROWS] = { 0 };
	struct ledger_row *row = NULL;

	REQUIRE_OK(ledger_each(f->ledger, &revoked, add_revoked, ids, f->err), f->err);
	fixture_list(f, "crl/1", 1, false, ids + 1, (size_t)ids[0]);
	REQUIRE_OK(ledger_find_newest(f->ledger, LEDGER_CRL, f->arena, &row, f->err), f->err);
	return row->signed_bytes;
}

static void
sealed_make(struct sealed_ledger *s)
{
	struct ledger_refusal refusal = { .rule = "csr-weak-key", .requester = "eve" };

	s->f = fixture_new();
	fill(s->f, GOOD_ROWS / 2);
	s->first = seal(s->f);
	REQUIRE_OK(ledger_refuse(s->f->ledger, &refusal, s->f->err), s->f->err);
	REQUIRE_OK(ledger_pin_policy(s->f->ledger, bytes_of_text("custody lab\n"), s->f->err),
	    s->f->err);
	for (const char *days = "12"; *days != '\0'; days++)
		REQUIRE_OK(ledger_put_config(s->f->ledger, BYTES(days, 1), s->f->err), s->f->err);
	fill(s->f, GOOD_ROWS / 2);
	s->list = list_make(s->f);
	s->second = seal(s->f);
	(void)fixture_done(s->f);
	ledger_close(s->f->ledger);
	s->f->ledger = NULL;
	REQUIRE_OK(file_read(fixture_path(s->f, "ledger.db"), 1 << 24, &s->file, s->f->err),
	    s->f->err);
}

static void
file_put(struct sealed_ledger *s)
{
	FILE *file = fopen(fixture_path(s->f, "ledger.db"), "wb");

	REQUIRE(file != NULL);
	REQUIRE(fwrite(s->file.p, 1, s->file.n, file) == s->file.n);
	REQUIRE(fclose(file) == 0);
}

/* -- the forger --------------------------------------------------------------------------- */

/* swap(bytes, old, new): the first `old` in it is `new`, of the same length. */
static void
sql_swap(sqlite3_context *context, int n, sqlite3_value **args)
{
	SCOPED(buf_clear) struct buf bytes = BUF_INIT;
	size_t size = (size_t)sqlite3_value_bytes(args[1]);
	void *at;

	(void)n;
	buf_put(&bytes, sqlite3_value_blob(args[0]), (size_t)sqlite3_value_bytes(args[0]));
	at = memmem(bytes.p, bytes.n, sqlite3_value_blob(args[1]), size);
	if (at != NULL)
		memcpy(at, sqlite3_value_blob(args[2]), size);
	sqlite3_result_blob(context, bytes.p, (int)bytes.n, SQLITE_TRANSIENT);
}

static void
forge(struct fixture *f, const char *sql)
{
	sqlite3 *db = NULL;
	char *said = NULL;

	REQUIRE(sqlite3_open(fixture_path(f, "ledger.db"), &db) == SQLITE_OK);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	(void)sqlite3_create_function(db, "swap", 3, SQLITE_UTF8, NULL, sql_swap, NULL, NULL);
	(void)sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"
	    " PRAGMA synchronous = OFF", NULL, NULL, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK)
		fprintf(stderr, "%s: %s\n", sql, said);
	REQUIRE(said == NULL);
	(void)sqlite3_close(db);
}

/* The SQL with a number for each @. */
static const char *
numbered(struct fixture *f, const char *sql, unsigned n)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	for (; *sql != '\0'; sql++)
		if (*sql == '@')
			buf_printf(&text, "%u", n);
		else
			buf_putc(&text, *sql);
	return arena_strdup(f->arena, buf_text(&text));
}

/* -- the auditor ---------------------------------------------------------------------------- */

static bool
has_finding(const struct error *findings, enum rule rule)
{
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		if (d->rule == rule)
			return true;
	return false;
}

/* Another party's signature over the text, in the same way as the seal. */
static void
cosign(const struct checkpoint *checkpoint, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	checkpoint_put(checkpoint, &text);
	buf_puts(out, "cosigned ");
	sha256_put_hex(buf_bytes(&text), out);
}

static bool
is_cosigned(void *arg, struct bytes text, struct bytes cms)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT;

	(void)arg;
	buf_puts(&want, "cosigned ");
	sha256_put_hex(text, &want);
	return bytes_equal(buf_bytes(&want), cms);
}

static void
audit_by(struct fixture *f, const struct ledger_verify_options *options,
    struct ledger_verdict *verdict, struct error *findings)
{
	struct ledger_options looks = { .clock = &f->clock, .read_only = true };
	struct ledger *ledger = NULL;

	REQUIRE_OK(ledger_open(f->home, &looks, &ledger, f->err), f->err);
	EXPECT_OK(ledger_verify(ledger, options, verdict, findings, f->err), f->err);
	ledger_close(ledger);
}

static void
audit(struct fixture *f, const struct checkpoint *known, size_t n_known,
    struct ledger_verdict *verdict, struct error *findings)
{
	const struct ledger_verify_options options = { .known = known, .n_known = n_known,
		.sealed = is_sealed };

	audit_by(f, &options, verdict, findings);
}

/* What an auditor may have kept: the last of them in full. */
enum kept { KEPT_NOTHING, KEPT_CHECKPOINT, KEPT_LIST, KEPT_COSIGNATURE };

static void
audit_kept(struct sealed_ledger *s, struct fixture *f, enum kept kept,
    struct ledger_verdict *verdict, struct error *findings)
{
	SCOPED(buf_clear) struct buf cosigned = BUF_INIT;
	struct bytes cms;
	const struct ledger_verify_options options = { .sealed = is_sealed,
		.known = &s->second, .n_known = kept == KEPT_CHECKPOINT,
		.known_lists = &s->list, .n_known_lists = kept == KEPT_LIST,
		.known_cosignatures = &cms, .n_known_cosignatures = kept == KEPT_COSIGNATURE,
		.cosigned = is_cosigned };

	cosign(&s->second, &cosigned);
	cms = buf_bytes(&cosigned);
	audit_by(f, &options, verdict, findings);
}

static void
expect_found(struct sealed_ledger *s, const char *sql, enum rule rule, enum kept kept)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct ledger_verdict verdict;

	file_put(s);
	forge(s->f, sql);
	audit_kept(s, s->f, kept, &verdict, findings);
	if (!has_finding(findings, rule))
		fprintf(stderr, "not found by %s: %s\n", rule_id(rule), sql);
	EXPECT(has_finding(findings, rule));
	EXPECT(verdict.findings != 0);
}

TEST(an_honest_ledger_verifies)
{
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = NULL };
	SCOPED(error_free) struct error *findings = error_new();
	struct ledger_verdict verdict;

	sealed_make(&s);
	audit(s.f, &s.first, 1, &verdict, findings);
	EXPECT_INT(verdict.findings, 0);
	EXPECT_INT(verdict.rows, GOOD_ROWS + 4);
	for (enum kept kept = KEPT_NOTHING; kept <= KEPT_COSIGNATURE; kept++) {
		audit_kept(&s, s.f, kept, &verdict, findings);
		EXPECT_INT(verdict.findings, 0);
	}
	EXPECT_INT(verdict.checkpoints, 2);
	EXPECT_INT(verdict.sealed, (int64_t)s.second.size);
	EXPECT(verdict.events > verdict.sealed);
	EXPECT(has_finding(findings, RULE_LOG_UNSEALED));
}

/* -- five hundred forgeries ----------------------------------------------------------------- */

#define ROW " WHERE id = @"
#define EVENT " WHERE seq = @"
/* The n-th row and the n-th event that fit. */
#define A_DONE " WHERE id = (SELECT id FROM intent WHERE state = 'DONE' AND kind ="          \
	" 'certificate' ORDER BY id LIMIT 1 OFFSET @ % 8)"
#define AN_INTENT " WHERE seq = (SELECT seq FROM event WHERE kind = 'intent'"                  \
	" AND instr(body, 'ann') LIMIT 1 OFFSET @)"

/* Back to @ events behind the record of the first checkpoint, with all that came of them:
 * with @ 2 the record is as it once was. */
#define BEHIND "(SELECT size FROM tree ORDER BY size LIMIT 1) + @ % 9 + 2"
#define CUT_TAIL "DELETE FROM event WHERE seq > " BEHIND "; DELETE FROM intent WHERE id NOT IN"   \
	" (SELECT intent FROM event WHERE intent IS NOT NULL); DELETE FROM policy WHERE seq > "   \
	BEHIND "; DELETE FROM config WHERE seq > " BEHIND "; DELETE FROM tree WHERE size > " BEHIND

static const struct forgery {
	enum rule rule;
	const char *sql;                 /* @: 1 ... 20                     */
} forgeries[] = {
	{ RULE_LOG_EVENT, "UPDATE event SET body = zeroblob(length(body))" EVENT },
	{ RULE_LOG_EVENT, "UPDATE event SET body = CAST(body || 'x' AS BLOB)" EVENT },
	{ RULE_LOG_EVENT, "UPDATE event SET time = time + 1" EVENT },
	{ RULE_LOG_EVENT, "UPDATE event SET intent = 77" EVENT },
	{ RULE_LOG_EVENT, "UPDATE event SET body = (SELECT body FROM event WHERE seq = 2 + @)"
	    " WHERE seq = 1 + @" },
	{ RULE_LOG_GAP, "DELETE FROM event" EVENT },
	{ RULE_LOG_GAP, "UPDATE event SET seq = 1000 + seq" EVENT },
	{ RULE_LOG_GAP, "UPDATE event SET time = 5 WHERE seq = 1 + @" },
	{ RULE_LOG_STATE, "DELETE FROM event" AN_INTENT },
	/* the same words once more, under a number that is free */
	{ RULE_LOG_STATE, "INSERT INTO event SELECT 2000 + seq, time + 9000, kind, intent, body"
	    " FROM event WHERE kind = 'commit' LIMIT 1 OFFSET @" },
	{ RULE_LOG_ROW, "UPDATE intent SET state = CASE state WHEN 'LOST' THEN 'DONE' ELSE 'LOST'"
	    " END" ROW },
	{ RULE_LOG_ROW, "UPDATE intent SET serial = CAST('z' || coalesce(serial, '') AS BLOB)" ROW },
	{ RULE_LOG_ROW, "UPDATE intent SET entry = 'web/other'" ROW },
	{ RULE_LOG_ROW, "UPDATE intent SET requester = 'mallory'" ROW },
	{ RULE_LOG_ROW, "UPDATE intent SET not_after = coalesce(not_after, 0) + 86400" ROW },
	{ RULE_LOG_ROW, "UPDATE intent SET csr = x'30'" ROW },
	{ RULE_LOG_ROW, "UPDATE intent SET created = created + 1, changed = changed + 1" ROW },
	{ RULE_LOG_ROW, "UPDATE intent SET reason = 'superseded'" ROW },
	{ RULE_LOG_ROW, "DELETE FROM intent" ROW },
	{ RULE_LOG_ROW, "INSERT INTO intent (id, kind, state, serial, tbs, algorithm, owner, boot,"
	    " result, created, changed) SELECT 900 + id, kind, 'DONE', CAST('y' || serial AS BLOB), tbs,"
	    " algorithm, owner, boot, result, created, changed FROM intent" A_DONE },
	{ RULE_LOG_BYTES, "UPDATE intent SET result = swap(result, 'signature', 'forgeries')" A_DONE },
	{ RULE_LOG_BYTES, "UPDATE intent SET result = NULL" A_DONE },
	{ RULE_LOG_CHECKPOINT, "UPDATE event SET body = swap(body, 'ann', 'eve')" AN_INTENT },
	/* row and events agree about another requester; only what was sealed does not */
	{ RULE_LOG_CHECKPOINT, "UPDATE event SET body = swap(body, 'ann', 'eve')" AN_INTENT
	    "; UPDATE intent SET requester = 'eve' WHERE id = (SELECT intent FROM event"
	    " WHERE kind = 'intent' AND instr(body, 'eve') LIMIT 1)" },
	{ RULE_LOG_TREE, "UPDATE tree SET peaks = zeroblob(length(peaks)) WHERE size = (SELECT size"
	    " FROM tree LIMIT 1 OFFSET @ % 2)" },
};

TEST(five_hundred_forged_ledgers_are_found)
{
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = NULL };
	unsigned made = 0;

	sealed_make(&s);
	for (unsigned n = 1; made < FORGERIES; n++) {
		for (size_t i = 0; i < ARRAY_LEN(forgeries); i++, made++)
			expect_found(&s, numbered(s.f, forgeries[i].sql, n), forgeries[i].rule,
			    KEPT_NOTHING);
		for (enum kept k = KEPT_CHECKPOINT; k <= KEPT_COSIGNATURE; k++, made++)
			expect_found(&s, numbered(s.f, CUT_TAIL, n), RULE_LOG_KNOWN, k);
	}
	EXPECT(made >= FORGERIES);
}

/* Those of which there is one, or a few. */
TEST(documents_policies_and_the_beginning_are_held_to_the_events)
{
	static const struct forgery once[] = {
		{ RULE_LOG_DOCUMENT, "UPDATE document SET bytes = x'00' WHERE rowid = 1" },
		{ RULE_LOG_DOCUMENT, "UPDATE document SET bytes = x'00' WHERE rowid = 2" },
		{ RULE_LOG_DOCUMENT, "DELETE FROM document WHERE rowid = 1" },
		{ RULE_LOG_DOCUMENT, "DELETE FROM document WHERE CAST(bytes AS TEXT) LIKE 'strict:%'" },
		{ RULE_LOG_CHECKPOINT, "DELETE FROM document WHERE CAST(bytes AS TEXT) LIKE"
		    " 'rolecert checkpoint%'" },
		{ RULE_LOG_ROW, "DELETE FROM policy WHERE seq > 1" },
		{ RULE_LOG_ROW, "INSERT INTO policy SELECT 3, sha256 FROM policy WHERE seq = 1" },
		{ RULE_LOG_ROW, "UPDATE policy SET sha256 = (SELECT sha256 FROM policy"
		    " WHERE seq = 1)" },
		{ RULE_LOG_ROW, "DELETE FROM config WHERE seq = (SELECT max(seq) FROM config)" },
		{ RULE_LOG_ROW, "INSERT INTO config SELECT 3, sha256 FROM config LIMIT 1" },
		{ RULE_LOG_ROW, "UPDATE config SET sha256 = (SELECT sha256 FROM policy)" },
		{ RULE_LOG_DOCUMENT, "DELETE FROM document WHERE CAST(bytes AS TEXT) = '2'" },
		{ RULE_LOG_ROW, "UPDATE ledger SET ca = 'Another CA'" },
		{ RULE_LOG_ROW, "UPDATE ledger SET custody = 'hardware'" },
		{ RULE_LOG_ROW, "UPDATE ledger SET created = 1" },
		{ RULE_LOG_ROW, "DELETE FROM ledger" },
		{ RULE_LOG_CHECKPOINT, "UPDATE intent SET result = x'00' WHERE kind = 'checkpoint'" },
		{ RULE_LOG_TREE, "INSERT INTO tree VALUES (4711, zeroblob(32))" },
		{ RULE_LOG_TREE, "INSERT INTO tree VALUES (1, zeroblob(32))" },
		{ RULE_LOG_GAP, "DELETE FROM event WHERE seq = 1" },
		/* the tail goes, with all that came of it; the checkpoint stays */
		{ RULE_LOG_CHECKPOINT, "DELETE FROM event WHERE seq > 20;"
		    " DELETE FROM intent WHERE id NOT IN (SELECT intent FROM event WHERE intent"
		    " IS NOT NULL) AND kind = 'certificate'" },
	};
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = NULL };

	sealed_make(&s);
	for (size_t i = 0; i < ARRAY_LEN(once); i++)
		expect_found(&s, once[i].sql, once[i].rule, KEPT_NOTHING);
}

/* A serial that comes again has its own rule: the unique index is the forger's too. */
TEST(a_serial_that_comes_twice_is_found_without_the_index)
{
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = NULL };

	sealed_make(&s);
	expect_found(&s, "UPDATE event SET body = swap(body, x'0000000401000002',"
	    " x'0000000401000001') WHERE kind = 'intent'", RULE_LOG_SERIAL, KEPT_NOTHING);
}

/* -- what nothing in the file shows ------------------------------------------------------------ */

TEST(only_what_was_kept_elsewhere_shows_an_older_copy)
{
	static const char back[] = CUT_TAIL;
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = NULL };
	SCOPED(error_free) struct error *findings = error_new();
	struct ledger_verdict verdict;

	sealed_make(&s);
	file_put(&s);
	forge(s.f, numbered(s.f, back, 0));
	audit_kept(&s, s.f, KEPT_NOTHING, &verdict, findings);
	EXPECT_INT(verdict.findings, 0);
	for (enum kept kept = KEPT_CHECKPOINT; kept <= KEPT_COSIGNATURE; kept++) {
		audit_kept(&s, s.f, kept, &verdict, findings);
		EXPECT(verdict.findings >= 1);
	}
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		EXPECT(d->rule == RULE_LOG_KNOWN || d->rule == RULE_LOG_UNSEALED);
}

/* Whoever has the ledger's key can seal another history; not the one that is known. */
TEST(only_what_was_kept_elsewhere_shows_a_history_written_anew)
{
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = NULL };
	SCOPED(fixture_free) struct fixture *forged = fixture_new();
	SCOPED(error_free) struct error *findings = error_new();
	struct ledger_verdict verdict;

	sealed_make(&s);
	fill(forged, GOOD_ROWS);
	fill(forged, GOOD_ROWS);
	(void)seal(forged);
	audit(forged, NULL, 0, &verdict, findings);
	EXPECT_INT(verdict.findings, 0);
	for (enum kept kept = KEPT_CHECKPOINT; kept <= KEPT_COSIGNATURE; kept++) {
		SCOPED(error_free) struct error *more = error_new();

		audit_kept(&s, forged, kept, &verdict, more);
		EXPECT(verdict.findings >= 1);
		EXPECT(has_finding(more, RULE_LOG_KNOWN));
	}
}

/* -- where an entry came from --------------------------------------------------------------- */

static void
intent_with_origin(struct fixture *f)
{
	SCOPED(buf_clear) struct buf origin = BUF_INIT;
	struct ledger_intent *intent = fixture_intent(f);
	struct digested texts[] = {
		{ .bytes = bytes_of_text("role front-end\n") },
		{ .bytes = bytes_of_text("topology: contoso\n") },
	};
	int64_t id = 0;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		sha256(texts[i].bytes, texts[i].sha256);
	intent->profile_digest = BYTES(texts[0].sha256, SHA256_OCTETS);
	buf_puts(&origin, "rolecert origin v1\ntext 1 ");
	sha256_put_hex(texts[1].bytes, &origin);
	buf_puts(&origin, " contoso.yaml\n");
	intent->origin = buf_bytes(&origin);
	intent->texts = texts;
	intent->n_texts = ARRAY_LEN(texts);
	REQUIRE_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	REQUIRE_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
}

TEST(an_origin_is_kept_with_its_texts_and_held_to_its_event)
{
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = fixture_new() };
	SCOPED(error_free) struct error *findings = error_new();
	struct ledger_verdict verdict;
	uint8_t digest[SHA256_OCTETS];
	struct bytes text;

	intent_with_origin(s.f);
	intent_with_origin(s.f);
	sha256(bytes_of_text("topology: contoso\n"), digest);
	EXPECT_OK(ledger_document(s.f->ledger, BYTES(digest, sizeof(digest)), s.f->arena, &text,
	    s.f->err), s.f->err);
	EXPECT(bytes_equal(text, bytes_of_text("topology: contoso\n")));
	digest[0] ^= 1;
	EXPECT_OK(ledger_document(s.f->ledger, BYTES(digest, sizeof(digest)), s.f->arena, &text,
	    s.f->err), s.f->err);
	EXPECT(text.p == NULL);
	ledger_close(TAKE(s.f->ledger));
	REQUIRE_OK(file_read(fixture_path(s.f, "ledger.db"), 1 << 24, &s.file, s.f->err), s.f->err);
	audit(s.f, NULL, 0, &verdict, findings);
	EXPECT_INT(verdict.findings, 0);
	expect_found(&s, "DELETE FROM document WHERE CAST(bytes AS TEXT) LIKE 'rolecert origin%'",
	    RULE_LOG_DOCUMENT, KEPT_NOTHING);
	expect_found(&s, "UPDATE document SET bytes = x'00' WHERE CAST(bytes AS TEXT) LIKE"
	    " 'topology:%'", RULE_LOG_DOCUMENT, KEPT_NOTHING);
	/* nothing is changed, and something is gone */
	expect_found(&s, "DELETE FROM document WHERE CAST(bytes AS TEXT) LIKE 'topology:%'",
	    RULE_LOG_DOCUMENT, KEPT_NOTHING);
	expect_found(&s, "DELETE FROM document WHERE CAST(bytes AS TEXT) LIKE 'role %'",
	    RULE_LOG_DOCUMENT, KEPT_NOTHING);
	expect_found(&s, "DELETE FROM document WHERE CAST(bytes AS TEXT) = 'canonical'",
	    RULE_LOG_DOCUMENT, KEPT_NOTHING);
	expect_found(&s, "UPDATE event SET seq = seq + 100 WHERE kind = 'origin'", RULE_LOG_STATE,
	    KEPT_NOTHING);
}

/* Another process at work, at each moment that the verification lets us see. */
static enum rc_status
writes_meanwhile(void *arg, enum ledger_kind kind, struct bytes tbs, struct bytes signed_bytes,
    struct error *err)
{
	struct fixture *f = arg;

	(void)kind;
	(void)tbs;
	(void)signed_bytes;
	(void)fixture_done(f);
	return ledger_pin_policy(f->ledger, bytes_of_text("another policy\n"), err);
}

TEST(what_happens_meanwhile_is_no_finding)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(error_free) struct error *findings = error_new();
	SCOPED(ledger_close) struct ledger *reader = NULL;
	const struct ledger_options looks = { .read_only = true, .clock = &f->clock };
	const struct ledger_verify_options options = { .signature = writes_meanwhile, .arg = f };
	struct ledger_verdict verdict = { .events = 0 };

	(void)fixture_done(f);
	REQUIRE_OK(ledger_open(f->home, &looks, &reader, f->err), f->err);
	EXPECT_OK(ledger_verify(reader, &options, &verdict, findings, f->err), f->err);
	EXPECT_INT(verdict.findings, 0);
	EXPECT_INT(verdict.rows, 1);
	EXPECT_OK(ledger_verify(reader, &options, &verdict, findings, f->err), f->err);
	EXPECT_INT(verdict.findings, 0);
	EXPECT_INT(verdict.rows, 2);
}

/* -- what other parties say ------------------------------------------------------------------- */

static const uint8_t notary[SHA256_OCTETS] = { 0xab };

static enum rc_status
is_attested(void *arg, enum attest_kind kind, struct bytes text, struct bytes statement,
    const uint8_t key[SHA256_OCTETS], struct error *err)
{
	(void)arg;
	(void)text;
	(void)kind;
	if (memcmp(key, notary, sizeof(notary)) == 0 &&
	    bytes_equal(statement, bytes_of_text("I saw it")))
		return RC_OK;
	return error_fail(err, RULE_ATTEST_SIGNER, "somebody else");
}

static void
attest(struct fixture *f, const uint8_t key[SHA256_OCTETS], const char *statement)
{
	struct ledger_attestation a = { .kind = ATTEST_COSIGN,
		.statement = bytes_of_text(statement) };
	struct ledger_row *row = NULL;

	memcpy(a.key, key, sizeof(a.key));
	REQUIRE_OK(ledger_find_newest(f->ledger, LEDGER_CHECKPOINT, f->arena, &row, f->err),
	    f->err);
	REQUIRE_OK(ledger_attest(f->ledger, row->id, &a, f->err), f->err);
	REQUIRE_OK(ledger_attest(f->ledger, row->id, &a, f->err), f->err);
}

static size_t
attested_findings(struct fixture *f, struct error *findings)
{
	const struct ledger_verify_options options = { .sealed = is_sealed,
		.attested = is_attested };
	struct ledger_verdict verdict;

	REQUIRE_OK(ledger_verify(f->ledger, &options, &verdict, findings, f->err), f->err);
	return verdict.findings;
}

static struct fixture *
with_notary(void)
{
	static const char policy[] = "custody strict\ncosigners sha256:00, sha256:"
	    "ab00000000000000000000000000000000000000000000000000000000000000\n";
	struct fixture *f = fixture_new();

	REQUIRE_OK(ledger_pin_policy(f->ledger, bytes_of_text(policy), f->err), f->err);
	(void)fixture_done(f);
	(void)seal(f);
	return f;
}

TEST(a_cosignature_is_recorded_once_and_checked_again)
{
	SCOPED(fixture_free) struct fixture *f = with_notary();
	SCOPED(error_free) struct error *findings = error_new();
	struct ledger_attestation a = { .kind = ATTEST_COSIGN,
		.statement = bytes_of_text("of no checkpoint") };

	attest(f, notary, "I saw it");
	EXPECT_INT(attested_findings(f, findings), 0);
	EXPECT_RULE(ledger_attest(f->ledger, 1, &a, f->err), f->err, RULE_LEDGER_STATE);
	error_clear(f->err);
	attest(f, notary, "something else");
	EXPECT_INT(attested_findings(f, findings), 1);
	EXPECT(has_finding(findings, RULE_LOG_CHECKPOINT));
}

TEST(a_cosignature_by_whom_the_policy_did_not_name_is_found)
{
	static const uint8_t stranger[SHA256_OCTETS] = { 0xcd };
	SCOPED(fixture_free) struct fixture *f = with_notary();
	SCOPED(error_free) struct error *findings = error_new();

	attest(f, stranger, "I saw it");
	EXPECT_INT(attested_findings(f, findings), 2);           /* nor did he make it */
	EXPECT(has_finding(findings, RULE_LOG_CHECKPOINT));
}

TEST(a_cosignature_that_was_taken_away_is_found)
{
	SCOPED(sealed_clear) struct sealed_ledger s = { .f = with_notary() };

	attest(s.f, notary, "I saw it");
	ledger_close(TAKE(s.f->ledger));
	REQUIRE_OK(file_read(fixture_path(s.f, "ledger.db"), 1 << 24, &s.file, s.f->err), s.f->err);
	expect_found(&s, "DELETE FROM document WHERE CAST(bytes AS TEXT) = 'I saw it'",
	    RULE_LOG_DOCUMENT, KEPT_NOTHING);
	expect_found(&s, "UPDATE event SET body = swap(body, CAST('cosign' AS BLOB),"
	    " CAST('commit' AS BLOB)) WHERE kind = 'cosign'", RULE_LOG_EVENT, KEPT_NOTHING);
}
