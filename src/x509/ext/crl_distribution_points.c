#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

/*
 * One DistributionPoint whose fullName lists every URI: places of the same CRL.
 *
 *      SEQUENCE OF { [0] distributionPoint { [0] fullName { [6] uri ... } } }
 */
static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.uris.n; i++)
		der_put(out, DER_CONTEXT(6), bytes_of_text(value->u.uris.v[i]));
	if (value->u.uris.n != 0) {
		der_wrap(out, from, DER_CONTEXT_SEQ(0));
		der_wrap(out, from, DER_CONTEXT_SEQ(0));
		der_wrap(out, from, DER_SEQUENCE);
	}
	der_wrap(out, from, DER_SEQUENCE);
}

/* The URIs of a fullName; a point named otherwise (by its CRL issuer, relative to
 * it, by directory name) has none that we use. */
static bool
read_point(const DIST_POINT *point, struct arena *arena, struct text_list *uris)
{
	const GENERAL_NAMES *names;

	if (point->distpoint == NULL || point->distpoint->type != 0)
		return true;
	names = point->distpoint->name.fullname;
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		if (!uri_collect(sk_GENERAL_NAME_value(names, i), arena, uris))
			return false;
	return true;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(CRL_DIST_POINTS_free) CRL_DIST_POINTS *read = NULL;
	struct text_list uris = { .v = NULL };

	read = ext_d2i(&ext_crl_distribution_points, der, ASN1_ITEM_rptr(CRL_DIST_POINTS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_DIST_POINT_num(read); i++)
		if (!read_point(sk_DIST_POINT_value(read, i), arena, &uris))
			return ext_malformed(&ext_crl_distribution_points,
			    "holds a URI with a NUL octet", err);
	ret->id = EXT_CRL_DISTRIBUTION_POINTS;
	ret->u.uris.v = uris.v;
	ret->u.uris.n = uris.n;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	critical_lint(&ext_crl_distribution_points, seen, false, err);
	if (seen->u.uris.n == 0)
		(void)error_fail(err, RULE_CDP_EMPTY, "cRLDistributionPoints names no URI");
	for (size_t i = 0; i < seen->u.uris.n; i++)
		uri_lint(&ext_crl_distribution_points, seen->u.uris.v[i], err);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return texts_equal(a->u.uris.v, a->u.uris.n, b->u.uris.v, b->u.uris.n);
}

const struct ext_class ext_crl_distribution_points = {
	.id = EXT_CRL_DISTRIBUTION_POINTS, .word = "crl_distribution_points",
	.name = "cRLDistributionPoints", .oid = "2.5.29.31", .section = "RFC 5280 4.2.1.13",
	.from = EXT_FROM_CA,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
