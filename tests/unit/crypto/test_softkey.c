#include "tests/unit/crypto/make.h"

/* The slow kinds of RSA are left to whoever has the time. */
static const struct {
	unsigned kind;
	enum rc_sigalg algorithm, wrong;
} kinds[] = {
	{ KEY_RSA_2048, RC_RSA_SHA256, RC_ECDSA_SHA256 },
	{ KEY_RSA_2048, RC_RSA_SHA512, RC_SIG_NONE },
	{ KEY_EC_P256, RC_ECDSA_SHA256, RC_RSA_SHA256 },
	{ KEY_EC_P384, RC_ECDSA_SHA384, RC_RSA_SHA384 },
	{ KEY_EC_P521, RC_ECDSA_SHA512, RC_SIG_NONE },
	{ KEY_RSA_2048, RC_RSA_PSS_SHA256, RC_ED25519 },
	{ KEY_RSA_2048, RC_RSA_PSS_SHA384, RC_ECDSA_SHA384 },
	{ KEY_RSA_2048, RC_RSA_PSS_SHA512, RC_SIG_NONE },
	{ KEY_ED25519, RC_ED25519, RC_ECDSA_SHA256 },
};

TEST(softkey_signs_what_pubkey_verifies)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf spki = BUF_INIT, signature = BUF_INIT;
		SCOPED(pubkey_free) struct pubkey *pk = NULL;
		const struct softkey *key = a_key(kinds[i].kind);
		struct bytes tbs = bytes_of_text("to be signed");

		spki_of(key, &spki);
		REQUIRE_OK(pubkey_read(buf_bytes(&spki), &pk, err), err);
		EXPECT_INT(pubkey_algorithm(pk), kinds[i].kind);
		EXPECT_OK(pubkey_check(pk, err), err);
		EXPECT(bytes_equal(pubkey_spki(pk), buf_bytes(&spki)));
		REQUIRE_OK(softkey_sign(key, kinds[i].algorithm, tbs, &signature, err), err);
		EXPECT_OK(pubkey_verify(pk, kinds[i].algorithm, tbs, buf_bytes(&signature), err),
		    err);
		EXPECT_RULE(pubkey_verify(pk, kinds[i].algorithm, bytes_of_text("to be signee"),
		    buf_bytes(&signature), err), err, RULE_SIGNATURE_INVALID);
		EXPECT_RULE(pubkey_verify(pk, kinds[i].wrong, tbs, buf_bytes(&signature), err),
		    err, RULE_SIGNATURE_INVALID);
		EXPECT_RULE(pubkey_verify(pk, kinds[i].algorithm, tbs,
		    BYTES(signature.p, signature.n - 1), err), err, RULE_SIGNATURE_INVALID);
		EXPECT_RULE(softkey_sign(key, kinds[i].wrong, tbs, &signature, err), err,
		    RULE_SOFTKEY);
		EXPECT(pubkey_does(pk, kinds[i].algorithm) && !pubkey_does(pk, kinds[i].wrong));
	}
}

/* Same key, same hash: the padding alone tells them apart. */
TEST(paddings_are_not_taken_for_each_other)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT, pss = BUF_INIT, old = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *pk = NULL;
	const struct softkey *key = a_key(KEY_RSA_2048);
	struct bytes tbs = bytes_of_text("to be signed");

	spki_of(key, &spki);
	REQUIRE_OK(pubkey_read(buf_bytes(&spki), &pk, err), err);
	REQUIRE_OK(softkey_sign(key, RC_RSA_PSS_SHA256, tbs, &pss, err), err);
	REQUIRE_OK(softkey_sign(key, RC_RSA_SHA256, tbs, &old, err), err);
	EXPECT_RULE(pubkey_verify(pk, RC_RSA_SHA256, tbs, buf_bytes(&pss), err), err,
	    RULE_SIGNATURE_INVALID);
	EXPECT_RULE(pubkey_verify(pk, RC_RSA_PSS_SHA256, tbs, buf_bytes(&old), err), err,
	    RULE_SIGNATURE_INVALID);
	EXPECT_RULE(pubkey_verify(pk, RC_RSA_PSS_SHA384, tbs, buf_bytes(&pss), err), err,
	    RULE_SIGNATURE_INVALID);
}

TEST(softkey_of_no_kind_is_refused)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(softkey_free) struct softkey *key = NULL;

	EXPECT_RULE(softkey_generate(0, &key, err), err, RULE_SOFTKEY);
	EXPECT_RULE(softkey_generate(KEY_EC_P256 | KEY_EC_P384, &key, err), err, RULE_SOFTKEY);
	EXPECT(key == NULL);
	softkey_free(NULL);
}

TEST(softkey_is_written_as_pkcs8)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_wipe) struct buf pem = BUF_INIT;

	REQUIRE_OK(softkey_put_pem(a_key(KEY_EC_P256), &pem, err), err);
	EXPECT(strncmp(buf_text(&pem), "-----BEGIN PRIVATE KEY-----\n", 28) == 0);
	EXPECT_HAS(buf_text(&pem), "\n-----END PRIVATE KEY-----\n");
}
