#include "crypto/digest.h"
#include "ledger/change.h"
#include "ledger/event.h"

struct draft {
	const struct ledger_intent *intent;
	enum ledger_state state;
	struct bytes serial;
	struct digested custody, entry; /* documents; without octets: none  */
	const struct ledger_digests *digests;
	struct ledger_digests made;     /* where they were not made ahead   */
	struct bytes key;               /* its digest; or none              */
	const char *owner, *boot;       /* NULL while RESERVED              */
};

/* -- what a caller can get wrong ------------------------------------------------------ */

static bool
is_digest_or_none(struct bytes b)
{
	return b.n == 0 || b.n == LEDGER_DIGEST;
}

static const char *
fault_of(const struct ledger_intent *intent, struct bytes serial)
{
	const struct {
		bool bad;
		const char *fault;
	} faults[] = {
		{ intent->tbs.n == 0, "has no bytes to be signed" },
		{ intent->algorithm == NULL, "names no algorithm" },
		{ ledger_kind_has_serial(intent->kind) != (serial.n != 0),
		    "has a serial where none belongs, or none where one does" },
		{ serial.n > 20, "has a serial of more than 20 octets" },
		{ !is_digest_or_none(intent->entry_digest) ||
		    !is_digest_or_none(intent->profile_digest) ||
		    !is_digest_or_none(intent->topology_digest), "has a digest that is none" },
		{ intent->entry_canonical.n != 0 && intent->entry_digest.n == 0,
		    "has an entry without its digest" },
	};

	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (faults[i].bad)
			return faults[i].fault;
	return NULL;
}

/* The serial in the form that is stored. */
static enum rc_status
draft_check(struct draft *draft, struct error *err)
{
	const char *fault;

	draft->serial = ledger_serial(draft->intent->serial);
	fault = fault_of(draft->intent, draft->serial);
	return fault == NULL ? RC_OK : error_fail(err, RULE_BUG, "an intent %s", fault);
}

/* -- the digests that stand in the row and in the event -------------------------------- */

static void
digest_some(struct bytes of, uint8_t ret[LEDGER_DIGEST])
{
	if (of.n != 0)
		sha256(of, ret);
}

void
ledger_digest_intent(const struct ledger_intent *intent, struct ledger_digests *ret)
{
	digest_some(intent->tbs, ret->tbs);
	digest_some(intent->csr, ret->csr);
	digest_some(intent->spki, ret->spki);
	digest_some(intent->entry_canonical, ret->entry);
	digest_some(intent->origin, ret->origin);
}

static struct bytes
digest_of(struct bytes of, const uint8_t digest[LEDGER_DIGEST])
{
	return of.n != 0 ? BYTES(digest, LEDGER_DIGEST) : BYTES(NULL, 0);
}

static enum rc_status
digest_entry(struct draft *draft, struct error *err)
{
	const struct ledger_intent *intent = draft->intent;

	if (intent->entry_canonical.n == 0)
		return RC_OK;
	draft->entry.bytes = intent->entry_canonical;
	memcpy(draft->entry.sha256, intent->entry_digest.p, LEDGER_DIGEST);
	if (memcmp(draft->digests->entry, draft->entry.sha256, LEDGER_DIGEST) != 0)
		return error_fail(err, RULE_BUG, "the digest of entry '%s' is not that of its "
		    "canonical form", intent->entry != NULL ? intent->entry : "");
	return RC_OK;
}

static enum rc_status
draft_digest(struct change *c, struct draft *draft, struct error *err)
{
	const struct ledger_intent *intent = draft->intent;

	if (intent->digests == NULL)
		ledger_digest_intent(intent, &draft->made);
	draft->digests = intent->digests != NULL ? intent->digests : &draft->made;
	draft->key = digest_of(intent->spki, draft->digests->spki);
	if (intent->custody != NULL)
		change_digest(c, intent->custody, &draft->custody);
	return digest_entry(draft, err);
}

/* -- row and event -------------------------------------------------------------------- */

static struct bytes
custody_of(const struct draft *d)
{
	return d->intent->custody != NULL ? BYTES(d->custody.sha256, LEDGER_DIGEST)
	    : BYTES(NULL, 0);
}

static struct bytes
or_null(struct bytes b)
{
	return b.n != 0 ? b : BYTES(NULL, 0);
}

static enum rc_status
put_row(struct change *c, const struct draft *d, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_PUT_INTENT);
	const struct ledger_intent *intent = d->intent;

	query_text(&q, ledger_kind_word(intent->kind));
	query_text(&q, ledger_state_word(d->state));
	query_blob(&q, or_null(d->serial));
	query_blob(&q, intent->tbs);
	query_text(&q, intent->algorithm);
	query_text(&q, intent->entry);
	query_text(&q, intent->role);
	query_blob(&q, or_null(intent->entry_digest));
	query_blob(&q, or_null(intent->profile_digest));
	query_text(&q, intent->topology);
	query_blob(&q, or_null(intent->topology_digest));
	query_blob(&q, or_null(intent->csr));
	query_blob(&q, or_null(d->key));
	query_text(&q, intent->requester);
	query_blob(&q, custody_of(d));
	query_int_or_null(&q, intent->not_before);
	query_int_or_null(&q, intent->not_after);
	query_text(&q, d->owner);
	query_text(&q, d->boot);
	query_int(&q, c->time);
	return query_run(&q, err);
}

/* An entry of no topology has no plan whose names others could have. */
static enum rc_status
put_names(struct change *c, const struct ledger_intent *intent, int64_t id, struct error *err)
{
	if (intent->topology == NULL || intent->entry == NULL)
		return RC_OK;
	for (size_t i = 0; i < intent->n_names; i++) {
		SCOPED(query_end) struct query q = query(c->db, SQL_PUT_NAME);

		query_text(&q, intent->names[i]);
		query_text(&q, intent->topology);
		query_text(&q, intent->entry);
		query_int(&q, id);
		TRY(query_run(&q, err));
	}
	return RC_OK;
}

static enum rc_status
put_intent_event(struct change *c, const struct draft *d, int64_t id, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	const struct ledger_intent *intent = d->intent;
	const char *kind = d->state == LEDGER_PENDING ? "intent" : "reserve";

	change_event(c, kind, &body);
	field_int(&body, id);
	field_text(&body, ledger_kind_word(intent->kind));
	field_bytes(&body, d->serial);
	field_bytes(&body, BYTES(d->digests->tbs, LEDGER_DIGEST));
	field_text(&body, intent->algorithm);
	field_text(&body, intent->entry);
	field_text(&body, intent->role);
	field_bytes(&body, intent->entry_digest);
	field_bytes(&body, intent->profile_digest);
	field_text(&body, intent->topology);
	field_bytes(&body, intent->topology_digest);
	field_bytes(&body, digest_of(intent->csr, d->digests->csr));
	field_bytes(&body, d->key);
	field_text(&body, intent->requester);
	field_bytes(&body, custody_of(d));
	field_int_or_none(&body, intent->not_before);
	field_int_or_none(&body, intent->not_after);
	field_text(&body, d->owner);
	field_text(&body, d->boot);
	return change_put_event(c, kind, id, &body, err);
}

static enum rc_status
put_documents(struct change *c, const struct draft *d, struct error *err)
{
	if (d->intent->custody != NULL)
		TRY(change_put_digested(c, &d->custody, err));
	return d->entry.bytes.n != 0 ? change_put_digested(c, &d->entry, err) : RC_OK;
}

/* An event of its own: what an intent says in its event never grows. */
static enum rc_status
put_origin(struct change *c, const struct draft *d, int64_t id, struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	const struct ledger_intent *intent = d->intent;
	struct digested origin = { .bytes = intent->origin };

	if (intent->origin.n == 0)
		return RC_OK;
	for (size_t i = 0; i < intent->n_texts; i++)
		TRY(change_put_digested(c, &intent->texts[i], err));
	memcpy(origin.sha256, d->digests->origin, LEDGER_DIGEST);
	TRY(change_put_digested(c, &origin, err));
	change_event(c, "origin", &body);
	field_int(&body, id);
	field_bytes(&body, BYTES(origin.sha256, LEDGER_DIGEST));
	return change_put_event(c, "origin", id, &body, err);
}

static enum rc_status
put_all(struct change *c, struct draft *draft, int64_t *id, struct error *err)
{
	if (draft->state == LEDGER_PENDING)
		TRY(approval_guard(c, draft->intent, err));
	TRY(draft_digest(c, draft, err));
	TRY(put_documents(c, draft, err));
	/* This can be refused, for its serial. */
	TRY(put_row(c, draft, err));
	*id = sqlite3_last_insert_rowid(c->db->handle);
	TRY(put_names(c, draft->intent, *id, err));
	TRY(put_intent_event(c, draft, *id, err));
	return put_origin(c, draft, *id, err);
}

enum rc_status
intent_reserve(struct change *c, const struct ledger_intent *intent, int64_t *ret,
    struct error *err)
{
	struct draft draft = { .intent = intent, .state = LEDGER_RESERVED };

	TRY(draft_check(&draft, err));
	return put_all(c, &draft, ret, err);
}

enum rc_status
ledger_intent(struct ledger *ledger, const struct ledger_intent *intent, int64_t *ret,
    struct error *err)
{
	struct draft draft = { .intent = intent, .state = LEDGER_PENDING,
		.owner = ledger->owner, .boot = ledger->boot };
	struct change c;
	int64_t id = 0;

	TRY(draft_check(&draft, err));
	TRY(change_begin(ledger, LEADS_TO_SIGNATURE, &c, err));
	TRY(change_end(&c, put_all(&c, &draft, &id, err), err));
	*ret = id;
	return RC_OK;
}
