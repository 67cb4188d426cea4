/*
 * policy_change.c - a changed ca.yaml, where the pinned policy has officers.
 */
#include "issue/approve.h"

static int64_t
shortest(const struct approval_policy *policy)
{
	int64_t least = 0;

	for (size_t i = 0; i < policy->n_rules; i++)
		if (policy->rules[i].need != 0 && (least == 0 || policy->rules[i].expires < least))
			least = policy->rules[i].expires;
	return least;
}

/* The newest request for this very change that is not over; 0: none. */
static enum rc_status
request_find(struct home *home, struct arena *arena, int64_t *ret, struct error *err)
{
	struct ledger_request *all;
	uint8_t subject[SHA256_OCTETS];
	size_t n = 0;

	sha256(bytes_of_text(home->policy_now), subject);
	TRY(ledger_requests(home->ledger, 1U << REQUEST_WAITING | 1U << REQUEST_APPROVED, arena,
	    &all, &n, err));
	*ret = 0;
	for (size_t i = 0; i < n; i++)
		if (all[i].is_policy &&
		    bytes_equal(all[i].subject, BYTES(subject, sizeof(subject))) &&
		    bytes_equal(all[i].policy, BYTES(home->policy_digest, SHA256_OCTETS)))
			*ret = all[i].id;
	return RC_OK;
}

static enum rc_status
request_store(struct home *home, const struct ledger_ask *who, int64_t *ret, struct error *err)
{
	struct ledger_ask ask = *who;

	ask.policy = BYTES(home->policy_digest, SHA256_OCTETS);
	ask.text = bytes_of_text(home->policy_now);
	ask.expires = clock_now(home->clock) + shortest(&home->approvals);
	return ledger_ask_policy(home->ledger, &ask, ret, err);
}

static enum rc_status
request_use(struct home *home, int64_t id, struct arena *arena, struct error *err)
{
	struct approval_case c;

	TRY(approval_open(home, id, arena, &c, err));
	TRY(approval_is_open(home, &c, true, err));
	TRY(approval_prove(home, &c, err));
	return home_policy_accept(home, id, err);
}

enum rc_status
policy_change(struct home *home, const struct ledger_ask *who, int64_t *ret_request,
    bool *ret_pinned, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();

	*ret_request = 0;
	*ret_pinned = true;
	if (!approval_is_needed(&home->approvals))
		return home_policy_accept(home, 0, err);
	TRY(home_policy_check(home, err));
	TRY(approval_expire(home, err));
	TRY(request_find(home, arena, ret_request, err));
	if (*ret_request != 0)
		return request_use(home, *ret_request, arena, err);
	*ret_pinned = false;
	return request_store(home, who, ret_request, err);
}
