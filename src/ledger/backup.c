#include <unistd.h>

#include "ledger/change.h"
#include "ledger/schema.h"
#include "os/file.h"

/* SQLite's own way of copying: one read transaction, so all of one moment. */
static enum rc_status
copy_pages(struct db *from, struct db *to, struct error *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	int code;

	if (backup == NULL)
		return db_fail(to, err);
	code = sqlite3_backup_step(backup, -1);
	(void)sqlite3_backup_finish(backup);
	return code == SQLITE_DONE ? RC_OK : db_fail(to, err);
}

/* What was copied is a ledger, and whole pages. */
static enum rc_status
copy_counted(const char *path, struct ledger_counts *ret, struct error *err)
{
	struct ledger copy = { .process = process_id() };
	enum rc_status status;

	TRY(db_open(&copy.db, path, LEDGER_WAIT * 1000, false, err));
	status = schema_check(&copy.db, &copy.version, err);
	if (status == RC_OK)
		status = ledger_check(&copy, err);
	if (status == RC_OK)
		status = ledger_count(&copy, ret, err);
	db_close(&copy.db);
	return status;
}

static enum rc_status
backup_into(struct ledger *ledger, const char *path, struct ledger_counts *ret,
    struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct db to = { .handle = NULL };
	enum rc_status status;

	TRY(db_open(&to, path, LEDGER_WAIT * 1000, false, err));
	status = copy_pages(&ledger->db, &to, err);
	db_close(&to);
	TRY(status);
	TRY(copy_counted(path, ret, err));
	return dir_flush(path_folder(arena, path), err);
}

enum rc_status
ledger_backup(struct ledger *ledger, const char *path, struct ledger_counts *ret,
    struct error *err)
{
	enum rc_status status;

	TRY(ledger_enter(ledger, err));
	TRY(file_create(path, FILE_PRIVATE, BYTES(NULL, 0), err));
	status = backup_into(ledger, path, ret, err);
	if (status != RC_OK) {
		error_while(err, "copying the ledger to '%s'", path);
		(void)unlink(path);
	}
	return status;
}
