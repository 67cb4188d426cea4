/* Keys that ask for the PIN at each signature (CKA_ALWAYS_AUTHENTICATE). */
#include "tests/unit/engines/lab.h"

static void
sign_and_verify(const struct rc_engine_ops *ops, struct rc_key *key, enum rc_sigalg algorithm,
    struct bytes spki, struct error *err)
{
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	struct bytes tbs = bytes_of_text("these bytes and no others");

	REQUIRE_OK(ops->sign(key, algorithm, tbs, &signature, err), err);
	EXPECT(lab_verifies(spki, algorithm, tbs, buf_bytes(&signature)));
}

/* An RSA key "k" that does, its public half in `spki`. */
static void
make_asking(struct lab *lab, struct buf *spki)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE asks[] = { P11_ATTRIBUTE(CKA_PRIVATE, &yes, sizeof(yes)),
		P11_ATTRIBUTE(CKA_ALWAYS_AUTHENTICATE, &yes, sizeof(yes)) };
	struct p11raw *raw;
	struct p11key key;

	lab_init(lab, "one");
	raw = lab_raw(lab, "pkcs11:token=one;object=k");
	lab_generate(raw, "k", BYTES("k", 1), asks, ARRAY_LEN(asks));
	REQUIRE_OK(p11key_find(raw, NULL, arena, &key, lab->err), lab->err);
	REQUIRE_OK(p11pub_put_spki(&key.pub, spki, lab->err), lab->err);
	p11raw_close(raw);
	lab->asked = 0;
}

TEST(libp11_leaves_keys_that_ask_to_cryptoki)
{
	static const enum rc_sigalg signs[] = { RC_RSA_SHA256, RC_RSA_SHA512, RC_RSA_PSS_SHA256 };
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;

	make_asking(&lab, &spki);
	config = lab_config(&lab, "pkcs11:token=one;object=k");
	REQUIRE_OK(rc_engine_libp11.open(&config, &engine, lab.err), lab.err);
	EXPECT_RULE(rc_engine_libp11.find_key(engine, NULL, &key, lab.err), lab.err,
	    RULE_KEY_ALWAYS_AUTHENTICATES);
	rc_engine_libp11.close(engine);
	lab.asked = 0;
	REQUIRE_OK(rc_engine_auto.open(&config, &engine, lab.err), lab.err);
	EXPECT_INT(lab.use, RC_PIN_LOGIN);
	REQUIRE_OK(rc_engine_auto.find_key(engine, NULL, &key, lab.err), lab.err);
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		sign_and_verify(&rc_engine_auto, key, signs[i], buf_bytes(&spki), lab.err);
	/* What is no algorithm of the key asks nobody. */
	EXPECT_RULE(rc_engine_auto.sign(key, RC_ED25519, bytes_of_text("x"), &signature, lab.err),
	    lab.err, RULE_SIGNATURE_ALGORITHM);
	EXPECT_INT(lab.asked, 1 + ARRAY_LEN(signs));
	EXPECT_INT(lab.use, RC_PIN_CONTEXT);
	rc_engine_auto.put_key(key);
	rc_engine_auto.close(engine);
}

TEST(a_refused_pin_for_a_signature_is_not_sent_again_and_blocks_nothing)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL, *second = NULL;
	struct rc_key *key = NULL;
	struct bytes tbs = bytes_of_text("x");

	make_asking(&lab, &spki);
	config = lab_config(&lab, "pkcs11:token=one;object=k");
	REQUIRE_OK(rc_engine_cryptoki.open(&config, &engine, lab.err), lab.err);
	REQUIRE_OK(rc_engine_cryptoki.find_key(engine, NULL, &key, lab.err), lab.err);
	lab.pin = "11111111";
	EXPECT_RULE(rc_engine_cryptoki.sign(key, RC_RSA_SHA256, tbs, &signature, lab.err), lab.err,
	    RULE_PIN_INCORRECT);
	EXPECT_INT(lab.asked, 2);
	lab.pin = LAB_PIN;
	EXPECT_RULE(rc_engine_cryptoki.sign(key, RC_RSA_SHA256, tbs, &signature, lab.err), lab.err,
	    RULE_LOGIN_FAILED);
	EXPECT_INT(lab.asked, 2);
	EXPECT_INT(signature.n, 0);
	rc_engine_cryptoki.put_key(key);
	/* The session has no operation open: another engine of this login signs. */
	REQUIRE_OK(rc_engine_cryptoki.open(&config, &second, lab.err), lab.err);
	EXPECT_INT(lab.asked, 2);
	REQUIRE_OK(rc_engine_cryptoki.find_key(engine, NULL, &key, lab.err), lab.err);
	rc_engine_cryptoki.put_key(key);
	REQUIRE_OK(rc_engine_cryptoki.find_key(second, NULL, &key, lab.err), lab.err);
	sign_and_verify(&rc_engine_cryptoki, key, RC_RSA_SHA256, buf_bytes(&spki), lab.err);
	rc_engine_cryptoki.put_key(key);
	rc_engine_cryptoki.close(second);
	rc_engine_cryptoki.close(engine);
}
