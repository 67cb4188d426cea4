#include "x509/ocsp.h"

#include <openssl/ocsp.h>

#include "tests/sample_cert.h"
#include "x509/der_write.h"

enum { NOW = 1710000000, LATER = NOW + 7 * 86400 };

static const uint8_t serial_1[] = { 0x01 }, serial_2[] = { 0x80, 0x22 };
/* OCTET STRING of four octets */
static const uint8_t nonce[] = { 0x04, 0x04, 1, 2, 3, 4 };

struct asking {
	struct sample_key key;
	struct arena *arena;
	struct cert issuer;
	struct error *err;
	struct buf der;
};

static void
asking_clear(struct asking *a)
{
	sample_key_clear(&a->key);
	arena_free(a->arena);
	error_free(a->err);
	buf_clear(&a->der);
}
DEFINE_SCOPED_VALUE(asking_clear, struct asking)

static struct asking
asking_make(void)
{
	struct asking a = { .key = sample_key_make(KEY_EC_P256), .arena = arena_new(),
		.err = error_new() };
	struct sample root = sample_root(&a.key);

	a.issuer = sample_cert(&root, a.arena);
	return a;
}

static struct ocsp_id
id_make(struct asking *a, enum ocsp_hash hash, struct bytes serial)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	struct ocsp_id id;

	ocsp_id_encode(hash, &a->issuer, serial, &der);
	REQUIRE(ocsp_id_read(arena_bytes(a->arena, buf_bytes(&der)), &id));
	return id;
}

DEFINE_SCOPED(X509_free, X509 *)
DEFINE_SCOPED(OCSP_CERTID_free, OCSP_CERTID *)

/* What libcrypto makes of the same issuer and serial, octet for octet. */
TEST(a_certid_is_what_libcrypto_asks_for)
{
	SCOPED(asking_clear) struct asking a = asking_make();
	const uint8_t *p = a.issuer.der.p;
	SCOPED(X509_free) X509 *x = d2i_X509(NULL, &p, (long)a.issuer.der.n);
	const EVP_MD *hashes[OCSP_HASHES] = { EVP_sha1(), EVP_sha256(), EVP_sha384(),
		EVP_sha512() };

	REQUIRE(x != NULL);
	for (unsigned i = 0; i < OCSP_HASHES; i++) {
		SCOPED(OCSP_CERTID_free) OCSP_CERTID *id = OCSP_cert_to_id(hashes[i], x, x);
		struct ocsp_id own = id_make(&a, i, a.issuer.serial);
		uint8_t *octets = NULL;
		int n = i2d_OCSP_CERTID(id, &octets);

		EXPECT(n > 0 && bytes_equal(BYTES(octets, (size_t)n), own.der));
		EXPECT_INT(own.hash, i);
		EXPECT(ocsp_id_is_of(&own, &a.issuer));
		OPENSSL_free(octets);
	}
}

TEST(a_certid_speaks_of_one_issuer)
{
	SCOPED(asking_clear) struct asking a = asking_make(), b = asking_make();
	struct ocsp_id id = id_make(&a, OCSP_SHA256, BYTES(serial_1, 1));
	enum ocsp_hash hash;

	/* the same name, another key */
	EXPECT(bytes_equal(a.issuer.subject, b.issuer.subject));
	EXPECT(!ocsp_id_is_of(&id, &b.issuer));
	id.hash = OCSP_OTHER;
	EXPECT(!ocsp_id_is_of(&id, &a.issuer));
	EXPECT(ocsp_hash_find("sha384", &hash) && hash == OCSP_SHA384);
	EXPECT(!ocsp_hash_find("md5", &hash));
}

static struct bytes
response_make(struct asking *a, const struct ocsp_answer *answers, size_t n, struct bytes n_once)
{
	const struct ocsp_parts parts = { .key_id = pubkey_key_id(a->key.pub), .produced = NOW,
		.this_update = NOW, .next_update = LATER, .answers = answers, .n = n,
		.nonce = n_once };

	buf_cut(&a->der, 0);
	ocsp_data_encode(&parts, &a->der);
	return buf_bytes(&a->der);
}

TEST(a_response_is_read_as_it_was_written)
{
	SCOPED(asking_clear) struct asking a = asking_make();
	const struct ocsp_answer answers[] = {
		{ .id = id_make(&a, OCSP_SHA1, BYTES(serial_1, 1)), .status = OCSP_GOOD },
		{ .id = id_make(&a, OCSP_SHA256, BYTES(serial_2, 2)), .status = OCSP_REVOKED,
		  .when = NOW - 5, .reason = CRL_SUPERSEDED },
		{ .id = id_make(&a, OCSP_SHA512, BYTES(serial_2, 2)), .status = OCSP_REVOKED,
		  .when = NOW, .reason = CRL_UNSPECIFIED },
		{ .id = id_make(&a, OCSP_SHA1, BYTES(serial_2, 2)), .status = OCSP_UNKNOWN },
	};
	struct ocsp_answer have;
	struct ocsp_data data;
	struct bytes rest;

	REQUIRE_OK(ocsp_data_read(response_make(&a, answers, 4, BYTES(nonce, 6)), &data, a.err),
	    a.err);
	EXPECT_INT(data.n, 4);
	EXPECT_INT(data.produced, NOW);
	EXPECT(bytes_equal(data.nonce, BYTES(nonce, 6)));
	EXPECT(bytes_equal(data.key_id, pubkey_key_id(a.key.pub)));
	rest = data.answers;
	for (size_t i = 0; i < 4; i++) {
		REQUIRE(ocsp_next(&rest, &have));
		EXPECT(bytes_equal(have.id.der, answers[i].id.der));
		EXPECT_INT(have.status, answers[i].status);
		EXPECT_INT(have.when, answers[i].when);
		EXPECT_INT(have.reason, answers[i].reason);
		EXPECT_INT(have.next_update, LATER);
	}
	EXPECT(!ocsp_next(&rest, &have));
}

TEST(a_signed_response_is_what_libcrypto_reads)
{
	SCOPED(asking_clear) struct asking a = asking_make();
	SCOPED(buf_clear) struct buf signature = BUF_INIT, basic = BUF_INIT, whole = BUF_INIT;
	const struct ocsp_answer answer = { .id = id_make(&a, OCSP_SHA1, BYTES(serial_1, 1)) };
	struct bytes data = response_make(&a, &answer, 1, BYTES(NULL, 0));
	struct ocsp_basic have;

	REQUIRE_OK(softkey_sign(a.key.key, a.key.algorithm, data, &signature, a.err), a.err);
	ocsp_basic_encode(data, a.key.algorithm, buf_bytes(&signature), a.issuer.der, &basic);
	ocsp_wrap(buf_bytes(&basic), &whole);
	REQUIRE_OK(ocsp_read(buf_bytes(&whole), a.arena, &have, a.err), a.err);
	EXPECT(bytes_equal(have.data, data));
	EXPECT(bytes_equal(have.certificate, a.issuer.der));
	EXPECT_OK(pubkey_verify(a.key.pub, have.algorithm, have.data, have.signature, a.err),
	    a.err);
	REQUIRE_OK(ocsp_basic_read(buf_bytes(&basic), a.arena, &have, a.err), a.err);
	EXPECT(bytes_equal(have.data, data));
	/* without its last octet, and with one more */
	EXPECT_RULE(ocsp_read(BYTES(whole.p, whole.n - 1), a.arena, &have, a.err), a.err,
	    RULE_OCSP_MALFORMED);
	buf_putc(&basic, 0);
	EXPECT_RULE(ocsp_basic_read(buf_bytes(&basic), a.arena, &have, a.err), a.err,
	    RULE_OCSP_MALFORMED);
}

/* -- requests ---------------------------------------------------------------------------- */

/* SEQUENCE { SEQUENCE { head, SEQUENCE { SEQUENCE { id, behind } }, tail } } */
static struct bytes
request_make(struct asking *a, struct bytes head, struct bytes behind, struct bytes tail)
{
	struct buf *out = &a->der;
	size_t list;

	buf_cut(out, 0);
	buf_put_bytes(out, head);
	list = out->n;
	buf_put_bytes(out, id_make(a, OCSP_SHA1, BYTES(serial_1, 1)).der);
	buf_put_bytes(out, behind);
	der_wrap(out, list, DER_SEQUENCE);
	der_wrap(out, list, DER_SEQUENCE);
	buf_put_bytes(out, tail);
	der_wrap(out, 0, DER_SEQUENCE);
	der_wrap(out, 0, DER_SEQUENCE);
	return buf_bytes(out);
}

/* [2] { SEQUENCE { Extension { oid, critical, OCTET STRING value } } }, or another tag */
static struct bytes
extension_make(struct asking *a, unsigned tag, const char *oid, bool critical,
    struct bytes value)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	der_put_dotted(&out, oid);
	if (critical)
		der_put_bool(&out, true);
	der_put(&out, DER_OCTET_STRING, value);
	der_wrap(&out, 0, DER_SEQUENCE);
	der_wrap(&out, 0, DER_SEQUENCE);
	der_wrap(&out, 0, tag);
	return arena_bytes(a->arena, buf_bytes(&out));
}

#define NONE BYTES(NULL, 0)
#define OID_NONCE "1.3.6.1.5.5.7.48.1.2"
#define OID_LOCATOR "1.3.6.1.5.5.7.48.1.7"

TEST(a_request_is_read)
{
	SCOPED(asking_clear) struct asking a = asking_make();
	static const uint8_t v1[] = { 0xa0, 0x03, 0x02, 0x01, 0x00 };
	struct bytes locator = extension_make(&a, DER_CONTEXT_SEQ(0), OID_LOCATOR, false, NONE);
	struct bytes once = extension_make(&a, DER_CONTEXT_SEQ(2), OID_NONCE, true,
	    BYTES(nonce, 6));
	struct ocsp_request request;
	struct bytes rest;
	struct ocsp_id id;

	REQUIRE_OK(ocsp_request_read(request_make(&a, BYTES(v1, 5), locator, once), &request,
	    a.err), a.err);
	EXPECT_INT(request.n, 1);
	EXPECT(bytes_equal(request.nonce, BYTES(nonce, 6)));
	rest = request.list;
	EXPECT(ocsp_request_next(&rest, &id) && bytes_equal(id.serial, BYTES(serial_1, 1)));
	EXPECT(ocsp_id_is_of(&id, &a.issuer));
	REQUIRE_OK(ocsp_request_read(request_make(&a, NONE, NONE, NONE), &request, a.err), a.err);
	EXPECT_INT(request.nonce.n, 0);
}

TEST(what_is_no_request_is_refused)
{
	SCOPED(asking_clear) struct asking a = asking_make();
	static const uint8_t v2[] = { 0xa0, 0x03, 0x02, 0x01, 0x01 };
	static const uint8_t empty[] = { 0x04, 0x00 };
	uint8_t long_nonce[2 + OCSP_NONCE_MAX + 1] = { 0x04, OCSP_NONCE_MAX + 1 };
	const struct {
		struct bytes head, behind, tail;
	} bad[] = {
		{ BYTES(v2, 5), NONE, NONE },
		{ NONE, extension_make(&a, DER_CONTEXT_SEQ(0), OID_LOCATOR, true, NONE), NONE },
		{ NONE, NONE, extension_make(&a, DER_CONTEXT_SEQ(2), OID_LOCATOR, true, NONE) },
		{ NONE, NONE, extension_make(&a, DER_CONTEXT_SEQ(2), OID_NONCE, false,
		    BYTES(empty, 2)) },
		{ NONE, NONE, extension_make(&a, DER_CONTEXT_SEQ(2), OID_NONCE, false,
		    BYTES(long_nonce, sizeof(long_nonce))) },
		{ NONE, NONE, extension_make(&a, DER_CONTEXT_SEQ(2), OID_NONCE, false,
		    BYTES(nonce, 5)) },
		{ NONE, NONE, BYTES(v2, 5) },
	};
	struct ocsp_request request;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT_RULE(ocsp_request_read(request_make(&a, bad[i].head, bad[i].behind,
		    bad[i].tail), &request, a.err), a.err, RULE_OCSP_REQUEST);
	/* 32 octets are a nonce */
	long_nonce[1] = OCSP_NONCE_MAX;
	EXPECT_OK(ocsp_request_read(request_make(&a, NONE, NONE, extension_make(&a,
	    DER_CONTEXT_SEQ(2), OID_NONCE, false, BYTES(long_nonce, sizeof(long_nonce) - 1))),
	    &request, a.err), a.err);
	(void)request_make(&a, NONE, NONE, NONE);
	EXPECT_RULE(ocsp_request_read(BYTES(a.der.p, a.der.n - 1), &request, a.err), a.err,
	    RULE_OCSP_REQUEST);
	EXPECT_RULE(ocsp_request_read(BYTES(long_nonce, 0), &request, a.err), a.err,
	    RULE_OCSP_REQUEST);
}
