/*
 * Reading what cms.c writes: its attributes by the strict reader of DER, a whole
 * message by libcrypto.
 */
#include "x509/cms.h"

#include <openssl/cms.h>

#include "base/civil.h"
#include "crypto/digest.h"
#include "crypto/libcrypto.h"
#include "crypto/sigalg.h"
#include "x509/der_write.h"
#include "x509/tbs.h"

DEFINE_SCOPED(CMS_ContentInfo_free, CMS_ContentInfo *)

/* -- attributes -------------------------------------------------------------------- */

enum { ATTRIBUTES = 4 };

#define PKCS9(arc) { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, (arc) }
static const uint8_t oid_content_type[] = PKCS9(3);
static const uint8_t oid_message_digest[] = PKCS9(4);
static const uint8_t oid_signing_time[] = PKCS9(5);
static const uint8_t oid_signing_cert[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f };
static const uint8_t oid_data[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01 };
#define OID(octets) BYTES(octets, sizeof(octets))

/* The values of the one attribute of this type; `attributes` is the SET's content. */
static bool
attribute_find(struct bytes attributes, struct bytes oid, struct bytes *ret)
{
	struct bytes attribute, type, values;
	unsigned found = 0;

	while (der_take(&attributes, DER_SEQUENCE, &attribute)) {
		if (!der_take(&attribute, DER_OID, &type) ||
		    !der_take(&attribute, DER_SET, &values) || attribute.n != 0)
			return false;
		if (!bytes_equal(type, oid))
			continue;
		*ret = values;
		found++;
	}
	return found == 1 && attributes.n == 0;
}

static size_t
attributes_count(struct bytes attributes)
{
	struct bytes one;
	size_t n = 0;

	while (der_take(&attributes, DER_SEQUENCE, &one))
		n++;
	return n;
}

/* The one value of this attribute is this element, alone. */
static bool
attribute_is(struct bytes attributes, struct bytes oid, unsigned tag, struct bytes want)
{
	struct bytes values, value;

	return attribute_find(attributes, oid, &values) && der_take(&values, tag, &value) &&
	    values.n == 0 && bytes_equal(value, want);
}

static struct bytes
digest_find(const struct cms_terms *terms, uint8_t ret[SHA512_OCTETS])
{
	const char *hash = sigalg_hash(terms->algorithm);

	if (hash != NULL && strcmp(hash, "SHA384") == 0) {
		sha384(terms->content, ret);
		return BYTES(ret, SHA384_OCTETS);
	}
	if (hash != NULL && strcmp(hash, "SHA256") == 0) {
		sha256(terms->content, ret);
		return BYTES(ret, SHA256_OCTETS);
	}
	sha512(terms->content, ret);
	return BYTES(ret, SHA512_OCTETS);
}

/* SEQUENCE { SEQUENCE OF one SEQUENCE { OCTET STRING, SHA-256 of the certificate } } */
static bool
names_certificate(struct bytes attributes, const struct cert *signer)
{
	struct bytes values, all, list, one, hash;
	uint8_t digest[SHA256_OCTETS];

	sha256(signer->der, digest);
	return attribute_find(attributes, OID(oid_signing_cert), &values) &&
	    der_take(&values, DER_SEQUENCE, &all) && values.n == 0 &&
	    der_take(&all, DER_SEQUENCE, &list) && all.n == 0 &&
	    der_take(&list, DER_SEQUENCE, &one) && list.n == 0 &&
	    der_take(&one, DER_OCTET_STRING, &hash) && one.n == 0 &&
	    bytes_equal(hash, BYTES(digest, sizeof(digest)));
}

/* RFC 5652 11.3: UTCTime until 2049, GeneralizedTime from 2050; both in Zulu. */
static bool
signing_time_find(struct bytes attributes, int64_t *ret)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct bytes values, t;
	bool utc = false;

	if (!attribute_find(attributes, OID(oid_signing_time), &values))
		return false;
	utc = der_take(&values, DER_UTC_TIME, &t);
	if ((!utc && !der_take(&values, DER_GENERALIZED_TIME, &t)) || values.n != 0 ||
	    t.n != (utc ? 13 : 15))
		return false;
	if (utc)
		buf_puts(&text, t.p[0] < '5' ? "20" : "19");
	for (size_t i = 0; i < t.n; i++) {
		size_t place = i + (utc ? 2 : 0);

		if (place >= 4 && place <= 12 && place % 2 == 0)
			buf_putc(&text, "--T::"[place / 2 - 2]);
		buf_putc(&text, (char)t.p[i]);
	}
	return civil_read(buf_text(&text), ret);
}

static enum rc_status
lint_fault(struct error *err, const char *what)
{
	return error_fail(err, RULE_LINT_CMS, "what would be signed %s", what);
}

enum rc_status
cms_attributes_lint(struct bytes attributes, const struct cms_terms *terms, struct error *err)
{
	const char *fault = der_fault(attributes);
	uint8_t digest[SHA512_OCTETS];
	struct bytes in = attributes, set;
	int64_t time;

	if (fault != NULL)
		return error_fail(err, RULE_LINT_CMS, "what would be signed is not DER: %s", fault);
	if (sigalg_is_ed25519(terms->algorithm))
		return lint_fault(err, "would be signed with Ed25519, which OpenSSL 3.0 does not "
		    "verify in CMS");
	if (!der_take(&in, DER_SET, &set) || attributes_count(set) != ATTRIBUTES)
		return lint_fault(err, "is no set of four attributes");
	if (!attribute_is(set, OID(oid_content_type), DER_OID, OID(oid_data)))
		return lint_fault(err, "is not of the content type id-data");
	if (!attribute_is(set, OID(oid_message_digest), DER_OCTET_STRING,
	    digest_find(terms, digest)))
		return lint_fault(err, "is not about this content");
	if (!signing_time_find(set, &time) || time != terms->signing_time)
		return lint_fault(err, "has another signing time");
	if (!names_certificate(set, terms->signer))
		return lint_fault(err, "does not name the signer's certificate");
	return RC_OK;
}

/* -- messages ---------------------------------------------------------------------- */

/* What a message holds, found by a reader that only looks where things should be:
 * what it passes over is found when the message is written again. */
struct found {
	struct bytes content, certificate, attributes, algorithm, signature;
	bool detached;
};

static bool
content_find(struct bytes encapsulated, struct found *ret)
{
	struct bytes type, tagged;

	if (!der_take(&encapsulated, DER_OID, &type))
		return false;
	ret->detached = encapsulated.n == 0;
	return ret->detached || (der_take(&encapsulated, DER_CONTEXT_SEQ(0), &tagged) &&
	    der_take(&tagged, DER_OCTET_STRING, &ret->content));
}

static bool
signer_find(struct bytes infos, struct found *ret)
{
	struct bytes info, version, name, hash;

	return der_take(&infos, DER_SEQUENCE, &info) && der_take(&info, DER_INTEGER, &version) &&
	    der_take(&info, DER_SEQUENCE, &name) && der_take(&info, DER_SEQUENCE, &hash) &&
	    der_take(&info, DER_CONTEXT_SEQ(0), &ret->attributes) &&
	    der_take_whole(&info, DER_SEQUENCE, &ret->algorithm) &&
	    der_take(&info, DER_OCTET_STRING, &ret->signature);
}

static bool
message_find(struct bytes der, struct found *ret)
{
	struct bytes info, type, tagged, data, version, hashes, encapsulated, certs, infos;

	return der_take(&der, DER_SEQUENCE, &info) && der.n == 0 &&
	    der_take(&info, DER_OID, &type) && der_take(&info, DER_CONTEXT_SEQ(0), &tagged) &&
	    der_take(&tagged, DER_SEQUENCE, &data) && der_take(&data, DER_INTEGER, &version) &&
	    der_take(&data, DER_SET, &hashes) && der_take(&data, DER_SEQUENCE, &encapsulated) &&
	    content_find(encapsulated, ret) &&
	    der_take(&data, DER_CONTEXT_SEQ(0), &certs) &&
	    der_take_whole(&certs, DER_SEQUENCE, &ret->certificate) && certs.n == 0 &&
	    der_take(&data, DER_SET, &infos) && signer_find(infos, ret);
}

static enum rc_status
malformed(struct error *err, const char *what)
{
	return error_fail(err, RULE_CMS_MALFORMED, "the signature %s", what);
}

/* Whatever is not as we write it, in whatever octet. */
static enum rc_status
again_compare(struct bytes der, const struct found *found, const struct cms_terms *terms,
    struct error *err)
{
	SCOPED(buf_clear) struct buf attributes = BUF_INIT, again = BUF_INIT, set = BUF_INIT;

	cms_attributes_encode(terms, &attributes);
	der_put(&set, DER_SET, found->attributes);
	if (!bytes_equal(buf_bytes(&attributes), buf_bytes(&set)))
		return error_fail(err, RULE_CMS_SIGNATURE,
		    "what was signed is not this content, or not by this certificate");
	cms_encode(terms, buf_bytes(&attributes), found->signature, &again);
	if (!bytes_equal(buf_bytes(&again), der))
		return malformed(err, "is not written as rolecert writes it");
	return RC_OK;
}

/* The part that counts, by libcrypto alone. */
static enum rc_status
libcrypto_verify(struct bytes der, const struct bytes *content, struct error *err)
{
	SCOPED(CMS_ContentInfo_free) CMS_ContentInfo *message = NULL;
	SCOPED(BIO_free_all) BIO *in = NULL;
	const uint8_t *p = der.p;
	int verdict;

	crypto_begin();
	message = d2i_CMS_ContentInfo(NULL, &p, (long)der.n);
	if (message == NULL || p != der.p + der.n)
		return crypto_fail(err, RULE_CMS_MALFORMED, "the signature is no CMS");
	if (content != NULL) {
		in = BIO_new_mem_buf(content->n != 0 ? content->p : der.p, (int)content->n);
		if (in == NULL)
			mem_die();
	}
	verdict = CMS_verify(message, NULL, NULL, in, NULL,
	    CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY);
	if (verdict != 1)
		return crypto_fail(err, RULE_CMS_SIGNATURE, "the signature does not verify");
	return RC_OK;
}

enum rc_status
cms_verify(struct bytes der, const struct bytes *content, struct arena *arena,
    struct cms *ret, struct error *err)
{
	struct found found = { .detached = false };
	struct cms cms;
	struct cms_terms terms = { .signer = &cms.signer };

	if (der.n > CMS_MAX || !message_find(der, &found))
		return malformed(err, "is no CMS message with one signer and his certificate");
	if (found.detached != (content != NULL))
		return malformed(err, content != NULL ? "holds a content of its own"
		                                      : "holds no content");
	TRY_WHILE(err, cert_read(found.certificate, arena, &cms.signer, err),
	    "reading the signer's certificate");
	terms.algorithm = sigalg_find(found.algorithm);
	if (terms.algorithm == RC_SIG_NONE || !signing_time_find(found.attributes,
	    &terms.signing_time))
		return malformed(err, "has no algorithm or no time that is known here");
	terms.detached = found.detached;
	terms.content = content != NULL ? *content : found.content;
	TRY(again_compare(der, &found, &terms, err));
	TRY(libcrypto_verify(der, content, err));
	cms.algorithm = terms.algorithm;
	cms.signing_time = terms.signing_time;
	cms.content = arena_bytes(arena, terms.content);
	*ret = cms;
	return RC_OK;
}
