/*
 * approve_sign.c - an officer's key on a token signs the text of a decision.  Neither
 * ledger nor permit knows of this signature: it is no one of the CA's, and its bytes can
 * be nothing but the attributes of an approval (x509/cms.h).
 */
#include "issue/approve.h"
#include "issue/signer_key.h"
#include "x509/cms.h"

static enum rc_status
officer_named(const struct home *home, const char *name, size_t *ret, struct error *err)
{
	const struct approval_policy *named = &home->config.approvals;
	const char *words[APPROVAL_OFFICERS_MAX], *near;
	enum rc_status status;

	for (size_t i = 0; i < named->n_officers; i++) {
		words[i] = named->officers[i].name;
		if (strcmp(words[i], name) == 0) {
			*ret = i;
			return RC_OK;
		}
	}
	near = nearest_word(name, words, named->n_officers);
	status = error_fail(err, RULE_APPROVAL_STRANGER, "%s names no officer '%s'", HOME_CONFIG,
	    name);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	return status;
}

static enum rc_status
officer_of(const struct home *home, const struct signer *signer, size_t *ret, struct error *err)
{
	const struct approval_policy *named = &home->config.approvals;
	uint8_t key[SHA256_OCTETS];

	sha256(pubkey_spki(signer->pubkey), key);
	for (size_t i = 0; i < named->n_officers; i++)
		if (memcmp(named->officers[i].key, key, sizeof(key)) == 0) {
			*ret = i;
			return RC_OK;
		}
	return error_fail(err, RULE_APPROVAL_STRANGER, "the key is that of no officer in %s",
	    HOME_CONFIG);
}

static enum rc_status
login(const struct home *home, const struct approver *approver, struct signer **ret,
    struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	struct signer_login login = {
		.ops = approver->engine, .config = *approver->config, .level = CUSTODY_LAB,
		.depth = RC_DEPTH_SESSION, .telling = CUSTODY_TELL_PROVEN,
	};
	size_t i = 0;

	if (approver->officer != NULL) {
		TRY(officer_named(home, approver->officer, &i, err));
		TRY(pubkey_read(home->officers[i].spki, &key, err));
		login.expected = key;
	}
	TRY_WHILE(err, signer_login(&login, ret, err), "opening the officer's key");
	return RC_OK;
}

static enum rc_status
text_sign(struct signer *signer, const struct cert *cert, struct bytes text, int64_t now,
    struct buf *cms, struct error *err)
{
	SCOPED(buf_clear) struct buf attributes = BUF_INIT, signature = BUF_INIT, note = BUF_INIT;
	struct cms_terms terms = { .content = text, .detached = true, .signer = cert,
		.algorithm = pubkey_sigalg(signer->pubkey), .signing_time = now };

	cms_attributes_encode(&terms, &attributes);
	TRY_WHILE(err, cms_attributes_lint(buf_bytes(&attributes), &terms, err),
	    "linting what the officer signs");
	TRY(signer_sign(signer, terms.algorithm, buf_bytes(&attributes), &note, &signature, err));
	cms_encode(&terms, buf_bytes(&attributes), buf_bytes(&signature), cms);
	return RC_OK;
}

enum rc_status
approval_sign(struct home *home, const struct approval_case *c, const struct approver *approver,
    struct arena *arena, struct bytes *ret, struct error *err)
{
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(buf_clear) struct buf text = BUF_INIT, cms = BUF_INIT;
	size_t i = 0;

	TRY(login(home, approver, &signer, err));
	TRY(officer_of(home, signer, &i, err));
	approval_text(c, approver->reason, &text);
	TRY(text_sign(signer, &home->officers[i], buf_bytes(&text), clock_now(home->clock), &cms,
	    err));
	*ret = arena_bytes(arena, buf_bytes(&cms));
	return RC_OK;
}
