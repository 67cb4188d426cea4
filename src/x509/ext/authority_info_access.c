#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

#define METHOD_OCSP "1.3.6.1.5.5.7.48.1"
#define METHOD_CA_ISSUERS "1.3.6.1.5.5.7.48.2"

/* AccessDescription ::= SEQUENCE { accessMethod OID, accessLocation [6] URI } */
static void
put_locations(const char *method, const char *const *uris, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		size_t from = out->n;

		der_put_dotted(out, method);
		der_put(out, DER_CONTEXT(6), bytes_of_text(uris[i]));
		der_wrap(out, from, DER_SEQUENCE);
	}
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	put_locations(METHOD_OCSP, value->u.aia.ocsp, value->u.aia.n_ocsp, out);
	put_locations(METHOD_CA_ISSUERS, value->u.aia.issuers, value->u.aia.n_issuers, out);
	der_wrap(out, from, DER_SEQUENCE);
}

/* Other methods, and locations that are no URI, are not for us. */
static bool
read_description(const ACCESS_DESCRIPTION *description, struct arena *arena,
    struct text_list *ocsp, struct text_list *issuers)
{
	int method = OBJ_obj2nid(description->method);

	if (method != NID_ad_OCSP && method != NID_ad_ca_issuers)
		return true;
	return uri_collect(description->location, arena, method == NID_ad_OCSP ? ocsp : issuers);
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(AUTHORITY_INFO_ACCESS_free) AUTHORITY_INFO_ACCESS *read = NULL;
	struct text_list ocsp = { .v = NULL }, issuers = { .v = NULL };

	read = ext_d2i(&ext_authority_info_access, der, ASN1_ITEM_rptr(AUTHORITY_INFO_ACCESS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(read); i++)
		if (!read_description(sk_ACCESS_DESCRIPTION_value(read, i), arena, &ocsp, &issuers))
			return ext_malformed(&ext_authority_info_access,
			    "holds a URI with a NUL octet", err);
	ret->id = EXT_AUTHORITY_INFO_ACCESS;
	ret->u.aia.ocsp = ocsp.v;
	ret->u.aia.n_ocsp = ocsp.n;
	ret->u.aia.issuers = issuers.v;
	ret->u.aia.n_issuers = issuers.n;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	critical_lint(&ext_authority_info_access, seen, false, err);
	if (seen->u.aia.n_ocsp + seen->u.aia.n_issuers == 0)
		(void)error_fail(err, RULE_AIA_EMPTY, "authorityInfoAccess names no URI");
	for (size_t i = 0; i < seen->u.aia.n_ocsp; i++)
		uri_lint(&ext_authority_info_access, seen->u.aia.ocsp[i], err);
	for (size_t i = 0; i < seen->u.aia.n_issuers; i++)
		uri_lint(&ext_authority_info_access, seen->u.aia.issuers[i], err);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return texts_equal(a->u.aia.ocsp, a->u.aia.n_ocsp, b->u.aia.ocsp, b->u.aia.n_ocsp) &&
	    texts_equal(a->u.aia.issuers, a->u.aia.n_issuers, b->u.aia.issuers,
	    b->u.aia.n_issuers);
}

const struct ext_class ext_authority_info_access = {
	.id = EXT_AUTHORITY_INFO_ACCESS, .word = "authority_info_access",
	.name = "authorityInfoAccess", .oid = "1.3.6.1.5.5.7.1.1", .section = "RFC 5280 4.2.2.1",
	.from = EXT_FROM_CA,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
