#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

#define ANY "2.5.29.37.0"
#define ANY_APPLICATION "1.3.6.1.4.1.311.10.12.1"        /* the same in application policies */

static const struct {
	const char *word, *oid;
} usages[] = {
	{ "serverAuth", "1.3.6.1.5.5.7.3.1" },
	{ "clientAuth", "1.3.6.1.5.5.7.3.2" },
	{ "codeSigning", "1.3.6.1.5.5.7.3.3" },
	{ "emailProtection", "1.3.6.1.5.5.7.3.4" },
	{ "ipsecEndSystem", "1.3.6.1.5.5.7.3.5" },
	{ "ipsecTunnel", "1.3.6.1.5.5.7.3.6" },
	{ "ipsecUser", "1.3.6.1.5.5.7.3.7" },
	{ "timeStamping", "1.3.6.1.5.5.7.3.8" },
	{ "OCSPSigning", "1.3.6.1.5.5.7.3.9" },
	{ "eapOverPPP", "1.3.6.1.5.5.7.3.13" },        /* RFC 4334 */
	{ "eapOverLAN", "1.3.6.1.5.5.7.3.14" },
	{ "ipsecIKE", "1.3.6.1.5.5.7.3.17" },
	{ "sipDomain", "1.3.6.1.5.5.7.3.20" },         /* RFC 5924 */
	{ "secureShellClient", "1.3.6.1.5.5.7.3.21" }, /* RFC 6187 */
	{ "secureShellServer", "1.3.6.1.5.5.7.3.22" },
	{ "documentSigning", "1.3.6.1.5.5.7.3.36" },   /* RFC 9336 */
	{ "pkinitClient", "1.3.6.1.5.2.3.4" },         /* RFC 4556 */
	{ "pkinitKDC", "1.3.6.1.5.2.3.5" },
	{ "msEnrolmentAgent", "1.3.6.1.4.1.311.20.2.1" },
	{ "msSmartcardLogon", "1.3.6.1.4.1.311.20.2.2" },
	{ "smartcardLogon", "1.3.6.1.4.1.311.20.2.2" },
	{ "msEncryptingFileSystem", "1.3.6.1.4.1.311.10.3.4" },
	{ "msDocumentSigning", "1.3.6.1.4.1.311.10.3.12" },
	{ "anyExtendedKeyUsage", ANY },
};

const char *
eku_word(const char *oid)
{
	for (size_t i = 0; i < ARRAY_LEN(usages); i++)
		if (strcmp(usages[i].oid, oid) == 0)
			return usages[i].word;
	return NULL;
}

const char *
eku_oid(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(usages); i++)
		if (strcmp(usages[i].word, word) == 0)
			return usages[i].oid;
	return oid_is_valid(word) ? word : NULL;
}

bool
eku_is_any(const char *oid)
{
	return strcmp(oid, ANY) == 0 || strcmp(oid, ANY_APPLICATION) == 0;
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.oids.n; i++)
		der_put_dotted(out, value->u.oids.v[i]);
	der_wrap(out, from, DER_SEQUENCE);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(EXTENDED_KEY_USAGE_free) EXTENDED_KEY_USAGE *read = NULL;
	VEC(const char *) oids = { .v = NULL };

	read = ext_d2i(&ext_extended_key_usage, der, ASN1_ITEM_rptr(EXTENDED_KEY_USAGE), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_ASN1_OBJECT_num(read); i++) {
		const char *oid = object_text(sk_ASN1_OBJECT_value(read, i), arena);

		if (oid == NULL)
			return ext_malformed(&ext_extended_key_usage, "holds a bad OID", err);
		*VEC_PUSH(arena, &oids) = oid;
	}
	ret->id = EXT_EXTENDED_KEY_USAGE;
	ret->u.oids.v = oids.v;
	ret->u.oids.n = oids.n;
	return RC_OK;
}

static bool
stands_before(const struct ext_value *seen, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(seen->u.oids.v[j], seen->u.oids.v[i]) == 0)
			return true;
	return false;
}

void
usages_lint(const struct ext_class *ext, const struct ext_value *seen,
    const struct ext_lint_context *context, struct error *err)
{
	if (seen->u.oids.n == 0)
		(void)error_fail(err, RULE_EKU_EMPTY, "%s names no usage", ext->name);
	for (size_t i = 0; i < seen->u.oids.n; i++) {
		if (eku_is_any(seen->u.oids.v[i]) && !context->any_usage_planned)
			(void)error_fail(err, RULE_EKU_ANY, "%s holds anyExtendedKeyUsage",
			    ext->name);
		if (stands_before(seen, i))
			(void)error_fail(err, RULE_EKU_DUPLICATE, "%s holds %s twice", ext->name,
			    seen->u.oids.v[i]);
	}
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	critical_lint(&ext_extended_key_usage, seen, false, err);
	usages_lint(&ext_extended_key_usage, seen, context, err);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return texts_equal(a->u.oids.v, a->u.oids.n, b->u.oids.v, b->u.oids.n);
}

const struct ext_class ext_extended_key_usage = {
	.id = EXT_EXTENDED_KEY_USAGE, .word = "extended_key_usage", .name = "extendedKeyUsage",
	.oid = "2.5.29.37", .section = "RFC 5280 4.2.1.12", .from = EXT_FROM_ENTRY,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
