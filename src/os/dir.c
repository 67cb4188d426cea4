#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"

char *
path_join(struct arena *arena, const char *folder, const char *name)
{
	size_t n = strlen(folder);

	if (name[0] == '/' || n == 0)
		return arena_strdup(arena, name);
	return arena_printf(arena, "%s%s%s", folder, folder[n - 1] == '/' ? "" : "/", name);
}

char *
path_folder(struct arena *arena, const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	return n == 0 ? arena_strdup(arena, ".") : arena_strndup(arena, path, n);
}

bool
dir_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum rc_status
dir_flush(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed;

	if (fd < 0)
		return error_errno(err, RULE_FOLDER, errno, "opening folder '%s'", path);
	failed = fsync(fd) != 0 ? errno : 0;
	(void)close(fd);
	/* some file systems have no flush for folders and say so */
	if (failed != 0 && failed != EINVAL)
		return error_errno(err, RULE_FOLDER, failed, "flushing folder '%s'", path);
	return RC_OK;
}

enum rc_status
dir_flush_all(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed;

	if (fd < 0)
		return error_errno(err, RULE_FOLDER, errno, "opening folder '%s'", path);
	failed = syncfs(fd) != 0 ? errno : 0;
	(void)close(fd);
	if (failed != 0)
		return error_errno(err, RULE_FILE_WRITE, failed, "flushing the files in '%s'",
		    path);
	return RC_OK;
}

enum rc_status
dir_make(const char *path, unsigned mode, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	char *above;

	if (dir_exists(path))
		return RC_OK;
	above = path_folder(arena, path);
	if (strcmp(above, path) != 0)
		TRY(dir_make(above, mode, err));
	/* somebody else may have been faster */
	if (mkdir(path, mode) != 0 && !(errno == EEXIST && dir_exists(path)))
		return error_errno(err, RULE_FOLDER, errno, "making folder '%s'", path);
	return dir_flush(above, err);
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef VEC(const char *) name_vec;

/* 0, an errno, or E2BIG for too many. */
static int
read_names(DIR *dir, struct arena *arena, name_vec *names)
{
	const struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			return errno;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (names->n == DIR_MAX_NAMES)
			return E2BIG;
		*VEC_PUSH(arena, names) = arena_strdup(arena, entry->d_name);
	}
}

enum rc_status
dir_list(const char *path, struct arena *arena, struct dir_names *ret, struct error *err)
{
	name_vec names = { .v = NULL };
	DIR *dir = opendir(path);
	int failed;

	if (dir == NULL)
		return error_errno(err, RULE_FOLDER, errno, "listing folder '%s'", path);
	failed = read_names(dir, arena, &names);
	(void)closedir(dir);
	if (failed == E2BIG)
		return error_fail(err, RULE_FOLDER, "folder '%s' has more than %d names", path,
		    DIR_MAX_NAMES);
	if (failed != 0)
		return error_errno(err, RULE_FOLDER, failed, "listing folder '%s'", path);
	if (names.n > 0)
		qsort(names.v, names.n, sizeof(*names.v), name_order);
	*ret = (struct dir_names){ .v = names.v, .n = names.n };
	return RC_OK;
}
