/*
 * What stock OpenSSL says of a chain: `openssl verify -x509_strict`.
 */
#include "x509/cert.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "crypto/libcrypto.h"

DEFINE_SCOPED(X509_free, X509 *)
DEFINE_SCOPED(X509_STORE_free, X509_STORE *)
DEFINE_SCOPED(X509_STORE_CTX_free, X509_STORE_CTX *)

static void
stack_free(STACK_OF(X509) *stack)
{
	sk_X509_pop_free(stack, X509_free);
}
DEFINE_SCOPED(stack_free, STACK_OF(X509) *)

static X509 *
decode(const struct cert *cert)
{
	const uint8_t *p = cert->der.p;
	X509 *x = d2i_X509(NULL, &p, (long)cert->der.n);

	if (x == NULL)
		mem_die();               /* it was read before */
	return x;
}

enum rc_status
cert_verify_strict(const struct cert *cert, const struct cert *const *above, size_t n,
    int64_t at, struct error *err)
{
	SCOPED(X509_STORE_free) X509_STORE *store = X509_STORE_new();
	SCOPED(X509_STORE_CTX_free) X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	SCOPED(X509_free) X509 *leaf = decode(cert);
	SCOPED(stack_free) STACK_OF(X509) *between = sk_X509_new_null();
	SCOPED(X509_free) X509 *top = decode(n > 0 ? above[n - 1] : cert);
	int verdict;

	crypto_begin();
	for (size_t i = 0; i + 1 < n; i++)
		if (sk_X509_push(between, decode(above[i])) <= 0)
			mem_die();
	if (store == NULL || ctx == NULL || X509_STORE_add_cert(store, top) != 1 ||
	    X509_STORE_CTX_init(ctx, store, leaf, between) != 1)
		mem_die();
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN |
	    X509_V_FLAG_CHECK_SS_SIGNATURE);
	X509_STORE_CTX_set_time(ctx, 0, (time_t)at);
	verdict = X509_verify_cert(ctx);
	ERR_clear_error();
	if (verdict == 1)
		return RC_OK;
	return error_fail(err, RULE_CERT_CHAIN, "'%s': %s (certificate %d of the chain)",
	    cert->subject_text, X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)),
	    X509_STORE_CTX_get_error_depth(ctx));
}
