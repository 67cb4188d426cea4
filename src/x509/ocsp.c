#include "x509/ocsp.h"

#include "crypto/digest.h"
#include "x509/der_write.h"
#include "x509/tbs.h"

enum { DER_ENUMERATED = 0x0a };

#define OID_BASIC "1.3.6.1.5.5.7.48.1.1"
#define OID_NONCE "1.3.6.1.5.5.7.48.1.2"

/* -- CertID ------------------------------------------------------------------------------ */

static const struct {
	const char *word, *oid;
	void (*digest)(struct bytes b, uint8_t *ret);
	size_t octets;
} hashes[OCSP_HASHES] = {
	[OCSP_SHA1] = { "sha1", "1.3.14.3.2.26", sha1, SHA1_OCTETS },
	[OCSP_SHA256] = { "sha256", "2.16.840.1.101.3.4.2.1", sha256, SHA256_OCTETS },
	[OCSP_SHA384] = { "sha384", "2.16.840.1.101.3.4.2.2", sha384, SHA384_OCTETS },
	[OCSP_SHA512] = { "sha512", "2.16.840.1.101.3.4.2.3", sha512, SHA512_OCTETS },
};

bool
ocsp_hash_find(const char *word, enum ocsp_hash *ret)
{
	for (unsigned i = 0; i < OCSP_HASHES; i++)
		if (strcmp(hashes[i].word, word) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

/* The octets of the key's BIT STRING (4.1.1): what the issuer's key is hashed over. */
static struct bytes
key_octets(struct bytes spki)
{
	struct bytes in = spki, key, algorithm, octets;

	if (!der_take(&in, DER_SEQUENCE, &key) ||
	    !der_take(&key, DER_SEQUENCE, &algorithm) || !der_take_bit_octets(&key, &octets))
		return BYTES(NULL, 0);
	return octets;
}

/* AlgorithmIdentifier with NULL, as OpenSSL and Windows ask, so that what was signed before
 * anybody asked is octet for octet what they ask for. */
static void
put_hash_algorithm(enum ocsp_hash hash, struct buf *out)
{
	size_t from = out->n;

	der_put_dotted(out, hashes[hash].oid);
	der_put(out, DER_NULL, BYTES(NULL, 0));
	der_wrap(out, from, DER_SEQUENCE);
}

static void
put_digest(enum ocsp_hash hash, struct bytes of, struct buf *out)
{
	uint8_t digest[SHA512_OCTETS];

	hashes[hash].digest(of, digest);
	der_put(out, DER_OCTET_STRING, BYTES(digest, hashes[hash].octets));
}

void
ocsp_id_encode(enum ocsp_hash hash, const struct cert *issuer, struct bytes serial,
    struct buf *out)
{
	size_t from = out->n;

	put_hash_algorithm(hash, out);
	put_digest(hash, issuer->subject, out);
	put_digest(hash, key_octets(issuer->spki), out);
	der_put_unsigned(out, serial);
	der_wrap(out, from, DER_SEQUENCE);
}

static enum ocsp_hash
hash_of(struct bytes oid)
{
	SCOPED(buf_clear) struct buf dotted = BUF_INIT;

	der_put_oid(oid, &dotted);
	for (unsigned i = 0; i < OCSP_HASHES; i++)
		if (strcmp(hashes[i].oid, buf_text(&dotted)) == 0)
			return i;
	return OCSP_OTHER;
}

bool
ocsp_id_read(struct bytes der, struct ocsp_id *ret)
{
	struct ocsp_id id = { .der = der };
	struct bytes in = der, all, algorithm, oid;

	if (!der_take(&in, DER_SEQUENCE, &all) || in.n != 0 ||
	    !der_take(&all, DER_SEQUENCE, &algorithm) || !der_take(&algorithm, DER_OID, &oid) ||
	    !der_take(&all, DER_OCTET_STRING, &id.name_hash) ||
	    !der_take(&all, DER_OCTET_STRING, &id.key_hash) ||
	    !der_take_unsigned(&all, &id.serial) || all.n != 0)
		return false;
	if (id.serial.n == 0 || id.serial.n > SERIAL_OCTETS || der_fault(der) != NULL)
		return false;
	id.hash = hash_of(oid);
	*ret = id;
	return true;
}

static bool
is_digest_of(enum ocsp_hash hash, struct bytes have, struct bytes of)
{
	uint8_t want[SHA512_OCTETS];

	hashes[hash].digest(of, want);
	return bytes_equal(have, BYTES(want, hashes[hash].octets));
}

bool
ocsp_id_is_of(const struct ocsp_id *id, const struct cert *issuer)
{
	return id->hash < OCSP_HASHES && is_digest_of(id->hash, id->name_hash, issuer->subject) &&
	    is_digest_of(id->hash, id->key_hash, key_octets(issuer->spki));
}

/* -- responses --------------------------------------------------------------------------- */

/* certStatus: good [0] and unknown [2] are NULL, revoked [1] has time and reason.  As in a
 * list, unspecified is left out. */
static void
put_status(const struct ocsp_answer *answer, struct buf *out)
{
	size_t from = out->n, reason;
	uint8_t code = (uint8_t)answer->reason;

	if (answer->status != OCSP_REVOKED) {
		der_put(out, answer->status == OCSP_GOOD ? DER_CONTEXT(0) : DER_CONTEXT(2),
		    BYTES(NULL, 0));
		return;
	}
	general_time_encode(answer->when, out);
	reason = out->n;
	if (answer->reason != CRL_UNSPECIFIED) {
		der_put(out, DER_ENUMERATED, BYTES(&code, 1));
		der_wrap(out, reason, DER_CONTEXT_SEQ(0));
	}
	der_wrap(out, from, DER_CONTEXT_SEQ(1));
}

static void
put_answer(const struct ocsp_parts *parts, const struct ocsp_answer *answer, struct buf *out)
{
	size_t from = out->n, next;

	buf_put_bytes(out, answer->id.der);
	put_status(answer, out);
	general_time_encode(parts->this_update, out);
	next = out->n;
	general_time_encode(parts->next_update, out);
	der_wrap(out, next, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_SEQUENCE);
}

static void
put_nonce(struct bytes nonce, struct buf *out)
{
	size_t from = out->n;

	der_put_dotted(out, OID_NONCE);
	der_put(out, DER_OCTET_STRING, nonce);
	der_wrap(out, from, DER_SEQUENCE);
	der_wrap(out, from, DER_SEQUENCE);
	der_wrap(out, from, DER_CONTEXT_SEQ(1));
}

void
ocsp_data_encode(const struct ocsp_parts *parts, struct buf *out)
{
	size_t from = out->n, answers;

	der_put(out, DER_OCTET_STRING, parts->key_id);
	der_wrap(out, from, DER_CONTEXT_SEQ(2));
	general_time_encode(parts->produced, out);
	answers = out->n;
	for (size_t i = 0; i < parts->n; i++)
		put_answer(parts, &parts->answers[i], out);
	der_wrap(out, answers, DER_SEQUENCE);
	if (parts->nonce.n != 0)
		put_nonce(parts->nonce, out);
	der_wrap(out, from, DER_SEQUENCE);
}

void
ocsp_basic_encode(struct bytes data, enum rc_sigalg algorithm, struct bytes signature,
    struct bytes certificate, struct buf *out)
{
	size_t from = out->n, certificates;

	buf_put_bytes(out, data);
	sigalg_encode(algorithm, out);
	der_put_bits(out, signature);
	certificates = out->n;
	if (certificate.n != 0) {
		der_put(out, DER_SEQUENCE, certificate);
		der_wrap(out, certificates, DER_CONTEXT_SEQ(0));
	}
	der_wrap(out, from, DER_SEQUENCE);
}

void
ocsp_wrap(struct bytes basic, struct buf *out)
{
	size_t from = out->n, bytes;
	static const uint8_t successful = 0;

	der_put(out, DER_ENUMERATED, BYTES(&successful, 1));
	bytes = out->n;
	der_put_dotted(out, OID_BASIC);
	der_put(out, DER_OCTET_STRING, basic);
	der_wrap(out, bytes, DER_SEQUENCE);
	der_wrap(out, bytes, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_SEQUENCE);
}
