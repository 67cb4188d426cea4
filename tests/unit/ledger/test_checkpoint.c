#include "ledger/checkpoint.h"

#include "tests/unit.h"

static const char good[] =
    "rolecert checkpoint v1\n"
    "ca-key 0707070707070707070707070707070707070707070707070707070707070707\n"
    "size 1024\n"
    "root 9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b\n"
    "time 2024-02-29T23:59:59Z\n";

TEST(a_checkpoint_has_one_form)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct checkpoint c;

	REQUIRE_OK(checkpoint_read(bytes_of_text(good), &c, err), err);
	EXPECT_INT(c.size, 1024);
	EXPECT_INT(c.ca_key[31], 7);
	EXPECT_INT(c.root[0], 0x9b);
	EXPECT_INT(c.time, 1709251199);
	checkpoint_put(&c, &text);
	EXPECT_TEXT(buf_text(&text), good);
}

/* Cut anywhere, or with any octet changed, it is another checkpoint or none. */
TEST(a_damaged_checkpoint_is_none_or_another)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, again = BUF_INIT;
	struct checkpoint c;

	for (size_t n = 0; n < sizeof(good) - 1; n++)
		EXPECT_RULE(checkpoint_read(BYTES(good, n), &c, err), err, RULE_CHECKPOINT_FORMAT);
	for (size_t i = 0; i < sizeof(good) - 1; i++) {
		buf_clear(&text);
		buf_clear(&again);
		buf_puts(&text, good);
		text.p[i] ^= 1;
		if (checkpoint_read(buf_bytes(&text), &c, err) == RC_OK) {
			checkpoint_put(&c, &again);
			EXPECT(bytes_equal(buf_bytes(&again), buf_bytes(&text)));
		}
		error_clear(err);
	}
}

TEST(a_checkpoint_is_not_read_generously)
{
	static const char *const bad[][2] = {
		{ "size 1024", "size 01024" }, { "size 1024", "size +1024" },
		{ "size 1024", "size 0" }, { "size 1024", "size 9223372036854775808" },
		{ "size 1024", "size  1024" }, { "root 9b", "root 9B" },
		{ "23:59:59Z", "23:59:60Z" }, { "2024-02-29", "2023-02-29" },
		{ "v1\n", "v2\n" }, { "59Z\n", "59Z\n\n" }, { "59Z\n", "59Z" },
	};
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;
		const char *at = strstr(good, bad[i][0]);
		struct checkpoint c;

		REQUIRE(at != NULL);
		buf_put(&text, good, (size_t)(at - good));
		buf_puts(&text, bad[i][1]);
		buf_puts(&text, at + strlen(bad[i][0]));
		EXPECT_RULE(checkpoint_read(buf_bytes(&text), &c, err), err,
		    RULE_CHECKPOINT_FORMAT);
	}
}
