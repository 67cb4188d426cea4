#include "issue/approve.h"

#include "x509/cms.h"

/* -- a request ---------------------------------------------------------------------------- */

enum rc_status
approval_expire(struct home *home, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct ledger_request *all;
	size_t n = 0;

	TRY(ledger_requests(home->ledger, 1U << REQUEST_WAITING | 1U << REQUEST_APPROVED, arena,
	    &all, &n, err));
	for (size_t i = 0; i < n; i++)
		if (all[i].expires <= clock_now(home->clock))
			TRY(ledger_expire(home->ledger, all[i].id, err));
	return RC_OK;
}

static struct bytes
ca_key_digest(const struct home *home, struct arena *arena)
{
	uint8_t digest[SHA256_OCTETS];

	sha256(pubkey_spki(home->key), digest);
	return arena_bytes(arena, BYTES(digest, sizeof(digest)));
}

static void
subject_fill(const struct home *home, struct approval_case *c, struct arena *arena)
{
	const struct ledger_request *request = &c->request;

	c->subject = (struct approval_subject){
		.is_policy = request->is_policy, .request = request->id,
		.subject = request->subject, .requester = request->requester,
		.uid = request->uid, .ca_key = ca_key_digest(home, arena),
		.policy = request->policy, .expires = request->expires,
	};
	if (c->row == NULL)
		return;
	c->subject.role = c->row->role;
	c->subject.entry = c->row->entry_digest;
	c->subject.key = c->row->key_digest;
}

enum rc_status
approval_open(const struct home *home, int64_t id, struct arena *arena, struct approval_case *ret,
    struct error *err)
{
	struct approval_case c = { .row = NULL };
	uint8_t tbs[SHA256_OCTETS];

	TRY(ledger_request_get(home->ledger, id, arena, &c.request, err));
	TRY(ledger_approvals(home->ledger, id, arena, &c.approvals, &c.n_approvals, err));
	if (!c.request.is_policy) {
		TRY(ledger_get(home->ledger, c.request.intent, arena, &c.row, err));
		sha256(c.row->tbs, tbs);
		if (!bytes_equal(BYTES(tbs, sizeof(tbs)), c.request.subject))
			return error_fail(err, RULE_APPROVAL_RECORD,
			    "request %lld is about other bytes than those on record",
			    (long long)id);
	}
	subject_fill(home, &c, arena);
	*ret = c;
	return RC_OK;
}

enum rc_status
approval_is_open(const struct home *home, const struct approval_case *c, bool denying,
    struct error *err)
{
	const struct ledger_request *request = &c->request;
	bool undecided = request->state == REQUEST_WAITING || request->state == REQUEST_APPROVED;

	if (request->state == REQUEST_EXPIRED ||
	    (undecided && request->expires <= clock_now(home->clock)))
		return error_fail(err, RULE_APPROVAL_EXPIRED, "request %lld has expired",
		    (long long)request->id);
	if (!undecided || (request->state == REQUEST_APPROVED && !denying))
		return error_fail(err, RULE_APPROVAL_STATE, "request %lld is %s",
		    (long long)request->id, request_state_word(request->state));
	if (!bytes_equal(request->policy, BYTES(home->policy_digest, SHA256_OCTETS)))
		return error_fail(err, RULE_APPROVAL_POLICY,
		    "request %lld was made under another policy than the one that is pinned now",
		    (long long)request->id);
	return RC_OK;
}

void
approval_text(const struct approval_case *c, const char *reason, struct buf *out)
{
	approval_text_put(&c->subject, reason, out);
}

struct bytes *
approval_keys(const struct approval_case *c, struct arena *arena, size_t *ret_n)
{
	struct bytes *keys = arena_alloc(arena, (c->n_approvals + 1) * sizeof(*keys));
	size_t n = 0;

	for (size_t i = 0; i < c->n_approvals; i++)
		if (c->approvals[i].reason == NULL)
			keys[n++] = c->approvals[i].key;
	*ret_n = n;
	return keys;
}

static unsigned
rule_lacks(const struct home *home, const struct approval_case *c,
    const struct approval_rule *rule)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	size_t n;
	const struct bytes *keys = approval_keys(c, arena, &n);
	unsigned have = approval_count(&home->approvals, rule, &c->subject, keys, n);

	return have < rule->need ? rule->need - have : 0;
}

unsigned
approval_lacks(const struct home *home, const struct approval_case *c)
{
	const struct approval_policy *policy = &home->approvals;
	unsigned most = 0;

	if (!c->subject.is_policy)
		return rule_lacks(home, c, approval_rule_of(policy, c->subject.role));
	for (size_t i = 0; i < policy->n_rules; i++) {
		unsigned lacks = rule_lacks(home, c, &policy->rules[i]);

		most = lacks > most ? lacks : most;
	}
	return most;
}

/* -- a decision ------------------------------------------------------------------------------ */

/* One who signed, and what. */
struct decision {
	struct home *home;
	const char *reason;
	struct bytes statement;
	struct cert signer;
	uint8_t key[SHA256_OCTETS];
	const struct approval_officer *officer;
	struct arena *arena;
};

static struct bytes
key_of(const struct decision *d)
{
	return BYTES(d->key, sizeof(d->key));
}

static enum rc_status
signature_check(struct decision *d, const struct approval_case *c, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct cms cms;

	approval_text(c, d->reason, &text);
	TRY(cms_verify_detached(d->statement, buf_bytes(&text), d->arena, &cms, err));
	d->signer = cms.signer;
	sha256(cms.signer.spki, d->key);
	return RC_OK;
}

/* The certificate that ca.yaml names counts; of an officer whom it does not name any more,
 * the one that came with the signature. */
static enum rc_status
certificate_check(const struct decision *d, struct error *err)
{
	const struct approval_policy *named = &d->home->config.approvals;
	const struct cert *cert = &d->signer;
	int64_t now = clock_now(d->home->clock);
	SCOPED(buf_clear) struct buf until = BUF_INIT;

	for (size_t i = 0; i < named->n_officers; i++)
		if (memcmp(named->officers[i].key, d->key, sizeof(d->key)) == 0)
			cert = &d->home->officers[i];
	if (cert->not_before <= now && now <= cert->not_after)
		return RC_OK;
	clock_put(&until, now < cert->not_before ? cert->not_before : cert->not_after);
	return error_fail(err, RULE_APPROVAL_CERTIFICATE, "the certificate of %s is valid %s %s",
	    d->officer->name, now < cert->not_before ? "from" : "until", buf_text(&until));
}

static enum rc_status
officer_check(struct decision *d, const struct approval_case *c, struct error *err)
{
	const struct approval_policy *policy = &d->home->approvals;

	d->officer = approval_officer_for(policy, &c->subject, key_of(d));
	if (d->officer == NULL)
		return error_fail(err, RULE_APPROVAL_STRANGER,
		    "'%s' signed, who is no officer for request %lld", d->signer.subject_text,
		    (long long)c->request.id);
	TRY(certificate_check(d, err));
	if (d->reason == NULL && approval_is_own(d->officer, &c->subject))
		return error_fail(err, RULE_APPROVAL_OWN,
		    "request %lld is %s's own: %s asked for it", (long long)c->request.id,
		    d->officer->name,
		    c->subject.requester != NULL ? c->subject.requester : "the same user");
	return RC_OK;
}

static enum rc_status
again_check(const struct decision *d, const struct approval_case *c, struct error *err)
{
	for (size_t i = 0; i < c->n_approvals; i++)
		if (bytes_equal(c->approvals[i].key, key_of(d)) &&
		    (c->approvals[i].reason == NULL) == (d->reason == NULL))
			return error_fail(err, RULE_APPROVAL_AGAIN,
			    "%s has %s request %lld already", d->officer->name,
			    d->reason == NULL ? "approved" : "denied", (long long)c->request.id);
	return RC_OK;
}

/* Would it be enough with this one? */
static bool
is_enough(const struct decision *d, const struct approval_case *c)
{
	size_t n;
	struct bytes *keys = approval_keys(c, d->arena, &n);

	keys[n] = key_of(d);
	return approval_suffices(&d->home->approvals, &c->subject, keys, n + 1);
}

/* Under the writer's lock: what was true of the case a moment ago need not be. */
static enum rc_status
decision_store(struct decision *d, int64_t id, struct error *err)
{
	struct ledger_approval approval = { .officer = d->officer->name, .key = key_of(d),
		.statement = d->statement, .reason = d->reason };
	struct approval_case c;

	TRY(approval_open(d->home, id, d->arena, &c, err));
	TRY(approval_is_open(d->home, &c, d->reason != NULL, err));
	TRY(again_check(d, &c, err));
	if (d->reason != NULL)
		return ledger_deny(d->home->ledger, id, &approval, d->reason, err);
	return ledger_approve(d->home->ledger, id, &approval, is_enough(d, &c), err);
}

static enum rc_status
decision_write(struct decision *d, int64_t id, struct error *err)
{
	enum rc_status status;

	TRY(ledger_batch_begin(d->home->ledger, err));
	status = decision_store(d, id, err);
	KEEP_FIRST(status, ledger_batch_end(d->home->ledger, err));
	return status;
}

enum rc_status
approval_take(struct home *home, int64_t id, struct bytes file, const char *reason,
    struct arena *arena, struct approval_taken *ret, struct error *err)
{
	struct decision d = { .home = home, .reason = reason, .arena = arena };
	struct approval_case c;

	TRY(approval_expire(home, err));
	TRY(approval_open(home, id, arena, &c, err));
	TRY(approval_is_open(home, &c, reason != NULL, err));
	TRY(cms_open(file, arena, &d.statement, err));
	TRY_WHILE(err, signature_check(&d, &c, err),
	    "verifying the signature over the text of request %lld", (long long)id);
	TRY(officer_check(&d, &c, err));
	TRY(decision_write(&d, id, err));
	TRY(approval_open(home, id, arena, &c, err));
	*ret = (struct approval_taken){ .officer = d.officer->name, .state = c.request.state,
		.lacks = approval_lacks(home, &c) };
	return RC_OK;
}

enum rc_status
approval_withdraw(struct home *home, int64_t id, const char *who, const char *reason,
    struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();

	return ledger_deny(home->ledger, id, NULL,
	    arena_printf(arena, "withdrawn by %s: %s", who, reason), err);
}

/* -- all of them, once more --------------------------------------------------------------- */

static enum rc_status
prove_one(const struct home *home, const struct approval_case *c,
    const struct ledger_approval *approval, struct arena *arena, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	uint8_t key[SHA256_OCTETS];
	struct cms cms;

	approval_text(c, approval->reason, &text);
	TRY(cms_verify_detached(approval->statement, buf_bytes(&text), arena, &cms, err));
	sha256(cms.signer.spki, key);
	if (!bytes_equal(BYTES(key, sizeof(key)), approval->key) ||
	    approval_officer_for(&home->approvals, &c->subject, approval->key) == NULL)
		return error_fail(err, RULE_APPROVAL_RECORD,
		    "what is on record as signed by %s was signed by somebody else",
		    approval->officer);
	return RC_OK;
}

enum rc_status
approval_prove(const struct home *home, const struct approval_case *c, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	unsigned lacks = approval_lacks(home, c);

	if (c->request.state == REQUEST_WAITING || lacks != 0)
		return error_fail(err, RULE_APPROVAL_TOO_FEW,
		    "request %lld waits for the approval of %u more officer%s",
		    (long long)c->request.id, lacks, lacks == 1 ? "" : "s");
	for (size_t i = 0; i < c->n_approvals; i++)
		TRY_WHILE(err, prove_one(home, c, &c->approvals[i], arena, err),
		    "verifying the approval by %s", c->approvals[i].officer);
	return RC_OK;
}
