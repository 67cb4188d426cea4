#include "x509/ext/points.h"
#include "x509/ext/records.h"

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	return points_decode(&ext_crl_distribution_points, der, arena, ret, err);
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	points_lint(&ext_crl_distribution_points, seen, err);
}

const struct ext_class ext_crl_distribution_points = {
	.id = EXT_CRL_DISTRIBUTION_POINTS, .word = "crl_distribution_points",
	.name = "cRLDistributionPoints", .oid = "2.5.29.31", .section = "RFC 5280 4.2.1.13",
	.from = EXT_FROM_CA,
	.encode = points_encode, .decode = decode, .lint = lint, .equal = points_equal,
};
