#include "ledger/settle.h"

#include "ledger/event.h"
#include "os/file.h"

static const char gone[] = "the process that meant to sign it is gone";

typedef VEC(const char *) name_vec;
typedef VEC(int64_t) id_vec;

static enum rc_status
pending_owners(struct ledger *ledger, struct arena *arena, name_vec *owners, struct error *err)
{
	SCOPED(query_end) struct query q = query(&ledger->db, SQL_PENDING_OWNERS);
	bool found = true;

	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		*VEC_PUSH(arena, owners) = arena_strdup(arena, column_text(&q, 0));
	}
}

/* A name that is no plain file name was never given by us. */
static enum rc_status
is_gone(struct ledger *ledger, const char *owner, struct arena *arena, bool *ret,
    struct error *err)
{
	bool held = false;

	if (owner[0] == '\0' || owner[0] == '.' || strchr(owner, '/') != NULL)
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: '%s' cannot own an entry",
		    ledger->db.path, owner);
	TRY(lock_is_held(path_join(arena, ledger->owners, owner), &held, err));
	*ret = !held;
	return RC_OK;
}

static enum rc_status
gone_owners(struct ledger *ledger, struct arena *arena, name_vec *ret, struct error *err)
{
	name_vec owners = { .v = NULL };
	bool dead = false;

	TRY(pending_owners(ledger, arena, &owners, err));
	for (size_t i = 0; i < owners.n; i++) {
		TRY(is_gone(ledger, owners.v[i], arena, &dead, err));
		if (dead)
			*VEC_PUSH(arena, ret) = owners.v[i];
	}
	return RC_OK;
}

static enum rc_status
pending_of(struct change *c, const char *owner, struct arena *arena, id_vec *ids,
    struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_PENDING_OF);
	bool found = true;

	query_text(&q, owner);
	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		*VEC_PUSH(arena, ids) = column_int(&q, 0);
	}
}

/* The rows are looked for again under the writer's lock: another recovery may have
 * been faster. */
static enum rc_status
lose_all(struct change *c, const name_vec *owners, struct arena *arena, size_t *lost,
    struct error *err)
{
	const struct settlement s = { .to = LEDGER_LOST, .reason = gone, .whoever_owns = true };
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	id_vec ids = { .v = NULL };

	for (size_t i = 0; i < owners->n; i++)
		TRY(pending_of(c, owners->v[i], arena, &ids, err));
	for (size_t i = 0; i < ids.n; i++)
		TRY_WHILE(err, settle(c, ids.v[i], &s, err), "recovering entry %lld",
		    (long long)ids.v[i]);
	*lost = ids.n;
	if (ids.n == 0)
		return RC_OK;
	change_event(c, "recover", &body);
	field_int(&body, (int64_t)ids.n);
	return change_put_event(c, "recover", 0, &body, err);
}

/* Lock files of processes that are gone.  Only tidiness: an error is no error. */
static void
sweep_owners(struct ledger *ledger, struct arena *arena)
{
	SCOPED(error_free) struct error *unheard = error_new();
	struct dir_names names = { .n = 0 };

	if (dir_list(ledger->owners, arena, &names, unheard) != RC_OK)
		return;
	for (size_t i = 0; i < names.n; i++)
		if (strcmp(names.v[i], ledger->owner) != 0 &&
		    lock_sweep(path_join(arena, ledger->owners, names.v[i]), unheard) != RC_OK)
			continue;
}

enum rc_status
ledger_recover(struct ledger *ledger, size_t *ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	name_vec owners = { .v = NULL };
	struct change c;
	size_t lost = 0;

	TRY(ledger_enter(ledger, err));
	TRY(gone_owners(ledger, arena, &owners, err));
	if (owners.n != 0) {
		TRY(change_begin(ledger, SETTLES, &c, err));
		TRY(change_end(&c, lose_all(&c, &owners, arena, &lost, err), err));
	}
	if (ledger->owner != NULL && !ledger->in_batch)
		sweep_owners(ledger, arena);
	*ret = lost;
	return RC_OK;
}
