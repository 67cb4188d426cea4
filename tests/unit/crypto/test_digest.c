#include "crypto/digest.h"
#include "tests/unit.h"

/* FIPS 180-4's own examples: "abc", and nothing. */
static const char *
hex_of(const uint8_t *p, size_t n, struct buf *out)
{
	buf_clear(out);
	buf_put_hex(out, BYTES(p, n));
	return buf_text(out);
}

TEST(digests_are_those_of_the_standard)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct bytes abc = bytes_of_text("abc");
	uint8_t d[SHA512_OCTETS];

	sha1(abc, d);
	EXPECT_TEXT(hex_of(d, SHA1_OCTETS, &text), "a9993e364706816aba3e25717850c26c9cd0d89d");
	sha256(abc, d);
	EXPECT_TEXT(hex_of(d, SHA256_OCTETS, &text),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha384(abc, d);
	EXPECT_TEXT(hex_of(d, SHA384_OCTETS, &text),
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
	    "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
	sha512(abc, d);
	EXPECT_TEXT(hex_of(d, SHA512_OCTETS, &text),
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
	buf_clear(&text);
	sha256_put_hex(BYTES(NULL, 0), &text);
	EXPECT_TEXT(buf_text(&text),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(digest_in_pieces_is_the_digest_of_the_whole)
{
	uint8_t pieces[SHA256_OCTETS], whole[SHA256_OCTETS];
	struct sha256 *h = sha256_new();

	sha256_put(h, bytes_of_text("forgotten"));
	sha256_next(h, pieces);
	sha256(bytes_of_text("forgotten"), whole);
	EXPECT(memcmp(pieces, whole, sizeof(whole)) == 0);
	sha256_put(h, bytes_of_text("a"));
	sha256_put(h, BYTES(NULL, 0));
	sha256_put(h, bytes_of_text("bc"));
	sha256_end(h, pieces);
	sha256(bytes_of_text("abc"), whole);
	EXPECT(memcmp(pieces, whole, sizeof(whole)) == 0);
	sha256_free(sha256_new());
	sha256_free(NULL);
}
