/* Requests of servers whose key is on a token. */
#include "issue/request_sign.h"

#include "crypto/csr.h"
#include "tests/unit/issue/fixture.h"

static enum rc_status
request(struct buf *csr, struct error *err)
{
	static const struct rc_engine_config config = { .uri = "pkcs11:token=contoso" };
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct request_terms terms = { .engine = &fake_token, .config = &config,
		.custody = CUSTODY_STRICT, .entry = fixture_entry() };

	REQUIRE_OK(softkey_spki(fake.key, &spki, err), err);
	terms.spki = buf_bytes(&spki);
	return request_sign(&terms, csr, err);
}

TEST(a_request_asks_for_what_the_entry_holds)
{
	static const unsigned kinds[] = { KEY_EC_P256, KEY_ED25519 };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(arena_free) struct arena *arena = arena_new();
		SCOPED(buf_clear) struct buf der = BUF_INIT;
		SCOPED(csr_clear) struct csr csr = CSR_INIT;

		fake_reset(kinds[i]);
		REQUIRE_OK(request(&der, err), err);
		EXPECT_INT(fake.signed_, 1);
		REQUIRE_OK(csr_read(buf_bytes(&der), arena, &csr, err), err);
		EXPECT_INT(csr.n_names, fixture_entry()->n_san);
		EXPECT(csr.has_key_usage);
		EXPECT(csr.n_ekus != 0);
	}
}

TEST(a_server_key_is_judged_before_it_signs)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	fake_reset(KEY_EC_P256);
	fake.facts.extractable = RC_TRUE;
	EXPECT_RULE(request(&der, err), err, RULE_KEY_EXTRACTABLE);
	EXPECT_INT(fake.signed_, 0);
	fake_reset(KEY_EC_P256);
	fake.facts.wrappable = RC_TRUE;
	EXPECT_RULE(request(&der, err), err, RULE_KEY_WRAPPABLE);
	EXPECT_INT(fake.signed_, 0);
	fake_reset(KEY_EC_P256);
	fake.missing = true;
	EXPECT_RULE(request(&der, err), err, RULE_KEY_MISSING);
	EXPECT_INT(der.n, 0);
}

TEST(a_request_that_the_token_spoils_is_not_given_out)
{
	static const enum fake_mode modes[] = { FAKE_OTHER_BYTES, FAKE_OTHER_KEY, FAKE_GARBAGE };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		fake_reset(KEY_EC_P256);
		fake.mode = modes[i];
		EXPECT_RULE(request(&der, err), err, RULE_SIGN_SPOILED);
		EXPECT_INT(fake.signed_, 1);
		EXPECT_INT(der.n, 0);
	}
	fake_reset(KEY_EC_P256);
	fake.mode = FAKE_FAILS;
	EXPECT_RULE(request(&der, err), err, RULE_TOKEN_ERROR);
}
