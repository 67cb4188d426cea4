#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/file.h"
#include "os/process.h"

enum { POLL_MS = 20, SWEEP_SECONDS = 2 };

struct lock {
	int fd;
	char *path;
};

static struct flock
whole_file(void)
{
	/* OFD locks want l_pid 0 */
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_pid = 0 };
}

static enum rc_status
lock_open(const char *path, int flags, int *ret, struct error *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, FILE_PRIVATE);

	if (fd < 0 && errno == EEXIST)
		return error_fail(err, RULE_FILE_EXISTS, "lock file '%s' exists already", path);
	if (fd < 0)
		return error_errno(err, RULE_LOCK, errno, "opening lock file '%s'", path);
	*ret = fd;
	return RC_OK;
}

/* *ret false: somebody else has it. */
static enum rc_status
lock_try(int fd, const char *path, bool *ret, struct error *err)
{
	struct flock whole = whole_file();

	if (fcntl(fd, F_OFD_SETLK, &whole) == 0) {
		*ret = true;
		return RC_OK;
	}
	if (errno != EAGAIN && errno != EACCES)
		return error_errno(err, RULE_LOCK, errno, "locking '%s'", path);
	*ret = false;
	return RC_OK;
}

/* Whoever removes a lock file holds it, so one that we hold and that still has
 * its name is the file that everybody else will look at. */
static bool
lock_has_name(int fd, const char *path)
{
	struct stat mine, named;

	return fstat(fd, &mine) == 0 && lstat(path, &named) == 0 &&
	    mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

static struct lock *
lock_new(int fd, const char *path)
{
	struct lock *lock = mem_zero(sizeof(*lock));

	lock->fd = fd;
	lock->path = mem_strdup(path);
	/* For messages alone: that it cannot be written does not matter. */
	if (ftruncate(fd, 0) == 0)
		(void)dprintf(fd, "%lld\n", (long long)process_id());
	return lock;
}

/* One look at the lock.  *ret stays NULL while somebody else has it. */
static enum rc_status
lock_attempt(const char *path, int flags, struct lock **ret, struct error *err)
{
	enum rc_status status;
	bool got = false;
	int fd = -1;

	TRY(lock_open(path, flags, &fd, err));
	status = lock_try(fd, path, &got, err);
	if (status == RC_OK && got && lock_has_name(fd, path))
		*ret = lock_new(fd, path);
	else
		(void)close(fd);
	return status;
}

static int64_t
monotonic_ms(void)
{
	struct timespec t = { .tv_sec = 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The process id that a lock file names; 0 when it names none. */
static long
lock_holder(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char text[24] = "";
	ssize_t got;

	if (fd < 0)
		return 0;
	got = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	return got > 0 ? strtol(text, NULL, 10) : 0;
}

enum rc_status
lock_take(const char *path, unsigned seconds, struct lock **ret, struct error *err)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000 };
	int64_t until = monotonic_ms() + (int64_t)seconds * 1000;
	struct lock *lock = NULL;

	for (;;) {
		TRY(lock_attempt(path, O_CREAT, &lock, err));
		if (lock != NULL)
			break;
		if (monotonic_ms() >= until)
			return error_fail(err, RULE_LOCK_HELD,
			    "'%s' is held by process %ld; waited %u s", path,
			    lock_holder(path), seconds);
		(void)nanosleep(&pause, NULL);
	}
	*ret = lock;
	return RC_OK;
}

enum rc_status
lock_create(const char *path, struct lock **ret, struct error *err)
{
	struct lock *lock = NULL;

	TRY(lock_attempt(path, O_CREAT | O_EXCL, &lock, err));
	/* A sweeper came between making and locking it, and is removing it. */
	if (lock == NULL)
		return lock_take(path, SWEEP_SECONDS, ret, err);
	*ret = lock;
	return RC_OK;
}

void
lock_release(struct lock *lock)
{
	if (lock == NULL)
		return;
	(void)close(lock->fd);
	free(lock->path);
	free(lock);
}

void
lock_remove(struct lock *lock)
{
	if (lock != NULL)
		(void)unlink(lock->path);
	lock_release(lock);
}

enum rc_status
lock_is_held(const char *path, bool *ret, struct error *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct flock whole = whole_file();
	int failed;

	if (fd < 0 && errno == ENOENT) {
		*ret = false;
		return RC_OK;
	}
	if (fd < 0)
		return error_errno(err, RULE_LOCK, errno, "opening lock file '%s'", path);
	failed = fcntl(fd, F_OFD_GETLK, &whole) != 0 ? errno : 0;
	(void)close(fd);
	if (failed != 0)
		return error_errno(err, RULE_LOCK, failed, "asking for the lock on '%s'", path);
	*ret = whole.l_type != F_UNLCK;
	return RC_OK;
}

enum rc_status
lock_sweep(const char *path, struct error *err)
{
	enum rc_status status;
	bool got = false;
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && errno == ENOENT)
		return RC_OK;
	if (fd < 0)
		return error_errno(err, RULE_LOCK, errno, "opening lock file '%s'", path);
	status = lock_try(fd, path, &got, err);
	if (status == RC_OK && got && lock_has_name(fd, path) && unlink(path) != 0)
		status = error_errno(err, RULE_LOCK, errno, "removing lock file '%s'", path);
	(void)close(fd);
	return status;
}
