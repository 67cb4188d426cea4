#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

static const struct {
	const char *word, *oid;
} methods[] = {
	{ "ca_repository", "1.3.6.1.5.5.7.48.5" },
	{ "time_stamping", "1.3.6.1.5.5.7.48.3" },
};

static const struct shape_key item_keys[] = {
	{ "ca_repository", &shape_of_uri, false }, { "time_stamping", &shape_of_uri, false },
};
static const struct shape item = { .kind = SHAPE_MAP, .what = "a service of the subject",
	.keys = item_keys, .n_keys = ARRAY_LEN(item_keys), .least = 1, .most = 1 };
static const struct shape shape = { .kind = SHAPE_LIST, .what = "subject_information_access",
	.member = &item };

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	struct access_place *v = arena_alloc(arena, node->count * sizeof(*v));

	for (size_t i = 0; i < node->count; i++) {
		const struct node_pair *pair = &node->items[i]->pairs[0];
		size_t m = 0;

		while (strcmp(methods[m].word, pair->key->text) != 0)
			m++;
		v[i] = (struct access_place){ methods[m].oid, pair->value->text };
	}
	ret->u.access.v = v;
	ret->u.access.n = node->count;
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < value->u.access.n; i++) {
		size_t one = out->n;

		der_put_dotted(out, value->u.access.v[i].method);
		der_put(out, DER_CONTEXT(6), bytes_of_text(value->u.access.v[i].uri));
		der_wrap(out, one, DER_SEQUENCE);
	}
	der_wrap(out, from, DER_SEQUENCE);
}

/* Locations that are no URI are not for us. */
static bool
read_description(const ACCESS_DESCRIPTION *description, struct arena *arena,
    struct access_place *ret)
{
	struct general_name name;

	ret->method = object_text(description->method, arena);
	if (ret->method == NULL || !name_read(description->location, arena, &name))
		return false;
	ret->uri = name.type == NAME_URI ? name.value : NULL;
	return true;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(AUTHORITY_INFO_ACCESS_free) AUTHORITY_INFO_ACCESS *read = NULL;
	VEC(struct access_place) list = { .v = NULL };

	read = ext_d2i(&ext_subject_info_access, der, ASN1_ITEM_rptr(AUTHORITY_INFO_ACCESS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(read); i++) {
		struct access_place one;

		if (!read_description(sk_ACCESS_DESCRIPTION_value(read, i), arena, &one))
			return ext_malformed(&ext_subject_info_access,
			    "holds a bad OID, or a URI with a NUL octet", err);
		if (one.uri != NULL)
			*VEC_PUSH(arena, &list) = one;
	}
	ret->id = EXT_SUBJECT_INFO_ACCESS;
	ret->u.access.v = list.v;
	ret->u.access.n = list.n;
	return RC_OK;
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_subject_info_access, seen, context, err);
	if (seen->u.access.n == 0)
		(void)error_fail(err, RULE_SIA_EMPTY, "subjectInfoAccess names no URI");
	for (size_t i = 0; i < seen->u.access.n; i++)
		uri_lint(&ext_subject_info_access, seen->u.access.v[i].uri, err);
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	if (a->u.access.n != b->u.access.n)
		return false;
	for (size_t i = 0; i < a->u.access.n; i++)
		if (strcmp(a->u.access.v[i].method, b->u.access.v[i].method) != 0 ||
		    strcmp(a->u.access.v[i].uri, b->u.access.v[i].uri) != 0)
			return false;
	return true;
}

const struct ext_class ext_subject_info_access = {
	.id = EXT_SUBJECT_INFO_ACCESS, .word = "subject_information_access",
	.name = "subjectInfoAccess", .oid = "1.3.6.1.5.5.7.1.11", .section = "RFC 5280 4.2.2.2",
	.from = EXT_FROM_ENTRY, .shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
