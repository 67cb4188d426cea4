#include "ledger/ledger.h"

#include <stdlib.h>
#include <unistd.h>

#include "ledger/change.h"
#include "ledger/event.h"
#include "ledger/schema.h"
#include "os/file.h"
#include "os/random.h"

enum { OWNER_RANDOM = 8, MESSAGE_MAX = 4096 };

/* -- opening ------------------------------------------------------------------------ */

/* Process id for people, random octets so that no name ever comes again. */
static enum rc_status
take_owner(struct ledger *ledger, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf name = BUF_INIT;
	uint8_t random[OWNER_RANDOM];

	TRY(random_fill(random, sizeof(random), err));
	buf_printf(&name, "%lld-", (long long)process_id());
	buf_put_hex(&name, BYTES(random, sizeof(random)));
	TRY(dir_make(ledger->owners, DIR_PRIVATE, err));
	TRY(lock_create(path_join(arena, ledger->owners, buf_text(&name)), &ledger->owner_lock,
	    err));
	ledger->owner = buf_take_text(&name);
	return RC_OK;
}

static void
name_parts(const char *home, const struct ledger_options *options, struct ledger *ledger)
{
	SCOPED(arena_free) struct arena *arena = arena_new();

	ledger->clock = options != NULL && options->clock != NULL ? options->clock : &clock_system;
	ledger->process = process_id();
	ledger->owners = mem_strdup(path_join(arena, home, LEDGER_OWNERS));
	process_boot_id(ledger->boot);
}

static enum rc_status
connect_home(const char *home, const struct ledger_options *options, struct ledger *ledger,
    struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	unsigned wait_ms = options != NULL ? options->wait_ms : 0;
	const char *file = options != NULL && options->file != NULL ? options->file : LEDGER_FILE;

	return db_open(&ledger->db, path_join(arena, home, file),
	    wait_ms != 0 ? wait_ms : LEDGER_WAIT * 1000, options != NULL && options->read_only,
	    err);
}

/* First the lock of mine, then a look at that one (restore.h), then the file. */
static enum rc_status
enter_home(const char *home, struct ledger *ledger, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const char *path = path_join(arena, home, LEDGER_FILE);
	bool held = false;

	if (!file_exists(path))
		return error_fail(err, RULE_LEDGER_MISSING, "'%s' does not exist", path);
	TRY(take_owner(ledger, err));
	TRY(lock_is_held(path_join(arena, home, LEDGER_LOCK), &held, err));
	if (held)
		return error_fail(err, RULE_LEDGER_LOCKED,
		    "'%s' is being restored from a backup at this moment", path);
	return RC_OK;
}

/* Another process may have been faster, so the version is read under the writer's
 * lock. */
static enum rc_status
migrate_locked(struct change *c, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT, text = BUF_INIT;
	struct ledger *ledger = c->ledger;

	TRY(schema_check(c->db, &ledger->version, err));
	if (ledger->version == LEDGER_VERSION)
		return RC_OK;
	TRY(schema_migrate(c->db, ledger->version, err));
	buf_printf(&text, "from version %lld to %d", (long long)ledger->version, LEDGER_VERSION);
	change_event(c, "note", &body);
	field_text(&body, "schema");
	field_text(&body, buf_text(&text));
	TRY(change_put_event(c, "note", 0, &body, err));
	ledger->version = LEDGER_VERSION;
	return RC_OK;
}

static enum rc_status
migrate(struct ledger *ledger, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, SETTLES, &c, err));
	return change_end(&c, migrate_locked(&c, err), err);
}

static enum rc_status
open_parts(const char *home, const struct ledger_options *options, struct ledger *ledger,
    struct error *err)
{
	bool read_only = options != NULL && options->read_only;

	name_parts(home, options, ledger);
	if (!read_only)
		TRY(enter_home(home, ledger, err));
	TRY(connect_home(home, options, ledger, err));
	TRY(schema_check(&ledger->db, &ledger->version, err));
	return !read_only && ledger->version < LEDGER_VERSION ? migrate(ledger, err) : RC_OK;
}

enum rc_status
ledger_open(const char *home, const struct ledger_options *options, struct ledger **ret,
    struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = mem_zero(sizeof(*ledger));

	TRY_WHILE(err, open_parts(home, options, ledger, err), "opening the ledger of '%s'", home);
	*ret = TAKE(ledger);
	return RC_OK;
}

/* In a child of fork(2) nothing may be closed: it is the parent's. */
void
ledger_close(struct ledger *ledger)
{
	if (ledger == NULL || ledger->process != process_id())
		return;
	db_close(&ledger->db);
	lock_remove(ledger->owner_lock);
	approvals_cache_free(ledger->approvals);
	documents_forget(ledger);
	free(ledger->owners);
	free(ledger->owner);
	free(ledger);
}

/* -- creating ----------------------------------------------------------------------- */

static enum rc_status
put_birth_row(struct db *db, const struct ledger_birth *birth, int64_t time, struct error *err)
{
	SCOPED(query_end) struct query q = query(db, SQL_PUT_LEDGER);

	query_text(&q, birth->ca);
	query_text(&q, birth->custody);
	query_int(&q, time);
	return query_run(&q, err);
}

/* By the event that was stored last. */
static enum rc_status
put_digest_row(struct change *c, enum sql sql, const uint8_t digest[LEDGER_DIGEST],
    struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, sql);

	query_int(&q, c->seq);
	query_blob(&q, BYTES(digest, LEDGER_DIGEST));
	return query_run(&q, err);
}

static enum rc_status
put_policy_row(struct change *c, const uint8_t digest[LEDGER_DIGEST], struct error *err)
{
	c->ledger->memory.has_policy = false;
	return put_digest_row(c, SQL_PUT_POLICY, digest, err);
}

static enum rc_status
put_birth(struct change *c, const struct ledger_birth *birth, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	uint8_t policy[LEDGER_DIGEST];

	TRY(put_birth_row(c->db, birth, c->time, err));
	TRY(change_put_document(c, birth->policy, policy, err));
	change_event(c, "create", &body);
	field_text(&body, birth->ca);
	field_text(&body, birth->custody);
	field_bytes(&body, BYTES(policy, sizeof(policy)));
	TRY(change_put_event(c, "create", 0, &body, err));
	return put_policy_row(c, policy, err);
}

/* Schema and first event in one flush: a ledger without its beginning is none. */
static enum rc_status
create_parts(const char *home, const struct ledger_birth *birth,
    const struct ledger_options *options, struct ledger *ledger, struct error *err)
{
	struct change c;

	name_parts(home, options, ledger);
	TRY(connect_home(home, options, ledger, err));
	TRY(take_owner(ledger, err));
	TRY(schema_journal(&ledger->db, err));
	TRY(db_run(&ledger->db, SQL_BEGIN, err));
	ledger->in_batch = true;
	TRY(schema_create(&ledger->db, err));
	ledger->version = LEDGER_VERSION;
	TRY(change_begin(ledger, LEADS_TO_SIGNATURE, &c, err));
	TRY(change_end(&c, put_birth(&c, birth, err), err));
	TRY(ledger_batch_end(ledger, err));
	return dir_flush(home, err);
}

static void
remove_made(const char *home)
{
	static const char *const suffix[] = { "", "-wal", "-shm", "-journal" };
	SCOPED(arena_free) struct arena *arena = arena_new();
	const char *path = path_join(arena, home, LEDGER_FILE);

	for (size_t i = 0; i < ARRAY_LEN(suffix); i++)
		(void)unlink(arena_printf(arena, "%s%s", path, suffix[i]));
	/* stays when something is in it */
	(void)rmdir(path_join(arena, home, LEDGER_OWNERS));
}

enum rc_status
ledger_create(const char *home, const struct ledger_birth *birth,
    const struct ledger_options *options, struct ledger **ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct ledger *ledger;
	const char *path = path_join(arena, home, LEDGER_FILE);
	enum rc_status status;

	if (file_exists(path))
		return error_fail(err, RULE_LEDGER_EXISTS, "'%s' exists already", path);
	TRY(file_create(path, FILE_PRIVATE, BYTES(NULL, 0), err));
	ledger = mem_zero(sizeof(*ledger));
	status = create_parts(home, birth, options, ledger, err);
	if (status != RC_OK) {
		ledger_close(ledger);
		remove_made(home);
		error_while(err, "making the ledger of '%s'", home);
		return status;
	}
	*ret = ledger;
	return RC_OK;
}

/* -- policy ------------------------------------------------------------------------- */

static enum rc_status
put_policy(struct change *c, struct bytes policy, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	uint8_t digest[LEDGER_DIGEST];

	TRY(change_put_document(c, policy, digest, err));
	change_event(c, "policy", &body);
	field_bytes(&body, BYTES(digest, sizeof(digest)));
	TRY(change_put_event(c, "policy", 0, &body, err));
	return put_policy_row(c, digest, err);
}

enum rc_status
ledger_pin_policy(struct ledger *ledger, struct bytes policy, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, LEADS_TO_SIGNATURE, &c, err));
	return change_end(&c, put_policy(&c, policy, err), err);
}

/* -- configuration ------------------------------------------------------------------- */

static enum rc_status
is_config_now(struct ledger *ledger, const uint8_t digest[LEDGER_DIGEST], bool *ret,
    struct error *err)
{
	SCOPED(query_end) struct query q = query(&ledger->db, SQL_CONFIG_NOW);
	bool found = false;

	TRY(query_row(&q, &found, err));
	*ret = found && bytes_equal(column_blob(&q, 0), BYTES(digest, LEDGER_DIGEST));
	return RC_OK;
}

static enum rc_status
put_config(struct change *c, struct bytes text, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	uint8_t digest[LEDGER_DIGEST];

	TRY(change_put_document(c, text, digest, err));
	change_event(c, "config", &body);
	field_bytes(&body, BYTES(digest, sizeof(digest)));
	TRY(change_put_event(c, "config", 0, &body, err));
	return put_digest_row(c, SQL_PUT_CONFIG, digest, err);
}

enum rc_status
ledger_put_config(struct ledger *ledger, struct bytes text, struct error *err)
{
	uint8_t digest[LEDGER_DIGEST];
	bool same = false;
	struct change c;

	TRY(ledger_enter(ledger, err));
	sha256(text, digest);
	TRY(is_config_now(ledger, digest, &same, err));
	if (same)
		return RC_OK;
	TRY(change_begin(ledger, LEADS_TO_SIGNATURE, &c, err));
	return change_end(&c, put_config(&c, text, err), err);
}

enum rc_status
ledger_pinned(struct ledger *ledger, struct arena *arena, struct ledger_pinned *ret,
    struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct bytes digest;
	bool found = false;

	TRY(ledger_enter(ledger, err));
	q = query(&ledger->db, SQL_PINNED);
	TRY(query_row(&q, &found, err));
	digest = found ? column_blob(&q, 3) : BYTES(NULL, 0);
	if (digest.n != LEDGER_DIGEST)
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: no policy is pinned",
		    ledger->db.path);
	*ret = (struct ledger_pinned){
		.ca = arena_strdup(arena, column_text(&q, 0)),
		.custody = arena_strdup(arena, column_text(&q, 1)),
		.created = column_int(&q, 2),
		.policy = arena_bytes(arena, column_blob(&q, 4)),
	};
	memcpy(ret->policy_digest, digest.p, LEDGER_DIGEST);
	return RC_OK;
}

enum rc_status
ledger_policy_before(struct ledger *ledger, int64_t seq, struct arena *arena,
    struct ledger_policy *ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	TRY(ledger_enter(ledger, err));
	q = query_fresh(&ledger->db, SQL_POLICY_BEFORE);
	query_int(&q, seq);
	TRY(query_row(&q, &found, err));
	if (!found)
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: no policy is pinned before "
		    "event %lld", ledger->db.path, (long long)seq);
	*ret = (struct ledger_policy){ .seq = column_int(&q, 0),
		.text = arena_bytes(arena, column_blob(&q, 1)) };
	return RC_OK;
}

/* -- events of no row --------------------------------------------------------------- */

/* Texts from outside are cut, on a character's edge. */
static struct bytes
cut_text(const char *text)
{
	size_t n = text != NULL ? strlen(text) : 0;

	if (n > MESSAGE_MAX)
		for (n = MESSAGE_MAX; n > 0 && ((uint8_t)text[n] & 0xc0) == 0x80; n--)
			continue;
	return BYTES(text, n);
}

enum rc_status
ledger_refuse(struct ledger *ledger, const struct ledger_refusal *refusal, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	struct change c;

	TRY(change_begin(ledger, SETTLES, &c, err));
	change_event(&c, "refuse", &body);
	field_text(&body, refusal->rule);
	field_bytes(&body, cut_text(refusal->entry));
	field_bytes(&body, cut_text(refusal->requester));
	field_digest(&body, refusal->csr);
	field_bytes(&body, cut_text(refusal->message));
	return change_end(&c, change_put_event(&c, "refuse", 0, &body, err), err);
}

enum rc_status
ledger_note(struct ledger *ledger, const char *topic, const char *text, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	struct change c;

	TRY(change_begin(ledger, SETTLES, &c, err));
	change_event(&c, "note", &body);
	field_text(&body, topic);
	field_text(&body, text);
	return change_end(&c, change_put_event(&c, "note", 0, &body, err), err);
}
