#include "issue/audit_signed.h"

#include "issue/chain.h"
#include "x509/crl.h"
#include "x509/ocsp.h"

struct signer {
	const struct cert *ca;
	const struct pubkey *key;
};

static enum rc_status
certificate_verify(const struct signer *s, struct bytes der, struct arena *arena,
    struct error *err)
{
	struct cert cert;

	TRY(cert_read(der, arena, &cert, err));
	return pubkey_verify(s->key, cert.algorithm, cert.tbs, cert.signature, err);
}

static enum rc_status
list_verify(const struct signer *s, struct bytes der, struct arena *arena, struct error *err)
{
	struct crl crl;

	(void)arena;
	TRY(crl_read(der, &crl, err));
	return pubkey_verify(s->key, crl.algorithm, crl.tbs, crl.signature, err);
}

static enum rc_status
answers_verify(const struct signer *s, struct bytes der, struct arena *arena,
    struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	struct ocsp_basic basic;
	struct cert delegate;

	TRY(ocsp_basic_read(der, arena, &basic, err));
	if (basic.certificate.n == 0)
		return pubkey_verify(s->key, basic.algorithm, basic.data, basic.signature, err);
	TRY(cert_read(basic.certificate, arena, &delegate, err));
	TRY(cert_check_issuer(&delegate, s->ca, RULE_OCSP_SIGNER, err));
	TRY(pubkey_read(delegate.spki, &key, err));
	return pubkey_verify(key, basic.algorithm, basic.data, basic.signature, err);
}

static enum rc_status (*const verifiers[LEDGER_KINDS])(const struct signer *s,
    struct bytes der, struct arena *arena, struct error *err) = {
	[LEDGER_CERTIFICATE] = certificate_verify, [LEDGER_SELF_SIGNED] = certificate_verify,
	[LEDGER_CRL] = list_verify, [LEDGER_OCSP] = answers_verify,
};

enum rc_status
audit_signed(const struct cert *ca, const struct pubkey *key, enum ledger_kind kind,
    struct bytes signed_bytes, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = NULL;
	const struct signer signer = { .ca = ca, .key = key };

	if (verifiers[kind] == NULL)
		return RC_OK;
	arena = arena_new();
	return verifiers[kind](&signer, signed_bytes, arena, err);
}
