/*
 * SubjectPublicKeyInfo read and written by hand, beside libcrypto's.
 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "engines/evp.h"
#include "engines/p11pub.h"
#include "tests/unit.h"

static const struct {
	const char *type;
	const char *curve;               /* NULL: none                       */
	size_t bits;
	enum p11pub_kind kind;
} kinds[] = {
	{ "RSA", NULL, 2048, P11PUB_RSA },
	{ "EC", "P-256", 0, P11PUB_EC },
	{ "EC", "P-521", 0, P11PUB_EC },
	{ "EC", "brainpoolP320r1", 0, P11PUB_EC },
	{ "ED25519", NULL, 0, P11PUB_ED25519 },
	{ "ED448", NULL, 0, P11PUB_OTHER },
};

static EVP_PKEY *
key_new(size_t i)
{
	if (kinds[i].bits != 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, kinds[i].type, kinds[i].bits);
	return EVP_PKEY_Q_keygen(NULL, NULL, kinds[i].type, kinds[i].curve);
}

static bool
libcrypto_reads(const uint8_t *p, size_t n)
{
	const unsigned char *at = p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)n);
	bool good = key != NULL && at == p + n;

	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

/* With one octet changed, and cut short: read where libcrypto reads it, or refused. */
static void
expect_as_libcrypto(struct bytes der, struct arena *arena)
{
	for (size_t i = 0; i < der.n; i += i < 32 ? 1 : 7) {
		SCOPED(error_free) struct error *err = error_new();
		struct p11pub pub = { .kind = P11PUB_NONE };
		uint8_t *copy = arena_alloc(arena, der.n);

		EXPECT_RULE(p11pub_of_spki(BYTES(der.p, i), arena, &pub, err), err,
		    RULE_KEY_ALGORITHM);
		error_clear(err);
		memcpy(copy, der.p, der.n);
		copy[i] ^= 0x40;
		EXPECT((p11pub_of_spki(BYTES(copy, der.n), arena, &pub, err) == RC_OK) ==
		    libcrypto_reads(copy, der.n));
	}
}

TEST(spki_is_that_of_libcrypto)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(arena_free) struct arena *arena = arena_new();
		SCOPED(buf_clear) struct buf der = BUF_INIT, again = BUF_INIT;
		SCOPED(evp_pkey) EVP_PKEY *key = key_new(i);
		struct p11pub pub = { .kind = P11PUB_NONE };

		REQUIRE(key != NULL);
		REQUIRE_OK(evp_put_spki(key, &der, err), err);
		REQUIRE_OK(p11pub_of_spki(buf_bytes(&der), arena, &pub, err), err);
		EXPECT_INT(pub.kind, kinds[i].kind);
		if (kinds[i].kind == P11PUB_OTHER) {
			EXPECT_RULE(p11pub_put_spki(&pub, &again, err), err, RULE_KEY_ALGORITHM);
			continue;
		}
		EXPECT_INT(p11pub_bits(&pub), EVP_PKEY_get_bits(key) == 253 ? 256 :
		    EVP_PKEY_get_bits(key));
		REQUIRE_OK(p11pub_put_spki(&pub, &again, err), err);
		EXPECT(bytes_equal(buf_bytes(&der), buf_bytes(&again)));
		expect_as_libcrypto(buf_bytes(&der), arena);
	}
}

TEST(compressed_point_is_the_same_key)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf whole = BUF_INIT, half = BUF_INIT;
	SCOPED(evp_pkey) EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	struct p11pub a, b;

	REQUIRE_OK(evp_put_spki(key, &whole, err), err);
	REQUIRE(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
	    "compressed") == 1);
	REQUIRE_OK(evp_put_spki(key, &half, err), err);
	EXPECT(half.n < whole.n);
	REQUIRE_OK(p11pub_of_spki(buf_bytes(&whole), arena, &a, err), err);
	REQUIRE_OK(p11pub_of_spki(buf_bytes(&half), arena, &b, err), err);
	EXPECT(p11pub_equal(&a, &b));
}
