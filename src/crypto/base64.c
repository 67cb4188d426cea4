#include "crypto/base64.h"

#include "crypto/libcrypto.h"

enum { LINE_OCTETS = 48 };

static int
value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The characters that count; how many of them are padding.  False: a stranger. */
static bool
collect(struct bytes text, struct buf *digits, size_t *ret_padding)
{
	size_t padding = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '=')
			padding++;
		else if (value_of(c) < 0 || padding != 0)
			return false;
		buf_putc(digits, (char)c);
	}
	*ret_padding = padding;
	return true;
}

/* The last digit before the padding has no bits to spare for it. */
static bool
spare_bits_are_zero(const struct buf *digits, size_t padding)
{
	int last = value_of(digits->p[digits->n - 1 - padding]);

	return padding == 0 || (last & (padding == 1 ? 0x03 : 0x0f)) == 0;
}

bool
base64_decode(struct bytes text, struct buf *out)
{
	SCOPED(buf_clear) struct buf digits = BUF_INIT;
	size_t padding;
	int n;

	/* EVP_DecodeBlock counts in int, and is lenient about all of this. */
	if (text.n > INT32_MAX / 2 || !collect(text, &digits, &padding))
		return false;
	if (digits.n == 0 || digits.n % 4 != 0 || padding > 2 ||
	    !spare_bits_are_zero(&digits, padding))
		return false;
	n = EVP_DecodeBlock(buf_reserve(out, digits.n / 4 * 3), digits.p, (int)digits.n);
	if (n < 0)
		return false;
	buf_wrote(out, (size_t)n - padding);
	return true;
}

void
base64_put_lines(struct bytes b, struct buf *out)
{
	while (b.n != 0) {
		size_t take = b.n < LINE_OCTETS ? b.n : LINE_OCTETS;
		int n = EVP_EncodeBlock(buf_reserve(out, LINE_OCTETS / 3 * 4), b.p, (int)take);

		buf_wrote(out, (size_t)n);
		buf_putc(out, '\n');
		b = BYTES(b.p + take, b.n - take);
	}
}
