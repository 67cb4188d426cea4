#include "issue/csr_lint.h"

#include "crypto/der.h"

static enum rc_status
fault(struct error *err, const char *what)
{
	return error_fail(err, RULE_LINT_REQUEST, "the CA's request %s", what);
}

/* SEQUENCE { OID 1.2.840.113549.1.9.14, SET { Extensions } }, alone. */
static bool
is_extension_request(struct bytes attributes)
{
	static const uint8_t oid[] = {
		0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e };
	struct bytes attribute, type, set, extensions;

	return der_take(&attributes, DER_SEQUENCE, &attribute) && attributes.n == 0 &&
	    der_take(&attribute, DER_OID, &type) &&
	    bytes_equal(type, BYTES(oid, sizeof(oid))) &&
	    der_take(&attribute, DER_SET, &set) && attribute.n == 0 &&
	    der_take(&set, DER_SEQUENCE, &extensions) && set.n == 0;
}

enum rc_status
csr_info_lint(struct bytes info, struct bytes subject, const struct pubkey *key,
    struct error *err)
{
	struct bytes in = info, seq, version, name, spki, attributes;
	const char *what = der_fault(info);

	if (what != NULL)
		return error_fail(err, RULE_LINT_REQUEST, "the CA's request is not DER: %s", what);
	if (!der_take(&in, DER_SEQUENCE, &seq) || !der_take_unsigned(&seq, &version) ||
	    version.n != 0)
		return fault(err, "is not of version 0");
	if (!der_take_whole(&seq, DER_SEQUENCE, &name) || !bytes_equal(name, subject))
		return fault(err, "has another subject than was asked for");
	if (!der_take_whole(&seq, DER_SEQUENCE, &spki) || !bytes_equal(spki, pubkey_spki(key)))
		return fault(err, "holds another key than the token's");
	if (!der_take(&seq, DER_CONTEXT_SEQ(0), &attributes) || seq.n != 0 ||
	    !is_extension_request(attributes))
		return fault(err, "has other attributes than one extensionRequest");
	return RC_OK;
}

struct bytes
csr_subject_der(struct bytes csr)
{
	struct bytes request, info, version, name = { .n = 0 };

	if (!der_take(&csr, DER_SEQUENCE, &request) || !der_take(&request, DER_SEQUENCE, &info) ||
	    !der_take_unsigned(&info, &version) || !der_take_whole(&info, DER_SEQUENCE, &name))
		return BYTES(NULL, 0);
	return name;
}
