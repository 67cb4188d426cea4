#include "issue/known.h"

#include "os/clock.h"

enum { TOLD_MAX = 5 };

/* -- the key ------------------------------------------------------------------------ */

static enum rc_status
key_revoked(const struct ledger_row *row, const char *serial, struct error *err)
{
	enum rc_status status = error_fail(err, RULE_KEY_REVOKED,
	    "a certificate for this key was revoked (%s): %s, of %s", row->reason, serial,
	    row->entry != NULL ? row->entry : "no entry");

	error_fix(err, "make a new key and a new request");
	return status;
}

static enum rc_status
key_in_use(const struct live_question *question, const struct ledger_row *row,
    const char *serial, struct sentences *notes, struct error *err)
{
	enum rc_status status;

	if (question->entry->shared) {
		sentence_add(notes, "the key is certified for %s too: %s [%s]", row->entry, serial,
		    rule_id(RULE_KEY_IN_USE));
		return RC_OK;
	}
	status = error_fail(err, RULE_KEY_IN_USE, "the key is certified for %s: %s", row->entry,
	    serial);
	error_fix(err, "make a key of its own for %s", question->entry->id);
	return status;
}

static const char *
serial_text(const struct ledger_row *row, struct arena *arena)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_put_hex(&text, row->serial);
	return arena_strdup(arena, buf_text(&text));
}

enum rc_status
known_key(struct ledger *ledger, const struct live_question *question,
    struct sentences *notes, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct ledger_row *row = NULL;

	TRY(ledger_find_compromised(ledger, question->key, arena, &row, err));
	if (row != NULL)
		return key_revoked(row, serial_text(row, arena), err);
	TRY(ledger_find_key_elsewhere(ledger, question->key, question->entry->id, question->now,
	    arena, &row, err));
	if (row != NULL)
		return key_in_use(question, row, serial_text(row, arena), notes, err);
	return RC_OK;
}

/* -- names --------------------------------------------------------------------------- */

struct names_work {
	const struct plan *plan;
	struct sentences *notes;
	const char *name;
	bool found;                      /* of this name, outside the plan */
	VEC(int64_t) told;               /* rows */
	struct arena *arena;
};

static bool
is_told(struct names_work *w, int64_t id)
{
	for (size_t i = 0; i < w->told.n; i++)
		if (w->told.v[i] == id)
			return true;
	*VEC_PUSH(w->arena, &w->told) = id;
	return false;
}

static enum rc_status
name_told(void *arg, const struct ledger_named *row, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct names_work *w = arg;

	(void)err;
	if (strcmp(row->topology, w->plan->topology) == 0 &&
	    plan_find(w->plan, row->entry) != NULL)
		return RC_OK;
	w->found = true;
	if (w->told.n >= TOLD_MAX || is_told(w, row->id))
		return RC_OK;
	buf_put_hex(&text, row->serial);
	buf_puts(&text, ", valid until ");
	clock_put(&text, row->not_after);
	sentence_add(w->notes, "%s stands in a certificate of %s, topology %s, too: %s [%s]",
	    w->name, row->entry, row->topology, buf_text(&text), rule_id(RULE_NAME_ELSEWHERE));
	return RC_OK;
}

static const char **
quiet_slot(struct known_quiet *quiet, const char *name)
{
	size_t hash = 0;

	for (const char *p = name; *p != '\0'; p++)
		hash = 31 * hash + (uint8_t)*p;
	return &quiet->name[hash % ARRAY_LEN(quiet->name)];
}

static enum rc_status
known_name(struct ledger *ledger, int64_t now, struct known_quiet *quiet, struct names_work *w,
    struct error *err)
{
	const char **slot = quiet != NULL ? quiet_slot(quiet, w->name) : NULL;

	if (slot != NULL && *slot != NULL && strcmp(*slot, w->name) == 0)
		return RC_OK;
	w->found = false;
	TRY(ledger_each_named(ledger, w->name, now, name_told, w, err));
	if (slot != NULL && !w->found)
		*slot = w->name;
	return RC_OK;
}

enum rc_status
known_names(struct ledger *ledger, const struct live_question *question,
    const struct plan *plan, struct known_quiet *quiet, struct sentences *notes,
    struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct entry *entry = question->entry;
	struct names_work w = { .plan = plan, .notes = notes, .arena = arena };

	if (plan == NULL)
		return RC_OK;
	for (size_t i = 0; i < entry->n_san; i++) {
		if (entry->san[i].type != NAME_DNS)
			continue;
		w.name = entry->san[i].value;
		TRY(known_name(ledger, question->now, quiet, &w, err));
	}
	return RC_OK;
}
