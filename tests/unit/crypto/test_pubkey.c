#include "crypto/envelope.h"
#include "crypto/softkey.h"
#include "tests/unit/crypto/make.h"

#define ALG_RSA "06092a864886f70d0101010500"
#define ALG_P256 "06072a8648ce3d020106082a8648ce3d030107"
#define ALG_ED25519 "06032b6570"
/* The base point of P-256 (FIPS 186-4 D.1.2.3) and of Ed25519 (RFC 8032 5.1). */
#define GX "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define GY "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define B25519 "5866666666666666666666666666666666666666666666666666666666666666"
#define ZEROS "00000000000000000000000000000000000000000000000000000000000000"

static enum rc_status
read_and_check(const char *algorithm_hex, const char *key_hex, char **ret_text,
    struct error *err)
{
	SCOPED(buf_clear) struct buf key = BUF_INIT, spki = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *pk = NULL;

	put_hex(&key, key_hex);
	put_spki(&spki, algorithm_hex, buf_bytes(&key));
	TRY(pubkey_read(buf_bytes(&spki), &pk, err));
	if (ret_text != NULL)
		*ret_text = mem_strdup(pubkey_text(pk));
	return pubkey_check(pk, err);
}

TEST(keys_that_are_sound)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_OK(read_and_check(ALG_P256, "04" GX GY, NULL, err), err);
	EXPECT_OK(read_and_check(ALG_ED25519, B25519, NULL, err), err);
}

static const struct {
	const char *algorithm_hex, *key_hex;
	enum rule rule;
} bad_keys[] = {
	/* encoding */
	{ ALG_RSA, "30", RULE_KEY_MALFORMED },
	{ ALG_RSA, "", RULE_KEY_MALFORMED },
	{ ALG_RSA, "3006020105020103ff", RULE_KEY_MALFORMED },      /* something behind */
	{ ALG_RSA, "3003020105", RULE_KEY_MALFORMED },              /* no exponent      */
	{ ALG_RSA, "30060201fb020103", RULE_KEY_MALFORMED },        /* negative         */
	{ ALG_RSA, "3007020200050201" "03", RULE_KEY_MALFORMED },   /* not minimal      */
	{ "06092a864886f70d010101", "3006020105020103", RULE_KEY_MALFORMED },
	{ "06092a864886f70d0101010500" "0500", "3006020105020103", RULE_KEY_MALFORMED },
	{ ALG_ED25519, ZEROS, RULE_KEY_MALFORMED },                 /* 31 octets        */
	{ ALG_ED25519 "0500", B25519, RULE_KEY_MALFORMED },
	{ ALG_P256, "", RULE_KEY_MALFORMED },
	{ "020105", "00", RULE_KEY_MALFORMED },

	/* kinds */
	{ "06072a8648ce380401", "020105", RULE_KEY_TYPE },          /* DSA              */
	{ "06032b6571", "00", RULE_KEY_TYPE },                      /* Ed448            */
	{ "06092a864886f70d01010a", "3006020105020103", RULE_KEY_TYPE },
	{ "06022a03", "00", RULE_KEY_TYPE },

	/* curves: P-224, secp256k1, explicit, implicit, none */
	{ "06072a8648ce3d020106052b81040021", "0401", RULE_KEY_CURVE },
	{ "06072a8648ce3d020106052b8104000a", "04" GX GY, RULE_KEY_CURVE },
	{ "06072a8648ce3d02013003020101", "04" GX GY, RULE_KEY_CURVE },
	{ "06072a8648ce3d02010500", "04" GX GY, RULE_KEY_CURVE },
	{ "06072a8648ce3d0201", "04" GX GY, RULE_KEY_CURVE },

	/* points */
	{ ALG_P256, "04" GX GX, RULE_KEY_POINT },                   /* not on the curve */
	{ ALG_P256, "03" GX, RULE_KEY_POINT },                      /* compressed       */
	{ ALG_P256, "07" GX GY, RULE_KEY_POINT },                   /* hybrid           */
	{ ALG_P256, "00", RULE_KEY_POINT },                         /* infinity         */
	{ ALG_P256, "04" GX GY "00", RULE_KEY_POINT },
	{ ALG_P256, "0400" ZEROS "00" ZEROS, RULE_KEY_POINT },
	{ ALG_ED25519, "00" ZEROS, RULE_KEY_POINT },                /* order 4          */
	{ ALG_ED25519, "01" ZEROS, RULE_KEY_POINT },                /* order 1          */
	{ ALG_ED25519, "02" ZEROS, RULE_KEY_POINT },                /* not on the curve */
	{ ALG_ED25519, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	    RULE_KEY_POINT },                                       /* order 2          */
	{ ALG_ED25519, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	    RULE_KEY_POINT },                                       /* order 8          */
	{ ALG_ED25519, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	    RULE_KEY_POINT },
	{ ALG_ED25519, "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    RULE_KEY_POINT },                                       /* y not below p    */
};

TEST(keys_that_are_not)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_keys); i++) {
		SCOPED(error_free) struct error *err = error_new();

		EXPECT_RULE(read_and_check(bad_keys[i].algorithm_hex, bad_keys[i].key_hex, NULL,
		    err), err, bad_keys[i].rule);
	}
}

TEST(spki_that_is_not_one)
{
	static const char *const bad[] = { "", "30", "3000", "0500", "30050500030200ff",
		"300f300706032b65700500030200000102", "30800000", "3004300003020700" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf spki = BUF_INIT;
		SCOPED(pubkey_free) struct pubkey *pk = NULL;

		put_hex(&spki, bad[i]);
		EXPECT_RULE(pubkey_read(buf_bytes(&spki), &pk, err), err, RULE_KEY_MALFORMED);
		EXPECT(pk == NULL);
	}
}

TEST(spki_has_nothing_behind_it_and_a_limit)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *pk = NULL;

	spki_of(a_key(KEY_EC_P256), &spki);
	buf_putc(&spki, 0);
	EXPECT_RULE(pubkey_read(buf_bytes(&spki), &pk, err), err, RULE_KEY_MALFORMED);
	(void)memset(buf_reserve(&spki, 70000), 0, 70000);
	buf_wrote(&spki, 70000);
	EXPECT_RULE(pubkey_read(buf_bytes(&spki), &pk, err), err, RULE_KEY_MALFORMED);
}

TEST(keys_are_named_for_messages)
{
	static const struct {
		const char *algorithm_hex, *key_hex, *text;
	} rows[] = {
		{ ALG_P256, "04" GX GY, "EC on P-256" },
		{ "06072a8648ce3d02010500", "04", "EC on another curve" },
		{ ALG_ED25519, B25519, "Ed25519" },
		{ ALG_RSA, "30060201050201" "03", "RSA with 3 bits" },
		{ "06072a8648ce380401", "020105", "DSA" },
		{ "06022a03", "00", "a key of kind 1.2.3" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(error_free) struct error *err = error_new();
		char *text = NULL;

		(void)!read_and_check(rows[i].algorithm_hex, rows[i].key_hex, &text, err);
		EXPECT_TEXT(text, rows[i].text);
		free(text);
	}
}

/* The key identifier is over the point alone; sha1sum of 04 GX GY. */
TEST(pubkey_tells_what_it_is)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf key = BUF_INIT, spki = BUF_INIT, id = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *pk = NULL;

	put_hex(&key, "04" GX GY);
	put_spki(&spki, ALG_P256, buf_bytes(&key));
	REQUIRE_OK(pubkey_read(buf_bytes(&spki), &pk, err), err);
	buf_put_hex(&id, pubkey_key_id(pk));
	EXPECT_TEXT(buf_text(&id), "b467a3999eb5efa671de0032f08a9c9e5efda0e1");
	EXPECT_INT(pubkey_algorithm(pk), KEY_EC_P256);
	EXPECT_INT(pubkey_bits(pk), 256);
	EXPECT_INT(pubkey_sigalg(pk), RC_ECDSA_SHA256);
	EXPECT(pubkey_is_ec(pk));
	pubkey_free(NULL);
}

TEST(rsa_and_ed25519_tell_what_they_are)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf rsa = BUF_INIT, ed = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *r = NULL, *e = NULL;

	spki_of(a_key(KEY_RSA_2048), &rsa);
	spki_of(a_key(KEY_ED25519), &ed);
	REQUIRE_OK(pubkey_read(buf_bytes(&rsa), &r, err), err);
	REQUIRE_OK(pubkey_read(buf_bytes(&ed), &e, err), err);
	EXPECT_OK(pubkey_check(e, err), err);
	EXPECT(!pubkey_is_ec(r) && pubkey_is_ec(e));
	EXPECT_INT(pubkey_bits(r), 2048);
	EXPECT_INT(pubkey_bits(e), 256);
	EXPECT_INT(pubkey_sigalg(r), RC_RSA_SHA256);
	EXPECT_INT(pubkey_sigalg(e), RC_ED25519);
	EXPECT_INT(pubkey_algorithm(e), KEY_ED25519);
	EXPECT(!pubkey_does(e, RC_ECDSA_SHA256));
}

/* 2056 bits pass the check and are no named algorithm. */
TEST(an_odd_size_is_sound_and_of_no_algorithm)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(BN_free) BIGNUM *n = BN_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *pk = NULL;

	(void)BN_set_bit(n, 2055);
	(void)BN_set_bit(n, 0);
	put_rsa_spki(&spki, n, 65537);
	REQUIRE_OK(pubkey_read(buf_bytes(&spki), &pk, err), err);
	EXPECT_INT(pubkey_bits(pk), 2056);
	EXPECT_INT(pubkey_algorithm(pk), 0);
}

TEST(a_file_holds_one_public_key)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(softkey_free) struct softkey *soft = NULL;
	SCOPED(pubkey_free) struct pubkey *key = NULL, *again = NULL;
	SCOPED(buf_clear) struct buf spki = BUF_INIT, pem = BUF_INIT, other = BUF_INIT;

	REQUIRE_OK(softkey_generate(KEY_EC_P256, &soft, err), err);
	REQUIRE_OK(softkey_spki(soft, &spki, err), err);
	pem_put("PUBLIC KEY", buf_bytes(&spki), &pem);
	EXPECT_OK(pubkey_read_file(buf_bytes(&pem), arena, &key, err), err);
	EXPECT(bytes_equal(pubkey_spki(key), buf_bytes(&spki)));
	EXPECT_OK(pubkey_read_file(buf_bytes(&spki), arena, &again, err), err);
	pubkey_free(TAKE(again));
	pem_put("PUBLIC KEY", buf_bytes(&spki), &pem);
	EXPECT_RULE(pubkey_read_file(buf_bytes(&pem), arena, &again, err), err,
	    RULE_KEY_MALFORMED);
	pem_put("EC PRIVATE KEY", buf_bytes(&spki), &other);
	EXPECT_RULE(pubkey_read_file(buf_bytes(&other), arena, &again, err), err,
	    RULE_KEY_MALFORMED);
}
