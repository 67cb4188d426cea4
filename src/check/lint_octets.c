/*
 * What a role gives as an OID and its octets is signed as it is.  Of a few OIDs it is known
 * that they mean nothing in a certificate of ours, or how their extension is flagged.
 */
#include "check/lint_parts.h"

enum place_of { ANYWHERE, LISTS_ALONE, NEVER };

static const struct known {
	const char *oid, *name, *section;
	enum place_of place;
} known[] = {
	{ "2.5.29.9", "subjectDirectoryAttributes", "RFC 5280 4.2.1.8", ANYWHERE },
	{ "2.5.29.18", "issuerAltName", "RFC 5280 4.2.1.7", ANYWHERE },
	{ "2.5.29.20", "cRLNumber", "RFC 5280 5.2.3", LISTS_ALONE },
	{ "2.5.29.21", "reasonCode", "RFC 5280 5.3.1", LISTS_ALONE },
	{ "2.5.29.24", "invalidityDate", "RFC 5280 5.3.2", LISTS_ALONE },
	{ "2.5.29.27", "deltaCRLIndicator", "RFC 5280 5.2.4", LISTS_ALONE },
	{ "2.5.29.28", "issuingDistributionPoint", "RFC 5280 5.2.5", LISTS_ALONE },
	{ "2.5.29.29", "certificateIssuer", "RFC 5280 5.3.3", LISTS_ALONE },
	{ "1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestampList", "RFC 6962 3.3", NEVER },
	{ "1.3.6.1.4.1.11129.2.4.3", "precertificate poison", "RFC 6962 3.1", NEVER },
};

static const char *
fault_of(const struct known *one, const struct cert_ext *ext)
{
	static const uint8_t empty[] = { 0x30, 0 };

	if (one->place == LISTS_ALONE)
		return "belongs to revocation lists";
	if (one->place == NEVER)
		return "is no thing that a role can know";
	if (ext->critical)
		return "is never critical";
	return bytes_equal(ext->der, BYTES(empty, sizeof(empty))) ? "is empty" : NULL;
}

static void
lint_known(const struct cert_ext *ext, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const char *fault = strcmp(known[i].oid, ext->oid) == 0 ?
		    fault_of(&known[i], ext) : NULL;

		if (fault != NULL)
			(void)error_fail(err, RULE_LINT_EXT_OCTETS, "the extension %s, %s, %s (%s)",
			    known[i].oid, known[i].name, fault, known[i].section);
	}
}

void
lint_octets(const struct lint *lint, struct error *err)
{
	for (size_t i = 0; i < lint->cert->n_exts; i++)
		if (!lint->cert->exts[i].known)
			lint_known(&lint->cert->exts[i], err);
}
