/*
 * verify_approvals.c - the policies in a bundle, and whether officers agreed as the one
 * in force wanted it.
 */
#include "evidence/checking.h"
#include "ledger/decision.h"
#include "x509/cms.h"

/* -- policies ------------------------------------------------------------------------- */

static void
find_at(struct checking *c, enum rule rule, const char *folder, const char *name,
    const char *what)
{
	(void)error_fail(c->findings, rule, "%s%s: %s", folder, name, what);
}

/* Its event alone, which has the number of the folder.  NULL: it is good. */
static const char *
policy_event_fault(const struct checking *c, const struct proof *proof, int64_t seq,
    struct event *ret)
{
	if (!checking_is_sealed(c, proof))
		return "it is over another tree than the checkpoint";
	if (proof->n_events != 1 || !event_read(proof->events[0].body, ret) ||
	    ret->seq != seq || proof->events[0].seq != (uint64_t)seq ||
	    (!bundle_event_is(ret, "create") && !bundle_event_is(ret, "policy")))
		return "it does not show the one event that pinned this policy";
	return NULL;
}

static bool
policy_event_read(struct checking *c, const char *folder, int64_t seq, struct event *ret)
{
	SCOPED(error_free) struct error *why = error_new();
	struct bytes text = checking_need(c, arena_printf(c->arena, "%sproof.txt", folder));
	struct proof proof;
	const char *fault;

	if (text.p == NULL)
		return false;
	fault = proof_read(text, c->arena, &proof, why) == RC_OK
	    ? policy_event_fault(c, &proof, seq, ret) : error_message(why);
	if (fault != NULL)
		find_at(c, RULE_BUNDLE_PROOF, folder, "proof.txt", fault);
	return fault == NULL;
}

static void
check_policy(struct checking *c, int64_t seq)
{
	SCOPED(error_free) struct error *why = error_new();
	const char *folder = arena_printf(c->arena, BUNDLE_POLICIES "%lld/", (long long)seq);
	struct bytes text = checking_need(c,
	    arena_printf(c->arena, "%s" BUNDLE_POLICY_TEXT, folder));
	struct packed_policy policy = { .seq = seq };
	uint8_t digest[SHA256_OCTETS];
	struct event e;

	if (!policy_event_read(c, folder, seq, &e) || text.p == NULL)
		return;
	sha256(text, digest);
	policy.text = arena_strndup(c->arena, (const char *)text.p, text.n);
	approval_policy_digest(text, policy.digest);
	if (!bytes_equal(bundle_field(&e, "policy"), BYTES(digest, sizeof(digest))))
		find_at(c, RULE_BUNDLE_POLICY, folder, BUNDLE_POLICY_TEXT,
		    "its digest is not the one of the record");
	else if (approval_policy_read(policy.text, c->arena, &policy.approvals, why) != RC_OK)
		find_at(c, RULE_BUNDLE_POLICY, folder, BUNDLE_POLICY_TEXT, error_message(why));
	else
		*VEC_PUSH(c->arena, &c->policies) = policy;
}

void
checking_policies(struct checking *c)
{
	for (size_t i = 0; i < c->tar.n; i++) {
		const char *name = c->tar.files[i].name, *slash = strrchr(name, '/');
		int64_t seq = checking_number_of(name, BUNDLE_POLICIES);

		if (seq != 0 && strcmp(slash + 1, BUNDLE_POLICY_TEXT) == 0)
			check_policy(c, seq);
	}
}

const struct packed_policy *
checking_policy_before(const struct checking *c, int64_t seq)
{
	const struct packed_policy *newest = NULL;

	for (size_t i = 0; i < c->policies.n; i++) {
		const struct packed_policy *policy = &c->policies.v[i];

		if (policy->seq < seq && (newest == NULL || policy->seq > newest->seq))
			newest = policy;
	}
	return newest;
}

/* -- an entry's events ------------------------------------------------------------------ */

/* What was told so far, and the event that is next. */
struct judging {
	struct packed *p;
	const struct event *e;
	const struct packed_policy *policy;      /* in force                 */
	bool asked;                      /* there was a request              */
	enum request_state state;
	struct approval_subject subject;
	VEC(struct bytes) keys, denials;
	VEC(struct bundle_approval) good;
};

static void
find(const struct judging *j, enum rule rule, const char *what)
{
	(void)error_fail(j->p->c->findings, rule, "%sevent %lld, '%s': %s", j->p->folder,
	    (long long)j->e->seq, j->e->kind->word, what);
}

static const struct approval_rule *
rule_of(const struct judging *j)
{
	const struct event *meant = &j->p->events[0];
	struct bytes role = bundle_field(meant, "role");

	return approval_rule_of(&j->policy->approvals,
	    arena_strndup(j->p->c->arena, (const char *)role.p, role.n));
}

static void
on_intent(struct judging *j)
{
	if (rule_of(j)->need != 0)
		find(j, RULE_BUNDLE_APPROVAL_FEW,
		    "its role needs officers under the policy in force, and nobody was asked");
}

static void
on_request(struct judging *j)
{
	const struct event *meant = &j->p->events[0];

	if (j->asked) {
		find(j, RULE_BUNDLE_PROOF, "there was a request before");
		return;
	}
	j->asked = true;
	j->state = REQUEST_WAITING;
	bundle_subject(meant, j->e, j->p->c->ca_key, j->p->c->arena, &j->subject);
	if (!bytes_equal(j->subject.subject, bundle_field(meant, "tbs")))
		find(j, RULE_BUNDLE_APPROVAL_TEXT,
		    "officers were asked about other bytes than those that were to be signed");
	if (!bytes_equal(j->subject.policy, BYTES(j->policy->digest, SHA256_OCTETS)))
		find(j, RULE_BUNDLE_POLICY, "it names another policy than the one in force");
}

static void
on_move(struct judging *j)
{
	for (size_t i = 0; j->asked && i < REQUEST_MOVES; i++)
		if (request_moves[i].from == j->state &&
		    bundle_event_is(j->e, request_moves[i].event)) {
			j->state = request_moves[i].to;
			return;
		}
	find(j, RULE_BUNDLE_PROOF, "the request cannot go there");
}

static bool
suffices(const struct judging *j)
{
	return j->asked && approval_suffices(&j->policy->approvals, &j->subject, j->keys.v,
	    j->keys.n);
}

static void
on_enough(struct judging *j)
{
	on_move(j);
	if (!suffices(j))
		find(j, RULE_BUNDLE_APPROVAL_FEW,
		    "fewer officers have approved than the policy in force wants");
}

static void
on_begin(struct judging *j)
{
	if (rule_of(j)->need == 0 || (j->state == REQUEST_SPENT && suffices(j)))
		return;
	find(j, RULE_BUNDLE_APPROVAL_FEW,
	    "it was to be signed, and fewer officers have approved than the policy in force wants");
}

/* -- what an officer said --------------------------------------------------------------- */

static const enum rule rules[DECISION_FAULTS] = {
	[DECISION_OVER] = RULE_BUNDLE_APPROVAL_LATE, [DECISION_LATE] = RULE_BUNDLE_APPROVAL_LATE,
	[DECISION_POLICY] = RULE_BUNDLE_POLICY,
	[DECISION_STRANGER] = RULE_BUNDLE_APPROVAL_OFFICER,
	[DECISION_OWN] = RULE_BUNDLE_APPROVAL_OWN, [DECISION_AGAIN] = RULE_BUNDLE_APPROVAL_AGAIN,
	[DECISION_SIGNATURE] = RULE_BUNDLE_APPROVAL, [DECISION_KEY] = RULE_BUNDLE_APPROVAL,
};

static bool
is_signed(const struct judging *j, struct bytes statement, struct bytes text)
{
	SCOPED(error_free) struct error *unheard = error_new();
	struct cms cms;

	return cms_verify_detached(statement, text, j->p->c->arena, &cms, unheard) == RC_OK;
}

/* The text beside the signature is for people and stock tools: what counts is the one that
 * the record asks for. */
static bool
is_another_text(struct judging *j, const struct decision *d, enum decision_fault fault)
{
	struct arena *arena = j->p->c->arena;
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	struct bytes beside = checking_need(j->p->c, arena_printf(arena, "%s%s", j->p->folder,
	    bundle_text_of(j->e, arena)));

	approval_text_put(&j->subject, d->reason, &want);
	if (beside.p == NULL || bytes_equal(beside, buf_bytes(&want)))
		return false;
	return fault == DECISION_GOOD ||
	    (fault == DECISION_SIGNATURE && is_signed(j, d->statement, beside));
}

static void
keep(struct judging *j, const struct decision *d)
{
	struct arena *arena = j->p->c->arena;
	struct bytes officer = bundle_field(j->e, "officer");
	struct bundle_approval *kept = VEC_PUSH(arena, &j->good);

	*kept = (struct bundle_approval){ .time = d->time, .denies = d->reason != NULL,
		.officer = arena_strndup(arena, (const char *)officer.p, officer.n) };
	memcpy(kept->key, d->key.p, sizeof(kept->key));
	if (kept->denies)
		*VEC_PUSH(arena, &j->denials) = d->key;
	else
		*VEC_PUSH(arena, &j->keys) = d->key;
}

static struct bytes
statement_of(struct judging *j)
{
	struct arena *arena = j->p->c->arena;

	for (size_t i = 0; i < j->e->n; i++)
		if (strcmp(j->e->kind->fields[i].name, "statement") == 0)
			return checking_need(j->p->c, arena_printf(arena, "%s%s", j->p->folder,
			    bundle_file_of(j->e, i, arena)));
	return BYTES(NULL, 0);
}

static void
on_decision(struct judging *j)
{
	const struct decision d = { .reason = bundle_reason(j->e, j->p->c->arena),
		.time = j->e->time, .key = bundle_field(j->e, "key"),
		.statement = statement_of(j) };
	const struct decision_case c = { .policy = &j->policy->approvals,
		.policy_digest = BYTES(j->policy->digest, SHA256_OCTETS),
		.subject = &j->subject, .state = j->state,
		.said = d.reason != NULL ? j->denials.v : j->keys.v,
		.n_said = d.reason != NULL ? j->denials.n : j->keys.n };
	enum decision_fault fault;

	if (!j->asked) {
		find(j, RULE_BUNDLE_PROOF, "there was no request");
		return;
	}
	fault = decision_judge(&c, &d);
	if (is_another_text(j, &d, fault))
		find(j, RULE_BUNDLE_APPROVAL_TEXT,
		    "the text beside the signature is not what the record asks for");
	else if (fault != DECISION_GOOD)
		find(j, rules[fault], decision_fault_text(fault));
	if (fault == DECISION_GOOD)
		keep(j, &d);
}

/* -- all events ---------------------------------------------------------------------------- */

static const struct {
	const char *kind;
	void (*tell)(struct judging *j);
} tellers[] = {
	{ "intent", on_intent }, { "request", on_request }, { "approve", on_decision },
	{ "deny", on_decision }, { "request-approved", on_enough },
	{ "request-spent", on_enough }, { "request-denied", on_move },
	{ "request-expired", on_move }, { "begin", on_begin },
};

static void
tell(struct judging *j)
{
	for (size_t i = 0; i < ARRAY_LEN(tellers); i++)
		if (bundle_event_is(j->e, tellers[i].kind))
			tellers[i].tell(j);
}

void
packed_approvals(struct packed *p)
{
	struct judging j = { .p = p };

	for (size_t i = 0; p->kind == LEDGER_CERTIFICATE && i < p->proof.n_events; i++) {
		j.e = &p->events[i];
		j.policy = checking_policy_before(p->c, j.e->seq);
		if (j.policy == NULL) {
			find(&j, RULE_BUNDLE_POLICY, "no policy is in the bundle that was in "
			    "force then");
			return;
		}
		tell(&j);
	}
	p->entry->approvals = j.good.v;
	p->entry->n_approvals = j.good.n;
}
