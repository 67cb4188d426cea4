#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	(void)arena;
	return null_decode(&ext_no_rev_avail, der, ret, err);
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_no_rev_avail, seen, context, err);
	if (context->is_ca)
		(void)error_fail(err, RULE_NO_REV_AVAIL,
		    "noRevAvail stands in the certificate of a CA");
}

const struct ext_class ext_no_rev_avail = {
	.id = EXT_NO_REV_AVAIL, .word = "no_rev_avail", .name = "noRevAvail",
	.oid = "2.5.29.56", .section = "RFC 9608 2", .from = EXT_FROM_ENTRY,
	.shape = &shape_of_truth, .compile = null_compile,
	.encode = null_encode, .decode = decode, .lint = lint, .equal = null_equal,
};
