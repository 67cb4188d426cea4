/*
 * Names that a CA may put into certificates below it.  A subtree is a name as
 * general_name.h has them, but: an address has its prefix length (192.0.2.0/24), a
 * mail address may be a host or, after a dot, all hosts of a domain, and of a URI
 * only the host counts.
 */
#include <arpa/inet.h>
#include <stdlib.h>

#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/ext/records.h"
#include "x509/ext/shape.h"

/* -- addresses with a prefix length --------------------------------------------------- */

/* The octets of address and mask; 0: not ADDRESS/LENGTH, or bits below the mask. */
static size_t
range_read(const char *text, uint8_t ret[32])
{
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN];
	size_t n, bits, digits;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(address))
		return 0;
	digits = strspn(slash + 1, "0123456789");
	if (digits == 0 || digits > 3 || slash[1 + digits] != '\0')
		return 0;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	n = address_read(address, ret);
	bits = strtoul(slash + 1, NULL, 10);
	if (n == 0 || bits > n * 8)
		return 0;
	for (size_t i = 0; i < n; i++) {
		size_t left = bits > i * 8 ? bits - i * 8 : 0;

		ret[n + i] = (uint8_t)(left >= 8 ? 0xffU : 0xff00U >> left);
		if ((ret[i] & ~(unsigned)ret[n + i]) != 0)
			return 0;
	}
	return 2 * n;
}

/* NULL: another length, or ones behind a zero in the mask. */
static const char *
range_text(struct bytes b, struct arena *arena)
{
	char address[INET6_ADDRSTRLEN];
	uint8_t again[32];
	unsigned bits = 0;
	const char *text;

	if (b.n != 8 && b.n != 32)
		return NULL;
	while (bits < b.n * 4 && (b.p[b.n / 2 + bits / 8] & 0x80U >> bits % 8) != 0)
		bits++;
	if (inet_ntop(b.n == 8 ? AF_INET : AF_INET6, b.p, address, sizeof(address)) == NULL)
		return NULL;
	text = arena_printf(arena, "%s/%u", address, bits);
	return range_read(text, again) == b.n && memcmp(again, b.p, b.n) == 0 ? text : NULL;
}

/* -- as octets ------------------------------------------------------------------------ */

/* GeneralSubtree ::= SEQUENCE { base, minimum DEFAULT 0, maximum OPTIONAL }: both are
 * never written (RFC 5280: minimum MUST be zero, maximum absent). */
static void
put_subtrees(unsigned tag, const struct general_name *names, size_t n, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < n; i++) {
		const struct general_name *name = &names[i];
		uint8_t range[32];
		size_t one = out->n;

		if (name->type == NAME_IP)
			der_put(out, DER_CONTEXT(7), BYTES(range, range_read(name->value, range)));
		else
			general_name_encode(name, out);
		der_wrap(out, one, DER_SEQUENCE);
	}
	if (n != 0)
		der_wrap(out, from, tag);
}

static void
encode(const struct ext_value *value, struct buf *out)
{
	size_t from = out->n;

	put_subtrees(DER_CONTEXT_SEQ(0), value->u.constraints.permitted,
	    value->u.constraints.n_permitted, out);
	put_subtrees(DER_CONTEXT_SEQ(1), value->u.constraints.excluded,
	    value->u.constraints.n_excluded, out);
	der_wrap(out, from, DER_SEQUENCE);
}

static bool
read_subtree(const GENERAL_SUBTREE *tree, struct arena *arena, struct general_name *ret)
{
	if (tree->minimum != NULL || tree->maximum != NULL)
		return false;
	if (tree->base->type != GEN_IPADD)
		return name_read(tree->base, arena, ret);
	ret->type = NAME_IP;
	ret->value = range_text(string_bytes(tree->base->d.iPAddress), arena);
	if (ret->value == NULL)
		*ret = (struct general_name){ NAME_OTHER, name_hex(tree->base, arena) };
	return true;
}

static bool
read_subtrees(const STACK_OF(GENERAL_SUBTREE) *trees, struct arena *arena,
    struct general_name **ret, size_t *ret_n)
{
	VEC(struct general_name) names = { .v = NULL };

	for (int i = 0; i < sk_GENERAL_SUBTREE_num(trees); i++)
		if (!read_subtree(sk_GENERAL_SUBTREE_value(trees, i), arena,
		    VEC_PUSH(arena, &names)))
			return false;
	*ret = names.v;
	*ret_n = names.n;
	return true;
}

static enum rc_status
decode(struct bytes der, struct arena *arena, struct ext_value *ret, struct error *err)
{
	SCOPED(NAME_CONSTRAINTS_free) NAME_CONSTRAINTS *read = NULL;

	read = ext_d2i(&ext_name_constraints, der, ASN1_ITEM_rptr(NAME_CONSTRAINTS), err);
	if (read == NULL)
		return rule_status(RULE_EXT_MALFORMED);
	if (!read_subtrees(read->permittedSubtrees, arena, &ret->u.constraints.permitted,
	    &ret->u.constraints.n_permitted) ||
	    !read_subtrees(read->excludedSubtrees, arena, &ret->u.constraints.excluded,
	    &ret->u.constraints.n_excluded))
		return ext_malformed(&ext_name_constraints,
		    "holds a name with a NUL octet, a minimum or a maximum", err);
	ret->id = EXT_NAME_CONSTRAINTS;
	return RC_OK;
}

/* -- checks --------------------------------------------------------------------------- */

static enum rc_status
check_dns(const char *text, struct place at, struct error *err)
{
	return fqdn_check(text, false, at, err);
}

static enum rc_status
check_ip(const char *text, struct place at, struct error *err)
{
	uint8_t range[32];

	if (range_read(text, range) != 0)
		return RC_OK;
	(void)error_at(err, RULE_NAME_IP, at, "'%s' is no range of addresses", text);
	error_fix(err, "write 192.0.2.0/24 or 2001:db8::/32, without bits below the length");
	return rule_status(RULE_NAME_IP);
}

/* RFC 5280 4.2.1.10: a host, or with a dot before it all hosts of a domain. */
static enum rc_status
check_host(const char *text, struct place at, struct error *err)
{
	return fqdn_check(text[0] == '.' ? text + 1 : text, false, at, err);
}

static enum rc_status
check_email(const char *text, struct place at, struct error *err)
{
	const struct general_name name = { NAME_EMAIL, text };

	return strchr(text, '@') == NULL ? check_host(text, at, err) :
	    general_name_check(&name, false, at, err);
}

static enum rc_status
check_dirname(const char *text, struct place at, struct error *err)
{
	const struct general_name name = { NAME_DIRNAME, text };

	return general_name_check(&name, false, at, err);
}

static const struct shape
    dns = { .kind = SHAPE_TEXT, .what = "a domain", .check = check_dns },
    ip = { .kind = SHAPE_TEXT, .what = "a range of addresses", .check = check_ip },
    email = { .kind = SHAPE_TEXT, .what = "a mail address or host", .check = check_email },
    uri = { .kind = SHAPE_TEXT, .what = "a host", .check = check_host },
    dirname = { .kind = SHAPE_TEXT, .what = "a directory name", .check = check_dirname };
static const struct shape_key subtree_keys[] = {
	{ "dns", &dns, false }, { "ip", &ip, false }, { "email", &email, false },
	{ "uri", &uri, false }, { "dirname", &dirname, false },
};
static const struct shape subtree = { .kind = SHAPE_MAP, .what = "a subtree of names",
	.keys = subtree_keys, .n_keys = ARRAY_LEN(subtree_keys), .least = 1, .most = 1 };
static const struct shape subtrees = { .kind = SHAPE_LIST, .what = "the subtrees of names",
	.member = &subtree };
static const struct shape_key keys[] = {
	{ "permitted", &subtrees, false }, { "excluded", &subtrees, false },
};
static const struct shape shape = { .kind = SHAPE_MAP, .what = "name_constraints",
	.keys = keys, .n_keys = ARRAY_LEN(keys), .least = 1 };

static struct general_name *
compile_list(const struct node *list, struct arena *arena, size_t *ret_n)
{
	size_t n = list != NULL ? list->count : 0;
	struct general_name *names = arena_alloc(arena, n * sizeof(*names));

	for (size_t i = 0; i < n; i++) {
		const struct node_pair *pair = &list->items[i]->pairs[0];

		names[i] = (struct general_name){ name_type_find(pair->key->text),
			pair->value->text };
	}
	*ret_n = n;
	return names;
}

static void
compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	ret->u.constraints.permitted = compile_list(node_get(node, "permitted"), arena,
	    &ret->u.constraints.n_permitted);
	ret->u.constraints.excluded = compile_list(node_get(node, "excluded"), arena,
	    &ret->u.constraints.n_excluded);
}

/* -- lint ----------------------------------------------------------------------------- */

static void
lint_names(const struct general_name *names, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		SCOPED(error_free) struct error *why = error_new();
		const struct shape *want = NULL;

		for (size_t k = 0; k < ARRAY_LEN(subtree_keys); k++)
			if (strcmp(subtree_keys[k].word, name_type_word(names[i].type)) == 0)
				want = subtree_keys[k].shape;
		if (want == NULL || want->check(names[i].value, NOWHERE, why) != RC_OK)
			(void)error_fail(err, RULE_NC_NAME, "nameConstraints: '%s' is no %s",
			    names[i].value, want != NULL ? want->what : "name that is constrained");
	}
}

static void
lint(const struct ext_value *seen, const struct ext_lint_context *context, struct error *err)
{
	role_ext_lint(&ext_name_constraints, seen, context, err);
	if (seen->u.constraints.n_permitted + seen->u.constraints.n_excluded == 0)
		(void)error_fail(err, RULE_NC_EMPTY, "nameConstraints constrains nothing");
	lint_names(seen->u.constraints.permitted, seen->u.constraints.n_permitted, err);
	lint_names(seen->u.constraints.excluded, seen->u.constraints.n_excluded, err);
}

static bool
names_equal(const struct general_name *a, size_t n_a, const struct general_name *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!general_name_equal(&a[i], &b[i]))
			return false;
	return true;
}

static bool
equal(const struct ext_value *a, const struct ext_value *b)
{
	return names_equal(a->u.constraints.permitted, a->u.constraints.n_permitted,
	    b->u.constraints.permitted, b->u.constraints.n_permitted) &&
	    names_equal(a->u.constraints.excluded, a->u.constraints.n_excluded,
	    b->u.constraints.excluded, b->u.constraints.n_excluded);
}

const struct ext_class ext_name_constraints = {
	.id = EXT_NAME_CONSTRAINTS, .word = "name_constraints", .name = "nameConstraints",
	.oid = "2.5.29.30", .section = "RFC 5280 4.2.1.10", .from = EXT_FROM_ENTRY,
	.critical = true, .ca_only = true, .shape = &shape, .compile = compile,
	.encode = encode, .decode = decode, .lint = lint, .equal = equal,
};
