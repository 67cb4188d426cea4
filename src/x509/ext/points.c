#include "x509/ext/points.h"

#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"

/*
 * One DistributionPoint whose fullName lists every URI: places of the same CRL.
 *
 *      SEQUENCE OF { [0] distributionPoint { [0] fullName { [6] uri ... } } }
 */
void
points_encode(const struct ext_value *value, struct buf *out)
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

enum rc_status
points_decode(const struct ext_class *ext, struct bytes der, struct arena *arena,
    struct ext_value *ret, struct error *err)
{
	SCOPED(CRL_DIST_POINTS_free) CRL_DIST_POINTS *read = NULL;
	struct text_list uris = { .v = NULL };

	read = ext_d2i(ext, der, ASN1_ITEM_rptr(CRL_DIST_POINTS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_DIST_POINT_num(read); i++)
		if (!read_point(sk_DIST_POINT_value(read, i), arena, &uris))
			return ext_malformed(ext, "holds a URI with a NUL octet", err);
	ret->id = ext->id;
	ret->u.uris.v = uris.v;
	ret->u.uris.n = uris.n;
	return RC_OK;
}

void
points_lint(const struct ext_class *ext, const struct ext_value *seen, struct error *err)
{
	critical_lint(ext, seen, false, err);
	if (seen->u.uris.n == 0)
		(void)error_fail(err, RULE_CDP_EMPTY, "%s names no URI", ext->name);
	for (size_t i = 0; i < seen->u.uris.n; i++)
		uri_lint(ext, seen->u.uris.v[i], err);
}

bool
points_equal(const struct ext_value *a, const struct ext_value *b)
{
	return texts_equal(a->u.uris.v, a->u.uris.n, b->u.uris.v, b->u.uris.n);
}
