#include "x509/cert_container.h"

#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include "crypto/der.h"
#include "crypto/envelope.h"
#include "crypto/libcrypto.h"

DEFINE_SCOPED(PKCS7_free, PKCS7 *)
DEFINE_SCOPED(PKCS12_free, PKCS12 *)
DEFINE_SCOPED(X509_free, X509 *)

struct found {
	VEC(struct cert) list;
	struct arena *arena;
	bool encrypted;                  /* something was, and was passed over */
};

/* What libcrypto took apart, read again as every certificate is. */
static enum rc_status
take(struct found *found, const X509 *x, struct error *err)
{
	struct cert *cert = VEC_PUSH(found->arena, &found->list);
	uint8_t *der = NULL;
	int n = i2d_X509(x, &der);
	enum rc_status st;

	if (n <= 0)
		mem_die();
	st = cert_read(BYTES(der, (size_t)n), found->arena, cert, err);
	OPENSSL_free(der);
	if (st != RC_OK)
		error_while(err, "reading certificate %zu of the container", found->list.n);
	return st;
}

/* -- PKCS#7 ---------------------------------------------------------------------------- */

static enum rc_status
read_pkcs7(struct bytes der, struct found *found, struct error *err)
{
	const uint8_t *p = der.p;
	SCOPED(PKCS7_free) PKCS7 *p7 = NULL;
	const STACK_OF(X509) *certs;

	crypto_begin();
	p7 = d2i_PKCS7(NULL, &p, (long)der.n);
	if (p7 == NULL || p != der.p + der.n || !PKCS7_type_is_signed(p7))
		return crypto_fail(err, RULE_CERT_CONTAINER,
		    "this is no SignedData that holds certificates");
	certs = p7->d.sign != NULL ? p7->d.sign->cert : NULL;
	for (int i = 0; certs != NULL && i < sk_X509_num(certs); i++)
		TRY(take(found, sk_X509_value(certs, i), err));
	return RC_OK;
}

/* -- PKCS#12 --------------------------------------------------------------------------- */

static enum rc_status
take_bag(struct found *found, const PKCS12_SAFEBAG *bag, struct error *err)
{
	SCOPED(X509_free) X509 *x = NULL;

	if (PKCS12_SAFEBAG_get_nid(bag) != NID_certBag)
		return RC_OK;
	x = PKCS12_SAFEBAG_get1_cert(bag);
	if (x == NULL)
		return crypto_fail(err, RULE_CERT_CONTAINER,
		    "a certificate of the PFX cannot be read");
	return take(found, x, err);
}

static enum rc_status
take_safe(struct found *found, PKCS7 *safe, struct error *err)
{
	STACK_OF(PKCS12_SAFEBAG) *bags;
	enum rc_status st = RC_OK;

	if (!PKCS7_type_is_data(safe)) {
		found->encrypted = true;
		return RC_OK;
	}
	bags = PKCS12_unpack_p7data(safe);
	if (bags == NULL)
		return crypto_fail(err, RULE_CERT_CONTAINER, "a part of the PFX cannot be read");
	for (int i = 0; st == RC_OK && i < sk_PKCS12_SAFEBAG_num(bags); i++)
		st = take_bag(found, sk_PKCS12_SAFEBAG_value(bags, i), err);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return st;
}

static enum rc_status
read_pkcs12(struct bytes der, struct found *found, struct error *err)
{
	const uint8_t *p = der.p;
	SCOPED(PKCS12_free) PKCS12 *p12 = NULL;
	STACK_OF(PKCS7) *safes;
	enum rc_status st = RC_OK;

	crypto_begin();
	p12 = d2i_PKCS12(NULL, &p, (long)der.n);
	if (p12 == NULL || p != der.p + der.n)
		return crypto_fail(err, RULE_CERT_CONTAINER, "this is no PFX");
	safes = PKCS12_unpack_authsafes(p12);
	if (safes == NULL)
		return crypto_fail(err, RULE_CERT_CONTAINER, "the PFX cannot be taken apart");
	for (int i = 0; st == RC_OK && i < sk_PKCS7_num(safes); i++)
		st = take_safe(found, sk_PKCS7_value(safes, i), err);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	return st;
}

/* -- which is it? ------------------------------------------------------------------------- */

static const char *const labels[] = {
	"CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "PKCS #7 SIGNED DATA", "CMS",
};

static const struct envelope_kind kind = {
	.what = "certificate", .labels = labels, .n_labels = ARRAY_LEN(labels),
	.max = CERT_FILE_MAX, .malformed = RULE_CERT_MALFORMED, .too_large = RULE_CERT_TOO_LARGE,
	.trailing = RULE_CERT_TRAILING,
};

/* The identifier behind the head of the outer sequence, which in a container may be of
 * BER's unknown length; 0: there is none. */
static unsigned
first_inside(struct bytes der)
{
	size_t at = der.n > 1 && der.p[1] > 0x80 ? 2U + (der.p[1] & 0x7f) : 2;

	return at < der.n ? der.p[at] : 0;
}

/* ContentInfo begins with an OID, PFX with a number, a certificate with a sequence. */
static enum rc_status
read_one(struct bytes der, struct found *found, struct error *err)
{
	if (first_inside(der) == DER_OID)
		return read_pkcs7(der, found, err);
	if (first_inside(der) == DER_INTEGER)
		return read_pkcs12(der, found, err);
	return cert_read(der, found->arena, VEC_PUSH(found->arena, &found->list), err);
}

enum rc_status
cert_read_any(struct bytes file, struct arena *arena, struct cert **ret, size_t *ret_n,
    struct error *err)
{
	struct found found = { .arena = arena };
	struct envelope *envelopes;
	enum rc_status st;
	size_t n;

	TRY(envelope_open_all(file, &kind, arena, &envelopes, &n, err));
	for (size_t i = 0; i < n; i++)
		TRY_WHILE(err, read_one(envelopes[i].der, &found, err), "reading part %zu of %zu",
		    i + 1, n);
	if (found.list.n != 0) {
		*ret = found.list.v;
		*ret_n = found.list.n;
		return RC_OK;
	}
	if (!found.encrypted)
		return error_fail(err, RULE_CERT_CONTAINER, "the file holds no certificate");
	st = error_fail(err, RULE_CERT_ENCRYPTED, "the certificates of this PFX are encrypted");
	error_fix(err, "`openssl pkcs12 -in FILE -nokeys -out certificates.pem` takes them out; no "
	    "key is needed here");
	return st;
}

enum rc_status
cert_pick_leaf(const struct cert *certs, size_t n, const struct cert **ret, struct error *err)
{
	const struct cert *leaf = n == 1 ? &certs[0] : NULL;
	enum rc_status st;

	for (size_t i = 0; n > 1 && i < n; i++) {
		if (cert_is_ca(&certs[i]) || (leaf != NULL && bytes_equal(leaf->der, certs[i].der)))
			continue;
		if (leaf == NULL) {
			leaf = &certs[i];
			continue;
		}
		st = error_fail(err, RULE_CERT_SEVERAL, "the file holds several certificates that "
		    "are no CA's: '%s' and '%s'", leaf->subject_text, certs[i].subject_text);
		error_fix(err, "give a file with the one that is meant");
		return st;
	}
	if (leaf == NULL)
		return error_fail(err, RULE_CERT_SEVERAL,
		    "the file holds %zu certificates, all of them of CAs", n);
	*ret = leaf;
	return RC_OK;
}
