#include "x509/der_write.h"

#include "tests/unit.h"
#include "x509/tbs.h"

static const char *
hex(struct buf *der, struct buf *text)
{
	buf_cut(text, 0);
	buf_put_hex(text, buf_bytes(der));
	buf_cut(der, 0);
	return buf_text(text);
}

TEST(lengths_take_the_least_octets)
{
	static const struct { size_t n; const char *head; } rows[] = {
		{ 0, "0400" }, { 127, "047f" }, { 128, "048180" }, { 255, "0481ff" },
		{ 256, "04820100" }, { 65535, "0482ffff" }, { 65536, "0483010000" },
	};
	static const uint8_t zeros[65536];
	struct buf der = BUF_INIT, text = BUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		der_put(&der, DER_OCTET_STRING, BYTES(zeros, rows[i].n));
		EXPECT_INT(der.n, rows[i].n + strlen(rows[i].head) / 2);
		buf_cut(&der, strlen(rows[i].head) / 2);
		EXPECT_TEXT(hex(&der, &text), rows[i].head);
	}
	buf_clear(&der);
	buf_clear(&text);
}

TEST(what_was_written_is_wrapped)
{
	struct buf der = BUF_INIT, text = BUF_INIT;

	buf_puts(&der, "kept");
	der_put_bool(&der, true);
	der_put_bool(&der, false);
	der_wrap(&der, 4, DER_SEQUENCE);
	EXPECT_TEXT(hex(&der, &text), "6b65707430060101ff010100");
	der_wrap(&der, 0, DER_CONTEXT_SEQ(3));
	EXPECT_TEXT(hex(&der, &text), "a300");
	buf_clear(&der);
	buf_clear(&text);
}

TEST(integers_are_minimal_and_positive)
{
	struct buf der = BUF_INIT, text = BUF_INIT;

	der_put_int(&der, 0);
	der_put_int(&der, 127);
	der_put_int(&der, 128);
	der_put_int(&der, 65536);
	EXPECT_TEXT(hex(&der, &text), "02010002017f020200800203010000");
	der_put_unsigned(&der, BYTES("\x00\x00\x80\x01", 4));
	der_put_unsigned(&der, BYTES("\x00\x7f", 2));
	der_put_unsigned(&der, BYTES(NULL, 0));
	EXPECT_TEXT(hex(&der, &text), "020300800102017f020100");
	buf_clear(&der);
	buf_clear(&text);
}

TEST(named_bits_end_with_a_set_bit)
{
	struct buf der = BUF_INIT, text = BUF_INIT;

	der_put_named_bits(&der, 0);
	der_put_named_bits(&der, 1 << 0);
	der_put_named_bits(&der, 1 << 0 | 1 << 2);
	der_put_named_bits(&der, 1 << 7);
	der_put_named_bits(&der, 1 << 8);
	EXPECT_TEXT(hex(&der, &text), "030100030207800302" "05a0" "03020001" "0303070080");
	der_put_bits(&der, BYTES("\xff", 1));
	EXPECT_TEXT(hex(&der, &text), "030200ff");
	buf_clear(&der);
	buf_clear(&text);
}

TEST(object_identifiers_are_base_128)
{
	struct buf der = BUF_INIT, text = BUF_INIT;

	der_put_dotted(&der, "2.5.29.37");
	der_put_dotted(&der, "1.2.840.113549");
	der_put_dotted(&der, "2.999.9223372036854775");
	EXPECT_TEXT(hex(&der, &text), "0603551d2506062a864886f70d060a883790b193baaf8da777");
	der_put_dotted(&der, "2.25.329800735698586629295641978511506172918");
	EXPECT_TEXT(hex(&der, &text), "06146983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776");
	der_put_dotted(&der, "hello");
	EXPECT_TEXT(hex(&der, &text), "0600");
	buf_clear(&der);
	buf_clear(&text);
}

TEST(a_dotted_text_is_an_oid_or_not)
{
	static const char *const good[] = { "0.0", "1.39", "2.40.1", "1.3.6.1.5.5.7.3.1" };
	static const char *const bad[] = { "", "1", "1.", ".1", "1..2", "3.1", "1.40", "01.2",
		"1.02", "1.2.", "1.2.x", "1.2 ",
		"2.1.999999999999999999999999999999999999999", "-1.2" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		EXPECT(oid_is_valid(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT(!oid_is_valid(bad[i]));
}

TEST(times_turn_general_in_2050)
{
	static const struct { int64_t at; const char *text; } rows[] = {
		{ 0, "\x17\x0d" "700101000000Z" },
		{ -1, "\x17\x0d" "691231235959Z" },
		{ 951868799, "\x17\x0d" "000229235959Z" },
		{ 2524607999, "\x17\x0d" "491231235959Z" },
		{ 2524608000, "\x18\x0f" "20500101000000Z" },
		{ 253402300799, "\x18\x0f" "99991231235959Z" },
		{ -631152001, "\x18\x0f" "19491231235959Z" },
		{ 1709210096, "\x17\x0d" "240229123456Z" },
	};
	struct buf der = BUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		time_encode(rows[i].at, &der);
		EXPECT_TEXT(buf_text(&der), rows[i].text);
		buf_cut(&der, 0);
	}
	buf_clear(&der);
}

TEST(algorithms_carry_their_parameters)
{
	struct buf der = BUF_INIT, text = BUF_INIT;

	sigalg_encode(RC_RSA_SHA256, &der);
	EXPECT_TEXT(hex(&der, &text), "300d06092a864886f70d01010b0500");
	sigalg_encode(RC_ECDSA_SHA384, &der);
	EXPECT_TEXT(hex(&der, &text), "300a06082a8648ce3d040303");
	sigalg_encode(RC_ED25519, &der);
	EXPECT_TEXT(hex(&der, &text), "300506032b6570");
	/* As `openssl x509` writes it, octet for octet. */
	sigalg_encode(RC_RSA_PSS_SHA256, &der);
	EXPECT_TEXT(hex(&der, &text), "304106092a864886f70d01010a3034a00f300d0609608648016503040201"
	    "0500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120");
	EXPECT_TEXT(sigalg_word(RC_ECDSA_SHA512), "ecdsa-with-SHA512");
	EXPECT_TEXT(sigalg_word((enum rc_sigalg)99), "unknown");
	buf_clear(&der);
	buf_clear(&text);
}

TEST(a_request_holds_its_extensions_in_an_attribute)
{
	struct buf der = BUF_INIT, text = BUF_INIT;

	csr_info_encode(BYTES("\x30\x00", 2), BYTES("\x30\x00", 2), BYTES("\x30\x00", 2), &der);
	EXPECT_TEXT(hex(&der, &text), "301c020100" "3000" "3000" "a013"
	    "3011" "06092a864886f70d01090e" "3104" "3002" "3000");
	csr_info_encode(BYTES("\x30\x00", 2), BYTES("\x30\x00", 2), BYTES(NULL, 0), &der);
	EXPECT_TEXT(hex(&der, &text), "300902010030003000a000");
	buf_clear(&der);
	buf_clear(&text);
}
