/*
 * The security identifier of the account that a certificate stands for; domain
 * controllers demand it of certificates that map by name: [MS-WCCE] 2.2.2.7.7.4.
 */
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

#define SID_NAME "1.3.6.1.4.1.311.25.2.1"

enum { SID_PARTS_MAX = 15, SID_DIGITS_MAX = 15 };

/* S-1-AUTHORITY-PART-PART..., all decimal: [MS-DTYP] 2.4.2.1. */
static bool
is_sid(const char *text)
{
	unsigned parts = 0;
	size_t digits;

	if (strncmp(text, "S-1", 3) != 0)
		return false;
	for (text += 3; *text == '-'; text += 1 + digits, parts++) {
		digits = strspn(text + 1, "0123456789");
		if (digits == 0 || digits > SID_DIGITS_MAX)
			return false;
	}
	return *text == '\0' && parts >= 2 && parts <= 1 + SID_PARTS_MAX;
}

static enum rc_status
check_sid(const char *text, struct place at, struct error *err)
{
	return is_sid(text) ? RC_OK : error_at(err, RULE_MS_SID, at,
	    "'%s' is no security identifier such as S-1-5-21-1-2-3-1104", text);
}

static const struct shape shape = { .kind = SHAPE_TEXT, .what = "ms_sid", .check = check_sid };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	(void)arena;
	ret->u.text = node->text;
}

/* SEQUENCE { [0] otherName { OID, [0] EXPLICIT OCTET STRING text } } */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n, inner;

	der_put_dotted(out, SID_NAME);
	inner = out->n;
	der_put(out, DER_OCTET_STRING, bytes_of_text(value->u.text));
	der_wrap(out, inner, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_SEQUENCE);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	struct bytes in = der, seq, name, value, text;
	const char *oid;

	if (!der_take(&in, DER_SEQUENCE, &seq) || in.n != 0 ||
	    !der_take(&seq, DER_CONTEXT_SEQ(0), &name) || seq.n != 0)
		return ext_malformed(&ext_ms_sid, "is not one other name", err);
	oid = oid_take(&name, arena);
	if (oid == NULL || strcmp(oid, SID_NAME) != 0 ||
	    !der_take(&name, DER_CONTEXT_SEQ(0), &value) || name.n != 0 ||
	    !der_take(&value, DER_OCTET_STRING, &text) || value.n != 0 ||
	    (text.n != 0 && memchr(text.p, 0, text.n) != NULL))
		return ext_malformed(&ext_ms_sid, "holds no security identifier", err);
	ret->id = EXT_MS_SID;
	ret->u.text = arena_strndup(arena, text.n != 0 ? (const char *)text.p : "", text.n);
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_ms_sid, seen, context, err);
	if (!is_sid(seen->u.text))
		(void)error_fail(err, RULE_MS_SID, "'%s' is no security identifier", seen->u.text);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return strcmp(a->u.text, b->u.text) == 0;
}

const struct ext_class ext_ms_sid = {
	.id = EXT_MS_SID, .word = "ms_sid", .name = "msSecurityIdentifier",
	.oid = "1.3.6.1.4.1.311.25.2", .section = "MS-WCCE 2.2.2.7.7.4", .from = EXT_FROM_ENTRY,
	.shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
