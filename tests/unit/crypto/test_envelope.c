#include "crypto/base64.h"
#include "crypto/envelope.h"
#include "tests/unit.h"

static const char *const labels[] = { "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" };
static const struct envelope_kind kind = {
	.what = "thing", .labels = labels, .n_labels = 2, .max = 4096,
	.malformed = RULE_CSR_MALFORMED, .too_large = RULE_CSR_TOO_LARGE,
	.trailing = RULE_CSR_TRAILING,
};

#define T(text) text, sizeof(text) - 1
#define BEGIN "-----BEGIN CERTIFICATE REQUEST-----"
#define END "-----END CERTIFICATE REQUEST-----"
/* What all of these hold: SEQUENCE { INTEGER 5 } */
static const uint8_t inside[] = { 0x30, 0x03, 0x02, 0x01, 0x05 };

static const struct {
	const char *file;
	size_t n;
	const char *wrapping;
	enum rule rule;          /* RULE_NONE: it is read */
} wrappings[] = {
	/* as OpenSSL, certreq and people write it */
	{ T(BEGIN "\nMAMCAQU=\n" END "\n"), "PEM", RULE_NONE },
	{ T(BEGIN "\r\nMAMCAQU=\r\n" END "\r\n"), "PEM", RULE_NONE },
	{ T(BEGIN "\rMAMCAQU=\r" END "\r"), "PEM", RULE_NONE },
	{ T(BEGIN "\nMAMCAQU=\n" END), "PEM", RULE_NONE },
	{ T("-----BEGIN NEW CERTIFICATE REQUEST-----\nMAMCAQU=\n"
	    "-----END NEW CERTIFICATE REQUEST-----\n"), "PEM", RULE_NONE },
	{ T("Certificate Request:\n    Data:\n0: x\n" BEGIN "\nMAMCAQU=\n" END "\n"), "PEM",
	    RULE_NONE },
	{ T("\n\n" BEGIN "  \nMAM\n\nCAQU=\t\n" END " \n\n \n"), "PEM", RULE_NONE },
	{ T("\xef\xbb\xbf" BEGIN "\r\nMAMCAQU=\r\n" END "\r\n"), "PEM", RULE_NONE },
	{ T("\x30\x03\x02\x01\x05"), "DER", RULE_NONE },
	{ T("MAMCAQU="), "base64", RULE_NONE },
	{ T("MAMC\r\nAQU=\r\n"), "base64", RULE_NONE },
	{ T("\xef\xbb\xbfMAMCAQU=\n"), "base64", RULE_NONE },
	{ T("\xff\xfeM\0A\0M\0C\0A\0Q\0U\0=\0\r\0\n\0"), "base64", RULE_NONE },
	{ T("\xfe\xff\0M\0A\0M\0C\0A\0Q\0U\0="), "base64", RULE_NONE },

	/* near misses */
	{ T(""), NULL, RULE_CSR_MALFORMED },
	{ T(" \r\n"), NULL, RULE_CSR_MALFORMED },
	{ T("\xef\xbb\xbf"), NULL, RULE_CSR_MALFORMED },
	{ T("\xff\xfeM\0A\0M\0C\0A\0Q\0U\0=\0\n"), NULL, RULE_CSR_MALFORMED },
	{ T("M\0A\0M\0C\0A\0Q\0U\0=\0"), NULL, RULE_CSR_MALFORMED },
	{ T(BEGIN "\nMAMCAQU=\n"), NULL, RULE_CSR_MALFORMED },
	{ T(BEGIN "\nMAMCAQU=\n-----END NEW CERTIFICATE REQUEST-----\n"), NULL,
	    RULE_CSR_MALFORMED },
	{ T("-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n"), NULL,
	    RULE_CSR_MALFORMED },
	{ T("    " BEGIN "\nMAMCAQU=\n" END "\n"), NULL, RULE_CSR_MALFORMED },
	{ T("----BEGIN CERTIFICATE REQUEST-----\nMAMCAQU=\n" END "\n"), NULL,
	    RULE_CSR_MALFORMED },
	{ T(BEGIN "\nProc-Type: 4,ENCRYPTED\n\nMAMCAQU=\n" END "\n"), NULL,
	    RULE_CSR_MALFORMED },
	{ T(BEGIN "\nMAMCAQU\n" END "\n"), NULL, RULE_CSR_MALFORMED },
	{ T(BEGIN "\nMAMCAQU=MAMC\n" END "\n"), NULL, RULE_CSR_MALFORMED },
	{ T(BEGIN "\nMAMCAQV=\n" END "\n"), NULL, RULE_CSR_MALFORMED },
	{ T(BEGIN "\nMAMC-QU=\n" END "\n"), NULL, RULE_CSR_MALFORMED },
	{ T(BEGIN "\n" END "\n"), NULL, RULE_CSR_MALFORMED },
	{ T("MAMCAQU=."), NULL, RULE_CSR_MALFORMED },
	{ T("M==="), NULL, RULE_CSR_MALFORMED },
	{ T(BEGIN "\nMAMCAQU=\n" END "\nx"), NULL, RULE_CSR_TRAILING },
	{ T(BEGIN "\nMAMCAQU=\n" END "\n" BEGIN "\nMAMCAQU=\n" END "\n"), NULL,
	    RULE_CSR_TRAILING },
	{ T(BEGIN "\nMAMCAQU=\n" END "\n-----BEGIN X-----\n"), NULL, RULE_CSR_TRAILING },
};

TEST(every_wrapping_is_read_or_refused_by_its_rule)
{
	for (size_t i = 0; i < ARRAY_LEN(wrappings); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(arena_free) struct arena *arena = arena_new();
		struct bytes file = BYTES(wrappings[i].file, wrappings[i].n);
		struct envelope env = { .wrapping = "none" };
		enum rc_status status = envelope_open(file, &kind, arena, &env, err);

		EXPECT_INT(error_rule(err), wrappings[i].rule);
		if (wrappings[i].rule != RULE_NONE) {
			EXPECT_INT(status, RC_INPUT);
			EXPECT_TEXT(env.wrapping, "none");
			continue;
		}
		EXPECT_OK(status, err);
		EXPECT_TEXT(env.wrapping, wrappings[i].wrapping);
		EXPECT(bytes_equal(env.der, BYTES(inside, sizeof(inside))));
	}
}

/* PEM in UTF-16, both orders, with a letter that is not ASCII before it. */
TEST(pem_in_utf_16_is_read)
{
	static const char pem[] = "x\n" BEGIN "\r\nMAMCAQU=\r\n" END "\r\n";

	for (unsigned big = 0; big < 2; big++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(arena_free) struct arena *arena = arena_new();
		SCOPED(buf_clear) struct buf file = BUF_INIT;
		struct envelope env;

		buf_put(&file, big ? "\xfe\xff\x04\x10" : "\xff\xfe\x10\x04", 4);
		for (size_t i = 0; i < sizeof(pem) - 1; i++) {
			buf_putc(&file, big ? 0 : pem[i]);
			buf_putc(&file, big ? pem[i] : 0);
		}
		REQUIRE_OK(envelope_open(buf_bytes(&file), &kind, arena, &env, err), err);
		EXPECT_TEXT(env.label, "CERTIFICATE REQUEST");
		EXPECT(bytes_equal(env.der, BYTES(inside, sizeof(inside))));
	}
}

TEST(a_file_may_have_its_limit_and_no_more)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	struct envelope env;

	buf_puts(&file, BEGIN "\nMAMCAQU=\n" END "\n");
	while (file.n < kind.max)
		buf_putc(&file, '\n');
	EXPECT_OK(envelope_open(buf_bytes(&file), &kind, arena, &env, err), err);
	buf_putc(&file, '\n');
	EXPECT_RULE(envelope_open(buf_bytes(&file), &kind, arena, &env, err), err,
	    RULE_CSR_TOO_LARGE);
}

TEST(many_in_one_file_keep_their_order)
{
	static const char text[] = "subject=a\n" BEGIN "\nMAMCAQU=\n" END "\nsubject=b\n"
	    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	    BEGIN "\nMAMCAQY=\n" END "\nend\n";
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct envelope *env = NULL;
	size_t n = 0;

	REQUIRE_OK(envelope_open_all(bytes_of_text(text), &kind, arena, &env, &n, err), err);
	REQUIRE(n == 2);
	EXPECT_INT(env[0].der.p[4], 5);
	EXPECT_INT(env[1].der.p[4], 6);
	EXPECT_OK(envelope_open_all(bytes_of_text("MAMCAQU="), &kind, arena, &env, &n, err), err);
	EXPECT_INT(n, 1);
	EXPECT_OK(envelope_open_all(BYTES(inside, 5), &kind, arena, &env, &n, err), err);
	EXPECT_INT(n, 1);
	EXPECT_RULE(envelope_open_all(bytes_of_text("-----BEGIN X-----\nAAAA\n-----END X-----\n"),
	    &kind, arena, &env, &n, err), err, RULE_CSR_MALFORMED);
}

TEST(base64_there_and_back)
{
	SCOPED(buf_clear) struct buf octets = BUF_INIT, text = BUF_INIT, again = BUF_INIT;

	EXPECT(!base64_decode(bytes_of_text(""), &again));
	for (unsigned n = 1; n < 200; n++) {
		buf_putc(&octets, (char)(n * 37));
		buf_cut(&text, 0);
		buf_cut(&again, 0);
		pem_put("X", buf_bytes(&octets), &text);
		EXPECT_HAS(buf_text(&text), "-----BEGIN X-----\n");
		text.n -= strlen("-----END X-----\n");
		EXPECT(base64_decode(BYTES(text.p + 18, text.n - 18), &again));
		EXPECT(bytes_equal(buf_bytes(&octets), buf_bytes(&again)));
	}
}
