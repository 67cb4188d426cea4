#include "crypto/csr.h"

#include "crypto/csr_parts.h"
#include "crypto/der.h"
#include "crypto/envelope.h"

/* Labels of CMC and PKCS#7 are read, to be refused by their own rule. */
static const char *const labels[] = {
	"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "PKCS7", "PKCS #7 SIGNED DATA", "CMS",
};
enum { REQUEST_LABELS = 2 };

static const struct envelope_kind kind = {
	.what = "certificate request", .labels = labels, .n_labels = ARRAY_LEN(labels),
	.max = CSR_MAX, .malformed = RULE_CSR_MALFORMED, .too_large = RULE_CSR_TOO_LARGE,
	.trailing = RULE_CSR_TRAILING,
};

static enum rc_status
malformed(struct error *err, const char *why)
{
	return error_fail(err, RULE_CSR_MALFORMED, "the certificate request is malformed: %s",
	    why);
}

/*
 * ContentInfo (RFC 5652 3) begins with an OID of PKCS#7; a request with another
 * SEQUENCE.  CMC may be BER, so the lengths are not looked at.
 */
static bool
is_cmc(const struct envelope *env)
{
	static const uint8_t pkcs7[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
		0x07 };
	size_t head = 2;

	for (size_t i = REQUEST_LABELS; i < ARRAY_LEN(labels); i++)
		if (env->label == labels[i])
			return true;
	if (env->der.n < 2 || env->der.p[0] != DER_SEQUENCE)
		return false;
	if (env->der.p[1] > 0x80)
		head += env->der.p[1] & 0x7fU;
	return env->der.n >= head + sizeof(pkcs7) &&
	    memcmp(env->der.p + head, pkcs7, sizeof(pkcs7)) == 0;
}

/* RFC 2986 4: the one piece that is copied, and what libcrypto does not refuse. */
static enum rc_status
take_apart(struct bytes der, struct bytes *ret_spki, struct error *err)
{
	struct bytes in = der, seq, info, version, subject, spki, attributes, whole;
	const char *fault;
	unsigned tag;

	if (der_take_any(&in, &tag, &seq, &whole) && in.n != 0)
		return error_fail(err, RULE_CSR_TRAILING,
		    "%zu octets stand behind the certificate request", in.n);
	fault = der_fault(der);
	if (fault != NULL)
		return malformed(err, fault);
	in = der;
	if (!der_take(&in, DER_SEQUENCE, &seq) || !der_take(&seq, DER_SEQUENCE, &info) ||
	    !der_take(&info, DER_INTEGER, &version))
		return malformed(err, "not PKCS#10");
	if (version.n != 1 || version.p[0] != 0)
		return error_fail(err, RULE_CSR_VERSION,
		    "the certificate request is not of version v1");
	if (!der_take(&info, DER_SEQUENCE, &subject) ||
	    !der_take_whole(&info, DER_SEQUENCE, &spki))
		return malformed(err, "no subject or no public key");
	if (der_take(&info, DER_CONTEXT_SEQ(0), &attributes) && !der_is_sorted(attributes))
		return malformed(err, "its attributes are not in ascending order, as DER asks");
	if (info.n != 0)
		return malformed(err, "something stands behind its attributes");
	*ret_spki = spki;
	return RC_OK;
}

/* Every fault of key and algorithm is told, then the signature is tried. */
static enum rc_status
prove(const CSR *req, struct csr *csr, struct arena *arena, struct error *err)
{
	enum rc_status key = pubkey_check(csr->key, err);
	enum rc_status algorithm = csr_check_algorithm(req, arena, &csr->signature_algorithm,
	    err);

	TRY(key);
	TRY(algorithm);
	return csr_verify(req, csr->key, err);
}

static enum rc_status
read_request(const struct envelope *env, struct arena *arena, struct csr *csr,
    struct error *err)
{
	SCOPED(csr_asn1_free) CSR *req = NULL;
	struct bytes spki;

	if (is_cmc(env))
		return error_fail(err, RULE_CSR_IS_CMC,
		    "the file holds CMC or other PKCS#7, not a PKCS#10 request");
	TRY(take_apart(env->der, &spki, err));
	TRY(pubkey_read(spki, &csr->key, err));
	crypto_begin();
	req = csr_asn1_read(env->der);
	if (req == NULL)
		return crypto_fail(err, RULE_CSR_MALFORMED,
		    "the certificate request is malformed: libcrypto does not read it");
	TRY(prove(req, csr, arena, err));
	csr->der = arena_bytes(arena, env->der);
	csr->wrapping = env->wrapping;
	sha256(csr->der, csr->sha256);
	csr_describe(req, arena, csr, err);
	return RC_OK;
}

enum rc_status
csr_read(struct bytes file, struct arena *arena, struct csr *ret, struct error *err)
{
	SCOPED(csr_clear) struct csr csr = CSR_INIT;
	struct envelope env;

	TRY(envelope_open(file, &kind, arena, &env, err));
	TRY(read_request(&env, arena, &csr, err));
	*ret = csr;
	csr.key = NULL;
	return RC_OK;
}

void
csr_clear(struct csr *csr)
{
	pubkey_free(csr->key);
	*csr = CSR_INIT;
}
