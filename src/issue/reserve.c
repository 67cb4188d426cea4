#include "issue/reserve.h"

#include <stdlib.h>

#include "issue/approve.h"
#include "issue/task.h"

bool
issue_needs_approval(const struct home *home, const char *role)
{
	return approval_rule_of(&home->approvals, role)->need != 0;
}

/* -- asked before? --------------------------------------------------------------------------- */

struct search {
	const struct task *task;
	const char *topology;            /* NULL: none                       */
	uint8_t key[SHA256_OCTETS];
	int64_t intent;                  /* what was found; 0: nothing       */
};

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static enum rc_status
search_row(void *arg, const struct ledger_row *row, struct error *err)
{
	struct search *s = arg;
	const struct entry *entry = s->task->entry;

	(void)err;
	if (s->intent == 0 && same_text(row->topology, s->topology) &&
	    bytes_equal(row->key_digest, BYTES(s->key, sizeof(s->key))) &&
	    bytes_equal(row->entry_digest, BYTES(entry->digest, sizeof(entry->digest))))
		s->intent = row->id;
	return RC_OK;
}

/* *ret: the request that waits for this form of the entry and this key; 0: none. */
static enum rc_status
same_find(const struct task *t, int64_t *ret, struct error *err)
{
	const struct plan *plan = t->options->plan;
	struct search s = { .task = t, .topology = plan != NULL ? plan->topology : NULL };
	const struct ledger_filter waiting = { .entry = t->entry->id, .newest_first = true,
		.states = 1U << LEDGER_RESERVED, .kinds = 1U << LEDGER_CERTIFICATE };

	*ret = 0;
	if (t->options->renew)
		return RC_OK;
	sha256(pubkey_spki(t->csr.key), s.key);
	TRY(ledger_each(t->home->ledger, &waiting, search_row, &s, err));
	return s.intent != 0 ? ledger_request_of(t->home->ledger, s.intent, ret, err) : RC_OK;
}

/* -- a new one -------------------------------------------------------------------------------- */

/* A sentence a line: each is escaped, and so has no line end. */
static void
put_differences(const struct task *t, struct buf *out)
{
	for (size_t i = 0; i < t->differences.list.n; i++)
		buf_printf(out, "%s\n", t->differences.list.v[i]);
}

static enum rc_status
store(struct task *t, int64_t uid, int64_t *ret, struct error *err)
{
	const struct approval_rule *rule = approval_rule_of(&t->home->approvals, t->entry->role);
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct ledger_ask ask = {
		.requester = t->options->requester, .uid = uid, .expires = t->now + rule->expires,
		.policy = BYTES(t->home->policy_digest, sizeof(t->home->policy_digest)),
	};

	TRY(task_draft(t, err));
	put_differences(t, &text);
	ask.text = buf_bytes(&text);
	return permit_reserve(t->permit, &ask, ret, err);
}

static void
refusal_record(const struct task *t, struct error *err)
{
	struct ledger_refusal refusal;

	if (error_rule(err) != RULE_ISSUE_AGAIN && task_refusal(t, err, &refusal) &&
	    ledger_refuse(t->home->ledger, &refusal, err) != RC_OK)
		error_while(err, "recording the refusal");
}

static struct reservation *
reservation_make(struct task *t, const struct approval_case *c)
{
	struct reservation *made = mem_zero(sizeof(*made));
	SCOPED(buf_clear) struct buf serial = BUF_INIT;

	buf_put_hex(&serial, c->row->serial);
	*made = (struct reservation){
		.request = c->request.id, .ledger_id = c->row->id,
		.state = request_state_word(c->request.state),
		.serial = arena_strdup(t->arena, buf_text(&serial)),
		.need = approval_rule_of(&t->home->approvals, t->entry->role)->need,
		.not_before = c->row->not_before, .not_after = c->row->not_after,
		.expires = c->request.expires,
		.differences = t->differences.list.v, .n_differences = t->differences.list.n,
		.notes = t->notes.list.v, .n_notes = t->notes.list.n,
	};
	memcpy(made->sha256, c->request.subject.p, sizeof(made->sha256));
	made->arena = TAKE(t->arena);
	return made;
}

/* Its custody is known to nobody yet: that of the login that signs is recorded then. */
static const struct permit_issuer *
issuer_make(const struct home *home, struct arena *arena)
{
	struct permit_issuer *issuer = ARENA_NEW(arena, struct permit_issuer);

	*issuer = (struct permit_issuer){
		.ledger = home->ledger, .key = home->key, .algorithm = home->algorithm,
		.certificate = &home->certificate,
	};
	return issuer;
}

bool
task_needs_approval(const struct task *t)
{
	return issue_needs_approval(t->home, t->entry->role);
}

/* Waiting or approved, and of use still: not late, nor of another policy. */
static enum rc_status
waiting_find(const struct task *t, struct approval_case *ret, bool *ret_found,
    struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	int64_t id;

	*ret_found = false;
	TRY(same_find(t, &id, err));
	if (id == 0)
		return RC_OK;
	TRY(approval_open(t->home, id, t->arena, ret, err));
	*ret_found = approval_is_open(t->home, ret, true, why) == RC_OK;
	return RC_OK;
}

enum rc_status
task_reserve(struct task *t, int64_t uid, struct reservation **ret, struct error *err)
{
	struct approval_case c;
	bool already = false;
	int64_t id;

	t->issuer = issuer_make(t->home, t->arena);
	TRY(waiting_find(t, &c, &already, err));
	if (!already) {
		TRY(store(t, uid, &id, err));
		TRY(approval_open(t->home, id, t->arena, &c, err));
	}
	*ret = reservation_make(t, &c);
	(*ret)->already = already;
	return RC_OK;
}

static enum rc_status
reserve(struct task *t, int64_t uid, struct reservation **ret, struct error *err)
{
	TRY(task_read(t, err));
	TRY(task_look(t, err));
	if (task_is_done(t))
		return error_fail(err, RULE_ISSUE_AGAIN,
		    "the entry %s has this certificate already: %s", t->entry->id,
		    live_text(&t->live, t->arena));
	return task_reserve(t, uid, ret, err);
}

enum rc_status
issue_reserve(struct home *home, const struct entry *entry, struct bytes csr_file,
    const struct issue_options *options, int64_t uid, struct reservation **ret,
    struct error *err)
{
	SCOPED(task_clear) struct task t = { .csr = CSR_INIT };
	enum rc_status status;

	if (!home->has_certificate)
		return error_fail(err, RULE_CA_WAITING, "'%s' has no certificate yet",
		    home->config.name);
	TRY(approval_expire(home, err));
	task_init(&t, home, NULL, options);
	t.entry = entry;
	t.csr_file = csr_file;
	status = reserve(&t, uid, ret, err);
	if (status != RC_OK) {
		refusal_record(&t, err);
		error_while(err, "preparing %s for approval", entry->id);
	}
	return status;
}

void
reservation_free(struct reservation *reserved)
{
	if (reserved == NULL)
		return;
	arena_free(reserved->arena);
	free(reserved);
}
