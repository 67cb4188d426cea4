#include "crypto/der.h"
#include "tests/unit/crypto/make.h"

static const char *
fault_of(const char *hex)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	const char *fault;

	put_hex(&der, hex);
	fault = der_fault(buf_bytes(&der));
	return fault != NULL ? fault : "";
}

TEST(der_that_is_der)
{
	static const char *const good[] = {
		"0500", "0101ff", "020100", "02020080", "0201ff", "0202ff7f", "3000", "3100",
		"06032a0304", "0302010e", "030100", "a003020101", "800180", "04020203",
		"3106020101020102", "3106020101020101", "31080201010403010203",
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		EXPECT_TEXT(fault_of(good[i]), "");
}

TEST(der_faults_are_told_apart)
{
	static const struct {
		const char *hex, *fault;
	} bad[] = {
		{ "", "middle of an element" },
		{ "05", "middle of an element" },
		{ "050000", "behind its end" },
		{ "0501", "longer than what holds it" },
		{ "30030201", "longer than what holds it" },
		{ "3003020200", "longer than what holds it" },
		{ "308005000000", "indefinite" },
		{ "04810100", "shortest form" },
		{ "0482000100", "shortest form" },
		{ "0485000000000100", "more than four" },
		{ "0482", "middle of a length" },
		{ "3f8101020304", "tag number" },
		{ "010101", "BOOLEAN" },
		{ "0100", "BOOLEAN" },
		{ "0200", "number" },
		{ "02020001", "number" },
		{ "0202ff80", "number" },
		{ "0a020001", "number" },
		{ "0300", "BIT STRING" },
		{ "030108", "BIT STRING" },
		{ "030101", "BIT STRING" },
		{ "0302010f", "unused bits" },
		{ "050100", "NULL" },
		{ "0600", "object identifier" },
		{ "06022a80", "object identifier" },
		{ "06032a8001", "object identifier" },
		{ "2403040100", "pieces" },
		{ "3106020102020101", "ascending" },
		{ "0000", "type 0" },
		{ "1003020100", "not constructed" },
		{ "300511030c0161", "not constructed" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT_HAS(fault_of(bad[i].hex), bad[i].fault);
}

TEST(der_nests_only_so_deep)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	for (int i = 0; i < DER_DEPTH; i++) {
		put_tlv(&out, 0x30, buf_bytes(&in));
		buf_clear(&in);
		in = out;
		out = BUF_INIT;
	}
	EXPECT(der_fault(buf_bytes(&in)) == NULL);
	put_tlv(&out, 0x30, buf_bytes(&in));
	EXPECT_HAS(der_fault(buf_bytes(&out)), "too deep");
	buf_clear(&in);
	buf_clear(&out);
}

TEST(der_is_taken_piece_by_piece)
{
	static const uint8_t der[] = { 0x02, 0x02, 0x00, 0x80, 0x03, 0x02, 0x00, 0x7f, 0x02, 0x01,
		0xff, 0x03, 0x02, 0x01, 0x02 };
	struct bytes in = BYTES(der, sizeof(der)), piece, whole;

	EXPECT_INT(der_peek(in), DER_INTEGER);
	EXPECT(!der_take(&in, DER_SEQUENCE, &piece));
	REQUIRE(der_take_unsigned(&in, &piece));
	EXPECT(bytes_equal(piece, BYTES("\x80", 1)));
	REQUIRE(der_take_bit_octets(&in, &piece));
	EXPECT(bytes_equal(piece, BYTES("\x7f", 1)));
	EXPECT(!der_take_unsigned(&in, &piece));      /* negative */
	REQUIRE(der_take_whole(&in, DER_INTEGER, &whole));
	EXPECT_INT(whole.n, 3);
	EXPECT(!der_take_bit_octets(&in, &piece));    /* an unused bit */
	EXPECT_INT(in.n, 4);
	REQUIRE(der_take(&in, DER_BIT_STRING, &piece));
	EXPECT_INT(der_peek(in), -1);
}

TEST(der_prints_object_identifiers)
{
	static const struct {
		const char *hex, *text;
	} rows[] = {
		{ "2a864886f70d010101", "1.2.840.113549.1.1.1" },
		{ "00", "0.0" },
		{ "27", "0.39" },
		{ "28", "1.0" },
		{ "50", "2.0" },
		{ "8837", "2.999" },
		{ "2a" "ffffffffffffffff7f", "1.2.9223372036854775807" },
		{ "2a" "ffffffffffffffffff7f", "0x2affffffffffffffffff7f" },
		{ "2a80", "0x2a80" },
		{ "", "0x" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(buf_clear) struct buf oid = BUF_INIT, text = BUF_INIT;

		put_hex(&oid, rows[i].hex);
		der_put_oid(buf_bytes(&oid), &text);
		EXPECT_TEXT(buf_text(&text), rows[i].text);
	}
}
