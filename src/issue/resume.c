/*
 * resume.c - the signature over what officers approved.
 */
#include <stdlib.h>

#include "issue/approve.h"
#include "issue/reserve.h"
#include "issue/task.h"
#include "plan/entry_read.h"

/* What is on record of a request, made ready to be signed. */
struct resumption {
	struct home *home;
	struct approval_case c;
	struct cert tbs;                 /* as libcrypto reads it            */
	struct entry entry;
	struct csr csr;
	struct sentences notes;
	struct arena *arena;
};

static struct resumption
resumption_of(struct home *home)
{
	struct resumption r = { .home = home, .csr = CSR_INIT, .arena = arena_new() };

	r.notes.arena = r.arena;
	return r;
}

static void
resumption_clear(struct resumption *r)
{
	csr_clear(&r->csr);
	arena_free(r->arena);
}
DEFINE_SCOPED_VALUE(resumption_clear, struct resumption)

/* The CA's certificate and the validity that was fixed: both may have ended meanwhile. */
static enum rc_status
time_check(const struct resumption *r, struct error *err)
{
	const struct cert *ca = &r->home->certificate;
	int64_t now = clock_now(r->home->clock);

	if (now < ca->not_before || now > ca->not_after)
		return error_fail(err, RULE_ISSUE_EXPIRED,
		    "the CA's own certificate is not valid %s",
		    now > ca->not_after ? "any more" : "yet");
	if (now >= r->c.row->not_after)
		return error_fail(err, RULE_ISSUE_EXPIRED,
		    "the validity that was approved for request %lld is over",
		    (long long)r->c.request.id);
	return RC_OK;
}

static enum rc_status
case_check(struct resumption *r, int64_t id, struct error *err)
{
	TRY(approval_expire(r->home, err));
	TRY(approval_open(r->home, id, r->arena, &r->c, err));
	if (r->c.request.is_policy)
		return error_fail(err, RULE_APPROVAL_STATE,
		    "request %lld is for a change of policy: `rolecert ca policy accept`",
		    (long long)id);
	TRY(approval_is_open(r->home, &r->c, true, err));
	TRY(approval_prove(r->home, &r->c, err));
	return time_check(r, err);
}

static enum rc_status
request_check(struct resumption *r, struct error *err)
{
	const struct ledger_row *row = r->c.row;
	uint8_t key[SHA256_OCTETS];

	TRY_WHILE(err, csr_read(row->csr, r->arena, &r->csr, err), "reading the request again");
	sha256(pubkey_spki(r->csr.key), key);
	if (!bytes_equal(row->key_digest, BYTES(key, sizeof(key))))
		return error_fail(err, RULE_APPROVAL_RECORD,
		    "the request on record has another key than ledger entry %lld",
		    (long long)row->id);
	return RC_OK;
}

static enum rc_status
entry_check(struct resumption *r, struct error *err)
{
	const struct ledger_row *row = r->c.row;

	TRY(cert_read_tbs(row->tbs, r->arena, &r->tbs, err));
	TRY(entry_read(row->entry_canonical, &r->tbs, r->arena, &r->entry, err));
	if (!bytes_equal(row->entry_digest, BYTES(r->entry.digest, sizeof(r->entry.digest))))
		return error_fail(err, RULE_APPROVAL_RECORD,
		    "the entry of ledger entry %lld has another digest", (long long)row->id);
	r->entry.id = row->entry;
	r->entry.role = row->role;
	return RC_OK;
}

/* What became known of the key since it was asked for: revoked for compromise, or certified
 * for another entry. */
static enum rc_status
key_check(struct resumption *r, struct sentences *notes, struct error *err)
{
	const struct live_question question = {
		.entry = &r->entry, .topology = r->c.row->topology,
		.key = r->c.row->key_digest, .now = clock_now(r->home->clock),
	};

	TRY(task_key_is_no_ca(r->home, r->csr.key, err));
	return known_key(r->home->ledger, &question, notes, err);
}

/* Once more under the writer's lock: who revokes it meanwhile is not too late. */
static enum rc_status
key_admit(void *arg, struct error *err)
{
	struct resumption *r = arg;
	struct sentences told = { .arena = r->arena };

	return key_check(r, &told, err);
}

static enum rc_status
resumption_make(struct resumption *r, int64_t id, struct error *err)
{
	TRY(case_check(r, id, err));
	TRY(request_check(r, err));
	TRY(entry_check(r, err));
	return key_check(r, &r->notes, err);
}

static struct issuance *
issuance_make(struct resumption *r, const struct permit_result *result)
{
	struct issuance *issued = mem_zero(sizeof(*issued));
	SCOPED(buf_clear) struct buf serial = BUF_INIT;

	buf_put_hex(&serial, r->c.row->serial);
	*issued = (struct issuance){
		.der = result->der, .certificate = result->certificate,
		.serial = arena_strdup(r->arena, buf_text(&serial)), .ledger_id = r->c.row->id,
		.notes = r->notes.list.v, .n_notes = r->notes.list.n,
	};
	issued->arena = TAKE(r->arena);
	return issued;
}

static enum rc_status
sign(struct resumption *r, const struct permit_issuer *issuer, struct issuance **ret,
    struct error *err)
{
	SCOPED(permit_free) struct permit *permit = NULL;
	const struct ledger_row *row = r->c.row;
	struct permit_draft draft = {
		.kind = LEDGER_CERTIFICATE, .tbs = row->tbs, .serial = row->serial,
		.key = r->csr.key, .subject = r->tbs.subject, .not_before = row->not_before,
		.not_after = row->not_after, .entry = &r->entry, .csr = row->csr,
		.request = r->c.request.id, .reserved = row->id, .arena = r->arena,
	};
	struct permit_entry intent = { .admit = key_admit, .admit_arg = r, .err = err };
	struct permit_result result;

	TRY(task_signer_check(r->home, issuer->signer, err));
	TRY(permit_judge(issuer, &draft, &permit, err));
	intent.permit = permit;
	TRY_WHILE(err, permit_write(r->home->ledger, &intent, 1, err),
	    "recording what is to be signed");
	TRY(intent.status);
	TRY(permit_spend(permit, r->arena, &result, err));
	*ret = issuance_make(r, &result);
	return RC_OK;
}

enum rc_status
issue_resume(struct home *home, struct signer *signer, int64_t request, struct issuance **ret,
    struct error *err)
{
	SCOPED(resumption_clear) struct resumption r = resumption_of(home);
	const struct permit_issuer issuer = {
		.ledger = home->ledger, .signer = signer, .key = home->key,
		.algorithm = home->algorithm, .certificate = &home->certificate,
	};

	TRY_WHILE(err, resumption_make(&r, request, err), "completing request %lld",
	    (long long)request);
	TRY_WHILE(err, sign(&r, &issuer, ret, err), "completing request %lld", (long long)request);
	return RC_OK;
}

enum rc_status
issue_resume_check(struct home *home, int64_t request, struct error *err)
{
	SCOPED(resumption_clear) struct resumption r = resumption_of(home);

	TRY_WHILE(err, resumption_make(&r, request, err), "completing request %lld",
	    (long long)request);
	return RC_OK;
}
