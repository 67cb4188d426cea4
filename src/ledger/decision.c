#include "ledger/decision.h"

#include "x509/cms.h"

static const char *const texts[DECISION_FAULTS] = {
	[DECISION_OVER] = "the request was decided before",
	[DECISION_LATE] = "the request had expired",
	[DECISION_POLICY] = "another policy is in force than the request was made under",
	[DECISION_STRANGER] = "whoever signed is no officer for it",
	[DECISION_OWN] = "the officer asked for it",
	[DECISION_AGAIN] = "the officer had said so before",
	[DECISION_SIGNATURE] = "what was signed is not this decision on this request",
	[DECISION_KEY] = "somebody else signed it",
};

const char *
decision_fault_text(enum decision_fault fault)
{
	return texts[fault];
}

/* What has nothing to do with who said it.  What was approved may still be denied. */
static enum decision_fault
moment_fault(const struct decision_case *c, const struct decision *d)
{
	bool open = c->state == REQUEST_WAITING ||
	    (d->reason != NULL && c->state == REQUEST_APPROVED);

	if (!open)
		return DECISION_OVER;
	if (d->time >= c->subject->expires)
		return DECISION_LATE;
	return bytes_equal(c->subject->policy, c->policy_digest) ? DECISION_GOOD
	    : DECISION_POLICY;
}

static enum decision_fault
officer_fault(const struct decision_case *c, const struct decision *d)
{
	const struct approval_officer *officer =
	    approval_officer_for(c->policy, c->subject, d->key);

	if (officer == NULL)
		return DECISION_STRANGER;
	if (d->reason == NULL && approval_is_own(officer, c->subject))
		return DECISION_OWN;
	return approval_is_among(d->key, c->said, c->n_said) ? DECISION_AGAIN : DECISION_GOOD;
}

static enum decision_fault
statement_fault(const struct decision_case *c, const struct decision *d)
{
	SCOPED(error_free) struct error *unheard = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	uint8_t key[SHA256_OCTETS];
	struct cms cms;

	approval_text_put(c->subject, d->reason, &text);
	if (cms_verify_detached(d->statement, buf_bytes(&text), arena, &cms, unheard) != RC_OK)
		return DECISION_SIGNATURE;
	sha256(cms.signer.spki, key);
	return bytes_equal(BYTES(key, sizeof(key)), d->key) ? DECISION_GOOD : DECISION_KEY;
}

enum decision_fault
decision_judge(const struct decision_case *c, const struct decision *d)
{
	static enum decision_fault (*const judges[])(const struct decision_case *c,
	    const struct decision *d) = { moment_fault, officer_fault, statement_fault };
	enum decision_fault fault = DECISION_GOOD;

	for (size_t i = 0; i < ARRAY_LEN(judges) && fault == DECISION_GOOD; i++)
		fault = judges[i](c, d);
	return fault;
}
