#include "x509/ext/other.h"

#include <openssl/asn1.h>
#include <openssl/err.h>

#include "x509/der_write.h"
#include "x509/ext/read.h"

static enum rc_status
check_oid(const char *text, struct place at, struct error *err)
{
	const struct ext_class *known = ext_by_oid(text);

	TRY(shape_oid(text, at, err));
	if (known == NULL)
		return RC_OK;
	(void)error_at(err, RULE_EXT_HAS_KEY, at, "%s is %s, which is not written as octets",
	    text, known->name);
	if (known->shape != NULL)
		error_fix(err, "use the key '%s' of the role", known->word);
	return rule_status(RULE_EXT_HAS_KEY);
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* False: not pairs of hexadecimal digits. */
static bool
hex_read(const char *text, struct buf *out)
{
	for (; *text != '\0'; text += 2) {
		int high = digit(text[0]), low = high >= 0 ? digit(text[1]) : -1;

		if (low < 0)
			return false;
		buf_putc(out, (char)(high << 4 | low));
	}
	return true;
}

static enum rc_status
check_der(const char *text, struct place at, struct error *err)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	const char *fault = "not pairs of hexadecimal digits";

	if (strlen(text) > 2 * (size_t)OTHER_MAX)
		fault = "more than 16 KiB";
	else if (hex_read(text, &der))
		fault = der_fault(buf_bytes(&der));
	return fault == NULL ? RC_OK : error_at(err, RULE_EXT_DER, at, "this is no DER: %s", fault);
}

/* OpenSSL's text form of ASN.1 (ASN1_generate_nconf(3)), without its sections. */
static bool
asn1_read(const char *text, struct buf *out)
{
	ASN1_TYPE *type = strlen(text) <= ASN1_TEXT_MAX ? ASN1_generate_v3(text, NULL) : NULL;
	uint8_t *der = NULL;
	int n = type != NULL ? i2d_ASN1_TYPE(type, &der) : -1;

	if (n > 0)
		buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
	ASN1_TYPE_free(type);
	ERR_clear_error();
	return n > 0 && n <= OTHER_MAX && der_fault(buf_bytes(out)) == NULL;
}

static enum rc_status
check_asn1(const char *text, struct place at, struct error *err)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	if (asn1_read(text, &der))
		return RC_OK;
	(void)error_at(err, RULE_EXT_ASN1, at, "'%s' is no ASN.1 text", text);
	error_fix(err, "write it as ASN1_generate_nconf(3) has it, such as UTF8:hello");
	return rule_status(RULE_EXT_ASN1);
}

static const struct shape
    oid = { .kind = SHAPE_TEXT, .what = "an OID", .literal = true, .check = check_oid },
    critical = { .kind = SHAPE_TRUTH, .what = "critical", .literal = true },
    der = { .kind = SHAPE_TEXT, .what = "DER in hexadecimal digits", .check = check_der },
    asn1 = { .kind = SHAPE_TEXT, .what = "ASN.1 text", .check = check_asn1 };
static const struct shape_key keys[] = {
	{ "oid", &oid, true }, { "critical", &critical, false }, { "der", &der, false },
	{ "asn1", &asn1, false },
};
const struct shape other_shape = { .kind = SHAPE_MAP, .what = "an extension",
	.keys = keys, .n_keys = ARRAY_LEN(keys), .either = { "der", "asn1" } };

void
other_compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	SCOPED(buf_clear) struct buf value = BUF_INIT;
	const struct node *hex = node_get(node, "der"), *flag = node_get(node, "critical");

	/* both were read when their shape was checked */
	if (hex != NULL)
		(void)hex_read(hex->text, &value);
	else
		(void)asn1_read(node_get(node, "asn1")->text, &value);
	ret->id = EXT_OTHER;
	ret->critical = flag != NULL && strcmp(flag->text, "true") == 0;
	ret->u.other.oid = node_get(node, "oid")->text;
	ret->u.other.der = arena_bytes(arena, buf_bytes(&value));
}
