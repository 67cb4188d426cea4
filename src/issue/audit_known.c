#include "issue/audit_known.h"

#include "crypto/der.h"
#include "crypto/envelope.h"
#include "crypto/pubkey.h"
#include "x509/cms.h"
#include "x509/crl.h"

static bool
is_list(struct bytes file, struct arena *arena, struct bytes *ret)
{
	static const char *const labels[] = { "X509 CRL" };
	static const struct envelope_kind kind = { .what = "list of revocations",
		.labels = labels, .n_labels = 1, .max = LEDGER_MAX_BYTES,
		.malformed = RULE_CRL_MALFORMED, .too_large = RULE_CRL_MALFORMED,
		.trailing = RULE_CRL_MALFORMED };
	SCOPED(error_free) struct error *unheard = error_new();
	struct envelope envelope;
	struct crl crl;

	if (envelope_open(file, &kind, arena, &envelope, unheard) != RC_OK ||
	    crl_read(envelope.der, &crl, unheard) != RC_OK)
		return false;
	*ret = envelope.der;
	return true;
}

static enum rc_status
list_add(const struct audit_ca *ca, struct bytes der, struct arena *arena,
    struct known *known, struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	SCOPED(error_free) struct error *why = error_new();
	struct crl crl;

	TRY(crl_read(der, &crl, err));
	TRY(pubkey_read(ca->certs[0].spki, &key, err));
	if (pubkey_verify(key, crl.algorithm, crl.tbs, crl.signature, why) != RC_OK)
		return error_fail(err, RULE_LOG_KNOWN,
		    "this list of revocations is not signed by the key of '%s'",
		    ca->certs[0].subject_text);
	*VEC_PUSH(arena, &known->lists) = der;
	return RC_OK;
}

/* ContentInfo { signedData, [0] SignedData { version, hashes, { id-data } ... } }: what
 * was signed is not in it (RFC 5652 5.2). */
static bool
is_detached(struct bytes der)
{
	struct bytes info, oid, tagged, data, version, hashes, content, type;

	return der_take(&der, DER_SEQUENCE, &info) && der_take(&info, DER_OID, &oid) &&
	    der_take(&info, DER_CONTEXT_SEQ(0), &tagged) &&
	    der_take(&tagged, DER_SEQUENCE, &data) && der_take(&data, DER_INTEGER, &version) &&
	    der_take(&data, DER_SET, &hashes) && der_take(&data, DER_SEQUENCE, &content) &&
	    der_take(&content, DER_OID, &type) && content.n == 0;
}

/* A checkpoint: its text, or signed. */
static enum rc_status
checkpoint_add(const struct audit_ca *ca, struct bytes file, struct known *known,
    struct arena *arena, struct error *err)
{
	struct checkpoint checkpoint;
	enum rc_status status = audit_checkpoint_read(ca, file, true, &checkpoint, err);

	if (status == RC_OK)
		*VEC_PUSH(arena, &known->checkpoints) = checkpoint;
	else if (error_rule(err) == RULE_CMS_MALFORMED)
		error_fix(err, "want a checkpoint, its text, a list of revocations, or a "
		    "cosignature: openssl cms -sign -binary -outform DER, detached");
	return status;
}

enum rc_status
known_add(const struct audit_ca *ca, const struct audit_known *file, struct arena *arena,
    struct known *known, struct error *err)
{
	SCOPED(error_free) struct error *unheard = error_new();
	struct bytes der;
	bool is_cms;

	if (is_list(file->file, arena, &der))
		return list_add(ca, der, arena, known, err);
	is_cms = cms_open(file->file, arena, &der, unheard) == RC_OK;
	if (is_cms && is_detached(der)) {
		*VEC_PUSH(arena, &known->cosignatures) = der;
		return RC_OK;
	}
	return checkpoint_add(ca, is_cms ? der : file->file, known, arena, err);
}

bool
known_is_cosignature(struct bytes text, struct bytes cms)
{
	SCOPED(error_free) struct error *unheard = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct cms signer;

	return cms_verify_detached(cms, text, arena, &signer, unheard) == RC_OK;
}
