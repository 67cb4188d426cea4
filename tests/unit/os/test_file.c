#include "os/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit.h"
#include "tests/unit/os/child.h"
#include "tests/unit/os/scratch.h"

static mode_t
mode_of(const char *path)
{
	struct stat st = { .st_mode = 0 };

	REQUIRE(stat(path, &st) == 0);
	return st.st_mode & 07777;
}

static void
expect_file(const char *path, const char *text)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	EXPECT_OK(file_read(path, 1000, &b, err), err);
	EXPECT_TEXT(buf_text(&b), text);
}

TEST(a_file_is_read_up_to_its_limit)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	const char *path = scratch_path(s, "f");

	buf_puts(&b, "before ");
	EXPECT_OK(file_create(path, FILE_PUBLIC, bytes_of_text("12345"), err), err);
	EXPECT_OK(file_read(path, 5, &b, err), err);
	EXPECT_TEXT(buf_text(&b), "before 12345");
	EXPECT_RULE(file_read(path, 4, &b, err), err, RULE_FILE_TOO_LARGE);
	EXPECT_TEXT(buf_text(&b), "before 12345");
	EXPECT_OK(file_read("/dev/null", 0, &b, err), err);
}

TEST(what_cannot_be_read_says_why)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	EXPECT(file_read(scratch_path(s, "none"), 10, &b, err) == RC_INPUT);
	EXPECT_HAS(error_message(err), "No such file or directory");
	error_clear(err);
	EXPECT_RULE(file_read(s->dir, 10, &b, err), err, RULE_FILE_READ);
	EXPECT_RULE(file_read("/dev/zero", 100000, &b, err), err, RULE_FILE_TOO_LARGE);
	EXPECT_INT(b.n, 0);
}

TEST(a_dash_is_the_standard_input)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	int pipe_fd[2], saved = dup(STDIN_FILENO);

	REQUIRE(pipe(pipe_fd) == 0);
	REQUIRE(write(pipe_fd[1], "piped", 5) == 5);
	(void)close(pipe_fd[1]);
	(void)dup2(pipe_fd[0], STDIN_FILENO);
	EXPECT_OK(file_read("-", 5, &b, err), err);
	EXPECT_TEXT(buf_text(&b), "piped");
	(void)dup2(saved, STDIN_FILENO);
	(void)close(saved);
	(void)close(pipe_fd[0]);
}

TEST(a_file_is_replaced_whole_with_its_mode)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(arena_free) struct arena *a = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	const char *path = scratch_path(s, "f");
	struct dir_names names;
	mode_t mask = umask(077);

	EXPECT_OK(file_replace(path, FILE_PUBLIC, bytes_of_text("one"), err), err);
	EXPECT_INT(mode_of(path), 0644);
	EXPECT_OK(file_replace(path, FILE_PRIVATE, bytes_of_text("two"), err), err);
	EXPECT_INT(mode_of(path), 0600);
	(void)umask(mask);
	expect_file(path, "two");
	EXPECT_OK(dir_list(s->dir, a, &names, err), err);
	EXPECT_INT(names.n, 1);
}

TEST(what_a_killed_process_left_is_taken_away)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	const char *path = scratch_path(s, "f"), *left = scratch_path(s, ".f.new");

	EXPECT_OK(file_create(left, FILE_PUBLIC, bytes_of_text("left"), err), err);
	EXPECT_OK(file_replace(path, FILE_PUBLIC, bytes_of_text("one"), err), err);
	EXPECT_OK(file_replace_later(path, FILE_PUBLIC, bytes_of_text("two"), err), err);
	expect_file(path, "two");
	EXPECT(!file_exists(left));
}

TEST(what_is_in_the_way_is_gone_round)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(arena_free) struct arena *a = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	const char *path = scratch_path(s, "f");
	struct dir_names names = { .n = 0 };

	EXPECT_OK(file_replace(path, FILE_PUBLIC, bytes_of_text("one"), err), err);
	EXPECT_OK(dir_make(scratch_path(s, ".f.new"), DIR_PRIVATE, err), err);
	EXPECT_OK(file_replace(path, FILE_PUBLIC, bytes_of_text("two"), err), err);
	expect_file(path, "two");
	EXPECT_INT(mode_of(path), 0644);
	/* and what cannot be replaced leaves nothing */
	EXPECT_RULE(file_replace(scratch_path(s, ".f.new"), FILE_PUBLIC, bytes_of_text("x"), err),
	    err, RULE_FILE_WRITE);
	EXPECT_OK(dir_list(s->dir, a, &names, err), err);
	EXPECT_INT(names.n, 2);
}

enum { MANY = 60000, ROUNDS = 12, REPLACED = 150, NAMES = 1000000 };

static const char *
many_of(char octet)
{
	static char text[MANY + 1];

	memset(text, octet, MANY);
	return text;
}

static int
write_without_end(void *arg)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *a = arena_new();
	const struct bytes all = BYTES((const uint8_t *)many_of('n'), MANY);

	for (int i = 0; i < NAMES; i++)
		if (file_replace_later(path_join(a, arg, arena_printf(a, "%d", i)), FILE_PUBLIC,
		    all, err) != RC_OK)
			return 1;
	return 0;
}

/* Has this folder files without a name that can be given one?  Elsewhere whoever is killed
 * may leave a part of a file, under a hidden name. */
static bool
has_unnamed(const char *dir)
{
	SCOPED(arena_free) struct arena *a = arena_new();
	const char *path = path_join(a, dir, "probe");
	int fd = open(dir, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
	char from[32];
	bool has;

	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	has = fd >= 0 && linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
	(void)unlink(path);
	if (fd >= 0)
		(void)close(fd);
	return has;
}

/* Whatever is there under a name of its own or another, it is whole. */
static size_t
files_whole(const char *dir)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *a = arena_new();
	struct dir_names names = { .n = 0 };
	bool unnamed = has_unnamed(dir);
	struct stat st;
	size_t n = 0;

	EXPECT_OK(dir_list(dir, a, &names, err), err);
	for (size_t i = 0; i < names.n; i++) {
		if (!unnamed && names.v[i][0] == '.')
			continue;
		EXPECT(names.v[i][0] != '.' && stat(path_join(a, dir, names.v[i]), &st) == 0);
		EXPECT_INT(st.st_size, MANY);
		EXPECT_INT(st.st_mode & 07777, FILE_PUBLIC);
		n++;
	}
	return n;
}

/* Until this one is there, however slow the other process is; minutes are a hang. */
static void
wait_for_file(const char *dir, unsigned n)
{
	SCOPED(arena_free) struct arena *a = arena_new();
	const char *path = path_join(a, dir, arena_printf(a, "%u", n));

	for (int i = 0; i < 600000 && !file_exists(path); i++)
		(void)usleep(200);
	REQUIRE(file_exists(path));
}

TEST(a_process_that_is_killed_leaves_whole_files_alone)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		SCOPED(scratch_free) struct scratch *s = scratch_new();
		struct child child = child_start(write_without_end, s->dir);

		wait_for_file(s->dir, i);
		(void)usleep(37 * i);
		(void)kill(child.pid, SIGKILL);
		EXPECT_INT(child_result(child), -1);
		EXPECT(files_whole(s->dir) > i);
	}
}

struct replacing {
	const char *path;
	char octet;
};

static int
replace_often(void *arg)
{
	const struct replacing *r = arg;
	SCOPED(error_free) struct error *err = error_new();
	const struct bytes all = BYTES((const uint8_t *)many_of(r->octet), MANY);

	for (int i = 0; i < REPLACED; i++)
		if (file_replace_later(r->path, FILE_PUBLIC, all, err) != RC_OK)
			return 1;
	return 0;
}

/* One octet over and over, the first process's or the second's. */
static void
expect_one_of_two(const char *path)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	size_t n;

	EXPECT_OK(file_read(path, MANY, &b, err), err);
	n = strspn(buf_text(&b), b.p[0] == 'a' ? "a" : "b");
	EXPECT_INT(n, MANY);
}

TEST(two_at_once_replace_a_file_each_wholly)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	const char *path = scratch_path(s, "f");
	struct replacing first = { path, 'a' }, second = { path, 'b' };
	struct child one, two;

	EXPECT_INT(replace_often(&first), 0);
	one = child_start(replace_often, &first);
	two = child_start(replace_often, &second);
	for (int i = 0; i < REPLACED; i++)
		expect_one_of_two(path);
	EXPECT_INT(child_result(one), 0);
	EXPECT_INT(child_result(two), 0);
	expect_one_of_two(path);
	EXPECT_INT(files_whole(s->dir), 1);
}

TEST(a_link_is_replaced_and_a_device_is_written_to)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	const char *target = scratch_path(s, "target"), *link = scratch_path(s, "link");
	struct stat st;

	EXPECT_OK(file_create(target, FILE_PUBLIC, bytes_of_text("kept"), err), err);
	REQUIRE(symlink(target, link) == 0);
	EXPECT_OK(file_replace(link, FILE_PUBLIC, bytes_of_text("new"), err), err);
	expect_file(target, "kept");
	expect_file(link, "new");
	EXPECT_OK(file_replace("/dev/null", FILE_PUBLIC, bytes_of_text("gone"), err), err);
	EXPECT(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	EXPECT_RULE(file_replace("/dev/full", FILE_PUBLIC, bytes_of_text("x"), err), err,
	    RULE_FILE_WRITE);
}

TEST(a_new_file_never_overwrites)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	const char *path = scratch_path(s, "f"), *dangling = scratch_path(s, "link");

	EXPECT_OK(file_create(path, FILE_PRIVATE, bytes_of_text("old"), err), err);
	EXPECT_RULE(file_create(path, FILE_PRIVATE, bytes_of_text("new"), err), err,
	    RULE_FILE_EXISTS);
	expect_file(path, "old");
	REQUIRE(symlink("nowhere", dangling) == 0);
	EXPECT(file_exists(dangling) && !dir_exists(dangling));
	EXPECT_RULE(file_create(dangling, FILE_PRIVATE, bytes_of_text("new"), err), err,
	    RULE_FILE_EXISTS);
	EXPECT_RULE(file_create(scratch_path(s, "no/f"), FILE_PRIVATE, bytes_of_text(""), err),
	    err, RULE_FILE_WRITE);
}

/* In a child, since the limit holds for the whole process. */
static int
write_beyond_the_disk(void *arg)
{
	const char *dir = arg;
	static uint8_t block[8192];
	const struct bytes large = BYTES(block, sizeof(block));
	const struct rlimit small = { .rlim_cur = 4096, .rlim_max = 4096 };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *a = arena_new();
	struct dir_names names = { .n = 0 };

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &small) != 0)
		return 1;
	if (file_replace(path_join(a, dir, "f"), 0644, large, err) != RC_SYSTEM)
		return 2;
	if (file_create(path_join(a, dir, "g"), 0644, large, err) != RC_SYSTEM)
		return 3;
	if (dir_list(dir, a, &names, err) != RC_OK || names.n != 1)
		return 4;
	return 0;
}

TEST(a_full_disk_leaves_the_old_file_and_nothing_else)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_OK(file_create(scratch_path(s, "f"), 0644, bytes_of_text("old"), err), err);
	EXPECT_INT(child_run(write_beyond_the_disk, s->dir), 0);
	expect_file(scratch_path(s, "f"), "old");
}

TEST(folders_are_made_and_listed_in_order)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(arena_free) struct arena *a = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct dir_names names;

	EXPECT_OK(dir_make(scratch_path(s, "x/y/z/"), DIR_PRIVATE, err), err);
	EXPECT_OK(dir_make(scratch_path(s, "x/y"), DIR_PRIVATE, err), err);
	EXPECT_INT(mode_of(scratch_path(s, "x/y/z")), 0700);
	EXPECT_OK(file_create(scratch_path(s, "x/b"), 0644, bytes_of_text(""), err), err);
	EXPECT_OK(file_create(scratch_path(s, "x/B"), 0644, bytes_of_text(""), err), err);
	EXPECT_OK(dir_list(scratch_path(s, "x"), a, &names, err), err);
	REQUIRE(names.n == 3);
	EXPECT_TEXT(names.v[0], "B");
	EXPECT_TEXT(names.v[2], "y");
	EXPECT_OK(dir_list(scratch_path(s, "x/y/z"), a, &names, err), err);
	EXPECT_INT(names.n, 0);
	EXPECT_RULE(dir_make(scratch_path(s, "x/b/c"), DIR_PRIVATE, err), err, RULE_FOLDER);
	EXPECT_RULE(dir_list(scratch_path(s, "none"), a, &names, err), err, RULE_FOLDER);
	EXPECT_RULE(dir_flush(scratch_path(s, "none"), err), err, RULE_FOLDER);
}

TEST(paths_are_joined_and_cut)
{
	SCOPED(arena_free) struct arena *a = arena_new();

	EXPECT_TEXT(path_join(a, "/srv/ca", "ca.pem"), "/srv/ca/ca.pem");
	EXPECT_TEXT(path_join(a, "/srv/ca/", "ca.pem"), "/srv/ca/ca.pem");
	EXPECT_TEXT(path_join(a, "/srv/ca", "/etc/ca.pem"), "/etc/ca.pem");
	EXPECT_TEXT(path_join(a, "", "ca.pem"), "ca.pem");
	EXPECT_TEXT(path_folder(a, "a"), ".");
	EXPECT_TEXT(path_folder(a, "a/b"), "a");
	EXPECT_TEXT(path_folder(a, "/a//b//"), "/a");
	EXPECT_TEXT(path_folder(a, "/a"), "/");
	EXPECT_TEXT(path_folder(a, "/"), "/");
}

TEST(a_file_of_any_size_is_copied_once)
{
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf large = BUF_INIT, copy = BUF_INIT;
	const char *from = scratch_path(s, "from"), *to = scratch_path(s, "to");

	for (int i = 0; i < 40000; i++)
		buf_printf(&large, "%d\n", i);
	REQUIRE_OK(file_create(from, FILE_PRIVATE, buf_bytes(&large), err), err);
	EXPECT_OK(file_copy(from, to, FILE_PRIVATE, err), err);
	EXPECT_OK(file_read(to, 1 << 20, &copy, err), err);
	EXPECT(bytes_equal(buf_bytes(&copy), buf_bytes(&large)));
	EXPECT_RULE(file_copy(from, to, FILE_PRIVATE, err), err, RULE_FILE_EXISTS);
	EXPECT_RULE(file_copy(scratch_path(s, "no"), scratch_path(s, "x"), FILE_PRIVATE, err), err,
	    RULE_FILE_READ);
	EXPECT_RULE(file_copy(from, scratch_path(s, "no/x"), FILE_PRIVATE, err), err,
	    RULE_FILE_WRITE);
	/* a folder opens, and cannot be read */
	EXPECT_RULE(file_copy(scratch_path(s, "."), scratch_path(s, "x"), FILE_PRIVATE, err), err,
	    RULE_FILE_READ);
	EXPECT(!file_exists(scratch_path(s, "x")));
}
