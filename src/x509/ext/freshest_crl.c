#include "x509/ext/points.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	const char **v = arena_alloc(arena, node->count * sizeof(*v));

	for (size_t i = 0; i < node->count; i++)
		v[i] = shape_text(shape_of_uris.member, node->items[i], "uri");
	ret->u.uris.v = v;
	ret->u.uris.n = node->count;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	return points_decode(&ext_freshest_crl, der, arena, ret, err);
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	(void)context;
	points_lint(&ext_freshest_crl, seen, err);
}

const struct ext_class ext_freshest_crl = {
	.id = EXT_FRESHEST_CRL, .word = "freshest_crl", .name = "freshestCRL",
	.oid = "2.5.29.46", .section = "RFC 5280 4.2.1.15", .from = EXT_FROM_ENTRY,
	.shape = &shape_of_uris, .compile = compile,
	.encode = points_encode, .decode = decode, .lint = lint, .equal = points_equal,
};
