#include "ledger/restore.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "ledger/db.h"
#include "ledger/ledger.h"
#include "os/file.h"
#include "os/lock.h"

struct restore {
	struct arena *arena;
	const char *home, *path;         /* of the ledger                    */
	const char *folder, *copy;
	struct lock *lock;
};

static const char wal[] = "-wal", shm[] = "-shm";

static const char *
beside(struct restore *r, const char *path, const char *suffix)
{
	return arena_printf(r->arena, "%s%s", path, suffix);
}

/* A log with nothing in it is none. */
static bool
has_log(struct restore *r, const char *path)
{
	struct stat st;

	return stat(beside(r, path, wal), &st) == 0 && st.st_size != 0;
}

static void
remove_all(struct restore *r)
{
	SCOPED(error_free) struct error *unheard = error_new();
	const char *owners = path_join(r->arena, r->folder, LEDGER_OWNERS);
	struct dir_names names = { .n = 0 };

	(void)unlink(r->copy);
	(void)unlink(beside(r, r->copy, wal));
	(void)unlink(beside(r, r->copy, shm));
	if (dir_exists(owners) && dir_list(owners, r->arena, &names, unheard) != RC_OK)
		return;
	for (size_t i = 0; i < names.n; i++)
		(void)unlink(path_join(r->arena, owners, names.v[i]));
	(void)rmdir(owners);
	(void)rmdir(r->folder);
}

static enum rc_status
nobody_writes(struct restore *r, struct error *err)
{
	const char *owners = path_join(r->arena, r->home, LEDGER_OWNERS);
	struct dir_names names = { .n = 0 };
	bool held = false;

	if (dir_exists(owners))
		TRY(dir_list(owners, r->arena, &names, err));
	for (size_t i = 0; i < names.n; i++) {
		TRY(lock_is_held(path_join(r->arena, owners, names.v[i]), &held, err));
		if (held)
			return error_fail(err, RULE_LEDGER_LOCKED,
			    "'%s' is in use by process %ld", r->path,
			    strtol(names.v[i], NULL, 10));
	}
	return RC_OK;
}

static enum rc_status
begin(struct restore *r, const char *file, struct error *err)
{
	TRY(lock_take(path_join(r->arena, r->home, LEDGER_LOCK), LEDGER_WAIT, &r->lock, err));
	TRY(nobody_writes(r, err));
	if (has_log(r, file))
		return error_fail(err, RULE_RESTORE_FILE,
		    "'%s%s' belongs to '%s': this is a ledger in use and no backup", file, wal,
		    file);
	/* what one that was killed left */
	remove_all(r);
	TRY(dir_make(r->folder, DIR_PRIVATE, err));
	return file_copy(file, r->copy, FILE_PRIVATE, err);
}

enum rc_status
restore_begin(const char *home, const char *file, struct restore **ret, struct error *err)
{
	SCOPED(restore_free) struct restore *r = mem_zero(sizeof(*r));

	r->arena = arena_new();
	r->home = arena_strdup(r->arena, home);
	r->path = path_join(r->arena, home, LEDGER_FILE);
	r->folder = path_join(r->arena, home, "restoring");
	r->copy = path_join(r->arena, r->folder, LEDGER_FILE);
	TRY(begin(r, file, err));
	*ret = TAKE(r);
	return RC_OK;
}

const char *
restore_folder(const struct restore *restore)
{
	return restore->folder;
}

/* Whoever closes a database last moves its log into it. */
static enum rc_status
log_move(struct restore *r, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct db db = { .handle = NULL };
	enum rc_status status;

	if (!has_log(r, r->path))
		return RC_OK;
	status = db_open(&db, r->path, LEDGER_WAIT * 1000, false, why);
	if (status == RC_OK)
		status = db_run(&db, SQL_LAST_EVENT, why);
	db_close(&db);
	/* What is damaged is kept as it is. */
	if (status == RC_OK && has_log(r, r->path))
		return error_fail(err, RULE_LEDGER_LOCKED, "'%s' is in use by a reader", r->path);
	return RC_OK;
}

static enum rc_status
name_again(const char *path, const char *name, struct error *err)
{
	if (link(path, name) == 0)
		return RC_OK;
	if (errno == EEXIST)
		return error_fail(err, RULE_FILE_EXISTS, "'%s' exists already", name);
	return error_errno(err, RULE_FILE_WRITE, errno, "giving '%s' the name '%s'", path, name);
}

static enum rc_status
remove_if_there(const char *path, struct error *err)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return RC_OK;
	return error_errno(err, RULE_FILE_WRITE, errno, "removing '%s'", path);
}

static enum rc_status
set_aside(struct restore *r, const char *kept, struct error *err)
{
	const char *name = path_join(r->arena, r->home, kept);

	TRY(log_move(r, err));
	if (file_exists(r->path))
		TRY(name_again(r->path, name, err));
	if (has_log(r, r->path))
		TRY(name_again(beside(r, r->path, wal), beside(r, name, wal), err));
	TRY(dir_flush(r->home, err));
	TRY(remove_if_there(beside(r, r->path, wal), err));
	TRY(remove_if_there(beside(r, r->path, shm), err));
	return dir_flush(r->home, err);
}

enum rc_status
restore_end(struct restore *r, const char *kept, struct error *err)
{
	if (has_log(r, r->copy))
		return error_fail(err, RULE_LEDGER_WRITE, "'%s' was not written whole", r->copy);
	TRY(set_aside(r, kept, err));
	if (rename(r->copy, r->path) != 0)
		return error_errno(err, RULE_FILE_WRITE, errno, "renaming '%s' to '%s'", r->copy,
		    r->path);
	return dir_flush(r->home, err);
}

void
restore_free(struct restore *r)
{
	if (r == NULL)
		return;
	/* Without the lock it is another's folder. */
	if (r->lock != NULL)
		remove_all(r);
	lock_remove(r->lock);
	arena_free(r->arena);
	free(r);
}
