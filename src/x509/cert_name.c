#include "x509/cert_name.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include "crypto/libcrypto.h"

static const int nids[DN_ATTRS] = {
	[DN_C] = NID_countryName, [DN_ST] = NID_stateOrProvinceName, [DN_L] = NID_localityName,
	[DN_O] = NID_organizationName, [DN_OU] = NID_organizationalUnitName,
	[DN_CN] = NID_commonName,
};

static const char *
value_text(const ASN1_STRING *value, struct arena *arena)
{
	uint8_t *utf8 = NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, value);
	const char *text = NULL;

	/* A NUL would let "good\0.evil.com" be compared as "good". */
	if (n >= 0 && memchr(utf8, 0, (size_t)n) == NULL)
		text = arena_strndup(arena, (const char *)utf8, (size_t)n);
	OPENSSL_free(utf8);
	return text;
}

static enum rc_status
take_attributes(const X509_NAME *name, struct arena *arena, struct dn *dn, struct error *err)
{
	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
		const char *text = value_text(X509_NAME_ENTRY_get_data(entry), arena);

		if (text == NULL)
			return error_fail(err, RULE_CERT_MALFORMED, "this is no certificate: "
			    "an attribute of a name holds a NUL octet or is not text");
		for (enum dn_attr attr = 0; attr < DN_ATTRS; attr++)
			if (nids[attr] == nid)
				dn->attr[attr] = text;
	}
	return RC_OK;
}

/* RFC 4514 with ", " between, in the order of people: CN first where C was. */
static const char *
whole_text(const X509_NAME *name, struct arena *arena)
{
	SCOPED(BIO_free_all) BIO *out = BIO_new(BIO_s_mem());
	char *p;
	long n;

	if (out == NULL)
		mem_die();
	(void)X509_NAME_print_ex(out, name, 0, (XN_FLAG_RFC2253 & ~XN_FLAG_SEP_MASK) |
	    XN_FLAG_SEP_CPLUS_SPC);
	n = BIO_get_mem_data(out, &p);
	return arena_strndup(arena, p != NULL ? p : "", n > 0 ? (size_t)n : 0);
}

enum rc_status
name_take(const X509_NAME *name, struct arena *arena, struct bytes *ret_der,
    struct dn *ret_dn, const char **ret_text, struct error *err)
{
	struct dn dn = { .attr = { NULL } };
	const uint8_t *der;
	size_t n;

	TRY(take_attributes(name, arena, &dn, err));
	if (X509_NAME_get0_der(name, &der, &n) != 1)
		return error_fail(err, RULE_CERT_MALFORMED, "this is no certificate: a name");
	*ret_der = arena_bytes(arena, BYTES(der, n));
	*ret_text = whole_text(name, arena);
	*ret_dn = dn;
	return RC_OK;
}
