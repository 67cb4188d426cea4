/*
 * Certificates of anybody, in any wrapping: read, linted as if they were to be
 * signed, their keys as if they were a request's, judged against an entry that asks for
 * nothing, with themselves as issuer.
 */
#include <openssl/err.h>
#include <openssl/x509.h>

#include "check/judge.h"
#include "check/lint.h"
#include "tests/fuzz/fuzz.h"

static void
lint(const struct cert *cert)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	struct lint_context context = { .algorithm = cert->algorithm, .issuer = cert };

	if (pubkey_read(cert->spki, &key, err) != RC_OK)
		return;
	context.key = key;
	fuzz_verdict(pubkey_check(key, err), err);
	error_clear(err);
	fuzz_verdict(lint_certificate(cert->tbs, &context, err), err);
}

/* What is read as DER is what libcrypto writes when it has to write all of it anew. */
static void
write_again(const struct cert *cert)
{
	const uint8_t *p = cert->der.p;
	X509 *x = d2i_X509(NULL, &p, (long)cert->der.n);
	uint8_t *again = NULL;
	int n = x != NULL ? i2d_re_X509_tbs(x, &again) : 0;

	fuzz_demand(x == NULL || (n > 0 && bytes_equal(cert->tbs, BYTES(again, (size_t)n))),
	    "a certificate was read that is not in DER");
	OPENSSL_free(again);
	X509_free(x);
	ERR_clear_error();
}

static void
judge(const struct cert *cert)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct judge_context context = { .now = cert->not_before, .issuers = cert, .n_issuers = 1 };
	struct entry entry = { .id = "fuzz", .san_order = SAN_EXACT };
	bool satisfied = judge_entry(&entry, cert, &context, findings);

	fuzz_demand(satisfied == (error_count(findings) == 0), "verdict and findings disagree");
	fuzz_verdict(error_status(findings), findings);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct cert cert = { .version = 0 };
	enum rc_status status = cert_read_file(BYTES(data, n), arena, &cert, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return 0;
	write_again(&cert);
	lint(&cert);
	judge(&cert);
	return 0;
}
