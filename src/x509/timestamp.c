#include "x509/timestamp.h"

#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include "base/civil.h"
#include "crypto/digest.h"
#include "crypto/libcrypto.h"

enum { NONCE_OCTETS = 8 };

DEFINE_SCOPED(TS_REQ_free, TS_REQ *)
DEFINE_SCOPED(TS_RESP_free, TS_RESP *)
DEFINE_SCOPED(TS_VERIFY_CTX_free, TS_VERIFY_CTX *)
DEFINE_SCOPED(TS_MSG_IMPRINT_free, TS_MSG_IMPRINT *)
DEFINE_SCOPED(PKCS7_free, PKCS7 *)
DEFINE_SCOPED(X509_ALGOR_free, X509_ALGOR *)
DEFINE_SCOPED(ASN1_INTEGER_free, ASN1_INTEGER *)

/* -- asking ------------------------------------------------------------------------ */

/* Beginning with a one, so that it has as many octets in DER whatever it is. */
static ASN1_INTEGER *
nonce_of(const uint8_t digest[SHA256_OCTETS])
{
	SCOPED(BN_free) BIGNUM *number = NULL;
	uint8_t octets[NONCE_OCTETS];

	memcpy(octets, digest, sizeof(octets));
	octets[0] = (uint8_t)((octets[0] & 0x3f) | 0x40);
	number = crypto_bn(BYTES(octets, sizeof(octets)));
	return BN_to_ASN1_INTEGER(number, NULL);
}

static TS_REQ *
request_make(struct bytes text)
{
	SCOPED(TS_REQ_free) TS_REQ *request = TS_REQ_new();
	SCOPED(TS_MSG_IMPRINT_free) TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	SCOPED(X509_ALGOR_free) X509_ALGOR *algorithm = X509_ALGOR_new();
	SCOPED(ASN1_INTEGER_free) ASN1_INTEGER *nonce = NULL;
	uint8_t digest[SHA256_OCTETS];

	sha256(text, digest);
	nonce = nonce_of(digest);
	if (request == NULL || imprint == NULL || algorithm == NULL || nonce == NULL ||
	    X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) != 1 ||
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) != 1 ||
	    TS_MSG_IMPRINT_set_msg(imprint, digest, sizeof(digest)) != 1 ||
	    TS_REQ_set_version(request, 1) != 1 ||
	    TS_REQ_set_msg_imprint(request, imprint) != 1 ||
	    TS_REQ_set_nonce(request, nonce) != 1 || TS_REQ_set_cert_req(request, 1) != 1)
		mem_die();
	return TAKE(request);
}

void
timestamp_request(struct bytes text, struct buf *out)
{
	SCOPED(TS_REQ_free) TS_REQ *request = request_make(text);
	uint8_t *der = NULL;
	int n = i2d_TS_REQ(request, &der);

	if (n <= 0)
		mem_die();
	buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
}

/* -- the answer -------------------------------------------------------------------- */

static enum rc_status
malformed(struct error *err, const char *what)
{
	return crypto_fail(err, RULE_TIMESTAMP_MALFORMED, "this is no time stamp: %s", what);
}

/* A whole answer, or its token. */
static enum rc_status
token_find(struct bytes answer, PKCS7 **ret, struct error *err)
{
	SCOPED(TS_RESP_free) TS_RESP *response = NULL;
	const uint8_t *p = answer.p;
	long status;

	crypto_begin();
	*ret = answer.n <= TIMESTAMP_MAX ? d2i_PKCS7(NULL, &p, (long)answer.n) : NULL;
	if (*ret != NULL && p == answer.p + answer.n)
		return RC_OK;
	PKCS7_free(TAKE(*ret));
	p = answer.p;
	response = answer.n <= TIMESTAMP_MAX ? d2i_TS_RESP(NULL, &p, (long)answer.n) : NULL;
	if (response == NULL || p != answer.p + answer.n)
		return malformed(err, "neither a TimeStampResp nor a token");
	status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response)));
	if ((status != 0 && status != 1) || TS_RESP_get_token(response) == NULL)
		return error_fail(err, RULE_TIMESTAMP_WRONG,
		    "the time stamping authority did not grant it (status %ld)", status);
	*ret = PKCS7_dup(TS_RESP_get_token(response));
	return *ret != NULL ? RC_OK : malformed(err, "its token cannot be read");
}

/* The one certificate that the token's signer is named by. */
static enum rc_status
signer_find(PKCS7 *token, struct arena *arena, struct cert *ret, X509 **ret_x509,
    struct error *err)
{
	STACK_OF(X509) *signers = token != NULL && PKCS7_type_is_signed(token)
	    ? PKCS7_get0_signers(token, NULL, 0) : NULL;
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	uint8_t *octets = NULL;
	int n = -1;

	if (signers != NULL && sk_X509_num(signers) == 1) {
		*ret_x509 = sk_X509_value(signers, 0);
		n = i2d_X509(*ret_x509, &octets);
	}
	sk_X509_free(signers);
	if (n <= 0)
		return malformed(err, "it holds no certificate of one signer");
	buf_put(&der, octets, (size_t)n);
	OPENSSL_free(octets);
	return cert_read(arena_bytes(arena, buf_bytes(&der)), arena, ret, err);
}

/* The signer stands for himself; when he did is what the stamp says. */
static X509_STORE *
store_of(X509 *signer)
{
	X509_STORE *store = X509_STORE_new();

	if (store == NULL || X509_STORE_add_cert(store, signer) != 1 ||
	    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME) != 1)
		mem_die();
	return store;
}

static enum rc_status
token_verify(PKCS7 *token, X509 *signer, struct bytes text, struct error *err)
{
	SCOPED(TS_REQ_free) TS_REQ *request = request_make(text);
	SCOPED(TS_VERIFY_CTX_free) TS_VERIFY_CTX *context = TS_REQ_to_TS_VERIFY_CTX(request, NULL);

	if (context == NULL)
		mem_die();
	(void)TS_VERIFY_CTX_add_flags(context, TS_VFY_SIGNATURE);
	(void)TS_VERIFY_CTX_set_store(context, store_of(signer));       /* takes it */
	crypto_begin();
	if (TS_RESP_verify_token(context, token) != 1)
		return crypto_fail(err, RULE_TIMESTAMP_WRONG,
		    "the time stamp is not of this text, or not signed by its TSA");
	return RC_OK;
}

/* 2.4.2: YYYYMMDDhhmmss, then perhaps a fraction, then Z. */
static bool
time_read(const ASN1_GENERALIZEDTIME *time, int64_t *ret)
{
	static const char after[14] = { [3] = '-', [5] = '-', [7] = 'T', [9] = ':', [11] = ':' };
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const char *digits = (const char *)ASN1_STRING_get0_data(time);
	int n = ASN1_STRING_length(time);

	if (n < (int)sizeof(after) + 1 || digits[n - 1] != 'Z')
		return false;
	for (size_t i = 0; i < sizeof(after); i++) {
		buf_putc(&text, digits[i]);
		if (after[i] != 0)
			buf_putc(&text, after[i]);
	}
	buf_putc(&text, 'Z');
	return civil_read(buf_text(&text), ret);
}

static enum rc_status
time_find(PKCS7 *token, int64_t *ret, struct error *err)
{
	TS_TST_INFO *info = PKCS7_to_TS_TST_INFO(token);
	bool good = info != NULL && time_read(TS_TST_INFO_get_time(info), ret);

	TS_TST_INFO_free(info);
	return good ? RC_OK : malformed(err, "it says no time");
}

enum rc_status
timestamp_read(struct bytes answer, struct bytes text, struct arena *arena,
    struct timestamp *ret, struct error *err)
{
	SCOPED(PKCS7_free) PKCS7 *token = NULL;
	struct timestamp stamp = { .time = 0 };
	X509 *signer = NULL;
	uint8_t *der = NULL;
	int n;

	TRY(token_find(answer, &token, err));
	TRY(signer_find(token, arena, &stamp.tsa, &signer, err));
	TRY(token_verify(token, signer, text, err));
	TRY(time_find(token, &stamp.time, err));
	n = i2d_PKCS7(token, &der);
	if (n <= 0)
		return malformed(err, "its token cannot be written");
	stamp.token = arena_bytes(arena, BYTES(der, (size_t)n));
	OPENSSL_free(der);
	*ret = stamp;
	return RC_OK;
}
