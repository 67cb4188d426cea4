#include "issue/permit.h"

#include <stdlib.h>

#include "check/lint.h"
#include "check/readback.h"
#include "crypto/csr.h"
#include "issue/csr_lint.h"
#include "x509/tbs.h"

struct permit {
	const struct permit_issuer *issuer;
	const struct entry *entry;
	enum ledger_kind kind;
	const struct pubkey *key;        /* the subject's */
	const struct cms_terms *statement;
	struct bytes tbs;
	int64_t id;                      /* of the PENDING row */
	bool spent;
	struct arena *arena;
};

static enum rc_status
intent_store(const struct permit_issuer *issuer, const struct permit_draft *draft,
    int64_t *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf canonical = BUF_INIT;
	const struct entry *entry = draft->entry;
	struct ledger_intent intent = {
		.kind = draft->kind, .serial = draft->serial, .tbs = draft->tbs,
		.algorithm = sigalg_word(issuer->algorithm),
		.csr = draft->csr, .spki = pubkey_spki(draft->key),
		.requester = draft->requester,
		.custody = buf_text(&issuer->signer->description),
		.not_before = draft->not_before, .not_after = draft->not_after,
	};

	if (entry != NULL) {
		intent.entry = entry->id;
		intent.role = entry->role;
		intent.entry_digest = BYTES(entry->digest, sizeof(entry->digest));
		entry_put_canonical(entry, &canonical);
		intent.entry_canonical = buf_bytes(&canonical);
		intent.profile_digest =
		    BYTES(entry->profile_digest, sizeof(entry->profile_digest));
	}
	if (draft->plan != NULL) {
		intent.topology = draft->plan->topology;
		intent.topology_digest =
		    BYTES(draft->plan->digest, sizeof(draft->plan->digest));
	}
	return ledger_intent(issuer->ledger, &intent, ret, err);
}

/* By code that did not write the bytes. */
static enum rc_status
draft_lint(const struct permit_issuer *issuer, const struct permit_draft *draft,
    struct error *err)
{
	struct lint_context context = {
		.algorithm = issuer->algorithm, .issuer = issuer->certificate,
		.key = draft->key, .serial = draft->serial, .entry = draft->entry,
	};

	if (draft->list != NULL)
		return lint_crl(draft->tbs, draft->list, err);
	if (draft->statement != NULL)
		return cms_attributes_lint(draft->tbs, draft->statement, err);
	if (draft->kind == LEDGER_CSR)
		return csr_info_lint(draft->tbs, draft->subject, draft->key, err);
	return lint_certificate(draft->tbs, &context, err);
}

enum rc_status
permit_make(const struct permit_issuer *issuer, const struct permit_draft *draft,
    struct permit **ret, struct error *err)
{
	int64_t id;
	struct permit *permit;

	TRY(signer_check(issuer->signer, err));
	TRY_WHILE(err, draft_lint(issuer, draft, err), "linting what is to be signed");
	TRY_WHILE(err, intent_store(issuer, draft, &id, err), "recording what is to be signed");
	permit = mem_zero(sizeof(*permit));
	permit->arena = arena_new();
	permit->issuer = issuer;
	permit->entry = draft->entry;
	permit->kind = draft->kind;
	permit->tbs = arena_bytes(permit->arena, draft->tbs);
	permit->key = draft->key;
	permit->statement = draft->statement;
	permit->id = id;
	*ret = permit;
	return RC_OK;
}

void
permit_free(struct permit *permit)
{
	if (permit == NULL)
		return;
	arena_free(permit->arena);
	free(permit);
}

int64_t
permit_ledger_id(const struct permit *permit)
{
	return permit->id;
}

/* What failed after the token was asked is possibly signed. */
static enum rc_status
signature_ask(struct permit *permit, struct buf *signature, struct error *err)
{
	struct signer *signer = permit->issuer->signer;
	enum rc_status status, lost;

	status = signer_sign(signer, permit->issuer->algorithm, permit->tbs,
	    permit->issuer->ledger, signature, err);
	if (status == RC_OK)
		return RC_OK;
	error_while(err, "asking the token for a signature: ledger entry %lld is LOST",
	    (long long)permit->id);
	lost = ledger_lose(permit->issuer->ledger, permit->id,
	    error_message(err)[0] != '\0' ? error_message(err) : rule_text(RULE_SIGN_FAILED), err);
	if (lost != RC_OK)
		error_while(err, "recording it; `ledger recover` will");
	return status;
}

static enum rc_status
csr_read_back(const struct permit *permit, struct bytes der, struct arena *arena,
    struct permit_result *ret, struct error *err)
{
	SCOPED(csr_clear) struct csr csr = CSR_INIT;

	TRY(csr_read(der, arena, &csr, err));
	if (!bytes_equal(pubkey_spki(csr.key), pubkey_spki(permit->key)))
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
	const struct cms_terms *terms = permit->statement;
	struct cms cms;

	TRY(cms_verify(der, terms->detached ? &terms->content : NULL, arena, &cms, err));
	if (!bytes_equal(cms.signer.der, terms->signer->der) ||
	    !bytes_equal(cms.signer.spki, pubkey_spki(permit->key)) ||
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
	if (!bytes_equal(crl.tbs, permit->tbs))
		return error_fail(err, RULE_SIGN_SPOILED, "the list is another one");
	ret->der = arena_bytes(arena, der);
	return RC_OK;
}

/* With the CA's certified key, not with what the engine says. */
static enum rc_status
signed_read_back(const struct permit *permit, struct bytes der, struct arena *arena,
    struct permit_result *ret, struct error *err)
{
	struct readback_intent intent = {
		.tbs = permit->tbs, .algorithm = permit->issuer->algorithm,
		.signer = permit->issuer->key, .key = permit->key, .entry = permit->entry,
	};

	if (permit->statement != NULL)
		return statement_read_back(permit, der, arena, ret, err);
	if (permit->kind == LEDGER_CRL)
		return list_read_back(permit, der, arena, ret, err);
	if (permit->kind == LEDGER_CSR)
		return csr_read_back(permit, der, arena, ret, err);
	TRY(readback_certificate(der, &intent, arena, &ret->certificate, err));
	ret->der = ret->certificate.der;
	return RC_OK;
}

static void
signed_put(const struct permit *permit, struct bytes signature, struct buf *out)
{
	if (permit->statement != NULL)
		cms_encode(permit->statement, permit->tbs, signature, out);
	else
		signed_wrap(permit->tbs, permit->issuer->algorithm, signature, out);
}

static enum rc_status
spoil(struct permit *permit, struct bytes der, const struct error *why, struct error *err)
{
	enum rc_status status = error_fail(err, RULE_SIGN_SPOILED,
	    "what the token signed is not what was asked for: %s [%s]", error_message(why),
	    rule_id(error_rule(why)));

	error_while(err, "checking what was signed: ledger entry %lld is SPOILED",
	    (long long)permit->id);
	if (ledger_spoil(permit->issuer->ledger, permit->id, der, error_message(why), err) != RC_OK)
		error_while(err, "recording it; `ledger recover` makes it LOST");
	return status;
}

enum rc_status
permit_spend(struct permit *permit, struct arena *arena, struct permit_result *ret,
    struct error *err)
{
	struct permit_result result = { .der = { .n = 0 } };
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	if (permit->spent)
		return error_fail(err, RULE_BUG, "a permit is spent twice (ledger entry %lld)",
		    (long long)permit->id);
	permit->spent = true;
	if (!ledger_is_flushed(permit->issuer->ledger))
		return error_fail(err, RULE_BUG, "the intent is not on the disk yet");
	TRY(signature_ask(permit, &signature, err));
	signed_put(permit, buf_bytes(&signature), &der);
	if (signed_read_back(permit, buf_bytes(&der), arena, &result, why) != RC_OK)
		return spoil(permit, buf_bytes(&der), why, err);
	TRY_WHILE(err, ledger_commit(permit->issuer->ledger, permit->id, result.der, err),
	    "recording what was signed; it is not delivered");
	*ret = result;
	return RC_OK;
}
