#include "tests/unit/engines/lab.h"

#include "base/secret.h"

TEST(a_listing_shows_tokens_objects_and_mechanisms)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct rc_engine_config config;
	struct p11_listing all;
	const struct p11_token *token;

	lab_init(&lab, "one");
	lab_keygen(&lab, "pkcs11:token=one;object=k", "ec-p256", BYTES("\xab", 1), &spki);
	lab.asked = 0;
	config = lab_config(&lab, "pkcs11:");
	REQUIRE_OK(p11admin_list(&config, false, arena, &all, lab.err), lab.err);
	EXPECT_INT(all.tokens.n, 2);         /* SoftHSM always shows a blank one */
	config.uri = "pkcs11:token=one";
	REQUIRE_OK(p11admin_list(&config, false, arena, &all, lab.err), lab.err);
	REQUIRE(all.tokens.n == 1);
	token = &all.tokens.v[0];
	EXPECT_TEXT(token->token.label, "one");
	EXPECT_HAS(token->uri, "token=one");
	EXPECT_HAS(token->module, "libsofthsm2.so");
	EXPECT(token->mechanisms.n > 10);
	REQUIRE(token->objects.n == 1);
	EXPECT_TEXT(token->objects.v[0].kind, "public key");
	EXPECT_TEXT(token->objects.v[0].label, "k");
	EXPECT_TEXT(token->objects.v[0].type, "EC");
	EXPECT_INT(token->objects.v[0].bits, 256);
	EXPECT(bytes_equal(token->objects.v[0].id, BYTES("\xab", 1)));
	EXPECT_INT(lab.asked, 0);
	REQUIRE_OK(p11admin_list(&config, true, arena, &all, lab.err), lab.err);
	REQUIRE(all.tokens.n == 1);
	EXPECT_INT(all.tokens.v[0].objects.n, 2);
	EXPECT(all.tokens.v[0].logged_in);
	EXPECT_INT(lab.asked, 1);
}

TEST(a_pin_is_for_one_token)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_engine_config config;
	struct p11_listing all;

	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:");
	REQUIRE_OK(p11admin_list(&config, true, arena, &all, lab.err), lab.err);
	EXPECT_INT(lab.asked, 1);
	lab_token(&lab, "two");
	lab.asked = 0;
	EXPECT_RULE(p11admin_list(&config, true, arena, &all, lab.err), lab.err,
	    RULE_TOKEN_AMBIGUOUS);
	EXPECT_INT(lab.asked, 0);
	config.uri = "pkcs11:token=two";
	EXPECT_OK(p11admin_list(&config, true, arena, &all, lab.err), lab.err);
}

TEST(a_mechanism_is_named_with_its_sizes)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_engine_config config;
	struct p11_listing all;
	bool found = false;

	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:token=one");
	REQUIRE_OK(p11admin_list(&config, false, arena, &all, lab.err), lab.err);
	REQUIRE(all.tokens.n == 1);
	for (size_t i = 0; i < all.tokens.v[0].mechanisms.n; i++) {
		const struct p11_mechanism *m = &all.tokens.v[0].mechanisms.v[i];

		if (strcmp(m->name, "CKM_RSA_PKCS_KEY_PAIR_GEN") != 0)
			continue;
		found = true;
		EXPECT(m->generate && !m->sign);
		EXPECT(m->max >= 4096);
	}
	EXPECT(found);
}

TEST(a_label_or_an_id_is_given_once)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct rc_engine_config config;
	struct p11_keygen what = { .algorithm = "ec-p256", .label = "k" };
	size_t one;

	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:token=one;id=%01");
	REQUIRE_OK(p11admin_keygen(&config, &what, &spki, NULL, lab.err), lab.err);
	one = spki.n;
	what.label = "other";
	EXPECT_RULE(p11admin_keygen(&config, &what, &spki, NULL, lab.err), lab.err,
	    RULE_KEY_EXISTS);
	what.label = "k";
	what.id = BYTES("\x02", 1);
	EXPECT_RULE(p11admin_keygen(&config, &what, &spki, NULL, lab.err), lab.err,
	    RULE_KEY_EXISTS);
	what.label = "other";
	EXPECT_OK(p11admin_keygen(&config, &what, &spki, NULL, lab.err), lab.err);
	EXPECT_INT(spki.n, 2 * one);
}

TEST(a_key_without_a_name_or_of_no_known_kind_is_not_made)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct rc_engine_config config;
	struct p11_keygen what = { .algorithm = "ed448", .label = "k" };

	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:token=one");
	EXPECT_RULE(p11admin_keygen(&config, &what, &spki, NULL, lab.err), lab.err,
	    RULE_KEY_ALGORITHM);
	what = (struct p11_keygen){ .algorithm = "ec-p256" };
	EXPECT_RULE(p11admin_keygen(&config, &what, &spki, NULL, lab.err), lab.err,
	    RULE_KEY_NAME);
	EXPECT_INT(spki.n, 0);
}

TEST(a_token_is_initialised_only_where_none_is)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(secret_free) struct secret *pin = secret_copy(bytes_of_text(LAB_PIN));
	SCOPED(secret_free) struct secret *so = secret_copy(bytes_of_text(LAB_SO_PIN));
	SCOPED(secret_free) struct secret *shrt = secret_copy(bytes_of_text("1"));
	struct rc_engine_config config;

	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:token=one");
	EXPECT_RULE(p11admin_init_token(&config, "two", so, pin, lab.err), lab.err,
	    RULE_TOKEN_MISSING);
	config.uri = "pkcs11:";
	EXPECT_RULE(p11admin_init_token(&config, "", so, pin, lab.err), lab.err,
	    RULE_TOKEN_LABEL);
	EXPECT_RULE(p11admin_init_token(&config, "a label of more than 32 octets is no label", so,
	    pin, lab.err), lab.err, RULE_TOKEN_LABEL);
	EXPECT_RULE(p11admin_init_token(&config, "three", so, shrt, lab.err), lab.err,
	    RULE_PIN_LENGTH);
}

TEST(stores_of_trusted_roots_are_no_tokens_unless_named)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(p11uri_free) struct p11uri *any = NULL;
	SCOPED(p11uri_free) struct p11uri *named = NULL;
	struct p11paths paths = { .named = true };

	REQUIRE_OK(p11uri_parse("pkcs11:", P11URI_ANY, &any, err), err);
	REQUIRE_OK(p11uri_parse("pkcs11:?module-name=softhsm2", P11URI_ANY, &named, err), err);
	REQUIRE_OK(p11module_paths(any, NULL, NULL, arena, &paths, err), err);
	EXPECT(!paths.named);
	for (size_t i = 0; i < paths.v.n; i++)
		EXPECT(strstr(paths.v.v[i], "p11-kit-trust") == NULL);
	REQUIRE_OK(p11module_paths(named, NULL, NULL, arena, &paths, err), err);
	EXPECT_INT(paths.v.n, 1);
	REQUIRE_OK(p11module_paths(named, "/m.so", NULL, arena, &paths, err), err);
	EXPECT_TEXT(paths.v.v[0], "/m.so");
	EXPECT(paths.named);
}
