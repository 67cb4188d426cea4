/*
 * Many at once, by the engine that keeps keys in memory and a wrapper that makes it slow,
 * fail, or look otherwise.  Runs under ThreadSanitizer, too (make check-threads).
 */
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "issue/batch.h"
#include "os/file.h"
#include "tests/unit/issue/fixture.h"

/* -- an engine in memory that misbehaves on demand ---------------------------------- */

static struct {
	atomic_uint asked, opened;
	atomic_uint now, most;           /* signatures at the same time         */
	unsigned sleep_us, work_us;
	bool one_at_a_time;
	unsigned fails_from;             /* 0: never                            */
	bool looks_otherwise;            /* from the second session on          */
	const char *home;                /* look there for the intent; or NULL  */
	atomic_uint journalled;
} slow;

struct looked {
	struct bytes tbs;
	bool pending;
};

static enum rc_status
look_row(void *arg, const struct ledger_row *row, struct error *err)
{
	struct looked *looked = arg;

	(void)err;
	looked->pending |= row->state == LEDGER_PENDING && bytes_equal(row->tbs, looked->tbs);
	return RC_OK;
}

/* From outside, through a handle of its own, at the moment of signing. */
static void
look(struct bytes tbs)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	struct ledger_options options = { .clock = &fixture_clock, .read_only = true };
	struct ledger_filter pending = { .states = 1U << LEDGER_PENDING };
	struct looked looked = { .tbs = tbs };

	if (slow.home == NULL || ledger_open(slow.home, &options, &ledger, err) != RC_OK ||
	    ledger_each(ledger, &pending, look_row, &looked, err) != RC_OK)
		return;
	if (looked.pending)
		(void)atomic_fetch_add(&slow.journalled, 1);
}

static int64_t
thread_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* As a device would that is far away, and as a module that computes. */
static void
take_time(void)
{
	static atomic_uint tickets, serving;
	int64_t start = thread_us();
	unsigned mine = slow.one_at_a_time ? atomic_fetch_add(&tickets, 1) : 0;

	while (slow.one_at_a_time && atomic_load(&serving) != mine)
		(void)usleep(100);
	if (slow.sleep_us != 0)
		(void)usleep(slow.sleep_us);
	if (slow.one_at_a_time)
		(void)atomic_fetch_add(&serving, 1);
	while (thread_us() < start + slow.work_us)
		continue;
}

static enum rc_status
slow_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	unsigned n = atomic_fetch_add(&slow.asked, 1) + 1;
	unsigned now = atomic_fetch_add(&slow.now, 1) + 1, most = atomic_load(&slow.most);
	enum rc_status status;

	while (now > most && !atomic_compare_exchange_weak(&slow.most, &most, now))
		continue;
	look(tbs);
	take_time();
	if (slow.fails_from != 0 && n >= slow.fails_from)
		status = error_fail(err, RULE_TOKEN_ERROR, "C_Sign: CKR_DEVICE_ERROR");
	else
		status = rc_engine_memory.sign(key, algorithm, tbs, out, err);
	(void)atomic_fetch_sub(&slow.now, 1);
	return status;
}

static enum rc_status
slow_open(const struct rc_engine_config *config, struct rc_engine **ret, struct error *err)
{
	if (atomic_fetch_add(&slow.opened, 1) != 0 && slow.one_at_a_time)
		(void)usleep(4 * slow.sleep_us);
	return rc_engine_memory.open(config, ret, err);
}

static enum rc_status
slow_facts(struct rc_key *key, enum rc_depth depth, struct rc_facts *ret, struct error *err)
{
	TRY(rc_engine_memory.facts(key, depth, ret, err));
	if (slow.looks_otherwise && atomic_load(&slow.opened) > 1)
		ret->keys_with_this_id = 2;
	return RC_OK;
}

static struct rc_engine_ops
slow_engine(void)
{
	struct rc_engine_ops ops = rc_engine_memory;

	slow.sleep_us = slow.work_us = slow.fails_from = 0;
	slow.one_at_a_time = false;
	slow.looks_otherwise = false;
	slow.home = NULL;
	atomic_store(&slow.asked, 0);
	atomic_store(&slow.opened, 0);
	atomic_store(&slow.now, 0);
	atomic_store(&slow.most, 0);
	atomic_store(&slow.journalled, 0);
	ops.open = slow_open;
	ops.facts = slow_facts;
	ops.sign = slow_sign;
	return ops;
}

/* -- a batch ---------------------------------------------------------------------------- */

enum { CSRS = 4 };

struct many {
	struct folder folder;
	struct rc_engine_ops ops;
	struct rc_engine_config config;
	struct home *home;
	struct signer *signer;
	struct error *err;
	struct arena *arena;
	struct buf csr[CSRS];
	struct issue_options options;
	struct batch batch;
	struct batch_counts counts;

	const struct entry *entry;       /* the fixture's, unless set          */
	unsigned until_opened;           /* sessions: `total` ends there; or 0  */
	size_t total, given, bad_every;  /* every so manieth request is garbage  */
	size_t done, stop_after;
	size_t verified, noted;
};

static bool
many_next(void *arg, struct batch_request *ret)
{
	struct many *m = arg;

	if (m->given >= m->total ||
	    (m->until_opened != 0 && atomic_load(&slow.opened) >= m->until_opened))
		return false;
	m->given++;
	*ret = (struct batch_request){
		.entry = m->entry,
		.csr = buf_bytes(&m->csr[m->given % CSRS]) };
	if (m->bad_every != 0 && m->given % m->bad_every == 0)
		ret->csr = bytes_of_text("garbage");
	return true;
}

static void
many_done(void *arg, const struct batch_result *result)
{
	struct many *m = arg;
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct ledger_row *row = NULL;

	m->done++;
	if (result->outcome != BATCH_ISSUED)
		return;
	m->noted += result->issued->n_notes;
	if (cert_verify(&result->issued->certificate, &m->home->certificate, err) == RC_OK &&
	    ledger_get(m->home->ledger, result->issued->ledger_id, arena, &row, err) == RC_OK &&
	    row->state == LEDGER_DONE && bytes_equal(row->signed_bytes, result->issued->der))
		m->verified++;
}

static bool
many_stop(void *arg)
{
	const struct many *m = arg;

	return m->stop_after != 0 && m->done >= m->stop_after;
}

static void
many_make(struct many *m, size_t total)
{
	SCOPED(softkey_free) struct softkey *key = NULL;
	SCOPED(buf_wipe) struct buf pem = BUF_INIT;
	struct ca_init init;

	folder_make(&m->folder);
	m->err = error_new();
	m->arena = arena_new();
	m->ops = slow_engine();
	m->total = total;
	m->entry = fixture_entry();
	m->options = (struct issue_options){ .requester = "test", .renew = true };
	init = fixture_init(folder_path(&m->folder, "ca"), CUSTODY_MEMORY);
	init.engine = &m->ops;
	init.key = arena_printf(m->arena, "memory:path=%s", folder_path(&m->folder, "ca.key"));
	REQUIRE_OK(softkey_generate(KEY_EC_P256, &key, m->err), m->err);
	REQUIRE_OK(softkey_put_pem(key, &pem, m->err), m->err);
	REQUIRE_OK(file_replace(folder_path(&m->folder, "ca.key"), FILE_PRIVATE,
	    buf_bytes(&pem), m->err), m->err);
	REQUIRE_OK(ca_init_self_signed(&init, m->err), m->err);
	REQUIRE_OK(home_open(init.dir, HOME_SIGN, &fixture_clock, &m->home, m->err), m->err);
	atomic_store(&slow.asked, 0);
	atomic_store(&slow.opened, 0);
	REQUIRE_OK(signer_open(m->home, &m->ops, &m->config, &m->signer, m->err), m->err);
	for (size_t i = 0; i < CSRS; i++)
		fixture_plain_csr(&m->csr[i]);
	m->batch = (struct batch){ .home = m->home, .signer = m->signer, .ops = &m->ops,
		.config = &m->config, .options = &m->options, .sessions = 16, .workers = 2,
		.next = many_next, .done = many_done, .stop = many_stop, .arg = m };
}

static void
many_clear(struct many *m)
{
	for (size_t i = 0; i < CSRS; i++)
		buf_clear(&m->csr[i]);
	signer_close(m->signer);
	home_close(m->home);
	arena_free(m->arena);
	error_free(m->err);
	folder_remove(&m->folder);
}
DEFINE_SCOPED_VALUE(many_clear, struct many)

TEST(a_batch_issues_verifies_and_records_each)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	many_make(&m, 300);
	m.batch.out = folder_path(&m.folder, "out");
	m.batch.form = DELIVER_DER;
	REQUIRE_OK(dir_make(m.batch.out, DIR_PUBLIC, m.err), m.err);
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.counts.taken, 300);
	EXPECT_INT(m.counts.outcome[BATCH_ISSUED], 300);
	EXPECT_INT(m.done, 300);
	EXPECT_INT(m.verified, 300);
	EXPECT_INT(atomic_load(&slow.asked), 300);
	EXPECT_INT(ledger_rows(m.home->ledger, LEDGER_DONE), 301);
	EXPECT_INT(ledger_rows(m.home->ledger, LEDGER_PENDING), 0);
	EXPECT(file_exists(folder_path(&m.folder, "out/edge-external--lsedge.contoso.net.der")));
}

TEST(a_batch_opens_more_sessions_for_a_slow_token)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	/* however long that takes on a machine that has other work */
	many_make(&m, 20000);
	m.until_opened = 16;
	slow.sleep_us = 5000;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, m.given);
	EXPECT_INT(m.counts.sessions, 16);
	EXPECT_INT(atomic_load(&slow.opened), 16);
	EXPECT(atomic_load(&slow.most) > 1 && atomic_load(&slow.most) <= 16);
}

TEST(a_batch_opens_no_more_sessions_than_processors_for_a_token_that_computes)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	many_make(&m, 150);
	slow.work_us = 2000;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, 150);
	EXPECT_INT(m.counts.sessions, m.batch.workers);
}

TEST(a_batch_opens_few_sessions_for_a_token_that_has_one_signature_at_a_time)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	/* so long that whatever else is waited for counts little, also under valgrind */
	many_make(&m, 48);
	slow.one_at_a_time = true;
	slow.sleep_us = 80000;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, 48);
	EXPECT(m.counts.sessions < 16);
}

TEST(a_name_outside_the_plan_is_told_of_each_certificate_of_a_batch)
{
	SCOPED(many_clear) struct many m = { .home = NULL };
	struct entry entries[] = { *fixture_entry(), *fixture_entry() };
	struct plan first = { .topology = "contoso", .entries = entries, .n_entries = 1 };
	struct plan second = { .topology = "contoso", .entries = &entries[1], .n_entries = 1 };
	struct plan both = { .topology = "contoso", .entries = entries, .n_entries = 2 };

	many_make(&m, 20);
	m.options.plan = &first;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, 20);
	EXPECT_INT(m.noted, 0);
	/* another entry of the same names, in a plan with the first one and without it */
	entries[1].id = "another";
	m.entry = &entries[1];
	for (size_t i = 0; i < CSRS; i++) {
		buf_clear(&m.csr[i]);
		fixture_plain_csr(&m.csr[i]);
	}
	m.options.plan = &both;
	m.total = 40;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, 40);
	EXPECT_INT(m.noted, 0);
	m.options.plan = &second;
	m.total = 60;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, 60);
	EXPECT_INT(m.noted, 20);
}

TEST(law_1_each_intent_of_a_batch_is_on_disk_before_its_signature)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	many_make(&m, 40);
	slow.home = m.home->dir;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, 40);
	EXPECT_INT(atomic_load(&slow.journalled), 40);
}

TEST(a_request_that_fails_in_a_batch_stops_itself_alone)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	many_make(&m, 90);
	m.bad_every = 3;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.counts.outcome[BATCH_ISSUED], 60);
	EXPECT_INT(m.counts.outcome[BATCH_FAILED], 30);
	EXPECT_INT(m.verified, 60);
	EXPECT_INT(ledger_events(m.home->ledger, "refuse"), 30);
}

TEST(a_batch_that_is_stopped_leaves_nothing_half_done)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	many_make(&m, 100000);
	m.stop_after = 50;
	slow.sleep_us = 500;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT(m.counts.outcome[BATCH_ISSUED] >= 50);
	EXPECT(m.counts.outcome[BATCH_ISSUED] < 100000);
	EXPECT_INT(m.counts.outcome[BATCH_FAILED], 0);
	EXPECT_INT(m.counts.taken, m.done);
	EXPECT_INT(ledger_rows(m.home->ledger, LEDGER_DONE), m.verified + 1);
	EXPECT_INT(ledger_rows(m.home->ledger, LEDGER_PENDING), 0);
	EXPECT_INT(ledger_rows(m.home->ledger, LEDGER_LOST), 0);
}

TEST(a_batch_asks_a_token_that_fails_three_times_no_more)
{
	SCOPED(many_clear) struct many m = { .home = NULL };
	size_t lost;

	many_make(&m, 100000);
	slow.fails_from = 20;
	EXPECT_RULE(batch_run(&m.batch, &m.counts, m.err), m.err, RULE_BATCH_TOKEN);
	lost = ledger_rows(m.home->ledger, LEDGER_LOST);
	EXPECT_INT(m.counts.outcome[BATCH_ISSUED], 19);
	EXPECT_INT(m.verified, 19);
	EXPECT(lost >= 3);
	EXPECT_INT(lost, m.counts.outcome[BATCH_FAILED]);
	EXPECT_INT(ledger_rows(m.home->ledger, LEDGER_PENDING), 0);
	EXPECT_INT(atomic_load(&slow.asked), 19 + lost);
}

TEST(a_batch_uses_no_session_that_sees_the_key_otherwise)
{
	SCOPED(many_clear) struct many m = { .home = NULL };
	bool told = false;

	/* until one more is tried, however late that is on a machine that has other work */
	many_make(&m, 20000);
	m.until_opened = 2;
	slow.sleep_us = 2000;
	slow.looks_otherwise = true;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.verified, m.given);
	EXPECT_INT(m.counts.sessions, 1);
	EXPECT_INT(atomic_load(&slow.most), 1);
	for (const struct diagnosis *d = error_first(m.err); d != NULL; d = d->next)
		told |= d->rule == RULE_BATCH_SESSION && d->severity == SEVERITY_WARNING;
	EXPECT(told);
}

TEST(a_batch_gives_what_there_is_already)
{
	SCOPED(many_clear) struct many m = { .home = NULL };

	many_make(&m, 1);
	m.options.renew = false;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.counts.outcome[BATCH_ISSUED], 1);
	m.given = 0;
	REQUIRE_OK(batch_run(&m.batch, &m.counts, m.err), m.err);
	EXPECT_INT(m.counts.outcome[BATCH_ALREADY], 1);
	EXPECT_INT(atomic_load(&slow.asked), 1);
}
