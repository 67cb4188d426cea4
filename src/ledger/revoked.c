#include "ledger/change.h"

static enum rc_status
state_of(const struct query *q, enum ledger_state *ret, struct error *err)
{
	if (!ledger_state_find(column_text(q, 0), ret))
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: there is a state '%s'",
		    q->db->path, column_text(q, 0));
	return RC_OK;
}

enum rc_status
ledger_each_revoked(struct ledger *ledger, int64_t since,
    enum rc_status (*fn)(void *arg, const struct ledger_revoked *row, struct error *err),
    void *arg, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct ledger_revoked row;
	bool found = true;

	TRY(ledger_enter(ledger, err));
	q = query_fresh(&ledger->db, since != 0 ? SQL_EACH_CHANGED : SQL_EACH_REVOKED);
	if (since != 0)
		query_int(&q, since);
	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		TRY(state_of(&q, &row.state, err));
		row.serial = column_blob(&q, 1);
		row.reason = column_text_or_null(&q, 2);
		row.when = column_int(&q, 3);
		row.not_after = column_int(&q, 4);
		TRY(fn(arg, &row, err));
	}
}

enum rc_status
ledger_each_list(struct ledger *ledger,
    enum rc_status (*fn)(void *arg, const struct ledger_list *list, struct error *err),
    void *arg, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct ledger_list list;
	bool found = true;

	TRY(ledger_enter(ledger, err));
	q = query_fresh(&ledger->db, SQL_EACH_LIST);
	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		TRY(state_of(&q, &list.state, err));
		list.entry = column_text(&q, 1);
		list.this_update = column_int(&q, 2);
		list.next_update = column_int(&q, 3);
		TRY(fn(arg, &list, err));
	}
}
