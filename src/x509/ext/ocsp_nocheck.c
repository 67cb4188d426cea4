#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	(void)arena;
	return null_decode(&ext_ocsp_nocheck, der, ret, err);
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_ocsp_nocheck, seen, context, err);
}

const struct ext_class ext_ocsp_nocheck = {
	.id = EXT_OCSP_NOCHECK, .word = "ocsp_nocheck", .name = "ocspNoCheck",
	.oid = "1.3.6.1.5.5.7.48.1.5", .section = "RFC 6960 4.2.2.2.1", .from = EXT_FROM_ENTRY,
	.shape = &shape_of_truth, .compile = null_compile,
	.encode = null_encode, .decode = decode, .lint = lint, .equal = null_equal,
};
