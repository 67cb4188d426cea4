#include "issue/permit.h"

#include <stdlib.h>

#include "check/lint.h"
#include "check/readback.h"
#include "crypto/csr.h"
#include "crypto/digest.h"
#include "issue/csr_lint.h"
#include "plan/origin.h"
#include "x509/tbs.h"

enum stage {
	JUDGED,                          /* may be journalled                 */
	JOURNALLED,                      /* in a batch of the ledger          */
	ON_DISK,                         /* may be signed                     */
	SPENT,                           /* the token was asked               */
	SETTLED,
};

struct permit {
	const struct permit_issuer *issuer;
	struct permit_draft draft;       /* its octets are in the arena       */
	enum stage stage;
	int64_t id;                      /* of the PENDING row                */
	struct ledger_intent intent;     /* but for the custody, which is not known yet */
	struct ledger_digests digests;
	struct buf der;                  /* what was signed, wrapped          */
	struct digested signed_bytes;    /* the same, once it was read back   */
	const char *lost, *spoiled;      /* why; NULL: it is not              */
	struct buf note;                 /* of the signer, for the ledger     */
	const struct origin *origin;     /* of the entry; NULL: not known     */
	struct cert judged;              /* as the lint read it; empty for what is none */
	struct arena *arena;
};

/* -- judged --------------------------------------------------------------------------- */

/* By code that did not write the bytes. */
static enum rc_status
draft_lint(const struct permit_issuer *issuer, const struct permit_draft *draft,
    struct cert *ret, struct error *err)
{
	struct lint_context context = {
		.algorithm = issuer->algorithm, .issuer = issuer->certificate,
		.key = draft->key, .serial = draft->serial, .entry = draft->entry,
	};

	if (draft->list != NULL)
		return lint_crl(draft->tbs, draft->list, err);
	if (draft->answers != NULL)
		return lint_ocsp(draft->tbs, draft->answers, err);
	if (draft->statement != NULL)
		return cms_attributes_lint(draft->tbs, draft->statement, err);
	if (draft->kind == LEDGER_CSR)
		return csr_info_lint(draft->tbs, draft->subject, draft->key, err);
	return lint_reading(draft->tbs, &context, draft->arena, ret, err);
}

static void
origin_keep(struct permit *permit)
{
	const struct permit_draft *draft = &permit->draft;
	struct origin *origin = ARENA_NEW(permit->arena, struct origin);

	if (draft->entry != NULL && origin_make(draft->plan, draft->entry, permit->arena, origin))
		permit->origin = origin;
}

static const char *const *
host_names(const struct entry *entry, struct arena *arena, size_t *ret_n)
{
	const char **names = arena_alloc(arena, (entry->n_san + 1) * sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < entry->n_san; i++)
		if (entry->san[i].type == NAME_DNS)
			names[n++] = entry->san[i].value;
	*ret_n = n;
	return names;
}

/* Here, where many are judged at once, and not when it is written. */
static void
intent_fill(struct permit *permit)
{
	SCOPED(buf_clear) struct buf canonical = BUF_INIT;
	struct arena *arena = permit->arena;
	const struct permit_issuer *issuer = permit->issuer;
	const struct permit_draft *draft = &permit->draft;
	const struct entry *entry = draft->entry;
	struct ledger_intent intent = {
		.kind = draft->kind, .serial = draft->serial, .tbs = draft->tbs,
		.algorithm = sigalg_word(issuer->algorithm),
		.csr = draft->csr, .spki = pubkey_spki(draft->key),
		.requester = draft->requester,
		.not_before = draft->not_before, .not_after = draft->not_after,
	};

	if (entry != NULL) {
		intent.entry = entry->id;
		intent.role = entry->role;
		intent.entry_digest = BYTES(entry->digest, sizeof(entry->digest));
		entry_put_canonical(entry, &canonical);
		intent.entry_canonical = arena_bytes(arena, buf_bytes(&canonical));
		intent.names = host_names(entry, arena, &intent.n_names);
		intent.profile_digest =
		    BYTES(entry->profile_digest, sizeof(entry->profile_digest));
	}
	if (draft->plan != NULL) {
		intent.topology = draft->plan->topology;
		intent.topology_digest =
		    BYTES(draft->plan->digest, sizeof(draft->plan->digest));
	}
	if (permit->origin != NULL) {
		intent.origin = permit->origin->text;
		intent.texts = permit->origin->texts;
		intent.n_texts = permit->origin->n_texts;
	}
	ledger_digest_intent(&intent, &permit->digests);
	intent.digests = &permit->digests;
	permit->intent = intent;
}

enum rc_status
permit_judge(const struct permit_issuer *issuer, const struct permit_draft *draft,
    struct permit **ret, struct error *err)
{
	struct cert judged = { .n_exts = 0 };
	struct permit *permit;

	TRY_WHILE(err, draft_lint(issuer, draft, &judged, err), "linting what is to be signed");
	permit = mem_zero(sizeof(*permit));
	permit->arena = arena_new();
	permit->issuer = issuer;
	permit->draft = *draft;
	permit->judged = judged;
	permit->draft.tbs = arena_bytes(permit->arena, draft->tbs);
	permit->draft.serial = arena_bytes(permit->arena, draft->serial);
	permit->draft.csr = arena_bytes(permit->arena, draft->csr);
	origin_keep(permit);
	intent_fill(permit);
	*ret = permit;
	return RC_OK;
}

void
permit_free(struct permit *permit)
{
	if (permit == NULL)
		return;
	buf_clear(&permit->der);
	buf_clear(&permit->note);
	arena_free(permit->arena);
	free(permit);
}

int64_t
permit_ledger_id(const struct permit *permit)
{
	return permit->id;
}

/* -- the ledger ------------------------------------------------------------------------ */

static const char *
custody_text(const struct permit_issuer *issuer)
{
	if (issuer->custody != NULL || issuer->signer == NULL)
		return issuer->custody;
	return buf_text(&issuer->signer->description);
}

/* What was approved stands in the ledger, and takes the custody of this login. */
static enum rc_status
intent_store(struct permit *permit, struct error *err)
{
	const struct permit_draft *draft = &permit->draft;
	struct ledger *ledger = permit->issuer->ledger;

	permit->id = draft->reserved;
	permit->intent.custody = custody_text(permit->issuer);
	if (draft->request != 0)
		return ledger_spend(ledger, draft->request, permit->intent.custody, err);
	return ledger_intent(ledger, &permit->intent, &permit->id, err);
}

enum rc_status
permit_reserve(struct permit *permit, const struct ledger_ask *ask, int64_t *ret,
    struct error *err)
{
	permit->intent.custody = custody_text(permit->issuer);
	TRY_WHILE(err, ledger_ask_certificate(permit->issuer->ledger, &permit->intent, ask, ret,
	    err), "recording what waits for approval");
	permit->stage = SETTLED;
	return RC_OK;
}

static enum rc_status
settle(struct permit *permit, struct error *err)
{
	struct ledger *ledger = permit->issuer->ledger;

	if (permit->note.n != 0)
		TRY(ledger_note(ledger, "relogin", buf_text(&permit->note), err));
	if (permit->lost != NULL)
		TRY_WHILE(err, ledger_lose(ledger, permit->id, permit->lost, err),
		    "recording it; `ledger recover` will");
	else if (permit->spoiled != NULL)
		TRY_WHILE(err, ledger_spoil(ledger, permit->id, buf_bytes(&permit->der),
		    permit->spoiled, err), "recording it; `ledger recover` makes it LOST");
	else
		TRY_WHILE(err, ledger_commit_digested(ledger, permit->id, &permit->signed_bytes,
		    err), "recording what was signed; it is not delivered");
	return RC_OK;
}

static enum rc_status
intent_write(const struct permit_entry *entry, struct error *err)
{
	if (entry->admit != NULL)
		TRY(entry->admit(entry->admit_arg, err));
	TRY_WHILE(err, intent_store(entry->permit, err), "recording what is to be signed");
	return RC_OK;
}

static enum rc_status
entry_write(struct ledger *ledger, const struct permit_entry *entry, struct error *err)
{
	if (entry->permit == NULL)
		return ledger_refuse(ledger, entry->refusal, err);
	if (entry->permit->stage == JUDGED)
		return intent_write(entry, err);
	if (entry->permit->stage == SPENT)
		return settle(entry->permit, err);
	return error_fail(err, RULE_BUG, "ledger entry %lld is written twice",
	    (long long)entry->permit->id);
}

enum rc_status
permit_write(struct ledger *ledger, struct permit_entry *entries, size_t n, struct error *err)
{
	TRY(ledger_batch_begin(ledger, err));
	for (size_t i = 0; i < n; i++)
		entries[i].status = entry_write(ledger, &entries[i], entries[i].err);
	TRY(ledger_batch_end(ledger, err));
	for (size_t i = 0; i < n; i++)
		if (entries[i].permit != NULL && entries[i].status == RC_OK)
			entries[i].permit->stage =
			    entries[i].permit->stage == JUDGED ? ON_DISK : SETTLED;
	return RC_OK;
}

/* -- the token ------------------------------------------------------------------------- */

/* Of a delegated responder: clients look for it in the response. */
static struct bytes
responder_der(const struct ocsp_lint_context *answers)
{
	return answers->responder != answers->issuer ? answers->responder->der : BYTES(NULL, 0);
}

static void
signed_put(const struct permit *permit, struct bytes signature, struct buf *out)
{
	const struct permit_draft *draft = &permit->draft;

	if (draft->statement != NULL)
		cms_encode(draft->statement, draft->tbs, signature, out);
	else if (draft->answers != NULL)
		ocsp_basic_encode(draft->tbs, permit->issuer->algorithm, signature,
		    responder_der(draft->answers), out);
	else
		signed_wrap(draft->tbs, permit->issuer->algorithm, signature, out);
}

/* What failed after the token was asked is possibly signed. */
static enum rc_status
lost(struct permit *permit, enum rc_status status, struct error *err)
{
	const char *why = error_message(err);

	permit->lost =
	    arena_strdup(permit->arena, why[0] != '\0' ? why : rule_text(RULE_SIGN_FAILED));
	error_while(err, "asking the token for a signature: ledger entry %lld is LOST",
	    (long long)permit->id);
	return status;
}

/* The batch that it was journalled in, if any, must have ended. */
static enum rc_status
may_sign(struct permit *permit, struct error *err)
{
	if (permit->stage >= SPENT)
		return error_fail(err, RULE_BUG, "a permit is spent twice (ledger entry %lld)",
		    (long long)permit->id);
	if (permit->stage == JOURNALLED && ledger_is_flushed(permit->issuer->ledger))
		permit->stage = ON_DISK;
	if (permit->stage != ON_DISK)
		return error_fail(err, RULE_BUG, "the intent is not on the disk yet");
	return RC_OK;
}

enum rc_status
permit_sign(struct permit *permit, struct signer *signer, struct error *err)
{
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	enum rc_status status;

	TRY(may_sign(permit, err));
	permit->stage = SPENT;
	status = signer_sign(signer, permit->issuer->algorithm, permit->draft.tbs,
	    &permit->note, &signature, err);
	if (status != RC_OK)
		return lost(permit, status, err);
	signed_put(permit, buf_bytes(&signature), &permit->der);
	return RC_OK;
}

/* -- verified, read back --------------------------------------------------------------- */

static enum rc_status
csr_read_back(const struct permit *permit, struct bytes der, struct arena *arena,
    struct permit_result *ret, struct error *err)
{
	SCOPED(csr_clear) struct csr csr = CSR_INIT;

	TRY(csr_read(der, arena, &csr, err));
	if (!bytes_equal(pubkey_spki(csr.key), pubkey_spki(permit->draft.key)))
		return error_fail(err, RULE_SIGN_SPOILED, "the request holds another key");
	ret->der = arena_bytes(arena, der);
	return RC_OK;
}

/* cms_verify() holds the message to the content and to the certificate beside it, and
 * that to what was meant. */
static enum rc_status
statement_read_back(const struct permit *permit, struct bytes der, struct arena *arena,
    struct permit_result *ret, struct error *err)
{
	const struct cms_terms *terms = permit->draft.statement;
	struct cms cms;

	TRY(cms_verify(der, terms->detached ? &terms->content : NULL, arena, &cms, err));
	if (!bytes_equal(cms.signer.der, terms->signer->der) ||
	    !bytes_equal(cms.signer.spki, pubkey_spki(permit->draft.key)) ||
	    !bytes_equal(cms.content, terms->content))
		return error_fail(err, RULE_SIGN_SPOILED, "the message is another statement");
	ret->der = arena_bytes(arena, der);
	return RC_OK;
}

/* By the strict reader, which had no part in writing it. */
static enum rc_status
list_read_back(const struct permit *permit, struct bytes der, struct arena *arena,
    struct permit_result *ret, struct error *err)
{
	struct crl crl;

	TRY(crl_read(der, &crl, err));
	TRY(pubkey_verify(permit->issuer->key, crl.algorithm, crl.tbs, crl.signature, err));
	if (!bytes_equal(crl.tbs, permit->draft.tbs))
		return error_fail(err, RULE_SIGN_SPOILED, "the list is another one");
	ret->der = arena_bytes(arena, der);
	return RC_OK;
}

/* The whole response by libcrypto, which had no part in writing it. */
static enum rc_status
answers_read_back(const struct permit *permit, struct bytes der, struct arena *arena,
    struct permit_result *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf whole = BUF_INIT;
	struct ocsp_basic basic;

	ocsp_wrap(der, &whole);
	TRY(ocsp_read(buf_bytes(&whole), arena, &basic, err));
	TRY(pubkey_verify(permit->issuer->key, basic.algorithm, basic.data, basic.signature,
	    err));
	if (!bytes_equal(basic.data, permit->draft.tbs) ||
	    !bytes_equal(basic.certificate, responder_der(permit->draft.answers)))
		return error_fail(err, RULE_SIGN_SPOILED, "the response is another one");
	ret->der = arena_bytes(arena, buf_bytes(&whole));
	return RC_OK;
}

/* With the CA's certified key, not with what the engine says. */
static enum rc_status
signed_read_back(const struct permit *permit, struct bytes der, struct arena *arena,
    struct permit_result *ret, struct error *err)
{
	const struct permit_draft *draft = &permit->draft;
	struct readback_intent intent = {
		.tbs = draft->tbs, .judged = &permit->judged,
		.algorithm = permit->issuer->algorithm,
		.signer = permit->issuer->key, .key = draft->key, .entry = draft->entry,
	};

	if (draft->statement != NULL)
		return statement_read_back(permit, der, arena, ret, err);
	if (draft->answers != NULL)
		return answers_read_back(permit, der, arena, ret, err);
	if (draft->kind == LEDGER_CRL)
		return list_read_back(permit, der, arena, ret, err);
	if (draft->kind == LEDGER_CSR)
		return csr_read_back(permit, der, arena, ret, err);
	TRY(readback_certificate(der, &intent, arena, &ret->certificate, err));
	ret->der = ret->certificate.der;
	return RC_OK;
}

enum rc_status
permit_check(struct permit *permit, struct arena *arena, struct permit_result *ret,
    struct error *err)
{
	struct permit_result result = { .der = { .n = 0 } };
	SCOPED(error_free) struct error *why = error_new();

	if (signed_read_back(permit, buf_bytes(&permit->der), arena, &result, why) == RC_OK) {
		permit->signed_bytes.bytes = buf_bytes(&permit->der);
		sha256(permit->signed_bytes.bytes, permit->signed_bytes.sha256);
		*ret = result;
		return RC_OK;
	}
	permit->spoiled = arena_strdup(permit->arena, error_message(why));
	(void)error_fail(err, RULE_SIGN_SPOILED,
	    "what the token signed is not what was asked for: %s [%s]", error_message(why),
	    rule_id(error_rule(why)));
	error_while(err, "checking what was signed: ledger entry %lld is SPOILED",
	    (long long)permit->id);
	return rule_status(RULE_SIGN_SPOILED);
}

/* -- one alone ------------------------------------------------------------------------- */

enum rc_status
permit_make(const struct permit_issuer *issuer, const struct permit_draft *draft,
    struct permit **ret, struct error *err)
{
	SCOPED(permit_free) struct permit *permit = NULL;

	TRY(signer_check(issuer->signer, err));
	TRY(permit_judge(issuer, draft, &permit, err));
	TRY_WHILE(err, intent_store(permit, err), "recording what is to be signed");
	permit->stage = JOURNALLED;
	*ret = TAKE(permit);
	return RC_OK;
}

enum rc_status
permit_spend(struct permit *permit, struct arena *arena, struct permit_result *ret,
    struct error *err)
{
	struct permit_result result;
	enum rc_status status;

	TRY(may_sign(permit, err));
	status = permit_sign(permit, permit->issuer->signer, err);
	if (status == RC_OK)
		status = permit_check(permit, arena, &result, err);
	KEEP_FIRST(status, settle(permit, err));
	permit->stage = SETTLED;
	TRY(status);
	*ret = result;
	return RC_OK;
}
