/*
 * The last look before an intent: does the pinned policy want officers for it?  Asked here
 * and not by whoever issues, so that there is no road around it.
 */
#include <stdlib.h>

#include "ledger/approval.h"
#include "ledger/change.h"

/* Policies hardly ever change, and intents come by the hundred thousand. */
struct approvals_cache {
	int64_t seq;                     /* of the policy's event            */
	struct approval_policy policy;
	struct arena *arena;
};

void
approvals_cache_free(struct approvals_cache *cache)
{
	if (cache == NULL)
		return;
	arena_free(cache->arena);
	free(cache);
}
DEFINE_SCOPED(approvals_cache_free, struct approvals_cache *)

static enum rc_status
policy_seq(struct change *c, int64_t *ret, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_POLICY_NOW);
	bool found = false;

	TRY(query_row(&q, &found, err));
	*ret = found ? column_int(&q, 0) : 0;
	return RC_OK;
}

static enum rc_status
cache_fill(struct change *c, int64_t seq, struct error *err)
{
	SCOPED(approvals_cache_free) struct approvals_cache *cache = mem_zero(sizeof(*cache));
	struct ledger_pinned pinned;

	cache->arena = arena_new();
	cache->seq = seq;
	TRY(ledger_pinned(c->ledger, cache->arena, &pinned, err));
	TRY(approval_policy_read(arena_strndup(cache->arena, (const char *)pinned.policy.p,
	    pinned.policy.n), cache->arena, &cache->policy, err));
	approvals_cache_free(c->ledger->approvals);
	c->ledger->approvals = TAKE(cache);
	return RC_OK;
}

/* The policy of this moment is in the cache. */
static enum rc_status
cache_check(struct change *c, struct error *err)
{
	const struct approvals_cache *cache = c->ledger->approvals;
	int64_t seq = 0;

	if (c->ledger->in_batch && c->ledger->memory.has_policy)
		return RC_OK;
	TRY(policy_seq(c, &seq, err));
	if (cache == NULL || cache->seq != seq)
		TRY(cache_fill(c, seq, err));
	c->ledger->memory.has_policy = true;
	return RC_OK;
}

enum rc_status
approval_guard(struct change *c, const struct ledger_intent *intent, struct error *err)
{
	const struct approval_rule *rule;

	if (intent->kind != LEDGER_CERTIFICATE)
		return RC_OK;
	TRY(cache_check(c, err));
	rule = approval_rule_of(&c->ledger->approvals->policy, intent->role);
	if (rule->need == 0)
		return RC_OK;
	return error_fail(err, RULE_APPROVAL_NEEDED,
	    "a certificate of the role %s waits for the approval of %u officer%s",
	    intent->role != NULL ? intent->role : "(none)", rule->need,
	    rule->need == 1 ? "" : "s");
}
