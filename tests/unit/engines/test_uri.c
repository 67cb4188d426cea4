#include "engines/p11uri.h"

#include "tests/unit.h"

static const struct {
	const char *text;
	enum p11uri_use use;
	enum rule rule;
} refused[] = {
	{ "token=x", P11URI_ANY, RULE_URI_SYNTAX },
	{ "", P11URI_ANY, RULE_URI_SYNTAX },
	{ "pkcs11:token=%zz", P11URI_ANY, RULE_URI_SYNTAX },
	{ "pkcs11:tokn=x", P11URI_ANY, RULE_URI_UNRECOGNISED },
	{ "pkcs11:token=x?x-vendor=1", P11URI_ANY, RULE_URI_UNRECOGNISED },
	{ "pkcs11:token=123456789012345678901234567890123", P11URI_ANY, RULE_URI_UNRECOGNISED },
	{ "pkcs11:token=a;token=b", P11URI_ANY, RULE_URI_DUPLICATE },
	{ "pkcs11:token=a?pin-source=b&PIN-SOURCE=c", P11URI_ANY, RULE_URI_DUPLICATE },
	{ "pkcs11:token=a?pin-value=1234", P11URI_ANY, RULE_URI_PIN_VALUE },
	{ "pkcs11:token=a?Pin-Value=1234", P11URI_ANY, RULE_URI_PIN_VALUE },
	{ "pkcs11:token=a? pin-value=1234", P11URI_ANY, RULE_URI_PIN_VALUE },
	{ "pkcs11:", P11URI_ONE_TOKEN, RULE_URI_EMPTY },
	{ "pkcs11:object=k?module-path=/x", P11URI_ONE_TOKEN, RULE_URI_EMPTY },
};

TEST(a_uri_that_says_less_or_more_than_it_seems_is_refused)
{
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct p11uri *uri = NULL;

		EXPECT_RULE(p11uri_parse(refused[i].text, refused[i].use, &uri, err), err,
		    refused[i].rule);
		EXPECT(uri == NULL);
	}
}

TEST(no_refusal_of_a_uri_shows_its_text)
{
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;
		struct p11uri *uri = NULL;

		EXPECT(p11uri_parse(refused[i].text, refused[i].use, &uri, err) == RC_USAGE);
		error_render(err, &text);
		EXPECT(strstr(buf_text(&text), "1234") == NULL);
		error_clear(err);
	}
}

TEST(a_misspelt_attribute_gets_a_suggestion)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct p11uri *uri = NULL;

	EXPECT(p11uri_parse("pkcs11:tokne=x", P11URI_ANY, &uri, err) == RC_USAGE);
	error_render(err, &text);
	EXPECT_HAS(buf_text(&text), "did you mean 'token'?");
}

TEST(a_uri_says_what_it_says)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(p11uri_free) struct p11uri *uri = NULL;
	struct bytes value;

	REQUIRE_OK(p11uri_parse("PKCS11:token=a%20b;object=k;id=%01%02;type=private"
	    "?module-path=/m.so&module-name=n&pin-source=file:/p", P11URI_ONE_TOKEN, &uri,
	    err), err);
	EXPECT_TEXT(p11uri_module_path(uri), "/m.so");
	EXPECT_TEXT(p11uri_module_name(uri), "n");
	EXPECT_TEXT(p11uri_pin_source(uri), "file:/p");
	EXPECT(p11uri_object(uri, &value) && bytes_equal(value, bytes_of_text("k")));
	EXPECT(p11uri_id(uri, &value) && bytes_equal(value, BYTES("\x01\x02", 2)));
}

TEST(a_uri_fits_a_token_only_if_all_it_says_fits)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(p11uri_free) struct p11uri *uri = NULL;
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot = { .flags = 0 };

	memset(&token, ' ', sizeof(token));
	memcpy(token.label, "one", 3);
	memcpy(token.serialNumber, "77", 2);
	REQUIRE_OK(p11uri_parse("pkcs11:token=one;serial=77;slot-id=4", P11URI_ONE_TOKEN, &uri,
	    err), err);
	EXPECT(p11uri_fits_token(uri, &token));
	EXPECT(p11uri_fits_slot(uri, 4, &slot));
	EXPECT(!p11uri_fits_slot(uri, 5, &slot));
	token.serialNumber[1] = '8';
	EXPECT(!p11uri_fits_token(uri, &token));
}

TEST(a_token_gets_a_uri_that_names_it)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(p11uri_free) struct p11uri *uri = NULL;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	CK_TOKEN_INFO token;

	memset(&token, ' ', sizeof(token));
	memcpy(token.label, "a;b\x1b", 4);
	p11uri_put_token(&text, &token);
	EXPECT_HAS(buf_text(&text), "token=a%3Bb%1B");
	REQUIRE_OK(p11uri_parse(buf_text(&text), P11URI_ONE_TOKEN, &uri, err), err);
	EXPECT(p11uri_fits_token(uri, &token));
}
