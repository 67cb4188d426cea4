#include "x509/constraints.h"

#include "crypto/libcrypto.h"
#include "x509/ext/ext.h"
#include "x509/ext/read.h"
#include "x509/tbs.h"

DEFINE_SCOPED(X509_free, X509 *)

/* SubjectPublicKeyInfo of a P-256 key with the point that the curve begins with: what
 * is looked at is names alone, and any key makes it a certificate. */
static const uint8_t any_spki[] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
	0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x6b, 0x17, 0xd1,
	0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03,
	0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
	0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
	0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
	0xf5,
};

static X509 *
certificate_of(const struct dn *subject, const struct general_name *name)
{
	SCOPED(buf_clear) struct buf dn = BUF_INIT, exts = BUF_INIT;
	SCOPED(buf_clear) struct buf tbs = BUF_INIT, der = BUF_INIT;
	static const uint8_t one[] = { 1 };
	struct ext_value san = { .id = EXT_SUBJECT_ALT_NAME };
	struct tbs_parts parts = { .algorithm = RC_ECDSA_SHA256, .serial = BYTES(one, 1),
		.spki = BYTES(any_spki, sizeof(any_spki)), .not_after = 1 };
	struct general_name copy;
	const unsigned char *p;

	dn_encode(subject, &dn);
	parts.issuer = parts.subject = buf_bytes(&dn);
	if (name != NULL) {
		copy = *name;
		san.u.names.v = &copy;
		san.u.names.n = 1;
		ext_put(&san, &exts);
	}
	parts.extensions = buf_bytes(&exts);
	tbs_encode(&parts, &tbs);
	signed_wrap(buf_bytes(&tbs), parts.algorithm, BYTES(one, 1), &der);
	p = der.p;
	return d2i_X509(NULL, &p, (long)der.n);
}

static const char *
verdict_text(int verdict)
{
	switch (verdict) {
	case X509_V_OK:
		return NULL;
	case X509_V_ERR_PERMITTED_VIOLATION:
		return "is not among the permitted names of";
	case X509_V_ERR_EXCLUDED_VIOLATION:
		return "is among the excluded names of";
	default:
		return "cannot be compared with the name constraints of";
	}
}

/* What cannot be judged is not permitted. */
static const char *
refuse(struct bytes constraints, const struct dn *subject, const struct general_name *name,
    bool cn_is_host)
{
	SCOPED(NAME_CONSTRAINTS_free) NAME_CONSTRAINTS *read = NULL;
	SCOPED(X509_free) X509 *cert = certificate_of(subject, name);
	const unsigned char *p = constraints.p;
	int verdict = X509_V_ERR_UNSPECIFIED;

	read = (NAME_CONSTRAINTS *)ASN1_item_d2i(NULL, &p, (long)constraints.n,
	    ASN1_ITEM_rptr(NAME_CONSTRAINTS));
	/* To ask for a purpose makes libcrypto read the extensions. */
	if (read != NULL && cert != NULL && X509_check_purpose(cert, -1, 0) == 1)
		verdict = NAME_CONSTRAINTS_check(cert, read);
	if (verdict == X509_V_OK && cn_is_host)
		verdict = NAME_CONSTRAINTS_check_CN(cert, read);
	crypto_begin();          /* and forgets what libcrypto had to say */
	return verdict_text(verdict);
}

const char *
constraints_refuse_subject(struct bytes constraints, const struct dn *subject, bool cn_is_host)
{
	return refuse(constraints, subject, NULL, cn_is_host);
}

const char *
constraints_refuse_name(struct bytes constraints, const struct general_name *name)
{
	static const struct dn nobody = { .attr = { NULL } };

	return refuse(constraints, &nobody, name, false);
}
