#include "x509/cms.h"

#include "crypto/digest.h"
#include "crypto/sigalg.h"
#include "x509/der_write.h"
#include "x509/tbs.h"

#define OID_DATA           "1.2.840.113549.1.7.1"
#define OID_SIGNED_DATA    "1.2.840.113549.1.7.2"
#define OID_CONTENT_TYPE   "1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define OID_SIGNING_TIME   "1.2.840.113549.1.9.5"
#define OID_SIGNING_CERT   "1.2.840.113549.1.9.16.2.47"

enum { ATTRIBUTES = 4 };

struct hash {
	const char *word, *oid;          /* RFC 5754 section 2 */
	void (*digest)(struct bytes b, uint8_t *ret);
	size_t octets;
};

/* Ed25519 goes with SHA-512 (RFC 8419 2.3). */
static const struct hash *
hash_of(enum rc_sigalg algorithm)
{
	static const struct hash hashes[] = {
		{ "SHA256", "2.16.840.1.101.3.4.2.1", sha256, SHA256_OCTETS },
		{ "SHA384", "2.16.840.1.101.3.4.2.2", sha384, SHA384_OCTETS },
		{ "SHA512", "2.16.840.1.101.3.4.2.3", sha512, SHA512_OCTETS },
	};
	const char *word = sigalg_hash(algorithm);

	for (size_t i = 0; word != NULL && i < ARRAY_LEN(hashes); i++)
		if (strcmp(hashes[i].word, word) == 0)
			return &hashes[i];
	return &hashes[ARRAY_LEN(hashes) - 1];
}

/* -- the attributes --------------------------------------------------------------- */

/* What stands in `value` becomes SEQUENCE { type, SET { value } }. */
static void
attribute_wrap(const char *oid, struct buf *value)
{
	SCOPED(buf_clear) struct buf type = BUF_INIT;

	der_wrap(value, 0, DER_SET);
	der_put_dotted(&type, oid);
	buf_put_bytes(&type, buf_bytes(value));
	der_wrap(&type, 0, DER_SEQUENCE);
	buf_cut(value, 0);
	buf_put_bytes(value, buf_bytes(&type));
}

static void
put_message_digest(const struct cms_terms *terms, struct buf *out)
{
	const struct hash *hash = hash_of(terms->algorithm);
	uint8_t digest[SHA512_OCTETS];

	hash->digest(terms->content, digest);
	der_put(out, DER_OCTET_STRING, BYTES(digest, hash->octets));
}

/* SigningCertificateV2 { SEQUENCE OF ESSCertIDv2 { certHash } }: SHA-256 is the
 * default and so left out (RFC 5035 section 3). */
static void
put_signing_certificate(const struct cms_terms *terms, struct buf *out)
{
	uint8_t digest[SHA256_OCTETS];

	sha256(terms->signer->der, digest);
	der_put(out, DER_OCTET_STRING, BYTES(digest, sizeof(digest)));
	for (int level = 0; level < 3; level++)
		der_wrap(out, 0, DER_SEQUENCE);
}

static void
put_content_type(const struct cms_terms *terms, struct buf *out)
{
	(void)terms;
	der_put_dotted(out, OID_DATA);
}

static void
put_signing_time(const struct cms_terms *terms, struct buf *out)
{
	time_encode(terms->signing_time, out);
}

static const struct {
	const char *oid;
	void (*put)(const struct cms_terms *terms, struct buf *out);
} attributes_all[ATTRIBUTES] = {
	{ OID_CONTENT_TYPE, put_content_type },
	{ OID_SIGNING_TIME, put_signing_time },
	{ OID_MESSAGE_DIGEST, put_message_digest },
	{ OID_SIGNING_CERT, put_signing_certificate },
};

/* X.690 11.6: as octet strings, ascending; a tie cannot be, the types differ. */
static int
order_of(const struct buf *a, const struct buf *b)
{
	return memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);
}

void
cms_attributes_encode(const struct cms_terms *terms, struct buf *out)
{
	struct buf each[ATTRIBUTES], moved;
	size_t from = out->n;

	for (size_t i = 0; i < ATTRIBUTES; i++) {
		each[i] = BUF_INIT;
		attributes_all[i].put(terms, &each[i]);
		attribute_wrap(attributes_all[i].oid, &each[i]);
		for (size_t k = i; k > 0 && order_of(&each[k], &each[k - 1]) < 0; k--) {
			moved = each[k];
			each[k] = each[k - 1];
			each[k - 1] = moved;
		}
	}
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		buf_put_bytes(out, buf_bytes(&each[i]));
		buf_clear(&each[i]);
	}
	der_wrap(out, from, DER_SET);
}

/* -- the message ------------------------------------------------------------------ */

static void
put_hash(enum rc_sigalg algorithm, struct buf *out)
{
	size_t from = out->n;

	der_put_dotted(out, hash_of(algorithm)->oid);
	der_wrap(out, from, DER_SEQUENCE);
}

/* [0] IMPLICIT SET OF in place of the SET OF that was signed. */
static void
put_signed_attributes(struct bytes attributes, struct buf *out)
{
	size_t from = out->n;

	buf_put_bytes(out, attributes);
	out->p[from] = DER_CONTEXT_SEQ(0);
}

static void
put_signer(const struct cms_terms *terms, struct bytes attributes, struct bytes signature,
    struct buf *out)
{
	size_t from = out->n, name;

	der_put_int(out, 1);
	name = out->n;
	buf_put_bytes(out, terms->signer->issuer);
	der_put(out, DER_INTEGER, terms->signer->serial);
	der_wrap(out, name, DER_SEQUENCE);
	put_hash(terms->algorithm, out);
	put_signed_attributes(attributes, out);
	sigalg_encode(terms->algorithm, out);
	der_put(out, DER_OCTET_STRING, signature);
	der_wrap(out, from, DER_SEQUENCE);
}

static void
put_content(const struct cms_terms *terms, struct buf *out)
{
	size_t from = out->n, inner;

	der_put_dotted(out, OID_DATA);
	inner = out->n;
	if (!terms->detached) {
		der_put(out, DER_OCTET_STRING, terms->content);
		der_wrap(out, inner, DER_CONTEXT_SEQ(0));
	}
	der_wrap(out, from, DER_SEQUENCE);
}

void
cms_encode(const struct cms_terms *terms, struct bytes attributes, struct bytes signature,
    struct buf *out)
{
	size_t from = out->n, data, inner;

	der_put_dotted(out, OID_SIGNED_DATA);
	data = out->n;
	der_put_int(out, 1);
	inner = out->n;
	put_hash(terms->algorithm, out);
	der_wrap(out, inner, DER_SET);
	put_content(terms, out);
	der_put(out, DER_CONTEXT_SEQ(0), terms->signer->der);
	inner = out->n;
	put_signer(terms, attributes, signature, out);
	der_wrap(out, inner, DER_SET);
	der_wrap(out, data, DER_SEQUENCE);
	der_wrap(out, data, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_SEQUENCE);
}
