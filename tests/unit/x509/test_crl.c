#include "x509/crl.h"

#include <openssl/x509.h>

#include "tests/sample_cert.h"
#include "x509/tbs.h"

enum { NOW = 1710000000, LATER = NOW + 7 * 86400 };

static const uint8_t serial_1[] = { 0x01 }, serial_2[] = { 0x80, 0x22 };
static const uint8_t number_7[] = { 0x07 }, number_9[] = { 0x90, 0x00 };
static const char *const points[] = { "http://pki.contoso.com/a.crl", "http://b.contoso.com/a.crl" };

struct list {
	struct sample_key key;
	struct arena *arena;
	struct cert issuer;
	struct crl_parts parts;
	struct buf tbs, der;
};

static void
list_clear(struct list *l)
{
	sample_key_clear(&l->key);
	buf_clear(&l->tbs);
	buf_clear(&l->der);
	arena_free(l->arena);
}
DEFINE_SCOPED_VALUE(list_clear, struct list)

static struct list
list_make(unsigned algorithm)
{
	struct list l = { .key = sample_key_make(algorithm), .arena = arena_new() };
	struct sample root = sample_root(&l.key);

	l.issuer = sample_cert(&root, l.arena);
	l.parts = (struct crl_parts){ .algorithm = l.key.algorithm, .issuer = l.issuer.subject,
		.this_update = NOW, .next_update = LATER,
		.key_id = pubkey_key_id(l.key.pub),
		.number = BYTES(number_9, sizeof(number_9)) };
	return l;
}

static void
list_sign(struct list *l, unsigned entries)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	struct crl_writer w;

	buf_cut(&l->tbs, 0);
	buf_cut(&l->der, 0);
	crl_begin(&w, &l->parts, &l->tbs);
	if (entries > 0)
		crl_add(&w, &(struct crl_entry){ BYTES(serial_1, 1), NOW - 5, CRL_KEY_COMPROMISE, 0 });
	if (entries > 1)
		crl_add(&w, &(struct crl_entry){ BYTES(serial_2, 2), NOW, CRL_UNSPECIFIED, 0 });
	if (entries > 2)
		crl_add(&w, &(struct crl_entry){ BYTES(serial_2, 1), INT64_C(2524608000),
		    CRL_AA_COMPROMISE, NOW - 86400 });
	crl_end(&w);
	REQUIRE_OK(softkey_sign(l->key.key, l->parts.algorithm, buf_bytes(&l->tbs), &signature,
	    err), err);
	signed_wrap(buf_bytes(&l->tbs), l->parts.algorithm, buf_bytes(&signature), &l->der);
}

DEFINE_SCOPED(X509_CRL_free, X509_CRL *)
DEFINE_SCOPED(EVP_PKEY_free, EVP_PKEY *)

/* By libcrypto, which had no part in the writing: it reads, verifies, and writes the same. */
static void
expect_libcrypto(struct list *l, int entries)
{
	const uint8_t *p = l->der.p, *spki = l->issuer.spki.p;
	SCOPED(X509_CRL_free) X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)l->der.n);
	SCOPED(EVP_PKEY_free) EVP_PKEY *key = d2i_PUBKEY(NULL, &spki, (long)l->issuer.spki.n);
	uint8_t *again = NULL;
	int n;

	REQUIRE(crl != NULL && key != NULL);
	EXPECT_INT(X509_CRL_verify(crl, key), 1);
	EXPECT_INT(X509_CRL_get_version(crl), 1);
	EXPECT_INT(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl)), entries > 0 ? entries : -1);
	n = i2d_X509_CRL(crl, &again);
	EXPECT(n > 0 && bytes_equal(BYTES(again, (size_t)n), buf_bytes(&l->der)));
	OPENSSL_free(again);
}

TEST(a_crl_is_what_libcrypto_reads)
{
	static const unsigned kinds[] = { KEY_RSA_2048, KEY_EC_P256, KEY_EC_P384 };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(list_clear) struct list l = list_make(kinds[i]);

		for (unsigned entries = 0; entries <= 3; entries++) {
			list_sign(&l, entries);
			expect_libcrypto(&l, (int)entries);
		}
		l.parts.base = BYTES(number_7, 1);
		for (unsigned n = 0; n <= 2; n++)
			for (unsigned scope = 0; scope < CRL_SCOPES; scope++) {
				l.parts.points = points;
				l.parts.n_points = n;
				l.parts.scope = scope;
				list_sign(&l, 3);
				expect_libcrypto(&l, 3);
			}
	}
}

TEST(a_crl_reads_back_as_it_was_meant)
{
	SCOPED(list_clear) struct list l = list_make(KEY_EC_P256);
	SCOPED(error_free) struct error *err = error_new();
	struct crl_entry e = { .when = 0 };
	struct crl crl;

	l.parts.base = BYTES(number_7, 1);
	list_sign(&l, 3);
	REQUIRE_OK(crl_read(buf_bytes(&l.der), &crl, err), err);
	EXPECT(bytes_equal(crl.tbs, buf_bytes(&l.tbs)) && crl.signature.n != 0);
	EXPECT_INT(crl.algorithm, RC_ECDSA_SHA256);
	EXPECT_INT(crl.this_update, NOW);
	EXPECT_INT(crl.next_update, LATER);
	EXPECT(bytes_equal(crl.number, l.parts.number) && bytes_equal(crl.base, l.parts.base));
	EXPECT(bytes_equal(crl.key_id, l.parts.key_id) && bytes_equal(crl.issuer, l.parts.issuer));
	EXPECT(crl.is_delta && !crl.is_part);
	REQUIRE(crl_next(&crl.entries, &e));
	EXPECT(bytes_equal(e.serial, BYTES(serial_1, 1)));
	EXPECT_INT(e.reason, CRL_KEY_COMPROMISE);
	REQUIRE(crl_next(&crl.entries, &e));
	EXPECT(bytes_equal(e.serial, BYTES(serial_2, 2)));
	EXPECT_INT(e.reason, CRL_UNSPECIFIED);
	EXPECT_INT(e.invalid, 0);
	REQUIRE(crl_next(&crl.entries, &e));
	EXPECT_INT(e.when, INT64_C(2524608000));        /* 2050 */
	EXPECT_INT(e.invalid, NOW - 86400);
	EXPECT(!crl_next(&crl.entries, &e));
	EXPECT_INT(crl.entries.n, 0);
}

/* Cut short it is none; with an octet changed it is none, another, or badly signed. */
TEST(a_damaged_crl_is_told_or_harmless)
{
	SCOPED(list_clear) struct list l = list_make(KEY_EC_P256);
	SCOPED(error_free) struct error *err = error_new();
	struct crl crl;

	l.parts.points = points;
	l.parts.n_points = 1;
	list_sign(&l, 3);
	for (size_t n = 0; n < l.der.n; n++)
		EXPECT_RULE(crl_read(BYTES(l.der.p, n), &crl, err), err, RULE_CRL_MALFORMED);
	for (size_t i = 0; i < l.der.n; i++) {
		l.der.p[i] ^= 0x01;
		if (crl_read(buf_bytes(&l.der), &crl, err) == RC_OK)
			EXPECT(crl.algorithm != RC_ECDSA_SHA256 || pubkey_verify(l.key.pub,
			    crl.algorithm, crl.tbs, crl.signature, err) != RC_OK);
		error_clear(err);
		l.der.p[i] ^= 0x01;
	}
}

TEST(reasons_have_the_words_of_the_rfc)
{
	enum crl_reason reason;

	EXPECT(crl_reason_find("keyCompromise", &reason) && reason == CRL_KEY_COMPROMISE);
	EXPECT(crl_reason_find("aACompromise", &reason) && reason == CRL_AA_COMPROMISE);
	EXPECT_INT(CRL_AA_COMPROMISE, 10);
	EXPECT(!crl_reason_find("keycompromise", &reason));
	EXPECT(crl_reason_word(7) == NULL && crl_reason_word(11) == NULL);
	for (unsigned i = 0; i < CRL_REASONS; i++)
		EXPECT(i == 7 || (crl_reason_find(crl_reason_word(i), &reason) && reason == i));
}

TEST(a_list_for_users_or_cas_alone_says_so)
{
	for (unsigned scope = 0; scope < CRL_SCOPES; scope++)
		for (unsigned n = 0; n < 2; n++) {
			SCOPED(list_clear) struct list l = list_make(KEY_EC_P256);
			SCOPED(error_free) struct error *err = error_new();
			struct crl crl;

			l.parts.points = points;
			l.parts.n_points = n;
			l.parts.scope = scope;
			list_sign(&l, 1);
			REQUIRE_OK(crl_read(buf_bytes(&l.der), &crl, err), err);
			EXPECT_INT(crl.scope, scope);
			EXPECT_INT(crl.is_part, n != 0);
		}
}

/* issuingDistributionPoint of a list for users: [1] 0xff.  What else may not stand there. */
TEST(a_point_that_rfc_5280_does_not_know_is_refused)
{
	static const uint8_t good[] = { 0x55, 0x1d, 0x1c, 0x01, 0x01, 0xff, 0x04, 0x05, 0x30, 0x03,
		0x81, 0x01, 0xff };
	static const struct {
		size_t at;
		uint8_t octet;
	} changes[] = {
		{ 12, 0x00 },           /* FALSE, which is absent in DER */
		{ 10, 0x84 },           /* indirectCRL */
		{ 10, 0x85 },           /* onlyContainsAttributeCerts */
		{ 8, 0x31 },            /* a SET */
	};

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		SCOPED(list_clear) struct list l = list_make(KEY_EC_P256);
		SCOPED(error_free) struct error *err = error_new();
		struct crl crl;
		uint8_t *at;

		l.parts.scope = CRL_SCOPE_USERS;
		list_sign(&l, 1);
		at = memmem(l.der.p, l.der.n, good, sizeof(good));
		REQUIRE(at != NULL);
		at[changes[i].at] = changes[i].octet;
		EXPECT_RULE(crl_read(buf_bytes(&l.der), &crl, err), err, RULE_CRL_MALFORMED);
	}
}
