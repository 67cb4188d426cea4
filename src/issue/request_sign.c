#include "issue/request_sign.h"

#include "crypto/csr.h"
#include "issue/csr_lint.h"
#include "issue/signer_key.h"
#include "x509/tbs.h"

/* What a request may usefully ask for; the rest is the CA's to say. */
static bool
is_asked_for(enum ext_id id)
{
	return id == EXT_KEY_USAGE || id == EXT_EXTENDED_KEY_USAGE ||
	    id == EXT_SUBJECT_ALT_NAME || id == EXT_SUBJECT_KEY_IDENTIFIER;
}

static void
info_encode(const struct entry *entry, const struct pubkey *key, struct bytes subject,
    struct buf *out)
{
	SCOPED(buf_clear) struct buf exts = BUF_INIT;
	struct entry asks = *entry;
	struct entry_ca_facts facts = {
		.spki = pubkey_spki(key), .key_is_ec = pubkey_is_ec(key),
		.subject_key_id = pubkey_key_id(key),
	};

	asks.n_exts = 1;
	for (size_t i = 0; i < entry->n_exts; i++) {
		asks.exts = &entry->exts[i];
		if (is_asked_for(entry->exts[i].id))
			entry_extensions(&asks, &facts, &exts);
	}
	csr_info_encode(subject, facts.spki, buf_bytes(&exts), out);
}

/* By other code than wrote it, possession included. */
static enum rc_status
read_back(struct bytes der, const struct pubkey *key, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(csr_clear) struct csr csr = CSR_INIT;

	if (csr_read(der, arena, &csr, why) != RC_OK)
		return error_fail(err, RULE_SIGN_SPOILED,
		    "what the token signed is no good request: %s [%s]", error_message(why),
		    rule_id(error_rule(why)));
	if (!bytes_equal(pubkey_spki(csr.key), pubkey_spki(key)))
		return error_fail(err, RULE_SIGN_SPOILED, "the request holds another key");
	return RC_OK;
}

static enum rc_status
sign_with(struct signer *signer, const struct entry *entry, struct buf *csr, struct error *err)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	SCOPED(buf_clear) struct buf info = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	SCOPED(buf_clear) struct buf note = BUF_INIT;
	enum rc_sigalg algorithm = pubkey_sigalg(signer->pubkey);

	dn_encode(&entry->subject, &subject);
	info_encode(entry, signer->pubkey, buf_bytes(&subject), &info);
	TRY_WHILE(err, csr_info_lint(buf_bytes(&info), buf_bytes(&subject), signer->pubkey, err),
	    "linting the request");
	TRY(signer_sign(signer, algorithm, buf_bytes(&info), &note, &signature, err));
	signed_wrap(buf_bytes(&info), algorithm, buf_bytes(&signature), &der);
	TRY(read_back(buf_bytes(&der), signer->pubkey, err));
	buf_put_bytes(csr, buf_bytes(&der));
	return RC_OK;
}

enum rc_status
request_sign(const struct request_terms *terms, struct buf *csr, struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	struct signer_login login = {
		.ops = terms->engine, .config = *terms->config, .level = terms->custody,
		.depth = RC_DEPTH_SESSION,
	};

	TRY(pubkey_read(terms->spki, &key, err));
	TRY(pubkey_check(key, err));
	login.expected = key;
	login.config.algorithm = pubkey_sigalg(key);
	TRY(signer_login(&login, &signer, err));
	return sign_with(signer, terms->entry, csr, err);
}
