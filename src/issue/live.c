#include "issue/live.h"

#include "os/clock.h"

static bool
is_due(const struct live_question *question, const struct ledger_row *row)
{
	return entry_renew_from(question->entry, row->not_before, row->not_after) <=
	    question->now;
}

/* What is looked for, in this order; the first that is on record, and not due where that
 * counts, decides.  LIVE_NONE: without one of these there is none of those behind it. */
static const struct step {
	enum ledger_state state;
	bool same_form, same_key;
	enum live_kind kind;
	bool unless_due;
} steps[] = {
	{ LEDGER_PENDING, false, false, LIVE_PENDING, false },
	{ LEDGER_HELD, false, false, LIVE_HELD, false },
	{ LEDGER_DONE, false, false, LIVE_NONE, false },
	{ LEDGER_DONE, true, true, LIVE_SAME, true },
	{ LEDGER_DONE, true, false, LIVE_OTHER_KEY, true },
	{ LEDGER_DONE, false, false, LIVE_CHANGED, true },
};

static enum rc_status
step_look(struct ledger *ledger, const struct live_question *question,
    const struct step *step, struct arena *arena, struct ledger_row **ret, struct error *err)
{
	const struct entry *entry = question->entry;
	struct ledger_live_query query = {
		.entry = entry->id, .topology = question->topology, .state = step->state,
		.after = question->now,
	};

	if (step->same_form)
		query.entry_digest = BYTES(entry->digest, sizeof(entry->digest));
	if (step->same_key)
		query.key_digest = question->key;
	return ledger_find_live(ledger, &query, arena, ret, err);
}

enum rc_status
live_find(struct ledger *ledger, const struct live_question *question, struct arena *arena,
    struct live *ret, struct error *err)
{
	struct ledger_row *row = NULL;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		const struct step *step = &steps[i];

		TRY(step_look(ledger, question, step, arena, &row, err));
		if (row == NULL && step->kind == LIVE_NONE)
			break;
		if (row == NULL || step->kind == LIVE_NONE ||
		    (step->unless_due && is_due(question, row)))
			continue;
		*ret = (struct live){ .kind = step->kind, .row = row };
		return RC_OK;
	}
	*ret = (struct live){ .kind = LIVE_NONE };
	return RC_OK;
}

const char *
live_text(const struct live *live, struct arena *arena)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_put_hex(&text, live->row->serial);
	buf_puts(&text, ", valid until ");
	clock_put(&text, live->row->not_after);
	return arena_strdup(arena, buf_text(&text));
}

enum rc_status
live_refuse(const struct live *live, const struct entry *entry, struct error *err)
{
	static const struct {
		const char *what, *fix;
	} words[] = {
		[LIVE_OTHER_KEY] = { "has a certificate for another key",
		    "give the request that it was issued for to have it once more, or add "
		    "--renew to issue another one" },
		[LIVE_HELD] = { "has a certificate that is on hold",
		    "release or revoke it, or add --renew to issue another one" },
		[LIVE_PENDING] = { "is being issued at this moment",
		    "wait for it, or add --renew to issue another one" },
	};
	SCOPED(arena_free) struct arena *arena = arena_new();
	enum rc_status status;

	if ((size_t)live->kind >= ARRAY_LEN(words) || words[live->kind].what == NULL)
		return RC_OK;
	status = error_fail(err, RULE_ISSUE_AGAIN, "the entry %s %s: %s", entry->id,
	    words[live->kind].what, live_text(live, arena));
	error_fix(err, "%s", words[live->kind].fix);
	return status;
}
