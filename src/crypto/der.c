#include "crypto/der.h"

enum { TAG_MASK = 0x1f, CONSTRUCTED = 0x20, CLASS_MASK = 0xc0, ENUMERATED = 0x0a };

struct header {
	unsigned tag;
	size_t head, body;      /* octets */
};

int
der_peek(struct bytes in)
{
	return in.n != 0 ? in.p[0] : -1;
}

/* NULL, or what is wrong with the header of the element at `in`. */
static const char *
header_fault(struct bytes in, struct header *ret)
{
	size_t more, len = 0;

	if (in.n < 2)
		return "it ends in the middle of an element";
	ret->tag = in.p[0];
	if ((ret->tag & TAG_MASK) == TAG_MASK)
		return "a tag number above 30";
	ret->head = 2;
	ret->body = in.p[1];
	if (in.p[1] < 0x80)
		return ret->body <= in.n - 2 ? NULL : "an element longer than what holds it";
	more = in.p[1] & 0x7fU;
	if (more == 0)
		return "an indefinite length, which is BER";
	if (more > 4)
		return "a length of more than four octets";
	if (more > in.n - 2)
		return "it ends in the middle of a length";
	for (size_t i = 0; i < more; i++)
		len = len << 8 | in.p[2 + i];
	if (in.p[2] == 0 || len < 0x80)
		return "a length not in its shortest form";
	ret->head += more;
	ret->body = len;
	return len <= in.n - ret->head ? NULL : "an element longer than what holds it";
}

bool
der_take_any(struct bytes *in, unsigned *ret_tag, struct bytes *ret, struct bytes *ret_whole)
{
	struct header h;

	if (header_fault(*in, &h) != NULL)
		return false;
	*ret_tag = h.tag;
	*ret = BYTES(in->p + h.head, h.body);
	*ret_whole = BYTES(in->p, h.head + h.body);
	*in = BYTES(in->p + h.head + h.body, in->n - h.head - h.body);
	return true;
}

bool
der_take(struct bytes *in, unsigned tag, struct bytes *ret)
{
	struct bytes whole;
	unsigned have;

	return der_peek(*in) == (int)tag && der_take_any(in, &have, ret, &whole);
}

bool
der_take_whole(struct bytes *in, unsigned tag, struct bytes *ret_whole)
{
	struct bytes content;
	unsigned have;

	return der_peek(*in) == (int)tag && der_take_any(in, &have, &content, ret_whole);
}

static bool
integer_is_minimal(struct bytes b)
{
	if (b.n == 0)
		return false;
	if (b.n == 1)
		return true;
	return !(b.p[0] == 0 && b.p[1] < 0x80) && !(b.p[0] == 0xff && b.p[1] >= 0x80);
}

bool
der_take_unsigned(struct bytes *in, struct bytes *ret)
{
	struct bytes rest = *in, b;

	if (!der_take(&rest, DER_INTEGER, &b) || !integer_is_minimal(b) || b.p[0] >= 0x80)
		return false;
	*in = rest;
	*ret = b.p[0] == 0 ? BYTES(b.p + 1, b.n - 1) : b;
	return true;
}

bool
der_take_bit_octets(struct bytes *in, struct bytes *ret)
{
	struct bytes rest = *in, b;

	if (!der_take(&rest, DER_BIT_STRING, &b) || b.n == 0 || b.p[0] != 0)
		return false;
	*in = rest;
	*ret = BYTES(b.p + 1, b.n - 1);
	return true;
}

/* Every arc ends within the content, and none begins with an empty septet. */
static bool
oid_is_minimal(struct bytes b)
{
	bool first = true;

	if (b.n == 0 || b.p[b.n - 1] >= 0x80)
		return false;
	for (size_t i = 0; i < b.n; i++) {
		if (first && b.p[i] == 0x80)
			return false;
		first = b.p[i] < 0x80;
	}
	return true;
}

/* Every arc in 64 bits?  Nine septets always are. */
static bool
oid_fits(struct bytes b)
{
	size_t septets = 0;

	for (size_t i = 0; i < b.n; i++) {
		if (++septets > 9)
			return false;
		if (b.p[i] < 0x80)
			septets = 0;
	}
	return oid_is_minimal(b);
}

void
der_put_oid(struct bytes oid, struct buf *out)
{
	bool first = true;
	uint64_t arc = 0;

	if (!oid_fits(oid)) {
		buf_puts(out, "0x");
		buf_put_hex(out, oid);
		return;
	}
	for (size_t i = 0; i < oid.n; i++) {
		arc = arc << 7 | (oid.p[i] & 0x7fU);
		if (oid.p[i] >= 0x80)
			continue;
		if (first) {
			unsigned root = arc < 40 ? 0 : arc < 80 ? 1 : 2;

			buf_put_number(out, root);
			arc -= root * 40U;
			first = false;
		}
		buf_putc(out, '.');
		buf_put_number(out, arc);
		arc = 0;
	}
}

bool
der_is_sorted(struct bytes members)
{
	struct bytes content, whole, before = BYTES(NULL, 0);
	unsigned tag;

	while (der_take_any(&members, &tag, &content, &whole)) {
		size_t common = before.n < whole.n ? before.n : whole.n;

		if (common != 0 && memcmp(before.p, whole.p, common) > 0)
			return false;
		before = whole;
	}
	return true;
}

static const char *
bit_string_fault(struct bytes b)
{
	if (b.n == 0 || b.p[0] > 7 || (b.n == 1 && b.p[0] != 0))
		return "a malformed BIT STRING";
	if ((b.p[b.n - 1] & ((1U << b.p[0]) - 1)) != 0 && b.n > 1)
		return "a BIT STRING whose unused bits are not zero";
	return NULL;
}

static const char *
primitive_fault(unsigned tag, struct bytes b)
{
	switch (tag) {
	case DER_BOOLEAN:
		return b.n == 1 && (b.p[0] == 0 || b.p[0] == 0xff) ? NULL : "a malformed BOOLEAN";
	case DER_INTEGER:
	case ENUMERATED:
		return integer_is_minimal(b) ? NULL : "a number not in its shortest form";
	case DER_BIT_STRING:
		return bit_string_fault(b);
	case DER_NULL:
		return b.n == 0 ? NULL : "a NULL that holds something";
	case DER_OID:
		return oid_is_minimal(b) ? NULL : "a malformed object identifier";
	case DER_SEQUENCE & ~CONSTRUCTED:
	case DER_SET & ~CONSTRUCTED:
		return "a SEQUENCE or SET that is not constructed";
	case 0:
		return "an element of type 0";
	default:
		return NULL;
	}
}

static const char *
elements_fault(struct bytes in, unsigned depth)
{
	struct header h;

	while (in.n != 0) {
		const char *fault = header_fault(in, &h);
		struct bytes content;

		if (fault != NULL)
			return fault;
		content = BYTES(in.p + h.head, h.body);
		in = BYTES(content.p + content.n, in.n - h.head - h.body);
		if (h.tag & CONSTRUCTED) {
			if ((h.tag & CLASS_MASK) == 0 && h.tag != DER_SEQUENCE && h.tag != DER_SET)
				return "a string in pieces, which is BER";
			if (depth > DER_DEPTH)
				return "elements nested too deep";
			fault = elements_fault(content, depth + 1);
			if (fault == NULL && h.tag == DER_SET && !der_is_sorted(content))
				fault = "a SET not in ascending order";
		} else {
			fault = primitive_fault(h.tag, content);
		}
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

const char *
der_fault(struct bytes der)
{
	struct header h;
	const char *fault = header_fault(der, &h);

	if (fault != NULL)
		return fault;
	if (h.head + h.body != der.n)
		return "something behind its end";
	return elements_fault(der, 1);
}
