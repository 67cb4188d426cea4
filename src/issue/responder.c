#include "issue/responder.h"

#include <stdlib.h>

#include "issue/chain.h"
#include "issue/permit.h"
#include "os/file.h"

enum { DAY = 24 * 60 * 60 };
#define EKU_OCSP_SIGNING "1.3.6.1.5.5.7.3.9"

struct responder {
	struct home *home;
	struct arena *arena;
	const struct cert *certificate;
	struct pubkey *own;              /* of a delegated one; else NULL    */
	const struct pubkey *key;
	struct signer *signer;
	struct permit_issuer issuer;
};

/* -- who answers -------------------------------------------------------------------------- */

static bool
has_ocsp_signing(const struct cert *cert)
{
	const struct cert_ext *eku = cert_find_ext(cert, EXT_EXTENDED_KEY_USAGE);

	for (size_t i = 0; eku != NULL && i < eku->value.u.oids.n; i++)
		if (strcmp(eku->value.u.oids.v[i], EKU_OCSP_SIGNING) == 0)
			return true;
	return false;
}

static bool
may_sign(const struct cert *cert)
{
	const struct cert_ext *usage = cert_find_ext(cert, EXT_KEY_USAGE);

	return usage == NULL ||
	    (usage->value.u.key_usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
}

static enum rc_status
fault(const struct cert *cert, const char *what, struct error *err)
{
	return error_fail(err, RULE_OCSP_SIGNER, "'%s' %s", cert->subject_text, what);
}

/* It has ocsp-nocheck: nobody else will ever learn that it was taken back. */
static enum rc_status
record_check(struct home *home, const struct cert *cert, struct arena *arena,
    struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct ledger_row *row = NULL;

	if (ledger_get_serial(home->ledger, cert->serial, arena, &row, why) != RC_OK)
		return fault(cert, "does not stand in this CA's ledger", err);
	if (row->state != LEDGER_DONE)
		return error_fail(err, RULE_OCSP_SIGNER, "'%s' is %s in this CA's ledger",
		    cert->subject_text, ledger_state_word(row->state));
	return RC_OK;
}

static enum rc_status
delegate_check(struct home *home, const struct cert *cert, struct arena *arena,
    struct error *err)
{
	TRY(cert_check_issuer(cert, &home->certificate, RULE_OCSP_SIGNER, err));
	if (!has_ocsp_signing(cert))
		return fault(cert, "has not the extended key usage OCSPSigning", err);
	if (!may_sign(cert))
		return fault(cert, "has a key usage without digitalSignature", err);
	return record_check(home, cert, arena, err);
}

static enum rc_status
delegate_open(struct responder *r, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	const struct home_config *c = &r->home->config;
	struct signer_other other = { .uri = c->ocsp_key, .module = c->ocsp_module };
	struct cert *cert = ARENA_NEW(r->arena, struct cert);

	TRY(file_read(path_join(r->arena, r->home->dir, c->ocsp_certificate), HOME_FILE_MAX,
	    &file, err));
	TRY_WHILE(err, cert_read_file(buf_bytes(&file), r->arena, cert, err),
	    "reading the OCSP responder's certificate %s", c->ocsp_certificate);
	TRY(delegate_check(r->home, cert, r->arena, err));
	TRY(pubkey_read(cert->spki, &r->own, err));
	other.key = r->own;
	r->key = r->own;
	r->certificate = cert;
	TRY_WHILE(err, signer_open_other(r->home, &other, ops, config, &r->signer, err),
	    "opening the key that answers OCSP requests");
	return home_algorithm(r->own, NULL, false, &r->issuer.algorithm, err);
}

static enum rc_status
self_open(struct responder *r, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct error *err)
{
	r->key = r->home->key;
	r->certificate = &r->home->certificate;
	r->issuer.algorithm = r->home->algorithm;
	return signer_open(r->home, ops, config, &r->signer, err);
}

static enum rc_status
time_check(const struct responder *r, struct error *err)
{
	int64_t now = clock_now(r->home->clock);

	if (now < r->certificate->not_before)
		return fault(r->certificate, "is not valid yet", err);
	if (now >= r->certificate->not_after)
		return fault(r->certificate, "has expired", err);
	return RC_OK;
}

static enum rc_status
open_either(struct responder *r, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct error *err)
{
	r->issuer.ledger = r->home->ledger;
	TRY(r->home->config.ocsp_key != NULL ? delegate_open(r, ops, config, err)
	    : self_open(r, ops, config, err));
	TRY(time_check(r, err));
	r->issuer.signer = r->signer;
	r->issuer.key = r->key;
	r->issuer.certificate = &r->home->certificate;
	return RC_OK;
}

enum rc_status
responder_open(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct responder **ret, struct error *err)
{
	SCOPED(responder_close) struct responder *r = mem_zero(sizeof(*r));

	r->home = home;
	r->arena = arena_new();
	TRY(open_either(r, ops, config, err));
	*ret = TAKE(r);
	return RC_OK;
}

void
responder_close(struct responder *r)
{
	if (r == NULL)
		return;
	signer_close(r->signer);
	pubkey_free(r->own);
	arena_free(r->arena);
	free(r);
}

const struct cert *
responder_certificate(const struct responder *r)
{
	return r->certificate;
}

void
responder_times(const struct responder *r, int64_t *ret_this, int64_t *ret_next)
{
	int64_t now = clock_now(r->home->clock);
	int64_t next = now + (int64_t)r->home->config.ocsp_days * DAY;

	*ret_this = now;
	*ret_next = next < r->certificate->not_after ? next : r->certificate->not_after;
}

/* -- signing ------------------------------------------------------------------------------ */

struct one {
	struct responder_draft draft;
	struct ocsp_lint_context context;
	struct entry entry;
	struct permit *permit;
	struct bytes response;
	struct error *err;               /* of this one                      */
};

/* Up to RESPONDER_MANY of them. */
struct round {
	struct responder *responder;
	const struct responder_batch *batch;
	size_t first, n;
	struct one *ones;
	struct arena *arena;
};

static void
round_clear(struct round *round)
{
	for (size_t i = 0; i < round->n; i++) {
		permit_free(round->ones[i].permit);
		error_free(round->ones[i].err);
	}
	arena_free(round->arena);
}
DEFINE_SCOPED_VALUE(round_clear, struct round)

static void
data_make(const struct responder *r, const struct responder_draft *draft, int64_t until,
    int64_t now, struct buf *out)
{
	const struct ocsp_parts parts = { .key_id = pubkey_key_id(r->key), .produced = now,
		.this_update = now, .next_update = until, .answers = draft->answers,
		.n = draft->n, .nonce = draft->nonce };

	ocsp_data_encode(&parts, out);
}

static enum rc_status
one_permit(struct round *round, struct one *one, struct error *err)
{
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;
	const struct responder *r = round->responder;
	struct permit_draft draft = { .kind = LEDGER_OCSP, .key = r->key, .entry = &one->entry,
		.answers = &one->context, .requester = round->batch->requester };

	responder_times(r, &draft.not_before, &draft.not_after);
	data_make(r, &one->draft, draft.not_after, draft.not_before, &tbs);
	draft.tbs = buf_bytes(&tbs);
	one->context = (struct ocsp_lint_context){ .issuer = &r->home->certificate,
		.responder = r->certificate, .key_id = pubkey_key_id(r->key),
		.answers = one->draft.answers, .n = one->draft.n, .nonce = one->draft.nonce };
	one->entry = (struct entry){ .id = one->draft.entry, .role = "ocsp",
		.canonical = bytes_of_text("ocsp") };
	sha256(one->entry.canonical, one->entry.digest);
	sha256(bytes_of_text(one->entry.role), one->entry.profile_digest);
	return permit_make(&r->issuer, &draft, &one->permit, err);
}

static enum rc_status
round_draft(struct round *round, struct error *err)
{
	const struct responder_batch *batch = round->batch;

	for (size_t i = 0; i < round->n; i++) {
		struct one *one = &round->ones[i];

		TRY(batch->draft(batch->arg, round->first + i, round->arena, &one->draft, err));
		TRY(one_permit(round, one, err));
	}
	return RC_OK;
}

/* The token is asked for no more after the first that failed; all that it was asked for
 * are settled. */
static enum rc_status
round_settle(struct round *round, struct error *err)
{
	struct permit_entry entries[RESPONDER_MANY];
	enum rc_status status = RC_OK;
	size_t n = 0;

	for (size_t i = 0; i < round->n && status == RC_OK; i++) {
		struct one *one = &round->ones[i];
		struct permit_result result;

		one->err = error_new();
		status = permit_sign(one->permit, round->responder->signer, err);
		if (status == RC_OK)
			status = permit_check(one->permit, round->arena, &result, err);
		if (status == RC_OK)
			one->response = result.der;
		entries[n++] = (struct permit_entry){ .permit = one->permit, .err = one->err };
	}
	KEEP_FIRST(status, permit_write(round->responder->home->ledger, entries, n, err));
	for (size_t i = 0; i < n && status == RC_OK; i++)
		status = entries[i].status;
	return status;
}

static enum rc_status
round_deliver(const struct round *round, struct error *err)
{
	const struct responder_batch *batch = round->batch;

	for (size_t i = 0; i < round->n; i++)
		TRY(batch->done(batch->arg, round->first + i, &round->ones[i].draft,
		    round->ones[i].response, err));
	return RC_OK;
}

static enum rc_status
round_run(struct responder *r, const struct responder_batch *batch, size_t first,
    struct error *err)
{
	SCOPED(round_clear) struct round round = { .responder = r, .batch = batch,
		.first = first, .arena = arena_new() };
	enum rc_status status;

	round.n = batch->n - first < RESPONDER_MANY ? batch->n - first : RESPONDER_MANY;
	round.ones = arena_alloc(round.arena, round.n * sizeof(*round.ones));
	TRY(ledger_batch_begin(r->home->ledger, err));
	status = round_draft(&round, err);
	TRY(ledger_batch_end(r->home->ledger, err));
	TRY(status);
	TRY(round_settle(&round, err));
	return round_deliver(&round, err);
}

enum rc_status
responder_sign(struct responder *r, const struct responder_batch *batch, struct error *err)
{
	for (size_t first = 0; first < batch->n; first += RESPONDER_MANY)
		TRY(round_run(r, batch, first, err));
	return RC_OK;
}
