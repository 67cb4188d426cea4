#include <openssl/asn1t.h>
#include <openssl/rsa.h>

#include "crypto/csr_parts.h"

DEFINE_SCOPED(RSA_PSS_PARAMS_free, RSA_PSS_PARAMS *)

ASN1_SEQUENCE(CSR_KEY) = {
	ASN1_SIMPLE(CSR_KEY, algorithm, X509_ALGOR),
	ASN1_SIMPLE(CSR_KEY, octets, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CSR_KEY)

ASN1_SEQUENCE_enc(CSR_INFO, enc, 0) = {
	ASN1_SIMPLE(CSR_INFO, version, ASN1_INTEGER),
	ASN1_SIMPLE(CSR_INFO, subject, X509_NAME),
	ASN1_SIMPLE(CSR_INFO, key, CSR_KEY),
	ASN1_IMP_SET_OF_OPT(CSR_INFO, attributes, X509_ATTRIBUTE, 0),
} static_ASN1_SEQUENCE_END_ref(CSR_INFO, CSR_INFO)

ASN1_SEQUENCE(CSR) = {
	ASN1_SIMPLE(CSR, info, CSR_INFO),
	ASN1_SIMPLE(CSR, algorithm, X509_ALGOR),
	ASN1_SIMPLE(CSR, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CSR)

CSR *
csr_asn1_read(struct bytes der)
{
	const unsigned char *p = der.p;
	CSR *csr = (CSR *)ASN1_item_d2i(NULL, &p, (long)der.n, ASN1_ITEM_rptr(CSR));

	if (csr != NULL && p == der.p + der.n)
		return csr;
	csr_asn1_free(csr);
	return NULL;
}

void
csr_asn1_free(CSR *csr)
{
	ASN1_item_free((ASN1_VALUE *)csr, ASN1_ITEM_rptr(CSR));
}

enum strength { UNKNOWN, FORGED, NOTED, FINE };

/* Whole signature algorithms, and the hashes that PSS may name. */
static const struct {
	int nid;
	enum strength strength;
} strengths[] = {
	{ NID_md2WithRSAEncryption, FORGED },
	{ NID_md4WithRSAEncryption, FORGED },
	{ NID_md5WithRSAEncryption, FORGED },
	{ NID_md5WithRSA, FORGED },
	{ NID_mdc2WithRSA, FORGED },
	{ NID_shaWithRSAEncryption, FORGED },
	{ NID_dsaWithSHA, FORGED },
	{ NID_md2, FORGED },
	{ NID_md4, FORGED },
	{ NID_md5, FORGED },
	{ NID_sha1WithRSAEncryption, NOTED },
	{ NID_sha1WithRSA, NOTED },
	{ NID_ecdsa_with_SHA1, NOTED },
	{ NID_dsaWithSHA1, NOTED },
	{ NID_dsaWithSHA1_2, NOTED },
	{ NID_sha1, NOTED },
	{ NID_sha224WithRSAEncryption, FINE },
	{ NID_sha256WithRSAEncryption, FINE },
	{ NID_sha384WithRSAEncryption, FINE },
	{ NID_sha512WithRSAEncryption, FINE },
	{ NID_ecdsa_with_SHA224, FINE },
	{ NID_ecdsa_with_SHA256, FINE },
	{ NID_ecdsa_with_SHA384, FINE },
	{ NID_ecdsa_with_SHA512, FINE },
	{ NID_dsa_with_SHA224, FINE },
	{ NID_dsa_with_SHA256, FINE },
	{ NID_ED25519, FINE },
	{ NID_sha224, FINE },
	{ NID_sha256, FINE },
	{ NID_sha384, FINE },
	{ NID_sha512, FINE },
};

static enum strength
strength_of(int nid)
{
	for (size_t i = 0; i < ARRAY_LEN(strengths); i++)
		if (strengths[i].nid == nid)
			return strengths[i].strength;
	return UNKNOWN;
}

/* RFC 4055 3.1: without a hash it is SHA-1. */
static int
pss_hash(const X509_ALGOR *algorithm)
{
	SCOPED(RSA_PSS_PARAMS_free) RSA_PSS_PARAMS *params = NULL;
	const ASN1_OBJECT *hash;

	if (algorithm->parameter == NULL || algorithm->parameter->type != V_ASN1_SEQUENCE)
		return NID_undef;
	params = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
	if (params == NULL)
		return NID_undef;
	if (params->hashAlgorithm == NULL)
		return NID_sha1;
	X509_ALGOR_get0(&hash, NULL, NULL, params->hashAlgorithm);
	return OBJ_obj2nid(hash);
}

enum rc_status
csr_check_algorithm(const CSR *req, struct arena *arena, const char **ret_name,
    struct error *err)
{
	const X509_ALGOR *algorithm = req->algorithm;
	const ASN1_OBJECT *oid;
	const char *name;
	int nid;

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(oid);
	name = nid != NID_undef ? OBJ_nid2ln(nid) : csr_oid_text(oid, arena);
	switch (strength_of(nid == NID_rsassaPss ? pss_hash(algorithm) : nid)) {
	case UNKNOWN:
		return error_fail(err, RULE_CSR_SIGNATURE_ALGORITHM,
		    "the request is signed by %s, which is not known", name);
	case FORGED:
		return error_fail(err, RULE_CSR_WEAK_SIGNATURE,
		    "the request is signed by %s, which can be forged", name);
	case NOTED:
		error_note(err, RULE_CSR_SHA1, NOWHERE,
		    "the request is signed by %s: enough for a request", name);
		break;
	case FINE:
		break;
	}
	*ret_name = arena_strdup(arena, name);
	return RC_OK;
}

enum rc_status
csr_verify(const CSR *req, const struct pubkey *key, struct error *err)
{
	crypto_begin();
	if (pubkey_evp(key) == NULL || ASN1_item_verify(ASN1_ITEM_rptr(CSR_INFO),
	    req->algorithm, req->signature, req->info, pubkey_evp(key)) != 1) {
		enum rc_status status = crypto_fail(err, RULE_CSR_SIGNATURE,
		    "the request's signature is not by the key in it (%s)",
		    pubkey_text(key));

		error_fix(err, "the file was changed, or the key swapped: make a new request");
		return status;
	}
	return RC_OK;
}
