#include "ledger/verify_lists.h"

#include <stdio.h>
#include <stdlib.h>

#include "ledger/cause.h"
#include "ledger/change.h"
#include "x509/crl.h"

typedef VEC(const struct replay_record *) record_vec;

/* -- what must stand on it ------------------------------------------------------------ */

static bool
is_revoked(const struct replay_record *record)
{
	return record->state == LEDGER_HELD || record->state == LEDGER_REVOKED ||
	    record->state == LEDGER_LOST || record->state == LEDGER_SPOILED;
}

/* since: of a delta the moment of its base, else 0.  What is DONE has a reason only when
 * it was released. */
static bool
must_stand(const struct list_scope *scope, const struct replay_record *record, int64_t since)
{
	bool is_released = since != 0 && record->state == LEDGER_DONE && record->has_reason;

	if (record->serial_n == 0 || (!is_revoked(record) && !is_released))
		return false;
	if (record->not_after != 0 && record->not_after < scope->last_update)
		return false;
	if (scope->part != 0 && scope->part !=
	    crl_part_of(BYTES(record->serial, record->serial_n), scope->parts))
		return false;
	return record->changed >= since;
}

/* In the order of a list: as numbers. */
static int
compare_records(const void *a, const void *b)
{
	const struct replay_record *const *x = a, *const *y = b;

	if ((*x)->serial_n != (*y)->serial_n)
		return (int)(*x)->serial_n - (int)(*y)->serial_n;
	return memcmp((*x)->serial, (*y)->serial, (*x)->serial_n);
}

static void
collect(const struct replay *r, const struct list_scope *scope, int64_t since,
    struct arena *arena, record_vec *ret)
{

	for (size_t i = 0; i < r->records.n; i++)
		if (must_stand(scope, &r->records.v[i], since))
			*VEC_PUSH(arena, ret) = &r->records.v[i];
	if (ret->n != 0)
		qsort(ret->v, ret->n, sizeof(ret->v[0]), compare_records);
}

/* -- what stands on it ------------------------------------------------------------------ */

/* What is REVOKED stands there with the reason and the moment that its event has. */
static bool
says_why(const struct list_check *check, const struct replay_record *record,
    const struct crl_entry *entry)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const struct cause cause = { .reason = entry->reason, .invalid = entry->invalid };
	uint8_t digest[SHA256_OCTETS];

	if (record->state != LEDGER_REVOKED || !record->has_reason)
		return true;
	cause_put(&cause, &text);
	sha256_put(check->replay->h, buf_bytes(&text));
	sha256_next(check->replay->h, digest);
	return memcmp(digest, record->reason, sizeof(digest)) == 0;
}

static void
compare_list(const struct list_check *check, const char *name, const struct crl *crl,
    const record_vec *want)
{
	struct bytes rest = crl->entries;
	struct crl_entry entry;
	bool same = true;
	size_t i = 0;

	while (same && crl_next(&rest, &entry)) {
		same = i < want->n && bytes_equal(entry.serial,
		    BYTES(want->v[i]->serial, want->v[i]->serial_n)) &&
		    says_why(check, want->v[i], &entry);
		i += same;
	}
	if (!same || i != want->n)
		replay_find(check->replay, RULE_LOG_CRL,
		    "%s: entry %zu is not what was revoked then (%zu certificates)", name, i + 1,
		    want->n);
}

/* Behind the number of "crl/7/2of4"; nothing there: the whole list. */
static struct list_scope *
scope_find(struct list_check *check, const char *name)
{
	struct list_scope *scope, want = { .part = 0 };

	if (sscanf(name, "%*[a-z]/%*u/%uof%u", &want.part, &want.parts) != 2 || want.parts == 0)
		want.part = want.parts = 0;
	for (size_t i = 0; i < check->scopes.n; i++) {
		scope = &check->scopes.v[i];
		if (scope->part == want.part && scope->parts == want.parts)
			return scope;
	}
	scope = VEC_PUSH(check->replay->arena, &check->scopes);
	*scope = want;
	return scope;
}

static void
check_list(struct list_check *check, const char *name, int64_t this_update, struct bytes der)
{
	struct list_scope *scope = scope_find(check, name);
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	record_vec want = { .v = NULL };
	struct crl crl;

	if (crl_read(der, &crl, why) != RC_OK) {
		replay_find(check->replay, RULE_LOG_CRL, "%s: %s", name, error_message(why));
		return;
	}
	if (crl.is_part != (scope->part != 0))
		replay_find(check->replay, RULE_LOG_CRL, "%s: it is %s part", name,
		    crl.is_part ? "a" : "no");
	collect(check->replay, scope, crl.is_delta ? scope->last_update : 0, arena, &want);
	compare_list(check, name, &crl, &want);
	if (!crl.is_delta)
		scope->last_update = this_update;
}

enum rc_status
verify_list(struct list_check *check, const struct ledger_event *told, struct error *err)
{
	const struct replay *r = check->replay;
	const struct replay_record *last =
	    r->records.n != 0 ? &r->records.v[r->records.n - 1] : NULL;
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	if (last == NULL || last->kind != LEDGER_CRL || last->id != told->intent ||
	    strcmp(told->kind, "intent") != 0)
		return RC_OK;
	q = query(&check->ledger->db, SQL_LIST_OF);
	query_int(&q, last->id);
	TRY(query_row(&q, &found, err));
	if (found)
		check_list(check, column_text(&q, 0), column_int(&q, 1), column_blob(&q, 2));
	return RC_OK;
}
