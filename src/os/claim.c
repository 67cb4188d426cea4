#include "os/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/file.h"
#include "os/file_parts.h"

struct claim {
	char *path;
	unsigned mode;
	int fd;                          /* -1: written */
};

enum rc_status
claim_make(const char *path, unsigned mode, struct claim **ret, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, FILE_PRIVATE);
	struct claim *claim;

	if (fd < 0 && errno == EEXIST)
		return error_fail(err, RULE_FILE_EXISTS, "'%s' exists already", path);
	if (fd < 0)
		return error_errno(err, RULE_FILE_WRITE, errno, "making '%s'", path);
	claim = mem_zero(sizeof(*claim));
	claim->path = mem_strdup(path);
	claim->mode = mode;
	claim->fd = fd;
	*ret = claim;
	return RC_OK;
}

enum rc_status
claim_write(struct claim *claim, struct bytes bytes, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	int failed;

	if (claim->fd < 0)
		return error_fail(err, RULE_BUG, "'%s' is written twice", claim->path);
	failed = fd_write_flush_close(claim->fd, claim->mode, bytes);
	claim->fd = -1;
	if (failed != 0)
		return error_errno(err, RULE_FILE_WRITE, failed, "writing '%s'", claim->path);
	return dir_flush(path_folder(arena, claim->path), err);
}

void
claim_free(struct claim *claim)
{
	if (claim == NULL)
		return;
	if (claim->fd >= 0) {
		(void)unlink(claim->path);
		(void)close(claim->fd);
	}
	free(claim->path);
	free(claim);
}
