#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

static const char *const words[KU_BITS] = {
	"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment",
	"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
};

const char *
key_usage_word(unsigned bit)
{
	return bit < KU_BITS ? words[bit] : "unknown";
}

unsigned
key_usage_find(const char *word)
{
	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if (strcmp(words[bit], word) == 0)
			return 1U << bit;
	return 0;
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	der_put_named_bits(out, value->u.key_usage);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(ASN1_BIT_STRING_free) ASN1_BIT_STRING *read = NULL;
	unsigned mask = 0;
	int bits;

	(void)arena;
	read = ext_d2i(&ext_key_usage, der, ASN1_ITEM_rptr(ASN1_BIT_STRING), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	bits = 8 * ASN1_STRING_length(read);
	for (int bit = 0; bit < bits; bit++) {
		if (ASN1_BIT_STRING_get_bit(read, bit) == 0)
			continue;
		if (bit >= KU_BITS)
			return ext_malformed(&ext_key_usage, "sets a bit that has no meaning", err);
		mask |= 1U << bit;
	}
	ret->id = EXT_KEY_USAGE;
	ret->u.key_usage = mask;
	return RC_OK;
}

static void
lint_ca(unsigned seen, const struct ext_lint_context *context, struct error *err)
{
	bool signs = (seen & KU_KEY_CERT_SIGN) != 0;

	if (signs && !context->is_ca)
		(void)error_fail(err, RULE_KU_CERT_SIGN_WITHOUT_CA,
		    "keyUsage allows keyCertSign in a certificate that is no CA's");
	if (!signs && context->is_ca)
		(void)error_fail(err, RULE_KU_CA_WITHOUT_CERT_SIGN,
		    "keyUsage of a CA does not allow keyCertSign");
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	unsigned usage = seen->u.key_usage;

	critical_lint(&ext_key_usage, seen, true, err);
	if (usage == 0)
		(void)error_fail(err, RULE_KU_EMPTY, "keyUsage allows nothing");
	lint_ca(usage, context, err);
	if (context->key_is_ec && (usage & (KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT)) != 0)
		(void)error_fail(err, RULE_KU_EC_KEY_ENCIPHERMENT,
		    "keyUsage allows %s for a key that cannot encipher",
		    (usage & KU_KEY_ENCIPHERMENT) != 0 ? "keyEncipherment" : "dataEncipherment");
	if ((usage & (KU_ENCIPHER_ONLY | KU_DECIPHER_ONLY)) != 0 && (usage & KU_KEY_AGREEMENT) == 0)
		(void)error_fail(err, RULE_KU_ONLY_WITHOUT_AGREEMENT,
		    "keyUsage restricts a key agreement that it does not allow");
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return a->u.key_usage == b->u.key_usage;
}

const struct ext_class ext_key_usage = {
	.id = EXT_KEY_USAGE, .word = "key_usage", .name = "keyUsage",
	.oid = "2.5.29.15", .section = "RFC 5280 4.2.1.3", .from = EXT_FROM_ENTRY,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
