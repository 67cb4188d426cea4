#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/change.h"
#include "ledger/event.h"
#include "os/file.h"
#include "tests/unit/ledger/fixture.h"
#include "tests/unit/os/child.h"

static const struct ledger_birth again = { .ca = "x", .custody = "lab" };

/* -- processes ------------------------------------------------------------------------- */

/* A child that opens the ledger of f's home by itself, writes an intent, says its
 * id and then waits to be killed. */
static pid_t
pending_child(struct fixture *f, int64_t *ret_id)
{
	struct ledger_intent *intent = fixture_intent(f);
	struct ledger *mine = NULL;
	int ready[2];
	int64_t id = 0;
	pid_t child;

	REQUIRE(pipe(ready) == 0);
	child = fork();
	if (child == 0) {
		f->options.wait_ms = 5000;
		if (ledger_open(f->home, &f->options, &mine, f->err) != RC_OK ||
		    ledger_intent(mine, intent, &id, f->err) != RC_OK ||
		    write(ready[1], &id, sizeof(id)) != sizeof(id))
			_exit(1);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	REQUIRE(read(ready[0], ret_id, sizeof(*ret_id)) == sizeof(*ret_id));
	(void)close(ready[0]);
	return child;
}

static void
end_child(pid_t child)
{
	(void)kill(child, SIGKILL);
	EXPECT(waitpid(child, NULL, 0) == child);
}

TEST(recovery_loses_what_the_dead_left_and_no_more)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(arena_free) struct arena *a = arena_new();
	int64_t mine = fixture_pending(f), done = fixture_done(f), of_dead = 0, of_living = 0;
	pid_t dead = pending_child(f, &of_dead), living = pending_child(f, &of_living);
	struct ledger_counts before, after;
	struct dir_names owners;
	size_t lost = 9;

	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_INT(lost, 0);
	EXPECT_INT(fixture_state(f, of_dead), LEDGER_PENDING);
	end_child(dead);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_INT(lost, 1);
	EXPECT_INT(fixture_state(f, of_dead), LEDGER_LOST);
	EXPECT_INT(fixture_state(f, of_living), LEDGER_PENDING);
	EXPECT_INT(fixture_state(f, mine), LEDGER_PENDING);
	EXPECT_INT(fixture_state(f, done), LEDGER_DONE);
	EXPECT_OK(ledger_count(f->ledger, &before, f->err), f->err);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_OK(ledger_count(f->ledger, &after, f->err), f->err);
	EXPECT_INT(lost, 0);
	EXPECT_INT(after.events, before.events);
	/* mine and the living one's */
	EXPECT_OK(dir_list(fixture_path(f, "owners"), a, &owners, f->err), f->err);
	EXPECT_INT(owners.n, 2);
	end_child(living);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_INT(lost, 1);
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

TEST(a_lock_that_cannot_be_looked_at_loses_nothing)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int64_t id = 0;
	pid_t dead = pending_child(f, &id);
	const char *lock;
	size_t lost = 9;

	end_child(dead);
	lock = fixture_path(f, arena_printf(f->arena, "owners/%s", fixture_row(f, id)->owner));
	REQUIRE(unlink(lock) == 0 && mkdir(lock, 0700) == 0);
	EXPECT_RULE(ledger_recover(f->ledger, &lost, f->err), f->err, RULE_LOCK);
	EXPECT_INT(fixture_state(f, id), LEDGER_PENDING);
	EXPECT_INT(lost, 9);
	REQUIRE(rmdir(lock) == 0);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_INT(lost, 1);
}

TEST(a_row_that_was_recovered_cannot_be_committed)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(ledger_close) struct ledger *other = NULL;
	int64_t id = fixture_pending(f);
	size_t lost = 0;

	REQUIRE_OK(ledger_open(f->home, &f->options, &other, f->err), f->err);
	/* somebody removed the lock files of the living */
	REQUIRE(unlink(fixture_path(f, arena_printf(f->arena, "owners/%s",
	    fixture_row(f, id)->owner))) == 0);
	EXPECT_OK(ledger_recover(other, &lost, f->err), f->err);
	EXPECT_INT(lost, 1);
	EXPECT_RULE(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err,
	    RULE_LEDGER_STATE);
}

enum { WORKERS = 3, ISSUES = 25 };

struct worker {
	struct fixture *f;
	uint8_t number;
};

/* Opens, recovers and issues like any command; serials apart from the others'. */
static int
work(void *arg)
{
	const struct worker *w = arg;
	struct fixture *f = w->f;
	struct ledger_intent *intent = fixture_intent(f);
	uint8_t serial[3] = { 2, w->number, 0 };
	struct ledger *mine = NULL;
	int64_t id = 0;
	size_t lost = 0;

	f->options.wait_ms = 20000;
	for (int i = 0; i < ISSUES; i++) {
		serial[2] = (uint8_t)i;
		intent->serial = BYTES(serial, sizeof(serial));
		if (ledger_open(f->home, &f->options, &mine, f->err) != RC_OK ||
		    ledger_recover(mine, &lost, f->err) != RC_OK || lost != 0 ||
		    ledger_intent(mine, intent, &id, f->err) != RC_OK ||
		    ledger_commit(mine, id, fixture_signed(), f->err) != RC_OK)
			return 1;
		ledger_close(mine);
	}
	return 0;
}

TEST(processes_work_side_by_side)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_counts counts;
	struct child child[WORKERS];

	for (int i = 0; i < WORKERS; i++)
		child[i] = child_start(work, &(struct worker){ f, (uint8_t)i });
	for (int i = 0; i < WORKERS; i++)
		EXPECT_INT(child_result(child[i]), 0);
	EXPECT_OK(ledger_count(f->ledger, &counts, f->err), f->err);
	EXPECT_INT(counts.state[LEDGER_DONE], WORKERS * ISSUES);
	EXPECT_INT(counts.rows, WORKERS * ISSUES);
	EXPECT_INT(counts.events, 2 * WORKERS * ISSUES + 1);
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

TEST(a_writer_that_holds_on_is_named)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(ledger_close) struct ledger *other = NULL;
	struct ledger_counts counts;
	int64_t id = 0;

	REQUIRE_OK(ledger_open(f->home, &f->options, &other, f->err), f->err);
	REQUIRE_OK(ledger_batch_begin(other, f->err), f->err);
	EXPECT_RULE(ledger_intent(f->ledger, fixture_intent(f), &id, f->err), f->err,
	    RULE_LEDGER_LOCKED);
	EXPECT_OK(ledger_count(f->ledger, &counts, f->err), f->err);
	REQUIRE_OK(ledger_batch_end(other, f->err), f->err);
	EXPECT_OK(ledger_intent(f->ledger, fixture_intent(f), &id, f->err), f->err);
}

static int
use_and_close(void *arg)
{
	struct fixture *f = arg;
	int64_t id = 0;

	if (ledger_intent(f->ledger, fixture_intent(f), &id, f->err) != RC_BUG)
		return 1;
	ledger_close(f->ledger);
	return 0;
}

TEST(a_handle_does_not_survive_fork)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();

	EXPECT_INT(child_run(use_and_close, f), 0);
	(void)fixture_done(f);
}

/* -- the file -------------------------------------------------------------------------- */

static void
expect_open(struct fixture *f, enum rule rule)
{
	struct ledger *other = NULL;

	EXPECT_RULE(ledger_open(f->home, &f->options, &other, f->err), f->err, rule);
	EXPECT(other == NULL);
	ledger_close(other);
}

TEST(a_ledger_is_made_once)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger *other = NULL;
	const char *empty = fixture_path(f, "empty");
	struct stat st;

	EXPECT_RULE(ledger_create(f->home, &again, &f->options, &other, f->err), f->err,
	    RULE_LEDGER_EXISTS);
	EXPECT_RULE(ledger_open(empty, NULL, &other, f->err), f->err, RULE_LEDGER_MISSING);
	EXPECT_RULE(ledger_create(empty, &again, NULL, &other, f->err), f->err, RULE_FILE_WRITE);
	EXPECT(!file_exists(empty));
	EXPECT(stat(fixture_path(f, "ledger.db"), &st) == 0 && (st.st_mode & 0777) == 0600);
	EXPECT(stat(fixture_path(f, "owners"), &st) == 0 && (st.st_mode & 0777) == 0700);
}

static void
overwrite(struct fixture *f, off_t at, const char *text)
{
	int fd = open(fixture_path(f, "ledger.db"), O_WRONLY | O_CLOEXEC);

	REQUIRE(fd >= 0);
	REQUIRE(pwrite(fd, text, strlen(text), at) == (ssize_t)strlen(text));
	(void)close(fd);
}

TEST(what_is_no_ledger_is_refused)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	const char *path = fixture_path(f, "ledger.db");

	ledger_close(f->ledger);
	f->ledger = NULL;
	EXPECT_OK(file_replace(path, 0600, bytes_of_text("not a database, but long enough to be "
	    "taken for the header of one, which has a hundred octets. And some more of them."),
	    f->err), f->err);
	expect_open(f, RULE_LEDGER_DAMAGED);
	EXPECT_OK(file_replace(path, 0600, BYTES(NULL, 0), f->err), f->err);
	expect_open(f, RULE_LEDGER_DAMAGED);
	REQUIRE(unlink(path) == 0);
	EXPECT_TEXT(fixture_sql(f, "CREATE TABLE intent (id INTEGER)"), "");
	expect_open(f, RULE_LEDGER_DAMAGED);
	REQUIRE(unlink(path) == 0 && mkdir(path, 0700) == 0);
	expect_open(f, RULE_LEDGER_WRITE);
}

TEST(a_damaged_page_is_found)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger *other = NULL;

	for (int i = 0; i < 20; i++)
		(void)fixture_done(f);
	ledger_close(f->ledger);
	f->ledger = NULL;
	/* the second page is the root of the first table */
	for (off_t page = 1; page < 12; page++)
		overwrite(f, page * 4096, "damage damage damage");
	if (ledger_open(f->home, &f->options, &other, f->err) == RC_OK)
		EXPECT_RULE(ledger_check(other, f->err), f->err, RULE_LEDGER_DAMAGED);
	else
		EXPECT_INT(error_rule(f->err), RULE_LEDGER_DAMAGED);
	ledger_close(other);
}

TEST(a_promise_that_is_missing_is_damage)
{
	static const char *const changes[] = {
		"DROP TRIGGER intent_move",
		"CREATE INDEX extra ON intent (role)",
		"DROP INDEX event_by_intent",
		"ALTER TABLE intent ADD COLUMN extra TEXT",
		"UPDATE sqlite_schema SET sql = sql || ' ' WHERE name = 'event_kept'",
		"PRAGMA application_id = 1",
		"PRAGMA user_version = 0",
		"PRAGMA journal_mode = DELETE",
	};

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		SCOPED(fixture_free) struct fixture *f = fixture_new();

		ledger_close(f->ledger);
		f->ledger = NULL;
		EXPECT_TEXT(fixture_force(f, changes[i]), "");
		expect_open(f, RULE_LEDGER_DAMAGED);
	}
}

TEST(a_newer_version_is_left_alone)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(buf_clear) struct buf before = BUF_INIT, after = BUF_INIT;
	const char *path = fixture_path(f, "ledger.db");

	ledger_close(f->ledger);
	f->ledger = NULL;
	EXPECT_TEXT(fixture_sql(f, "CREATE TABLE newer (x); PRAGMA user_version = 99;"
	    " PRAGMA journal_mode = DELETE"), "");
	EXPECT_OK(file_read(path, 1 << 20, &before, f->err), f->err);
	expect_open(f, RULE_LEDGER_VERSION);
	EXPECT_OK(file_read(path, 1 << 20, &after, f->err), f->err);
	EXPECT(bytes_equal(buf_bytes(&before), buf_bytes(&after)));
}

TEST(the_quick_check_finds_gaps)
{
	static const char *const damages[] = {
		"DROP TRIGGER event_kept; DELETE FROM event WHERE seq = 2",
		"DROP TRIGGER intent_kept; DELETE FROM intent",
		"DROP TRIGGER event_kept; DELETE FROM event WHERE seq > 1",
		"DROP TRIGGER event_frozen; UPDATE event SET intent = NULL",
		"DROP TRIGGER document_kept; DELETE FROM document",
	};

	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		SCOPED(fixture_free) struct fixture *f = fixture_new();

		(void)fixture_done(f);
		EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
		EXPECT_TEXT(fixture_force(f, damages[i]), "");
		EXPECT_RULE(ledger_check(f->ledger, f->err), f->err, RULE_LEDGER_DAMAGED);
	}
}

TEST(words_that_were_never_written_are_damage)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_row *row = NULL;
	struct ledger_counts counts;
	int64_t id = fixture_pending(f);

	EXPECT_TEXT(fixture_force(f, "DROP TRIGGER intent_move;"
	    " UPDATE intent SET state = 'GONE'"), "");
	EXPECT_RULE(ledger_get(f->ledger, id, f->arena, &row, f->err), f->err, RULE_LEDGER_DAMAGED);
	EXPECT_RULE(ledger_lose(f->ledger, id, "why", f->err), f->err, RULE_LEDGER_DAMAGED);
	EXPECT_RULE(ledger_count(f->ledger, &counts, f->err), f->err, RULE_LEDGER_DAMAGED);
}

TEST(an_owner_that_is_a_path_is_damage)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	size_t lost = 0;

	EXPECT_TEXT(fixture_sql(f, "INSERT INTO intent (kind, state, tbs, algorithm, owner, boot,"
	    " created, changed) VALUES ('crl', 'PENDING', x'30', 'a', '../ledger.db', 'b', 1, 1)"),
	    "");
	EXPECT_RULE(ledger_recover(f->ledger, &lost, f->err), f->err, RULE_LEDGER_DAMAGED);
}

TEST(reading_only_writes_nothing)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_options options = { .read_only = true };
	SCOPED(ledger_close) struct ledger *reader = NULL;
	struct ledger_counts counts;
	int64_t id = fixture_done(f);
	size_t lost = 0;

	ledger_close(f->ledger);
	f->ledger = NULL;
	REQUIRE_OK(ledger_open(f->home, &options, &reader, f->err), f->err);
	EXPECT_OK(ledger_count(reader, &counts, f->err), f->err);
	EXPECT_INT(counts.rows, 1);
	EXPECT_OK(ledger_check(reader, f->err), f->err);
	EXPECT_RULE(ledger_intent(reader, fixture_intent(f), &id, f->err), f->err,
	    RULE_LEDGER_WRITE);
	EXPECT_OK(ledger_recover(reader, &lost, f->err), f->err);
	EXPECT_RULE(ledger_batch_begin(reader, f->err), f->err, RULE_LEDGER_WRITE);
}

/* -- the disk -------------------------------------------------------------------------- */

/* In a child, since the limit holds for the whole process.  Intents until the disk
 * is full; returns how many were acknowledged, or 200 and more. */
static int
fill_the_disk(void *arg)
{
	struct fixture *f = arg;
	static uint8_t large[20000];
	struct rlimit small = { .rlim_cur = 200000, .rlim_max = 200000 };
	struct ledger_intent *intent;
	struct ledger *mine = NULL;
	struct ledger_counts counts;
	int64_t id = 0;
	int acknowledged = 0;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (ledger_open(f->home, &f->options, &mine, f->err) != RC_OK ||
	    setrlimit(RLIMIT_FSIZE, &small) != 0)
		return 200;
	for (;;) {
		intent = fixture_intent(f);
		intent->csr = BYTES(large, sizeof(large));
		if (ledger_intent(mine, intent, &id, f->err) != RC_OK)
			break;
		if (++acknowledged == 100)
			return 201;
	}
	if (error_rule(f->err) != RULE_LEDGER_WRITE)
		return 202;
	error_clear(f->err);
	if (ledger_intent(mine, fixture_intent(f), &id, f->err) != RC_SYSTEM ||
	    error_rule(f->err) != RULE_LEDGER_DEAD)
		return 203;
	error_clear(f->err);
	if (ledger_count(mine, &counts, f->err) != RC_SYSTEM ||
	    error_rule(f->err) != RULE_LEDGER_DEAD)
		return 204;
	return acknowledged;
}

TEST(a_full_disk_kills_the_handle_and_loses_nothing_acknowledged)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_counts counts;
	size_t lost = 0;
	int acknowledged = child_run(fill_the_disk, f);

	EXPECT(acknowledged > 0 && acknowledged < 200);
	EXPECT_OK(ledger_recover(f->ledger, &lost, f->err), f->err);
	EXPECT_INT(lost, acknowledged);
	EXPECT_OK(ledger_count(f->ledger, &counts, f->err), f->err);
	EXPECT_INT(counts.state[LEDGER_LOST], acknowledged);
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

/* No room for the schema: nothing of the ledger stays. */
static int
create_on_full_disk(void *arg)
{
	struct fixture *f = arg;
	struct rlimit small = { .rlim_cur = 8192, .rlim_max = 8192 };
	struct ledger *mine = NULL;
	const char *home = fixture_path(f, "second");
	struct dir_names names = { .n = 0 };

	(void)signal(SIGXFSZ, SIG_IGN);
	if (dir_make(home, 0700, f->err) != RC_OK || setrlimit(RLIMIT_FSIZE, &small) != 0)
		return 1;
	if (ledger_create(home, &again, &f->options, &mine, f->err) != RC_SYSTEM)
		return 2;
	if (error_rule(f->err) != RULE_LEDGER_WRITE)
		return 3;
	if (dir_list(home, f->arena, &names, f->err) != RC_OK || names.n != 0)
		return 4;
	return 0;
}

TEST(a_ledger_that_could_not_be_made_leaves_nothing)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(create_on_full_disk(f));
	EXPECT(waitpid(child, &status, 0) == child);
	EXPECT(WIFEXITED(status));
	EXPECT_INT(WEXITSTATUS(status), 0);
}

/* -- a call of a batch that fails half-way -------------------------------------------- */

TEST(what_failed_after_it_wrote_takes_its_batch_with_it)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_counts counts;
	int64_t id = 0;

	REQUIRE_OK(ledger_batch_begin(f->ledger, f->err), f->err);
	(void)fixture_pending(f);
	REQUIRE(sqlite3_exec(f->ledger->db.handle, "CREATE TEMP TRIGGER no BEFORE INSERT ON event"
	    " BEGIN SELECT RAISE(ABORT, 'no'); END", NULL, NULL, NULL) == SQLITE_OK);
	EXPECT_RULE(ledger_intent(f->ledger, fixture_intent(f), &id, f->err), f->err, RULE_BUG);
	EXPECT_RULE(ledger_batch_end(f->ledger, f->err), f->err, RULE_LEDGER_DEAD);
	fixture_reopen(f);
	EXPECT_OK(ledger_count(f->ledger, &counts, f->err), f->err);
	EXPECT_INT(counts.rows, 0);
	EXPECT_OK(ledger_check(f->ledger, f->err), f->err);
}

TEST(what_was_refused_before_it_wrote_does_not)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	struct ledger_intent *intent = fixture_intent(f);
	struct ledger_counts counts;
	int64_t id = 0;

	REQUIRE_OK(ledger_batch_begin(f->ledger, f->err), f->err);
	REQUIRE_OK(ledger_intent(f->ledger, intent, &id, f->err), f->err);
	intent->custody = "a report that is new";
	EXPECT_RULE(ledger_intent(f->ledger, intent, &id, f->err), f->err, RULE_SERIAL_NOT_UNIQUE);
	EXPECT_RULE(ledger_commit(f->ledger, id + 7, fixture_signed(), f->err), f->err,
	    RULE_LEDGER_UNKNOWN);
	EXPECT_OK(ledger_commit(f->ledger, id, fixture_signed(), f->err), f->err);
	EXPECT_OK(ledger_batch_end(f->ledger, f->err), f->err);
	EXPECT_OK(ledger_count(f->ledger, &counts, f->err), f->err);
	EXPECT_INT(counts.rows, 1);
	EXPECT_INT(counts.events, 3);
}
