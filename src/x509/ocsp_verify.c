/*
 * Responses as libcrypto reads them, which had no part in writing them.
 */
#include "x509/ocsp.h"

#include <openssl/ocsp.h>

#include "crypto/libcrypto.h"
#include "x509/tbs.h"

DEFINE_SCOPED(OCSP_RESPONSE_free, OCSP_RESPONSE *)
DEFINE_SCOPED(OCSP_BASICRESP_free, OCSP_BASICRESP *)

static enum rc_status
malformed(struct error *err, const char *what)
{
	return crypto_fail(err, RULE_OCSP_MALFORMED, "this is no OCSP response: %s", what);
}

/* What libcrypto wrote, into the arena, and freed. */
static struct bytes
take_octets(uint8_t *octets, int n, struct arena *arena)
{
	struct bytes copy = BYTES(NULL, 0);

	if (n > 0)
		copy = arena_bytes(arena, BYTES(octets, (size_t)n));
	OPENSSL_free(octets);
	return copy;
}

static struct bytes
data_of(OCSP_BASICRESP *basic, struct arena *arena)
{
	uint8_t *octets = NULL;
	int n = i2d_OCSP_RESPDATA(OCSP_resp_get0_respdata(basic), &octets);

	return take_octets(octets, n, arena);
}

static enum rc_sigalg
algorithm_of(const OCSP_BASICRESP *basic, struct arena *arena)
{
	uint8_t *octets = NULL;
	int n = i2d_X509_ALGOR(OCSP_resp_get0_tbs_sigalg(basic), &octets);

	return sigalg_find(take_octets(octets, n, arena));
}

static struct bytes
certificate_of(const OCSP_BASICRESP *basic, struct arena *arena)
{
	const STACK_OF(X509) *certs = OCSP_resp_get0_certs(basic);
	uint8_t *octets = NULL;
	int n;

	if (sk_X509_num(certs) < 1)
		return BYTES(NULL, 0);
	n = i2d_X509(sk_X509_value(certs, 0), &octets);
	return take_octets(octets, n, arena);
}

static enum rc_status
basic_take(OCSP_BASICRESP *basic, struct arena *arena, struct ocsp_basic *ret,
    struct error *err)
{
	const ASN1_OCTET_STRING *signature = OCSP_resp_get0_signature(basic);

	if (sk_X509_num(OCSP_resp_get0_certs(basic)) > 1)
		return malformed(err, "it holds more than one certificate");
	ret->data = data_of(basic, arena);
	ret->algorithm = algorithm_of(basic, arena);
	ret->signature = arena_bytes(arena, BYTES(ASN1_STRING_get0_data(signature),
	    (size_t)ASN1_STRING_length(signature)));
	ret->certificate = certificate_of(basic, arena);
	return RC_OK;
}

enum rc_status
ocsp_basic_read(struct bytes der, struct arena *arena, struct ocsp_basic *ret,
    struct error *err)
{
	SCOPED(OCSP_BASICRESP_free) OCSP_BASICRESP *basic = NULL;
	const uint8_t *p = der.p;
	uint8_t *octets = NULL;
	int n;

	crypto_begin();
	basic = d2i_OCSP_BASICRESP(NULL, &p, (long)der.n);
	if (basic == NULL || p != der.p + der.n)
		return malformed(err, "libcrypto does not read it");
	n = i2d_OCSP_BASICRESP(basic, &octets);
	if (!bytes_equal(take_octets(octets, n, arena), der))
		return malformed(err, "libcrypto would write it otherwise");
	return basic_take(basic, arena, ret, err);
}

enum rc_status
ocsp_read(struct bytes der, struct arena *arena, struct ocsp_basic *ret, struct error *err)
{
	SCOPED(OCSP_RESPONSE_free) OCSP_RESPONSE *response = NULL;
	SCOPED(OCSP_BASICRESP_free) OCSP_BASICRESP *basic = NULL;
	const uint8_t *p = der.p;

	crypto_begin();
	response = d2i_OCSP_RESPONSE(NULL, &p, (long)der.n);
	if (response == NULL || p != der.p + der.n)
		return malformed(err, "libcrypto does not read it");
	if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		return malformed(err, "it answers nothing");
	basic = OCSP_response_get1_basic(response);
	if (basic == NULL)
		return malformed(err, "it is of another kind");
	return basic_take(basic, arena, ret, err);
}
