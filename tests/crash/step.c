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
 *
 * All threads of the command are followed, and one at a time is inside such a call: so the
 * lines of the log stand in the order in which things happened.  With threads that order,
 * and so which call is the N-th, is another one each time.
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

enum { FDS = 1024, THREADS = 128, WORD = sizeof(long), NONE = -1 };

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
	{ SYS_syncfs, "syncfs", 0, NONE, NONE, true },
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

struct thread {
	pid_t id;                        /* 0: none                          */
	/* The call between its entry and its exit; NULL: none that is followed. */
	const struct call *under_way;
	bool waits;                      /* for `inside`, at the entry       */
	char path[PATH_MAX], to[PATH_MAX];
	uint64_t arg[6];
	bool ours, room, refused;
	char *data;
	size_t data_n;
};

static struct {
	const char *folder;
	FILE *log;
	enum deed deed;
	long at;
	int error;

	pid_t child;
	char *open[FDS];                 /* paths                            */
	long count;
	struct thread thread[THREADS], *inside;
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
peek(const struct thread *t, uint64_t at)
{
	errno = 0;
	return ptrace(PTRACE_PEEKDATA, t->id, (void *)(uintptr_t)at, NULL);
}

/* Octets of the child; the number that could be read. */
static size_t
fetch(const struct thread *t, uint64_t at, char *to, size_t n)
{
	size_t got = 0;

	while (got < n) {
		size_t part = n - got < WORD ? n - got : WORD;
		long word = peek(t, at + got);

		if (errno != 0)
			break;
		memcpy(to + got, &word, part);
		got += part;
	}
	return got;
}

static void
fetch_path(const struct thread *t, uint64_t at, char to[PATH_MAX])
{
	char text[PATH_MAX] = "";

	for (size_t i = 0; i + WORD < PATH_MAX; i += WORD)
		if (fetch(t, at + i, text + i, WORD) != WORD ||
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

static uint64_t
flags_of(const struct thread *t)
{
	if (t->under_way->number == SYS_openat)
		return t->arg[2];
	return t->under_way->number == SYS_open ? t->arg[1] : 0;
}

static bool
is_unnamed(const struct thread *t)
{
	return (flags_of(t) & O_TMPFILE) == O_TMPFILE;
}

/* open(2) wants room when it makes or empties the file. */
static bool
wants_room(const struct thread *t)
{
	return t->under_way->room || is_unnamed(t) ||
	    (flags_of(t) & (O_CREAT | O_TRUNC)) != 0;
}

static void
take_data(struct thread *t)
{
	free(t->data);
	t->data = NULL;
	t->data_n = 0;
	if (t->under_way->number != SYS_write && t->under_way->number != SYS_pwrite64)
		return;
	t->data = malloc(t->arg[2] + 1);
	if (t->data == NULL)
		die("malloc");
	t->data_n = fetch(t, t->arg[1], t->data, t->arg[2]);
}

/* A file without a name gets one here, "FOLDER/#N", so that the log can tell it from
 * others; what gives it a name in the folder says so by its number (proc(5)). */
static void
name_unnamed(struct thread *t)
{
	static const char by_number[] = "/proc/self/fd/";
	size_t n = sizeof(by_number) - 1, end = strlen(t->path);

	if (is_unnamed(t))
		(void)snprintf(t->path + end, sizeof(t->path) - end, "/#%ld", s.count + 1);
	else if (t->under_way->number == SYS_linkat && strncmp(t->path, by_number, n) == 0)
		(void)snprintf(t->path, sizeof(t->path), "%s",
		    path_of_fd(strtoul(t->path + n, NULL, 10)));
}

/* -- entry and exit ------------------------------------------------------------------ */

static void
set_register(const struct thread *t, size_t offset, uint64_t value)
{
	if (ptrace(PTRACE_POKEUSER, t->id, (void *)offset, (void *)(uintptr_t)value) != 0)
		die("PTRACE_POKEUSER");
}

static void
refuse(struct thread *t)
{
	set_register(t, offsetof(struct user_regs_struct, orig_rax), (uint64_t)-1);
	t->refused = true;
}

static void
halve(const struct thread *t)
{
	set_register(t, offsetof(struct user_regs_struct, rdx), t->arg[2] / 2);
}

static void
act(struct thread *t)
{
	bool now = s.count == s.at, later = s.count > s.at && t->room;

	if (s.deed == DO_KILL && now)
		(void)kill(s.child, SIGKILL);
	else if ((s.deed == DO_FAIL && now) || (s.deed == DO_FROM && (now || later)) ||
	    (s.deed == DO_SHORT && later))
		refuse(t);
	else if (s.deed == DO_SHORT && now)
		halve(t);
}

/* The child is at the entry of a call of ours, and no other thread is in one. */
static void
go_inside(struct thread *t)
{
	s.inside = t;
	t->waits = false;
	s.count++;
	t->room = wants_room(t);
	name_unnamed(t);
	take_data(t);
	act(t);
}

static void
enter(struct thread *t, const struct __ptrace_syscall_info *info)
{
	const struct call *c = call_find(info->entry.nr);

	t->under_way = c;
	t->refused = t->ours = false;
	t->path[0] = t->to[0] = '\0';
	if (c == NULL)
		return;
	for (size_t i = 0; i < 6; i++)
		t->arg[i] = info->entry.args[i];
	if (c->path != NONE)
		fetch_path(t, t->arg[c->path], t->path);
	if (c->to != NONE)
		fetch_path(t, t->arg[c->to], t->to);
	if (c->fd != NONE && t->path[0] == '\0')
		(void)snprintf(t->path, sizeof(t->path), "%s", path_of_fd(t->arg[c->fd]));
	t->ours = is_ours(t->path) || is_ours(t->to);
	t->waits = t->ours && s.inside != NULL;
	if (t->ours && !t->waits)
		go_inside(t);
}

static void
put_line(const struct thread *t, int64_t result)
{
	(void)fprintf(s.log, "{\"n\": %ld, \"call\": \"%s\", \"room\": %s, \"path\": \"%s\", "
	    "\"to\": \"%s\", \"result\": %lld, \"args\": [", s.count, t->under_way->name,
	    t->room ? "true" : "false", t->path, t->to, (long long)result);
	for (size_t i = 0; i < 6; i++)
		(void)fprintf(s.log, "%s%lld", i != 0 ? ", " : "", (long long)t->arg[i]);
	(void)fputs("], \"data\": \"", s.log);
	for (size_t i = 0; i < t->data_n; i++)
		(void)fprintf(s.log, "%02x", (unsigned char)t->data[i]);
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
leave(struct thread *t, const struct __ptrace_syscall_info *info)
{
	const struct call *c = t->under_way;
	int64_t result = t->refused ? -s.error : info->exit.rval;

	if (c == NULL)
		return;
	if (t->refused)
		set_register(t, offsetof(struct user_regs_struct, rax), (uint64_t)result);
	if (t->ours)
		put_line(t, result);
	if (c->number == SYS_open || c->number == SYS_openat || c->number == SYS_creat)
		remember_file(result, t->path);
	if (c->number == SYS_close && t->arg[0] != STDOUT_FILENO)
		remember_file((int64_t)t->arg[0], "");
	t->under_way = NULL;
}

/* -- the threads --------------------------------------------------------------------- */

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

/* The one of this number; a new one where there is none. */
static struct thread *
thread_of(pid_t id)
{
	struct thread *unused = NULL;

	for (size_t i = 0; i < THREADS; i++)
		if (s.thread[i].id == id)
			return &s.thread[i];
		else if (s.thread[i].id == 0)
			unused = &s.thread[i];
	if (unused == NULL)
		die("too many threads");
	unused->id = id;
	return unused;
}

static void
resume(const struct thread *t, int pass)
{
	(void)ptrace(PTRACE_SYSCALL, t->id, NULL, (void *)(intptr_t)pass);
}

/* Nobody is inside any more: the next one may. */
static void
let_in(void)
{
	s.inside = NULL;
	for (size_t i = 0; i < THREADS; i++)
		if (s.thread[i].id != 0 && s.thread[i].waits) {
			go_inside(&s.thread[i]);
			resume(&s.thread[i], 0);
			return;
		}
}

static void
thread_end(struct thread *t)
{
	t->id = 0;
	t->waits = false;
	if (s.inside == t)
		let_in();
}

static void
at_call(struct thread *t)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->id, (void *)sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		enter(t, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		leave(t, &info);
}

/* A new thread begins with a SIGSTOP that is none of its own. */
static void
stopped(struct thread *t, int number)
{
	bool is_call = number == (SIGTRAP | 0x80);

	if (is_call)
		at_call(t);
	if (!t->waits)
		resume(t, is_call || number == SIGTRAP || number == SIGSTOP ? 0 : number);
	if (s.inside == t && t->under_way == NULL)
		let_in();
}

static int
follow(void)
{
	int status;
	pid_t id = waitpid(s.child, &status, 0);

	if (id != s.child || ptrace(PTRACE_SETOPTIONS, id, NULL, (void *)(PTRACE_O_TRACESYSGOOD |
	    PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)) != 0)
		die("ptrace");
	for (;;) {
		if (WIFSTOPPED(status))
			stopped(thread_of(id), WSTOPSIG(status));
		else if (id != s.child)
			thread_end(thread_of(id));
		else
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		id = waitpid(-1, &status, __WALL);
		if (id < 0)
			die("waitpid");
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
