#include "plan/emit.h"

static const struct emit_key keys[KEY_ALGORITHMS] = {
	{ .rsa = true, .bits = 2048, .openssl = "rsa:2048", .cmdlet_has_size = true },
	{ .rsa = true, .bits = 3072, .openssl = "rsa:3072" },
	{ .rsa = true, .bits = 4096, .openssl = "rsa:4096", .cmdlet_has_size = true },
	{ .rsa = true, .bits = 8192, .openssl = "rsa:8192" },
	{ .bits = 256, .openssl = "ec -pkeyopt ec_paramgen_curve:P-256",
	  .certreq = "ECDSA_P256", .cmdlet = "ECDH_P256" },
	{ .bits = 384, .openssl = "ec -pkeyopt ec_paramgen_curve:P-384",
	  .certreq = "ECDSA_P384", .cmdlet = "ECDH_P384" },
	{ .bits = 521, .openssl = "ec -pkeyopt ec_paramgen_curve:P-521",
	  .certreq = "ECDSA_P521", .cmdlet = "ECDH_P521" },
	{ .bits = 255, .openssl = "ed25519" },
};

const struct emit_key *
emit_key_of(enum key_algorithm key)
{
	unsigned bit = 0;

	while (bit < KEY_ALGORITHMS - 1 && (key >> bit & 1) == 0)
		bit++;
	return &keys[bit];
}

const char *
emit_key_word(enum key_algorithm key)
{
	return key_algorithm_word((unsigned)(emit_key_of(key) - keys));
}

/* The bits of enum key_algorithm stand in the order that is wanted here. */
enum key_algorithm
emit_key_usual(const struct entry *entry)
{
	unsigned all = entry->key_algorithms;

	return all != 0 ? (enum key_algorithm)(all & (~all + 1)) : KEY_RSA_2048;
}

const char *
emit_stem(struct arena *arena, const struct entry *entry)
{
	SCOPED(buf_clear) struct buf stem = BUF_INIT;

	for (const char *p = entry->id; *p != '\0'; p++)
		if (*p == '/')
			buf_puts(&stem, "--");
		else
			buf_putc(&stem, *p);
	return arena_strdup(arena, buf_text(&stem));
}

static bool
is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 0x80)
			return false;
	return true;
}

static void
put_unit(uint32_t unit, struct buf *out)
{
	buf_putc(out, (char)(unit & 0xff));
	buf_putc(out, (char)(unit >> 8 & 0xff));
}

/* Little endian, with its mark (RFC 2781).  Subjects were held to UTF-8 when they
 * were planned. */
static void
put_utf16(struct bytes text, struct buf *out)
{
	put_unit(0xfeff, out);
	for (size_t i = 0; i < text.n;) {
		uint32_t c = text.p[i];
		size_t more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

		c = more == 0 ? c : c & (0x3fU >> more);
		for (i++; more > 0 && i < text.n; more--, i++)
			c = c << 6 | (text.p[i] & 0x3fU);
		if (c < 0x10000) {
			put_unit(c, out);
		} else {
			put_unit(0xd800 | (c - 0x10000) >> 10, out);
			put_unit(0xdc00 | ((c - 0x10000) & 0x3ff), out);
		}
	}
}

static void
put_crlf(struct bytes text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r'))
			buf_putc(out, '\r');
		buf_putc(out, (char)text.p[i]);
	}
}

void
emit_encode(struct bytes text, enum emit_encoding encoding, struct buf *out)
{
	SCOPED(buf_clear) struct buf lines = BUF_INIT;

	if (encoding == EMIT_UTF8) {
		buf_put_bytes(out, text);
		return;
	}
	put_crlf(text, &lines);
	if (encoding == EMIT_UTF16 && !is_ascii(text)) {
		put_utf16(buf_bytes(&lines), out);
		return;
	}
	if (encoding == EMIT_UTF8_MARKED && !is_ascii(text))
		buf_puts(out, "\xef\xbb\xbf");
	buf_put_bytes(out, buf_bytes(&lines));
}
