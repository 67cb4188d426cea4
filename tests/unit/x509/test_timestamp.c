/* An answer of `openssl ts`, and what is none of this text. */
#include "x509/timestamp.h"

#include <stdio.h>

#include "tests/unit.h"

#define FOLDER "tests/data/timestamp/"

static void
take(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	size_t got;

	REQUIRE(f != NULL);
	while ((got = fread(buf_reserve(out, 4096), 1, 4096, f)) > 0)
		buf_wrote(out, got);
	(void)fclose(f);
}

TEST(a_time_stamp_is_read_and_its_token_again)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, answer = BUF_INIT;
	struct timestamp stamp, again;

	take(FOLDER "text", &text);
	take(FOLDER "answer.tsr", &answer);
	REQUIRE_OK(timestamp_read(buf_bytes(&answer), buf_bytes(&text), arena, &stamp, err), err);
	EXPECT_TEXT(stamp.tsa.subject_text, "CN=Stamps");
	EXPECT(stamp.time > 1700000000);
	REQUIRE_OK(timestamp_read(stamp.token, buf_bytes(&text), arena, &again, err), err);
	EXPECT(bytes_equal(again.token, stamp.token));
	EXPECT_INT(again.time, stamp.time);
}

TEST(a_time_stamp_of_something_else_is_refused)
{
	SCOPED(error_free) struct error *other = error_new(), *nonce = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, answer = BUF_INIT, plain = BUF_INIT;
	struct timestamp stamp;

	take(FOLDER "text", &text);
	take(FOLDER "answer.tsr", &answer);
	take(FOLDER "without-nonce.tsr", &plain);
	EXPECT_RULE(timestamp_read(buf_bytes(&answer), bytes_of_text("another"), arena, &stamp,
	    other), other, RULE_TIMESTAMP_WRONG);
	EXPECT_RULE(timestamp_read(buf_bytes(&plain), buf_bytes(&text), arena, &stamp, nonce),
	    nonce, RULE_TIMESTAMP_WRONG);
}

/* What CMS signs no octet of (names of algorithms beside the signature) may change; what
 * is told by then is the same. */
TEST(a_damaged_time_stamp_is_refused_or_says_the_same)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, answer = BUF_INIT;
	struct timestamp good = { .time = 0 };
	size_t refused = 0, tried = 0;

	take(FOLDER "text", &text);
	take(FOLDER "answer.tsr", &answer);
	for (size_t i = answer.n; i-- > answer.n / 2; tried++) {
		SCOPED(error_free) struct error *err = error_new();
		struct timestamp stamp = { .time = 0 };

		answer.p[i] ^= tried == 0 ? 0 : 1;
		if (timestamp_read(buf_bytes(&answer), buf_bytes(&text), arena, &stamp,
		    err) != RC_OK)
			refused++;
		else if (tried == 0)
			good = stamp;
		else
			EXPECT(stamp.time == good.time && bytes_equal(stamp.tsa.der, good.tsa.der));
		answer.p[i] ^= tried == 0 ? 0 : 1;
	}
	EXPECT(good.time != 0 && refused > tried * 9 / 10);
	for (size_t n = 0; n < answer.n; n += 97) {
		SCOPED(error_free) struct error *err = error_new();
		struct timestamp stamp;

		EXPECT_RULE(timestamp_read(BYTES(answer.p, n), buf_bytes(&text), arena, &stamp,
		    err), err, RULE_TIMESTAMP_MALFORMED);
	}
}
