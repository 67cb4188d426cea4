#include "revoke/ocsp.h"

#include "revoke/revoke.h"

/* -- one answer ---------------------------------------------------------------------------- */

static const enum ocsp_status statuses[LEDGER_STATES] = {
	[LEDGER_RESERVED] = OCSP_UNKNOWN, [LEDGER_PENDING] = OCSP_UNKNOWN,
	[LEDGER_DONE] = OCSP_GOOD, [LEDGER_SPOILED] = OCSP_REVOKED,
	[LEDGER_LOST] = OCSP_REVOKED, [LEDGER_VOID] = OCSP_UNKNOWN,
	[LEDGER_HELD] = OCSP_REVOKED, [LEDGER_REVOKED] = OCSP_REVOKED,
};

static void
answer_of(const struct ledger_row *row, int64_t now, struct ocsp_answer *ret)
{
	ret->status = statuses[row->state];
	if (ret->status != OCSP_REVOKED)
		return;
	/* the clock may be a little behind the record */
	ret->when = row->changed < now ? row->changed : now;
	ret->reason = revoke_cause_of(row->state, row->reason).reason;
}

static enum rc_status
answer_find(struct home *home, const struct ocsp_id *id, struct arena *arena,
    struct ocsp_answer *ret, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct ledger_row *row = NULL;
	enum rc_status status;

	*ret = (struct ocsp_answer){ .id = *id, .status = OCSP_UNKNOWN };
	if (!ocsp_id_is_of(id, &home->certificate))
		return RC_OK;
	status = ledger_get_serial(home->ledger, id->serial, arena, &row, why);
	if (status == RC_OK)
		answer_of(row, clock_now(home->clock), ret);
	else if (error_rule(why) != RULE_LEDGER_UNKNOWN)
		return ledger_get_serial(home->ledger, id->serial, arena, &row, err);
	return RC_OK;
}

/* -- beforehand ---------------------------------------------------------------------------- */

struct presigning {
	struct home *home;
	const struct ocsp_presign *terms;
	const struct bytes *serials;
	VEC(struct bytes) found;
	struct arena *arena;
};

static enum rc_status
take_serial(void *arg, const struct ledger_row *row, struct error *err)
{
	struct presigning *p = arg;

	(void)err;
	if (row->not_after >= clock_now(p->home->clock))
		*VEC_PUSH(p->arena, &p->found) = arena_bytes(p->arena, row->serial);
	return RC_OK;
}

static enum rc_status
find_all(struct presigning *p, size_t *ret, struct error *err)
{
	const struct ledger_filter filter = { .kinds = 1U << LEDGER_CERTIFICATE,
		.states = 1U << LEDGER_DONE | 1U << LEDGER_HELD | 1U << LEDGER_REVOKED |
		    1U << LEDGER_LOST | 1U << LEDGER_SPOILED };

	TRY(ledger_each(p->home->ledger, &filter, take_serial, p, err));
	p->serials = p->found.v;
	*ret = p->found.n;
	return RC_OK;
}

static enum rc_status
draft_one(void *arg, size_t i, struct arena *arena, struct responder_draft *ret,
    struct error *err)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT, entry = BUF_INIT;
	const struct presigning *p = arg;
	struct ocsp_answer *answer = ARENA_NEW(arena, struct ocsp_answer);
	struct ocsp_id id;

	ocsp_id_encode(p->terms->hash, &p->home->certificate, p->serials[i], &der);
	if (!ocsp_id_read(arena_bytes(arena, buf_bytes(&der)), &id))
		return error_fail(err, RULE_BUG, "a CertID of ours is none");
	TRY(answer_find(p->home, &id, arena, answer, err));
	buf_puts(&entry, "ocsp/");
	buf_put_hex(&entry, id.serial);
	*ret = (struct responder_draft){ .entry = arena_strdup(arena, buf_text(&entry)),
		.answers = answer, .n = 1 };
	return RC_OK;
}

static enum rc_status
done_one(void *arg, size_t i, const struct responder_draft *draft, struct bytes response,
    struct error *err)
{
	const struct presigning *p = arg;
	const struct ocsp_made made = { .answers = draft->answers, .n = draft->n,
		.der = response };

	(void)i;
	return p->terms->made(p->terms->arg, &made, err);
}

static enum rc_status
presign_run(struct presigning *p, struct responder *responder, size_t *ret, struct error *err)
{
	struct responder_batch batch = { .n = p->terms->n, .draft = draft_one, .done = done_one,
		.arg = p, .requester = p->terms->requester };

	if (p->serials == NULL)
		TRY(find_all(p, &batch.n, err));
	TRY(responder_sign(responder, &batch, err));
	*ret = batch.n;
	return RC_OK;
}

enum rc_status
ocsp_presign(struct home *home, struct responder *responder, const struct ocsp_presign *terms,
    size_t *ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct presigning p = { .home = home, .terms = terms, .serials = terms->serials,
		.arena = arena };

	TRY_WHILE(err, presign_run(&p, responder, ret, err), "signing OCSP responses");
	return RC_OK;
}

/* -- to a request --------------------------------------------------------------------------- */

struct responding {
	struct home *home;
	struct ocsp_request request;
	struct arena *arena;             /* of what is given back            */
	struct ocsp_made made;
};

static enum rc_status
draft_answers(void *arg, size_t i, struct arena *arena, struct responder_draft *ret,
    struct error *err)
{
	const struct responding *r = arg;
	struct ocsp_answer *answers =
	    arena_alloc(r->arena, r->request.n * sizeof(*answers));
	struct bytes rest = r->request.list;
	struct ocsp_id id;

	(void)i;
	for (size_t k = 0; ocsp_request_next(&rest, &id); k++)
		TRY(answer_find(r->home, &id, arena, &answers[k], err));
	*ret = (struct responder_draft){ .entry = "ocsp/request", .answers = answers,
		.n = r->request.n, .nonce = r->request.nonce };
	return RC_OK;
}

static enum rc_status
done_answers(void *arg, size_t i, const struct responder_draft *draft, struct bytes response,
    struct error *err)
{
	struct responding *r = arg;

	(void)i;
	(void)err;
	r->made = (struct ocsp_made){ .answers = draft->answers, .n = draft->n,
		.der = arena_bytes(r->arena, response) };
	return RC_OK;
}

enum rc_status
ocsp_respond(struct home *home, struct responder *responder, struct bytes request,
    const char *requester, struct arena *arena, struct ocsp_made *ret, struct error *err)
{
	struct responding r = { .home = home, .arena = arena };
	const struct responder_batch batch = { .n = 1, .draft = draft_answers,
		.done = done_answers, .arg = &r, .requester = requester };

	TRY(ocsp_request_read(request, &r.request, err));
	TRY_WHILE(err, responder_sign(responder, &batch, err), "answering an OCSP request");
	*ret = r.made;
	return RC_OK;
}
