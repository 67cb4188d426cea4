#include "x509/cms.h"

#include "crypto/envelope.h"
#include "tests/sample_cert.h"

enum { SIGNED_AT = 1710000000 };

struct statement {
	struct sample_key key;
	struct cert signer;
	struct cms_terms terms;
	struct buf attributes, der;
	struct arena *arena;
};

static void
statement_clear(struct statement *s)
{
	sample_key_clear(&s->key);
	buf_clear(&s->attributes);
	buf_clear(&s->der);
	arena_free(s->arena);
}
DEFINE_SCOPED_VALUE(statement_clear, struct statement)

static void
statement_sign(struct statement *s)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf signature = BUF_INIT;

	buf_cut(&s->attributes, 0);
	buf_cut(&s->der, 0);
	cms_attributes_encode(&s->terms, &s->attributes);
	REQUIRE_OK(cms_attributes_lint(buf_bytes(&s->attributes), &s->terms, err), err);
	REQUIRE_OK(softkey_sign(s->key.key, s->terms.algorithm, buf_bytes(&s->attributes),
	    &signature, err), err);
	cms_encode(&s->terms, buf_bytes(&s->attributes), buf_bytes(&signature), &s->der);
}

/* "the root of ..." signed by the sample's root. */
static struct statement
statement_make(unsigned algorithm, bool detached)
{
	struct statement s = { .key = sample_key_make(algorithm), .arena = arena_new() };
	struct sample root = sample_root(&s.key);

	s.signer = sample_cert(&root, s.arena);
	s.terms = (struct cms_terms){
		.content = bytes_of_text("a statement\nof two lines\n"), .detached = detached,
		.signer = NULL, .algorithm = s.key.algorithm, .signing_time = SIGNED_AT,
	};
	return s;
}

TEST(a_detached_message_of_whatever_tool_is_read)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P256, true);
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	struct bytes der;
	struct cms cms;

	s.terms.signer = &s.signer;
	statement_sign(&s);
	EXPECT_OK(cms_verify_detached(buf_bytes(&s.der), s.terms.content, s.arena, &cms, err), err);
	EXPECT(bytes_equal(cms.signer.der, s.signer.der));
	EXPECT_RULE(cms_verify_detached(buf_bytes(&s.der), bytes_of_text("another"), s.arena, &cms,
	    err), err, RULE_CMS_SIGNATURE);
	EXPECT_RULE(cms_verify_detached(BYTES(s.der.p, s.der.n - 1), s.terms.content, s.arena,
	    &cms, err), err, RULE_CMS_DETACHED);
	EXPECT_RULE(cms_verify_detached(s.signer.der, s.terms.content, s.arena, &cms, err), err,
	    RULE_CMS_DETACHED);
	pem_put("CMS", buf_bytes(&s.der), &pem);
	EXPECT_OK(cms_open(buf_bytes(&pem), s.arena, &der, err), err);
	EXPECT(bytes_equal(der, buf_bytes(&s.der)));
	EXPECT_RULE(cms_open(bytes_of_text("nothing"), s.arena, &der, err), err,
	    RULE_CMS_DETACHED);
}

/* libcrypto would keep memory of a digest that it does not know. */
TEST(a_detached_message_names_no_digest_but_sha2)
{
	static const uint8_t sha256_oid[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P256, true);
	struct cms cms;
	uint8_t *first;

	s.terms.signer = &s.signer;
	statement_sign(&s);
	first = memmem(s.der.p, s.der.n, sha256_oid, sizeof(sha256_oid));
	REQUIRE(first != NULL);
	first[sizeof(sha256_oid) - 1] = 0x0b;
	EXPECT_RULE(cms_verify_detached(buf_bytes(&s.der), s.terms.content, s.arena, &cms, err),
	    err, RULE_CMS_DETACHED);
}

TEST(a_message_with_its_content_is_not_detached)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P256, false);
	struct cms cms;

	s.terms.signer = &s.signer;
	statement_sign(&s);
	EXPECT_RULE(cms_verify_detached(buf_bytes(&s.der), s.terms.content, s.arena, &cms, err),
	    err, RULE_CMS_DETACHED);
}

TEST(a_statement_tells_who_signed_it_and_when)
{
	static const struct {
		unsigned key;
		enum rc_sigalg algorithm;
	} kinds[] = {
		{ KEY_RSA_2048, RC_RSA_SHA256 }, { KEY_RSA_2048, RC_RSA_SHA512 },
		{ KEY_RSA_2048, RC_RSA_PSS_SHA256 }, { KEY_EC_P256, RC_ECDSA_SHA256 },
		{ KEY_EC_P384, RC_ECDSA_SHA384 }, { KEY_EC_P521, RC_ECDSA_SHA512 },
	};

	for (size_t i = 0; i < 2 * ARRAY_LEN(kinds); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(statement_clear) struct statement s =
		    statement_make(kinds[i / 2].key, i % 2 == 0);
		struct cms cms;

		s.terms.signer = &s.signer;
		s.terms.algorithm = kinds[i / 2].algorithm;
		statement_sign(&s);
		REQUIRE_OK(cms_verify(buf_bytes(&s.der), i % 2 == 0 ? &s.terms.content : NULL,
		    s.arena, &cms, err), err);
		EXPECT_INT(cms.signing_time, SIGNED_AT);
		EXPECT_INT(cms.algorithm, s.terms.algorithm);
		EXPECT(bytes_equal(cms.signer.der, s.signer.der));
		EXPECT(bytes_equal(cms.content, s.terms.content));
	}
}

TEST(a_statement_after_2049_is_read)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P256, false);
	struct cms cms;

	s.terms.signer = &s.signer;
	s.terms.signing_time = 4107585600;
	statement_sign(&s);
	REQUIRE_OK(cms_verify(buf_bytes(&s.der), NULL, s.arena, &cms, err), err);
	EXPECT_INT(cms.signing_time, 4107585600);
}

/* Every octet, each by its lowest bit, its highest bit, and all of them. */
TEST(no_octet_of_a_statement_changes_unnoticed)
{
	static const uint8_t flips[] = { 0x01, 0x80, 0xff };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P256, false);
	size_t passed = 0;
	struct cms cms;

	s.terms.signer = &s.signer;
	statement_sign(&s);
	for (size_t i = 0; i < s.der.n; i++)
		for (size_t k = 0; k < ARRAY_LEN(flips); k++) {
			s.der.p[i] ^= flips[k];
			passed += cms_verify(buf_bytes(&s.der), NULL, s.arena, &cms, err) == RC_OK;
			s.der.p[i] ^= flips[k];
			error_clear(err);
		}
	EXPECT_INT(passed, 0);
	EXPECT_OK(cms_verify(buf_bytes(&s.der), NULL, s.arena, &cms, err), err);
}

TEST(a_statement_is_about_its_content_alone)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P256, true);
	struct bytes other = bytes_of_text("a statement\nof two lines\r\n");
	struct cms cms;

	s.terms.signer = &s.signer;
	statement_sign(&s);
	EXPECT_RULE(cms_verify(buf_bytes(&s.der), &other, s.arena, &cms, err), err,
	    RULE_CMS_SIGNATURE);
	EXPECT_RULE(cms_verify(buf_bytes(&s.der), NULL, s.arena, &cms, err), err,
	    RULE_CMS_MALFORMED);
	s.der.n--;
	EXPECT_RULE(cms_verify(buf_bytes(&s.der), &s.terms.content, s.arena, &cms, err), err,
	    RULE_CMS_MALFORMED);
}

TEST(a_signature_by_another_key_is_none)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P256, true);
	SCOPED(statement_clear) struct statement other = statement_make(KEY_EC_P256, true);
	struct cms cms;

	s.terms.signer = &other.signer;
	statement_sign(&s);
	EXPECT_RULE(cms_verify(buf_bytes(&s.der), &s.terms.content, s.arena, &cms, err), err,
	    RULE_CMS_SIGNATURE);
}

/* OpenSSL 3.0 does not verify CMS by Ed25519: nobody could check it with stock tools. */
TEST(no_statement_is_signed_with_ed25519)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf attributes = BUF_INIT;
	SCOPED(statement_clear) struct statement s = statement_make(KEY_ED25519, true);

	s.terms.signer = &s.signer;
	s.terms.algorithm = RC_ED25519;
	cms_attributes_encode(&s.terms, &attributes);
	EXPECT_RULE(cms_attributes_lint(buf_bytes(&attributes), &s.terms, err), err,
	    RULE_LINT_CMS);
}

TEST(attributes_are_looked_at_before_they_are_signed)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(statement_clear) struct statement s = statement_make(KEY_EC_P384, true);
	SCOPED(statement_clear) struct statement other = statement_make(KEY_EC_P384, true);
	struct cms_terms wrong;

	s.terms.signer = &s.signer;
	statement_sign(&s);
	wrong = s.terms;
	wrong.content = bytes_of_text("another");
	EXPECT_RULE(cms_attributes_lint(buf_bytes(&s.attributes), &wrong, err), err, RULE_LINT_CMS);
	wrong = s.terms;
	wrong.signing_time++;
	EXPECT_RULE(cms_attributes_lint(buf_bytes(&s.attributes), &wrong, err), err, RULE_LINT_CMS);
	wrong = s.terms;
	wrong.signer = &other.signer;
	EXPECT_RULE(cms_attributes_lint(buf_bytes(&s.attributes), &wrong, err), err, RULE_LINT_CMS);
	EXPECT_RULE(cms_attributes_lint(bytes_of_text("1"), &s.terms, err), err, RULE_LINT_CMS);
}
