#include "check/issuer.h"
#include "check/lint_parts.h"
#include "x509/constraints.h"

#define ANY_POLICY "2.5.29.32.0"

/* -- names -------------------------------------------------------------------------- */

static bool
has_host_name(const struct cert_ext *san)
{
	for (size_t i = 0; san != NULL && i < san->value.u.names.n; i++)
		if (san->value.u.names.v[i].type == NAME_DNS)
			return true;
	return false;
}

static void
tell(const struct lint *lint, const char *what, const char *verdict, struct error *err)
{
	if (verdict != NULL)
		(void)error_fail(err, RULE_LINT_CONSTRAINTS, "'%s' %s '%s'", what, verdict,
		    lint->context->issuer->subject_text);
}

/* RFC 5280 6.1.3 (b) and (c) pass over a certificate that names its own issuer, unless it
 * is the last of the chain, which any can be. */
void
lint_constraints(const struct lint *lint, struct error *err)
{
	const struct cert *issuer = lint->context->issuer, *cert = lint->cert;
	const struct cert_ext *limits =
	    issuer != NULL ? cert_find_ext(issuer, EXT_NAME_CONSTRAINTS) : NULL;
	const struct cert_ext *san = cert_find_ext(cert, EXT_SUBJECT_ALT_NAME);

	if (limits == NULL || (cert_is_ca(cert) && cert_is_self_issued(cert)))
		return;
	if (!dn_is_empty(&cert->subject_dn))
		tell(lint, cert->subject_text, constraints_refuse_subject(limits->der,
		    &cert->subject_dn, !has_host_name(san)), err);
	for (size_t i = 0; san != NULL && i < san->value.u.names.n; i++)
		tell(lint, san->value.u.names.v[i].value,
		    constraints_refuse_name(limits->der, &san->value.u.names.v[i]), err);
}

/* -- policies -------------------------------------------------------------------------- */

static bool
names_policy(const struct cert_ext *policies, const char *oid)
{
	for (size_t i = 0; policies != NULL && i < policies->value.u.policies.n; i++)
		if (strcmp(policies->value.u.policies.v[i].oid, oid) == 0)
			return true;
	return false;
}

/* Policies that the CA maps to others are those others below it. */
static bool
is_mapped_to(const struct cert *issuer, const char *oid)
{
	const struct cert_ext *ext = cert_find_ext(issuer, EXT_POLICY_MAPPINGS);

	for (size_t i = 0; ext != NULL && i < ext->value.u.mappings.n; i++)
		if (strcmp(ext->value.u.mappings.v[i].subject, oid) == 0)
			return true;
	return false;
}

/*
 * RFC 5280 6.1.3 (d) and (e): a policy counts that every certificate of the chain has; with
 * inhibitAnyPolicy of 0 anyPolicy of those below is none.  A root's own policies bound
 * nothing (6.1.1 begins with any).
 */
void
lint_policies(const struct lint *lint, struct error *err)
{
	const struct cert *issuer = lint->context->issuer;
	const struct cert_ext *own = cert_find_ext(lint->cert, EXT_CERTIFICATE_POLICIES), *above,
	    *inhibit;

	if (issuer == NULL || own == NULL || cert_is_self_issued(issuer))
		return;
	above = cert_find_ext(issuer, EXT_CERTIFICATE_POLICIES);
	inhibit = cert_find_ext(issuer, EXT_INHIBIT_ANY_POLICY);
	for (size_t i = 0; i < own->value.u.policies.n; i++) {
		const char *oid = own->value.u.policies.v[i].oid;

		if (strcmp(oid, ANY_POLICY) == 0 && inhibit != NULL && inhibit->value.u.number == 0)
			(void)error_fail(err, RULE_LINT_POLICIES,
			    "certificatePolicies holds anyPolicy, which '%s' inhibits",
			    issuer->subject_text);
		if (above != NULL && strcmp(oid, ANY_POLICY) != 0 &&
		    !names_policy(above, oid) && !names_policy(above, ANY_POLICY) &&
		    !is_mapped_to(issuer, oid))
			(void)error_fail(err, RULE_LINT_POLICIES,
			    "certificatePolicies holds %s, which '%s' has not", oid,
			    issuer->subject_text);
	}
}

/* RFC 5280 4.2.1.5: what is mapped should stand among the policies; a verifier that has
 * come to the mapping otherwise finds nothing to map. */
void
lint_mappings(const struct lint *lint, struct error *err)
{
	const struct cert_ext *map = cert_find_ext(lint->cert, EXT_POLICY_MAPPINGS);
	const struct cert_ext *own = cert_find_ext(lint->cert, EXT_CERTIFICATE_POLICIES);

	for (size_t i = 0; map != NULL && i < map->value.u.mappings.n; i++) {
		const char *oid = map->value.u.mappings.v[i].issuer;

		if (!names_policy(own, oid) && !names_policy(own, ANY_POLICY))
			(void)error_fail(err, RULE_POLICY_MAPPINGS,
			    "policyMappings maps %s, which certificatePolicies has not", oid);
	}
}

/* -- purposes -------------------------------------------------------------------------- */

void
lint_issuer_purposes(const struct lint *lint, struct error *err)
{
	const struct cert *issuer = lint->context->issuer;
	const struct cert_ext *own = cert_find_ext(lint->cert, EXT_EXTENDED_KEY_USAGE);
	const char *oid;

	if (issuer == NULL || own == NULL)
		return;
	oid = issuer_lacks_purpose(issuer, own->value.u.oids.v, own->value.u.oids.n);
	if (oid != NULL)
		(void)error_fail(err, RULE_ISSUER_PURPOSE,
		    "extendedKeyUsage has %s, which '%s' has not", purpose_text(oid),
		    issuer->subject_text);
}
