#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file_parts.h"

/* -- reading ------------------------------------------------------------------ */

enum { READ_LEAST = 4 << 10, READ_MOST = 64 << 10 };

/* As much again as there is: most files are small, and many are read at once. */
static size_t
read_room(size_t have, size_t limit)
{
	size_t room = have < READ_LEAST ? READ_LEAST : have < READ_MOST ? have : READ_MOST;

	return room < limit + 1 - have ? room : limit + 1 - have;
}

/* Reads on until the end, or until there is more than the limit. */
static int
read_up_to(int fd, size_t limit, struct buf *out)
{
	size_t start = out->n, room;
	ssize_t got = 1;

	while (got != 0 && out->n - start <= limit) {
		room = read_room(out->n - start, limit);
		got = read(fd, buf_reserve(out, room), room);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		buf_wrote(out, (size_t)got);
	}
	return 0;
}

enum rc_status
file_read(const char *path, size_t limit, struct buf *out, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t start = out->n;
	int failed;

	if (fd < 0)
		return error_errno(err, RULE_FILE_READ, errno, "reading '%s'", path);
	failed = read_up_to(fd, limit, out);
	if (!is_stdin)
		(void)close(fd);
	if (failed == 0 && out->n - start <= limit)
		return RC_OK;
	buf_cut(out, start);
	if (failed != 0)
		return error_errno(err, RULE_FILE_READ, failed, "reading '%s'", path);
	return error_fail(err, RULE_FILE_TOO_LARGE, "'%s' has more than %zu octets", path, limit);
}

bool
file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* -- writing ------------------------------------------------------------------ */

static int
write_all(int fd, struct bytes bytes)
{
	ssize_t put;

	while (bytes.n > 0) {
		put = write(fd, bytes.p, bytes.n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno;
		bytes.p += put;
		bytes.n -= (size_t)put;
	}
	return 0;
}

static int
write_mode(int fd, unsigned mode, struct bytes bytes, bool flush)
{
	int failed = write_all(fd, bytes);

	if (failed == 0 && fchmod(fd, mode) != 0)
		failed = errno;
	if (failed == 0 && flush && fsync(fd) != 0)
		failed = errno;
	return failed;
}

static int
close_after(int fd, int failed)
{
	if (close(fd) != 0 && failed == 0)
		failed = errno;
	return failed;
}

int
fd_write_flush_close(int fd, unsigned mode, struct bytes bytes)
{
	return close_after(fd, write_mode(fd, mode, bytes, true));
}

static enum rc_status
write_failed(const char *path, int failed, struct error *err)
{
	return error_errno(err, RULE_FILE_WRITE, failed, "writing '%s'", path);
}

static bool
mode_is_special(const struct stat *st)
{
	return !S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode);
}

static bool
fd_is_special(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && mode_is_special(&st);
}

/* A pipe or device has no place to be replaced at. */
static enum rc_status
write_through(const char *path, struct bytes bytes, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int failed;

	if (fd < 0)
		return write_failed(path, errno, err);
	/* Whoever may write to the folder can have changed the name since it was looked at. */
	failed = close_after(fd, fd_is_special(fd) ? write_all(fd, bytes) : EEXIST);
	return failed != 0 ? write_failed(path, failed, err) : RC_OK;
}

static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && mode_is_special(&st);
}

static enum rc_status
flush_folder_of(const char *path, struct arena *arena, struct error *err)
{
	return dir_flush(path_folder(arena, path), err);
}

/* ".NAME.ENDING" in the same folder: what lists a folder does not show it. */
static char *
path_beside(struct arena *arena, const char *path, const char *ending)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;

	return arena_printf(arena, "%.*s.%s.%s", (int)(name - path), path, name, ending);
}

/* Names an open file that has no name.  (By its number alone only root may.) */
static int
link_open(int fd, const char *path)
{
	char from[sizeof("/proc/self/fd/") + 3 * sizeof(fd)];

	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0 ? errno : 0;
}

/* A link cannot take the place of another: it needs a name to be renamed from.  That is
 * always the same one, so that whoever is killed in between leaves no more than this,
 * which the next one takes away. */
static int
link_over(int fd, const char *path, struct arena *arena)
{
	const char *beside = path_beside(arena, path, "new");
	int failed = link_open(fd, beside);

	if (failed == EEXIST)
		failed = unlink(beside) != 0 ? errno : link_open(fd, beside);
	if (failed != 0 || rename(beside, path) == 0)
		return failed;
	failed = errno;
	(void)unlink(beside);
	return failed;
}

/* Written without a name, which it gets when it is whole: a process that is killed
 * leaves nothing.  EEXIST where a pipe or device is. */
static int
replace_unnamed(const char *path, unsigned mode, struct bytes bytes, bool flush,
    struct arena *arena)
{
	int fd = open(path_folder(arena, path), O_WRONLY | O_TMPFILE | O_CLOEXEC, FILE_PRIVATE);
	int failed;

	if (fd < 0)
		return errno;
	failed = write_mode(fd, mode, bytes, flush);
	if (failed == 0)
		failed = link_open(fd, path);
	if (failed == EEXIST && !is_special(path))
		failed = link_over(fd, path, arena);
	return close_after(fd, failed);
}

/* Written beside it, then renamed: every file system can do this. */
static int
replace_named(const char *path, unsigned mode, struct bytes bytes, bool flush,
    struct arena *arena)
{
	char *beside = path_beside(arena, path, "XXXXXX");
	int fd = mkostemp(beside, O_CLOEXEC), failed;

	if (fd < 0)
		return errno;
	failed = close_after(fd, write_mode(fd, mode, bytes, flush));
	if (failed == 0 && rename(beside, path) == 0)
		return 0;
	if (failed == 0)
		failed = errno;
	(void)unlink(beside);
	return failed;
}

/* Whatever is in the way of the first (a file system that has no such files, no /proc,
 * another process that wants the same name) is none for the second, or fails that too. */
static enum rc_status
replace(const char *path, unsigned mode, struct bytes bytes, bool flush, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	int failed;

	if (replace_unnamed(path, mode, bytes, flush, arena) != 0) {
		if (is_special(path))
			return write_through(path, bytes, err);
		failed = replace_named(path, mode, bytes, flush, arena);
		if (failed != 0)
			return write_failed(path, failed, err);
	}
	return flush ? flush_folder_of(path, arena, err) : RC_OK;
}

enum rc_status
file_replace(const char *path, unsigned mode, struct bytes bytes, struct error *err)
{
	return replace(path, mode, bytes, true, err);
}

enum rc_status
file_replace_later(const char *path, unsigned mode, struct bytes bytes, struct error *err)
{
	return replace(path, mode, bytes, false, err);
}

enum rc_status
file_create(const char *path, unsigned mode, struct bytes bytes, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_PRIVATE);
	int failed;

	if (fd < 0 && errno == EEXIST)
		return error_fail(err, RULE_FILE_EXISTS, "'%s' exists already", path);
	if (fd < 0)
		return write_failed(path, errno, err);
	failed = fd_write_flush_close(fd, mode, bytes);
	if (failed != 0) {
		(void)unlink(path);
		return write_failed(path, failed, err);
	}
	return flush_folder_of(path, arena, err);
}

enum { COPY_OCTETS = 1 << 16 };

/* 0, an errno of reading (negative), or one of writing. */
static int
copy_all(int from, int to)
{
	uint8_t piece[COPY_OCTETS];
	ssize_t got;
	int failed = 0;

	while (failed == 0) {
		got = read(from, piece, sizeof(piece));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return 0;
		failed = write_all(to, BYTES(piece, (size_t)got));
	}
	return failed;
}

static enum rc_status
copy_open(int from, const char *from_path, const char *to_path, unsigned mode,
    struct error *err)
{
	int to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, FILE_PRIVATE);
	int failed, late;

	if (to < 0 && errno == EEXIST)
		return error_fail(err, RULE_FILE_EXISTS, "'%s' exists already", to_path);
	if (to < 0)
		return write_failed(to_path, errno, err);
	failed = copy_all(from, to);
	late = fd_write_flush_close(to, mode, BYTES(NULL, 0));
	if (failed == 0)
		failed = late;
	if (failed == 0)
		return RC_OK;
	(void)unlink(to_path);
	return failed < 0 ? error_errno(err, RULE_FILE_READ, -failed, "reading '%s'", from_path)
	    : write_failed(to_path, failed, err);
}

enum rc_status
file_copy(const char *from_path, const char *to_path, unsigned mode, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	int from = open(from_path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum rc_status status;

	if (from < 0)
		return error_errno(err, RULE_FILE_READ, errno, "reading '%s'", from_path);
	status = copy_open(from, from_path, to_path, mode, err);
	(void)close(from);
	TRY(status);
	return flush_folder_of(to_path, arena, err);
}
