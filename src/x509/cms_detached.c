/*
 * Detached messages that other tools make, read by libcrypto.
 */
#include "x509/cms.h"

#include <openssl/cms.h>
#include <openssl/err.h>

#include "crypto/der.h"
#include "crypto/envelope.h"
#include "crypto/libcrypto.h"

enum { CERTS_MAX = 16 };

DEFINE_SCOPED(CMS_ContentInfo_free, CMS_ContentInfo *)

static enum rc_status
unfit(struct error *err, const char *what)
{
	ERR_clear_error();
	return error_fail(err, RULE_CMS_DETACHED, "the signature %s", what);
}

static enum rc_status
message_read(struct bytes der, CMS_ContentInfo **ret, struct error *err)
{
	const char *fault = der.n > CMS_MAX ? "it is too large" : der_fault(der);
	const uint8_t *p = der.p;

	if (fault != NULL)
		return error_fail(err, RULE_CMS_DETACHED, "the signature is not DER: %s", fault);
	*ret = d2i_CMS_ContentInfo(NULL, &p, (long)der.n);
	if (*ret == NULL || p != der.p + der.n)
		return crypto_fail(err, RULE_CMS_DETACHED, "the signature is no CMS");
	return RC_OK;
}

/* 2.16.840.1.101.3.4.2.x: 1 is SHA-256, 2 SHA-384, 3 SHA-512 (RFC 5754 2). */
static bool
names_sha2(struct bytes algorithm)
{
	static const uint8_t hashes[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02 };
	struct bytes oid;

	return der_take(&algorithm, DER_OID, &oid) && oid.n == sizeof(hashes) + 1 &&
	    memcmp(oid.p, hashes, sizeof(hashes)) == 0 && oid.p[sizeof(hashes)] >= 1 &&
	    oid.p[sizeof(hashes)] <= 3;
}

/* digestAlgorithms (RFC 5652 5.1), which CMS_verify() computes one and all.  Of one that
 * it does not know it keeps memory for good. */
static bool
digests_are_sha2(struct bytes der)
{
	struct bytes info, part, signed_data, digests, algorithm;

	if (!der_take(&der, DER_SEQUENCE, &info) || !der_take(&info, DER_OID, &part) ||
	    !der_take(&info, DER_CONTEXT_SEQ(0), &part) ||
	    !der_take(&part, DER_SEQUENCE, &signed_data) ||
	    !der_take(&signed_data, DER_INTEGER, &part) ||
	    !der_take(&signed_data, DER_SET, &digests))
		return false;
	while (der_take(&digests, DER_SEQUENCE, &algorithm))
		if (!names_sha2(algorithm))
			return false;
	return true;
}

/* SHA-1 and MD5 are not what anybody approves with. */
static bool
is_sha2(CMS_SignerInfo *info)
{
	X509_ALGOR *digest = NULL;
	const ASN1_OBJECT *oid;
	int nid;

	CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, NULL);
	if (digest == NULL)
		return false;
	X509_ALGOR_get0(&oid, NULL, NULL, digest);
	nid = OBJ_obj2nid(oid);
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

static int
certs_count(CMS_ContentInfo *message)
{
	STACK_OF(X509) *certs = CMS_get1_certs(message);
	int n = sk_X509_num(certs);

	sk_X509_pop_free(certs, X509_free);
	return n;
}

static enum rc_status
shape_check(struct bytes der, CMS_ContentInfo *message, struct error *err)
{
	STACK_OF(CMS_SignerInfo) *infos;
	int n;

	if (OBJ_obj2nid(CMS_get0_type(message)) != NID_pkcs7_signed)
		return unfit(err, "is another kind of CMS than SignedData");
	if (CMS_is_detached(message) != 1)
		return unfit(err, "holds a content of its own");
	infos = CMS_get0_SignerInfos(message);
	if (sk_CMS_SignerInfo_num(infos) != 1)
		return unfit(err, "has not exactly one signer");
	if (!is_sha2(sk_CMS_SignerInfo_value(infos, 0)) || !digests_are_sha2(der))
		return unfit(err, "was not made over SHA-256, SHA-384 or SHA-512");
	n = certs_count(message);
	if (n < 1 || n > CERTS_MAX)
		return unfit(err, n < 1 ? "does not hold the signer's certificate"
		                        : "holds too many certificates");
	return RC_OK;
}

/* The one that libcrypto verified with. */
static enum rc_status
signer_take(CMS_ContentInfo *message, struct arena *arena, struct cert *ret, struct error *err)
{
	STACK_OF(X509) *signers = CMS_get0_signers(message);
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	uint8_t *p = NULL;
	int n = sk_X509_num(signers) == 1 ? i2d_X509(sk_X509_value(signers, 0), &p) : 0;

	sk_X509_free(signers);
	if (n > 0)
		buf_put(&der, p, (size_t)n);
	OPENSSL_free(p);
	if (n <= 0)
		return unfit(err, "does not hold the signer's certificate");
	TRY_WHILE(err, cert_read(buf_bytes(&der), arena, ret, err),
	    "reading the signer's certificate");
	return RC_OK;
}

enum rc_status
cms_verify_detached(struct bytes der, struct bytes content, struct arena *arena,
    struct cms *ret, struct error *err)
{
	SCOPED(CMS_ContentInfo_free) CMS_ContentInfo *message = NULL;
	SCOPED(BIO_free_all) BIO *in = NULL;
	struct cms cms = { .content = content };

	crypto_begin();
	TRY(message_read(der, &message, err));
	TRY(shape_check(der, message, err));
	in = BIO_new_mem_buf(content.p, (int)content.n);
	if (in == NULL)
		mem_die();
	if (CMS_verify(message, NULL, NULL, in, NULL,
	    CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1)
		return crypto_fail(err, RULE_CMS_SIGNATURE, "the signature does not verify");
	TRY(signer_take(message, arena, &cms.signer, err));
	*ret = cms;
	return RC_OK;
}

/* -- files ------------------------------------------------------------------------------ */

static const char *const labels[] = { "CMS", "PKCS7" };

static const struct envelope_kind kind = {
	.what = "CMS signature", .labels = labels, .n_labels = ARRAY_LEN(labels),
	.max = CMS_MAX, .malformed = RULE_CMS_DETACHED, .too_large = RULE_CMS_DETACHED,
	.trailing = RULE_CMS_DETACHED,
};

enum rc_status
cms_open(struct bytes file, struct arena *arena, struct bytes *ret, struct error *err)
{
	struct envelope envelope;

	TRY(envelope_open(file, &kind, arena, &envelope, err));
	*ret = envelope.der;
	return RC_OK;
}
