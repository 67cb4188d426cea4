#include "x509/der_write.h"

enum { LENGTH_MAX = 1 + sizeof(size_t) };

/* Length octets (X.690 8.1.3, 10.1) at p; yields how many. */
static size_t
length_write(uint8_t p[LENGTH_MAX], size_t n)
{
	size_t octets = 0;

	if (n < 0x80) {
		p[0] = (uint8_t)n;
		return 1;
	}
	for (size_t rest = n; rest != 0; rest >>= 8)
		octets++;
	p[0] = (uint8_t)(0x80 | octets);
	for (size_t i = octets; i > 0; i--, n >>= 8)
		p[i] = (uint8_t)n;
	return 1 + octets;
}

void
der_wrap(struct buf *out, size_t from, unsigned tag)
{
	uint8_t head[1 + LENGTH_MAX];
	size_t content = out->n - from;
	size_t n = 1 + length_write(head + 1, content);

	head[0] = (uint8_t)tag;
	(void)buf_reserve(out, n);
	memmove(out->p + from + n, out->p + from, content);
	memcpy(out->p + from, head, n);
	buf_wrote(out, n);
}

void
der_put(struct buf *out, unsigned tag, struct bytes content)
{
	size_t from = out->n;

	buf_put_bytes(out, content);
	der_wrap(out, from, tag);
}

void
der_put_bool(struct buf *out, bool value)
{
	der_put(out, DER_BOOLEAN, BYTES(value ? "\xff" : "\x00", 1));
}

void
der_put_int(struct buf *out, unsigned value)
{
	uint8_t be[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
		(uint8_t)(value >> 8), (uint8_t)value };

	der_put_unsigned(out, BYTES(be, sizeof(be)));
}

void
der_put_unsigned(struct buf *out, struct bytes magnitude)
{
	size_t from = out->n;

	while (magnitude.n > 0 && magnitude.p[0] == 0)
		magnitude = BYTES(magnitude.p + 1, magnitude.n - 1);
	if (magnitude.n == 0 || (magnitude.p[0] & 0x80) != 0)
		buf_putc(out, 0);
	buf_put_bytes(out, magnitude);
	der_wrap(out, from, DER_INTEGER);
}

void
der_put_bits(struct buf *out, struct bytes octets)
{
	size_t from = out->n;

	buf_putc(out, 0);
	buf_put_bytes(out, octets);
	der_wrap(out, from, DER_BIT_STRING);
}

void
der_put_named_bits(struct buf *out, unsigned mask)
{
	uint8_t octets[1 + sizeof(mask)] = { 0 };
	unsigned bits = 0;

	for (unsigned bit = 0; bit < 8 * sizeof(mask); bit++) {
		if ((mask >> bit & 1) == 0)
			continue;
		octets[1 + bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		bits = bit + 1;
	}
	octets[0] = (uint8_t)((8 - bits % 8) % 8);
	der_put(out, DER_BIT_STRING, BYTES(octets, 1 + (bits + 7) / 8));
}

/* -- object identifiers ------------------------------------------------------- */

/* An arc, or 40 times the first plus the second. */
__extension__ typedef unsigned __int128 arc_t;

#define ARC_MAX (~(arc_t)0)
#define ARC_EASY (ARC_MAX / 16)          /* below it one digit more always fits */

/* One arc and the dot behind it; NULL when it is not one. */
static const char *
arc_read(const char *text, arc_t *ret)
{
	arc_t arc = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		/* 80: what the first arc adds to the second */
		if (arc >= ARC_EASY && arc > (ARC_MAX - 80 - digit) / 10)
			return NULL;
		arc = arc * 10 + digit;
	}
	if (p == text || (*text == '0' && p != text + 1))
		return NULL;
	if (*p == '.' && p[1] == '\0')
		return NULL;
	if (*p != '.' && *p != '\0')
		return NULL;
	*ret = arc;
	return *p == '.' ? p + 1 : p;
}

bool
oid_is_valid(const char *dotted)
{
	arc_t first, second, arc;
	const char *p = arc_read(dotted, &first);

	if (p == NULL || *p == '\0' || first > 2)
		return false;
	p = arc_read(p, &second);
	if (p == NULL || (first < 2 && second >= 40))
		return false;
	while (*p != '\0') {
		p = arc_read(p, &arc);
		if (p == NULL)
			return false;
	}
	return true;
}

/* Base 128, most significant first, all but the last octet marked. */
static void
arc_write(struct buf *out, arc_t arc)
{
	int shift = arc >> 63 != 0 ? 126 : 63;

	while (shift > 0 && arc >> shift == 0)
		shift -= 7;
	for (; shift > 0; shift -= 7)
		buf_putc(out, (char)(uint8_t)(0x80 | (arc >> shift & 0x7f)));
	buf_putc(out, (char)(arc & 0x7f));
}

void
der_put_dotted(struct buf *out, const char *dotted)
{
	size_t from = out->n;
	arc_t first = 0, arc = 0;
	const char *p = dotted;

	if (oid_is_valid(dotted)) {
		p = arc_read(p, &first);
		p = arc_read(p, &arc);
		arc_write(out, first * 40 + arc);
		while (*p != '\0') {
			p = arc_read(p, &arc);
			arc_write(out, arc);
		}
	}
	der_wrap(out, from, DER_OID);
}
