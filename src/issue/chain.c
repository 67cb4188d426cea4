#include "issue/chain.h"

enum rc_status
cert_check_issuer(const struct cert *cert, const struct cert *issuer, enum rule rule,
    struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();

	if (!bytes_equal(cert->issuer, issuer->subject))
		return error_fail(err, rule, "'%s' was issued by '%s', not by '%s'",
		    cert->subject_text, cert->issuer_text, issuer->subject_text);
	if (cert_verify(cert, issuer, why) != RC_OK)
		return error_fail(err, rule, "'%s' is not signed by the key of '%s': %s",
		    cert->subject_text, issuer->subject_text, error_message(why));
	return RC_OK;
}

enum rc_status
chain_check(const struct cert *cert, const struct cert *chain, size_t n, enum rule rule,
    struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		TRY(cert_check_issuer(cert, &chain[i], rule, err));
		cert = &chain[i];
	}
	return RC_OK;
}
