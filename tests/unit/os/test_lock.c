#include "os/lock.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/process.h"
#include "tests/unit.h"
#include "tests/unit/os/scratch.h"

/* A child that holds the lock until it is killed. */
static pid_t
holder_start(const char *path)
{
	SCOPED(error_free) struct error *err = error_new();
	struct lock *lock = NULL;
	int ready[2];
	char byte;
	pid_t child;

	REQUIRE(pipe(ready) == 0);
	child = fork();
	if (child == 0) {
		if (lock_create(path, &lock, err) != RC_OK || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	REQUIRE(read(ready[0], &byte, 1) == 1);
	(void)close(ready[0]);
	return child;
}

static void
holder_kill(pid_t child)
{
	(void)kill(child, SIGKILL);
	EXPECT(waitpid(child, NULL, 0) == child);
}

TEST(a_lock_ends_with_its_process)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	const char *path = scratch_path(s, "owner");
	pid_t child = holder_start(path);
	bool held = false;

	EXPECT_OK(lock_is_held(path, &held, err), err);
	EXPECT(held);
	EXPECT_OK(lock_sweep(path, err), err);
	EXPECT(file_exists(path));
	holder_kill(child);
	EXPECT_OK(lock_is_held(path, &held, err), err);
	EXPECT(!held);
	EXPECT_OK(lock_sweep(path, err), err);
	EXPECT(!file_exists(path));
	EXPECT_OK(lock_sweep(path, err), err);
	EXPECT_OK(lock_is_held(path, &held, err), err);
	EXPECT(!held);
}

TEST(a_lock_that_is_held_names_its_holder)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(lock_release) struct lock *lock = NULL;
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	const char *path = scratch_path(s, "home");
	pid_t child = holder_start(path);

	EXPECT(lock_take(path, 0, &lock, err) == RC_SYSTEM);
	EXPECT_INT(error_rule(err), RULE_LOCK_HELD);
	buf_printf(&want, "is held by process %d", child);
	EXPECT_HAS(error_message(err), buf_text(&want));
	error_clear(err);
	holder_kill(child);
	EXPECT_OK(lock_take(path, 5, &lock, err), err);
}

TEST(my_own_lock_counts_as_held)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	struct lock *lock = NULL, *second = NULL;
	const char *path = scratch_path(s, "owner");
	bool held = false;

	REQUIRE_OK(lock_create(path, &lock, err), err);
	EXPECT_RULE(lock_create(path, &second, err), err, RULE_FILE_EXISTS);
	EXPECT_RULE(lock_take(path, 0, &second, err), err, RULE_LOCK_HELD);
	EXPECT_OK(lock_is_held(path, &held, err), err);
	EXPECT(held);
	lock_remove(lock);
	EXPECT(!file_exists(path));
	EXPECT_OK(lock_take(path, 0, &lock, err), err);
	lock_release(lock);
	EXPECT(file_exists(path));
}

TEST(a_lock_that_cannot_be_looked_at_is_not_free)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	struct lock *lock = NULL;
	const char *path = scratch_path(s, "folder");
	bool held = true;

	REQUIRE(mkdir(path, 0700) == 0);
	EXPECT_RULE(lock_is_held(path, &held, err), err, RULE_LOCK);
	EXPECT(held);
	EXPECT_RULE(lock_sweep(path, err), err, RULE_LOCK);
	EXPECT_RULE(lock_take(path, 0, &lock, err), err, RULE_LOCK);
	EXPECT_RULE(lock_create(scratch_path(s, "no/f"), &lock, err), err, RULE_LOCK);
	REQUIRE(symlink("/dev/null", scratch_path(s, "link")) == 0);
	EXPECT_RULE(lock_take(scratch_path(s, "link"), 0, &lock, err), err, RULE_LOCK);
}
