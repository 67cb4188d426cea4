/*
 * step FOLDER LOG DEED -- COMMAND ... - runs a command and counts every system call by
 * which it touches what lies in FOLDER, or writes to stdout.  At one of them something happens:
 *
 *      none              nothing
 *      kill N            SIGKILL in place of the N-th
 *      fail N ERRNO      the N-th fails, undone
 *      from N ERRNO      the N-th and every later one that wants room on the disk fail
 *      short N ERRNO     the N-th writes half of its octets; later ones as with `from`
 *
 * ERRNO is a number.  LOG gets a line of JSON for each call:
 *
 *      {"n": 7, "call": "pwrite64", "room": true, "path": "...", "to": "...",
 *       "args": [fd, ..], "result": 4096, "data": "0a1b.."}
 *
 * "room": it changes the disk and may find none; "data": what was written.  The exit
 * status is the command's, 137 where it was killed.
 */
#include <sys/ptrace.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
#error "registers are those of x86-64"
#endif

enum { FDS = 1024, WORD = sizeof(long), KILLED = 137, NONE = -1 };

/* What is known of a system call: which arguments are a file or a path. */
struct call {
	long number;
	const char *name;
	int fd, path, to;
	bool room;                       /* changes the disk                 */
};

static const struct call calls[] = {
	{ SYS_open, "open", NONE, 0, NONE, false },
	{ SYS_openat, "openat", NONE, 1, NONE, false },
	{ SYS_creat, "creat", NONE, 0, NONE, true },
	{ SYS_stat, "stat", NONE, 0, NONE, false },
	{ SYS_lstat, "lstat", NONE, 0, NONE, false },
	{ SYS_newfstatat, "newfstatat", 0, 1, NONE, false },
	{ SYS_statx, "statx", 0, 1, NONE, false },
	{ SYS_access, "access", NONE, 0, NONE, false },
	{ SYS_faccessat, "faccessat", NONE, 1, NONE, false },
	{ SYS_faccessat2, "faccessat2", NONE, 1, NONE, false },
	{ SYS_readlink, "readlink", NONE, 0, NONE, false },
	{ SYS_readlinkat, "readlinkat", NONE, 1, NONE, false },
	{ SYS_unlink, "unlink", NONE, 0, NONE, false },
	{ SYS_unlinkat, "unlinkat", NONE, 1, NONE, false },
	{ SYS_rmdir, "rmdir", NONE, 0, NONE, false },
	{ SYS_mkdir, "mkdir", NONE, 0, NONE, true },
	{ SYS_mkdirat, "mkdirat", NONE, 1, NONE, true },
	{ SYS_rename, "rename", NONE, 0, 1, true },
	{ SYS_renameat, "renameat", NONE, 1, 3, true },
	{ SYS_renameat2, "renameat2", NONE, 1, 3, true },
	{ SYS_link, "link", NONE, 0, 1, true },
	{ SYS_linkat, "linkat", NONE, 1, 3, true },
	{ SYS_symlink, "symlink", NONE, 1, NONE, true },
	{ SYS_truncate, "truncate", NONE, 0, NONE, true },
	{ SYS_chmod, "chmod", NONE, 0, NONE, false },
	{ SYS_fchmod, "fchmod", 0, NONE, NONE, false },
	{ SYS_read, "read", 0, NONE, NONE, false },
	{ SYS_pread64, "pread64", 0, NONE, NONE, false },
	{ SYS_write, "write", 0, NONE, NONE, true },
	{ SYS_pwrite64, "pwrite64", 0, NONE, NONE, true },
	{ SYS_writev, "writev", 0, NONE, NONE, true },
	{ SYS_pwritev, "pwritev", 0, NONE, NONE, true },
	{ SYS_fsync, "fsync", 0, NONE, NONE, true },
	{ SYS_fdatasync, "fdatasync", 0, NONE, NONE, true },
	{ SYS_ftruncate, "ftruncate", 0, NONE, NONE, true },
	{ SYS_fallocate, "fallocate", 0, NONE, NONE, true },
	{ SYS_fstat, "fstat", 0, NONE, NONE, false },
	{ SYS_lseek, "lseek", 0, NONE, NONE, false },
	{ SYS_fcntl, "fcntl", 0, NONE, NONE, false },
	{ SYS_flock, "flock", 0, NONE, NONE, false },
	{ SYS_getdents64, "getdents64", 0, NONE, NONE, false },
	{ SYS_mmap, "mmap", 4, NONE, NONE, false },
	{ SYS_close, "close", 0, NONE, NONE, false },
};

enum deed { DO_NOTHING, DO_KILL, DO_FAIL, DO_FROM, DO_SHORT };

static struct {
	const char *folder;
	FILE *log;
	enum deed deed;
	long at;
	int error;

	pid_t child;
	char *open[FDS];                 /* paths                            */
	long count;
	/* The call between its entry and its exit; NULL: none of ours. */
	const struct call *under_way;
	char path[PATH_MAX], to[PATH_MAX];
	uint64_t arg[6];
	bool room, refused;
	char *data;
	size_t data_n;
} s;

static void
die(const char *what)
{
	perror(what);
	if (s.child > 0)
		(void)kill(s.child, SIGKILL);
	exit(125);
}

/* -- the child's memory -------------------------------------------------------------- */

static long
peek(uint64_t at)
{
	errno = 0;
	return ptrace(PTRACE_PEEKDATA, s.child, (void *)(uintptr_t)at, NULL);
}

/* Octets of the child; the number that could be read. */
static size_t
fetch(uint64_t at, char *to, size_t n)
{
	size_t got = 0;

	while (got < n) {
		size_t part = n - got < WORD ? n - got : WORD;
		long word = peek(at + got);

		if (errno != 0)
			break;
		memcpy(to + got, &word, part);
		got += part;
	}
	return got;
}

static void
fetch_path(uint64_t at, char to[PATH_MAX])
{
	char text[PATH_MAX] = "";

	for (size_t i = 0; i + WORD < PATH_MAX; i += WORD)
		if (fetch(at + i, text + i, WORD) != WORD ||
		    memchr(text + i, '\0', WORD) != NULL)
			break;
	to[0] = '\0';
	if (text[0] == '/')
		memcpy(to, text, PATH_MAX);
	else if (text[0] != '\0' && (getcwd(to, PATH_MAX) == NULL ||
	    snprintf(to + strlen(to), PATH_MAX - strlen(to), "/%s", text) >= PATH_MAX))
		to[0] = '\0';
}

/* -- what a call touches ------------------------------------------------------------- */

static bool
is_ours(const char *path)
{
	size_t n = strlen(s.folder);

	return strcmp(path, "<stdout>") == 0 ||
	    (strncmp(path, s.folder, n) == 0 && (path[n] == '/' || path[n] == '\0'));
}

static const char *
path_of_fd(uint64_t fd)
{
	if (fd == STDOUT_FILENO)
		return "<stdout>";
	return fd < FDS && s.open[fd] != NULL ? s.open[fd] : "";
}

static const struct call *
call_find(uint64_t number)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((uint64_t)calls[i].number == number)
			return &calls[i];
	return NULL;
}

/* open(2) wants room when it makes or empties the file. */
static bool
wants_room(const struct call *c)
{
	uint64_t flags = c->number == SYS_openat ? s.arg[2] : s.arg[1];

	if (c->number == SYS_open || c->number == SYS_openat)
		return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
	return c->room;
}

static void
take_data(const struct call *c)
{
	free(s.data);
	s.data = NULL;
	s.data_n = 0;
	if (c->number != SYS_write && c->number != SYS_pwrite64)
		return;
	s.data = malloc(s.arg[2] + 1);
	if (s.data == NULL)
		die("malloc");
	s.data_n = fetch(s.arg[1], s.data, s.arg[2]);
}

/* A file without a name gets one here, "FOLDER/#N", so that the log can tell it from
 * others; what gives it a name in the folder says so by its number (proc(5)). */
static void
name_unnamed(const struct call *c)
{
	static const char by_number[] = "/proc/self/fd/";
	size_t n = sizeof(by_number) - 1, end = strlen(s.path);

	if (c->number == SYS_openat && (s.arg[2] & O_TMPFILE) == O_TMPFILE)
		(void)snprintf(s.path + end, sizeof(s.path) - end, "/#%ld", s.count + 1);
	else if (c->number == SYS_linkat && strncmp(s.path, by_number, n) == 0)
		(void)snprintf(s.path, sizeof(s.path), "%s",
		    path_of_fd(strtoul(s.path + n, NULL, 10)));
}

/* -- entry and exit ------------------------------------------------------------------ */

static void
set_register(size_t offset, uint64_t value)
{
	if (ptrace(PTRACE_POKEUSER, s.child, (void *)offset, (void *)(uintptr_t)value) != 0)
		die("PTRACE_POKEUSER");
}

static void
refuse(void)
{
	set_register(offsetof(struct user_regs_struct, orig_rax), (uint64_t)-1);
	s.refused = true;
}

static void
halve(void)
{
	set_register(offsetof(struct user_regs_struct, rdx), s.arg[2] / 2);
}

static void
act(void)
{
	bool now = s.count == s.at, later = s.count > s.at && s.room;

	if (s.deed == DO_KILL && now)
		(void)kill(s.child, SIGKILL);
	else if ((s.deed == DO_FAIL && now) || (s.deed == DO_FROM && (now || later)) ||
	    (s.deed == DO_SHORT && later))
		refuse();
	else if (s.deed == DO_SHORT && now)
		halve();
}

static void
enter(const struct __ptrace_syscall_info *info)
{
	const struct call *c = call_find(info->entry.nr);

	s.under_way = NULL;
	s.refused = false;
	s.path[0] = s.to[0] = '\0';
	if (c == NULL)
		return;
	for (size_t i = 0; i < 6; i++)
		s.arg[i] = info->entry.args[i];
	if (c->path != NONE)
		fetch_path(s.arg[c->path], s.path);
	if (c->to != NONE)
		fetch_path(s.arg[c->to], s.to);
	name_unnamed(c);
	if (c->fd != NONE && s.path[0] == '\0')
		(void)snprintf(s.path, sizeof(s.path), "%s", path_of_fd(s.arg[c->fd]));
	s.under_way = c;
	if (!is_ours(s.path) && !is_ours(s.to))
		return;
	s.count++;
	s.room = wants_room(c);
	take_data(c);
	act();
}

static void
put_line(int64_t result)
{
	(void)fprintf(s.log, "{\"n\": %ld, \"call\": \"%s\", \"room\": %s, \"path\": \"%s\", "
	    "\"to\": \"%s\", \"result\": %lld, \"args\": [", s.count, s.under_way->name,
	    s.room ? "true" : "false", s.path, s.to, (long long)result);
	for (size_t i = 0; i < 6; i++)
		(void)fprintf(s.log, "%s%lld", i != 0 ? ", " : "", (long long)s.arg[i]);
	(void)fputs("], \"data\": \"", s.log);
	for (size_t i = 0; i < s.data_n; i++)
		(void)fprintf(s.log, "%02x", (unsigned char)s.data[i]);
	(void)fputs("\"}\n", s.log);
}

static void
remember_file(int64_t fd, const char *path)
{
	if (fd < 0 || fd >= FDS)
		return;
	free(s.open[fd]);
	s.open[fd] = strdup(path);
}

static void
leave(const struct __ptrace_syscall_info *info)
{
	const struct call *c = s.under_way;
	int64_t result = s.refused ? -s.error : info->exit.rval;

	if (c == NULL)
		return;
	if (s.refused)
		set_register(offsetof(struct user_regs_struct, rax), (uint64_t)result);
	if (is_ours(s.path) || is_ours(s.to))
		put_line(result);
	if (c->number == SYS_open || c->number == SYS_openat || c->number == SYS_creat)
		remember_file(result, s.path);
	if (c->number == SYS_close && s.arg[0] != STDOUT_FILENO)
		remember_file((int64_t)s.arg[0], "");
	s.under_way = NULL;
}

/* -- the child ----------------------------------------------------------------------- */

static void
start(char **command)
{
	s.child = fork();
	if (s.child < 0)
		die("fork");
	if (s.child != 0)
		return;
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(125);
	(void)raise(SIGSTOP);
	(void)execvp(command[0], command);
	_exit(127);
}

static void
stopped(int signal_number)
{
	struct __ptrace_syscall_info info;

	if (signal_number != (SIGTRAP | 0x80))
		return;
	if (ptrace(PTRACE_GET_SYSCALL_INFO, s.child, (void *)sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		enter(&info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		leave(&info);
}

static int
follow(void)
{
	int status, pass;

	if (waitpid(s.child, &status, 0) != s.child || ptrace(PTRACE_SETOPTIONS, s.child, NULL,
	    (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) != 0)
		die("ptrace");
	for (;;) {
		pass = WIFSTOPPED(status) && WSTOPSIG(status) != (SIGTRAP | 0x80) &&
		    WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP
		    ? WSTOPSIG(status) : 0;
		(void)ptrace(PTRACE_SYSCALL, s.child, NULL, (void *)(intptr_t)pass);
		if (waitpid(s.child, &status, 0) != s.child)
			die("waitpid");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		stopped(WSTOPSIG(status));
	}
}

static int
usage(void)
{
	(void)fputs("usage: step FOLDER LOG none | kill N | fail N ERRNO | from N ERRNO | "
	    "short N ERRNO -- COMMAND ...\n", stderr);
	return 125;
}

int
main(int argc, char **argv)
{
	static const char *const deeds[] = { "none", "kill", "fail", "from", "short" };
	int i = 4, status;

	if (argc < 6)
		return usage();
	for (size_t k = 0; k < sizeof(deeds) / sizeof(deeds[0]); k++)
		if (strcmp(argv[3], deeds[k]) == 0)
			s.deed = (enum deed)k;
	if (s.deed != DO_NOTHING && i < argc)
		s.at = strtol(argv[i++], NULL, 10);
	if (s.deed > DO_KILL && i < argc)
		s.error = (int)strtol(argv[i++], NULL, 10);
	if (i + 1 >= argc || strcmp(argv[i], "--") != 0)
		return usage();
	s.folder = argv[1];
	s.log = fopen(argv[2], "we");
	if (s.log == NULL)
		die(argv[2]);
	start(argv + i + 1);
	status = follow();
	if (fclose(s.log) != 0)
		die(argv[2]);
	return status;
}
