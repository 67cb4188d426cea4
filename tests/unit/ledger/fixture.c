#include "tests/unit/ledger/fixture.h"

#include <ftw.h>
#include <stdio.h>

#include "crypto/digest.h"
#include "ledger/cause.h"
#include "ledger/settle.h"
#include "os/file.h"
#include "x509/crl.h"
#include "x509/tbs.h"

static const char tbs[] = "\x30\x03to be signed";
static const char entry[] = "edge-external/lsedge.contoso.net";
static uint8_t entry_digest[SHA256_OCTETS];

struct fixture *
fixture_new(void)
{
	static const struct ledger_birth birth = { .ca = "Contoso Issuing CA",
		.custody = "strict",
		.policy = { .p = (const uint8_t *)"custody strict\n", .n = 15 } };
	struct fixture *f = mem_zero(sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	f->arena = arena_new();
	f->err = error_new();
	f->now = NOON;
	f->clock = clock_fixed(&f->now);
	f->options = (struct ledger_options){ .clock = &f->clock, .wait_ms = 50 };
	f->home = arena_printf(f->arena, "%s/rolecert-ledger.XXXXXX", tmp != NULL ? tmp : "/tmp");
	REQUIRE(mkdtemp(f->home) != NULL);
	REQUIRE_OK(ledger_create(f->home, &birth, &f->options, &f->ledger, f->err), f->err);
	return f;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void
fixture_free(struct fixture *f)
{
	if (f == NULL)
		return;
	ledger_close(f->ledger);
	(void)nftw(f->home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	error_free(f->err);
	arena_free(f->arena);
	free(f);
}

void
fixture_reopen(struct fixture *f)
{
	ledger_close(f->ledger);
	f->ledger = NULL;
	REQUIRE_OK(ledger_open(f->home, &f->options, &f->ledger, f->err), f->err);
}

const char *
fixture_path(struct fixture *f, const char *name)
{
	return path_join(f->arena, f->home, name);
}

struct ledger_intent *
fixture_intent(struct fixture *f)
{
	struct ledger_intent *intent = ARENA_NEW(f->arena, struct ledger_intent);
	uint8_t serial[4] = { 1, 0, 0, 0 };

	f->serials++;
	serial[2] = (uint8_t)(f->serials >> 8);
	serial[3] = (uint8_t)f->serials;
	sha256(bytes_of_text("canonical"), entry_digest);
	*intent = (struct ledger_intent){
		.kind = LEDGER_CERTIFICATE,
		.serial = arena_bytes(f->arena, BYTES(serial, sizeof(serial))),
		.tbs = BYTES(tbs, sizeof(tbs) - 1),
		.algorithm = "ecdsa-with-SHA256",
		.entry = entry, .role = "edge-external",
		.entry_digest = BYTES(entry_digest, sizeof(entry_digest)),
		.entry_canonical = bytes_of_text("canonical"),
		.topology = "contoso",
		.csr = bytes_of_text("request"), .spki = bytes_of_text("key"),
		.requester = "ann", .custody = "strict: good",
		.not_before = NOON, .not_after = NOON + 86400,
	};
	return intent;
}

int64_t
fixture_pending(struct fixture *f)
{
	int64_t id = 0;

	REQUIRE_OK(ledger_intent(f->ledger, fixture_intent(f), &id, f->err), f->err);
	return id;
}

int64_t
fixture_done(struct fixture *f)
{
	int64_t id = fixture_pending(f);

	REQUIRE_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
	return id;
}

struct bytes
fixture_signed(void)
{
	static const char bytes[] = "\x30\x18\x30\x03to be signedsignature";

	return BYTES(bytes, sizeof(bytes) - 1);
}

static const uint8_t name[] = { 0x30, 0x00 }, key_id[20] = { 1 };

void
fixture_list(struct fixture *f, const char *id_of_list, uint8_t number, bool delta,
    const int64_t *ids, size_t n)
{
	SCOPED(buf_clear) struct buf list = BUF_INIT, der = BUF_INIT;
	const uint8_t base = 1;
	struct crl_parts parts = { .algorithm = RC_ECDSA_SHA256, .issuer = BYTES(name, 2),
		.this_update = f->now, .next_update = f->now + 86400,
		.key_id = BYTES(key_id, sizeof(key_id)), .number = BYTES(&number, 1),
		.base = BYTES(&base, delta) };
	struct ledger_intent intent = { .kind = LEDGER_CRL, .algorithm = "ecdsa-with-SHA256",
		.entry = id_of_list, .not_before = f->now, .not_after = f->now + 86400 };
	static const char *const points[] = { "http://a.contoso.com/1.crl" };
	struct crl_writer w;
	int64_t id = 0;

	/* "crl/1/1of2" */
	parts.points = points;
	parts.n_points = strstr(id_of_list, "of") != NULL;
	crl_begin(&w, &parts, &list);
	for (size_t i = 0; i < n; i++) {
		const struct ledger_row *row = fixture_row(f, ids[i]);
		struct cause cause = { .reason = CRL_SUPERSEDED };

		if (row->reason != NULL)
			(void)cause_read(row->reason, &cause);
		crl_add(&w, &(struct crl_entry){ row->serial, f->now, cause.reason,
		    cause.invalid });
	}
	crl_end(&w);
	signed_wrap(buf_bytes(&list), RC_ECDSA_SHA256, bytes_of_text("signature"), &der);
	intent.tbs = buf_bytes(&list);
	REQUIRE_OK(ledger_intent(f->ledger, &intent, &id, f->err), f->err);
	REQUIRE_OK(ledger_commit(f->ledger, id, buf_bytes(&der), f->err), f->err);
}

struct ledger_row *
fixture_row(struct fixture *f, int64_t id)
{
	struct ledger_row *row = NULL;

	REQUIRE_OK(ledger_get(f->ledger, id, f->arena, &row, f->err), f->err);
	return row;
}

enum ledger_state
fixture_state(struct fixture *f, int64_t id)
{
	return fixture_row(f, id)->state;
}

static const char *
run_sql(struct fixture *f, const char *before, const char *sql)
{
	sqlite3 *db = NULL;
	const char *said = "";

	REQUIRE(sqlite3_open(fixture_path(f, "ledger.db"), &db) == SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 1000);
	REQUIRE(sqlite3_exec(db, before, NULL, NULL, NULL) == SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		said = arena_strdup(f->arena, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
	return said;
}

const char *
fixture_sql(struct fixture *f, const char *sql)
{
	return run_sql(f, "", sql);
}

const char *
fixture_force(struct fixture *f, const char *sql)
{
	return run_sql(f, "PRAGMA writable_schema = ON; PRAGMA ignore_check_constraints = ON;"
	    "PRAGMA foreign_keys = OFF", sql);
}

enum rc_status
fixture_reserve(struct fixture *f, const struct ledger_intent *intent, int64_t *ret)
{
	struct change c;

	TRY(change_begin(f->ledger, LEADS_TO_SIGNATURE, &c, f->err));
	return change_end(&c, intent_reserve(&c, intent, ret, f->err), f->err);
}

enum rc_status
fixture_begin(struct fixture *f, int64_t id, const char *custody)
{
	const struct settlement s = { .to = LEDGER_PENDING, .custody = custody };
	struct change c;

	TRY(change_begin(f->ledger, LEADS_TO_SIGNATURE, &c, f->err));
	return change_end(&c, settle(&c, id, &s, f->err), f->err);
}
