#include "check/issuer.h"
#include "check/judge_parts.h"

enum { DEPTH_MAX = 16 };

/* Who of the given ones signed it?  *ret_named: one at least bears the name. */
static const struct cert *
find_issuer(const struct cert *cert, const struct judge_context *context, bool *ret_named)
{
	SCOPED(error_free) struct error *why = error_new();

	*ret_named = false;
	for (size_t i = 0; i < context->n_issuers; i++) {
		const struct cert *issuer = &context->issuers[i];

		if (!bytes_equal(issuer->subject, cert->issuer))
			continue;
		*ret_named = true;
		if (cert_verify(cert, issuer, why) == RC_OK)
			return issuer;
	}
	return NULL;
}

static void
no_issuer(const struct cert *cert, bool named, struct error *findings)
{
	if (named) {
		(void)error_fail(findings, RULE_CHECK_CHAIN,
		    "'%s' was not signed by the key of '%s'", cert->subject_text,
		    cert->issuer_text);
		error_fix(findings, "the CA may have been renewed with another key: give the "
		    "certificate that it had then");
		return;
	}
	(void)error_fail(findings, RULE_CHECK_CHAIN, "the issuer of '%s' is not among those given",
	    cert->subject_text);
	error_want(findings, "one of the given issuers", cert->issuer_text);
}

/* RFC 5280 6.1.4 (k) to (n): may it issue, with so many CAs below it? */
static void
judge_issuer(const struct entry *entry, const struct cert *issuer, unsigned below, int64_t now,
    struct error *findings)
{
	const struct cert_ext *basic = cert_find_ext(issuer, EXT_BASIC_CONSTRAINTS);
	const struct cert_ext *usage = cert_find_ext(issuer, EXT_KEY_USAGE);
	bool is_old_root = issuer->version < 3 && cert_is_self_issued(issuer);

	if (!cert_is_ca(issuer) && !is_old_root)
		(void)error_fail(findings, RULE_CHECK_CHAIN, "the issuer '%s' is no CA",
		    issuer->subject_text);
	else if (basic != NULL && basic->value.u.basic.path_len >= 0 &&
	    (unsigned)basic->value.u.basic.path_len < below)
		(void)error_fail(findings, RULE_CHECK_CHAIN,
		    "'%s' allows %d CAs below it: there are %u", issuer->subject_text,
		    basic->value.u.basic.path_len, below);
	if (usage != NULL && (usage->value.u.key_usage & KU_KEY_CERT_SIGN) == 0)
		(void)error_fail(findings, RULE_CHECK_CHAIN,
		    "the key usage of '%s' does not allow keyCertSign", issuer->subject_text);
	judge_time(issuer, now, findings);
	if (!cert_is_self_issued(issuer))
		judge_signature(issuer, entry, findings);
}

/* Windows, NSS and OpenSSL count only the purposes that every certificate of a chain has. */
static void
judge_purposes(const struct cert *cert, const struct cert *issuer, struct error *findings)
{
	const struct cert_ext *own = cert_find_ext(cert, EXT_EXTENDED_KEY_USAGE);
	const char *oid = own == NULL ? NULL :
	    issuer_lacks_purpose(issuer, own->value.u.oids.v, own->value.u.oids.n);

	if (oid != NULL)
		(void)error_fail(findings, RULE_CHECK_CHAIN,
		    "the extended key usage of '%s' does not allow %s", issuer->subject_text,
		    purpose_text(oid));
}

/* RFC 5280 6.3, with the lists that there are. */
static void
judge_revocation(const struct cert *cert, const struct judge_context *context,
    struct error *findings)
{
	for (size_t i = 0; i < context->n_lists; i++) {
		const struct foreign_crl *list = &context->lists[i];

		if (!bytes_equal(list->issuer, cert->issuer))
			continue;
		if (foreign_crl_find(list, cert->serial) != NULL)
			(void)error_fail(findings, RULE_CHECK_REVOKED,
			    "'%s' was revoked by '%s'", cert->subject_text, cert->issuer_text);
		else if (context->now > list->next_update)
			error_note(findings, RULE_PARENT_CRL_TIMES, NOWHERE,
			    "the list of '%s' has ended: import the current one",
			    cert->issuer_text);
	}
}

/* No more above it: who signed it is itself. */
static bool
is_root(const struct cert *cert)
{
	SCOPED(error_free) struct error *why = error_new();

	return cert_is_self_issued(cert) && cert_verify(cert, cert, why) == RC_OK;
}

void
judge_chain_for(const struct entry *entry, const struct cert *cert,
    const struct judge_context *context, struct error *findings)
{
	unsigned below = cert_is_ca(cert) ? 1 : 0;
	const struct cert *at = cert, *issuer;
	bool named;

	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		issuer = find_issuer(at, context, &named);
		if (issuer == NULL && at != cert && !named) {
			error_note(findings, RULE_CHECK_CHAIN, NOWHERE,
			    "the chain ends at '%s': its issuer was not given", at->subject_text);
			break;
		}
		if (issuer == NULL) {
			no_issuer(at, named, findings);
			break;
		}
		judge_issuer(entry, issuer, below, context->now, findings);
		judge_purposes(cert, issuer, findings);
		judge_revocation(at, context, findings);
		if (is_root(issuer))
			break;
		below += cert_is_self_issued(issuer) ? 0 : 1;
		at = issuer;
	}
}

bool
judge_chain(const struct cert *cert, const struct judge_context *context,
    struct error *findings)
{
	size_t before = error_count(findings);

	judge_chain_for(NULL, cert, context, findings);
	return error_count(findings) == before;
}
