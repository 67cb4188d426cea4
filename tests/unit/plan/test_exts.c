/*
 * The extensions of a role in the entries of a plan: which there are, in which order,
 * with which octets.
 */
#include "tests/unit.h"
#include "tests/unit/plan/shipped.h"

static const char product_text[] =
    "product: p\n"
    "kinds:\n"
    "  fe: { servers: optional, fields: { on: { type: boolean, default: false }, crl: { type: fqdn } } }\n";
static const char topology_text[] =
    "topology: t\nproduct: p\nsip_domains: [contoso.com, fabrikam.com]\n"
    "pools:\n  - { fqdn: fe.contoso.com, kind: fe, crl: crl.contoso.com }\n";

#define ROLE "role: r\nproducts: [p]\napplies_to: fe\nper: pool\nsubject: { CN: \"${pool.fqdn}\" }\n" \
	"key: { algorithms: [ec-p256] }\n"
#define LEAF ROLE "key_usage: { ec: [digitalSignature] }\n"
#define CA ROLE "key_usage: { ec: [keyCertSign] }\nbasic_constraints: { ca: true }\n"

static enum rc_status
plan_of(const char *product, const char *topology, const char *role, struct planned *p,
    struct error *err)
{
	struct profile_file files[] = {
		{ "p/product.yaml", "p", "product", 0, bytes_of_text(product) },
		{ "p/r.yaml", "p", "r", 0, bytes_of_text(role) },
	};
	const struct product *const *products;
	size_t n;

	TRY(catalog_read(files, ARRAY_LEN(files), &p->catalog, err));
	products = catalog_products(p->catalog, &n);
	TRY(topology_read(bytes_of_text(topology), "t.yaml", products, n, &p->topology, err));
	TRY(program_compile(p->catalog, p->topology->product, p->topology, &p->program, err));
	return plan_make(p->program, p->topology, &p->plan, err);
}

static enum rc_status
plan(const char *role, struct planned *p, struct error *err)
{
	return plan_of(product_text, topology_text, role, p, err);
}

/* "NAME[!] HEX" of each extension but those that every entry has. */
static char *
ext_lines(const struct entry *entry)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < entry->n_exts; i++) {
		const struct entry_ext *ext = &entry->exts[i];
		SCOPED(buf_clear) struct buf der = BUF_INIT;

		if (ext->from == EXT_FROM_KEY || ext->id == EXT_AUTHORITY_KEY_IDENTIFIER ||
		    ext->id == EXT_BASIC_CONSTRAINTS)
			continue;
		buf_printf(&b, "%s%s ", ext_name(&ext->value), ext->critical ? "!" : "");
		if (ext->from == EXT_FROM_ENTRY)
			ext_encode(&ext->value, &der);
		buf_put_hex(&b, buf_bytes(&der));
		buf_putc(&b, '\n');
	}
	return buf_take_text(&b);
}

#define PLACES "cRLDistributionPoints \nauthorityInfoAccess \n"

static const struct { const char *role, *lines; } rows[] = {
	/* no extension of its own */
	{ LEAF, PLACES },
	/* policies and name constraints have their places, the others the role's order */
	{ CA "inhibit_any_policy: 0\n"
	    "name_constraints: { permitted: [ { each: \"d in ${sip_domains}\", items: [ { dns:"
	    " \"${d.name}\" } ] } ] }\ncertificate_policies: [ 1.2.3 ]\npolicy_constraints:"
	    " { require_explicit_policy: 0 }\n",
	    "certificatePolicies 3006300406022a03\n"
	    "nameConstraints! 3021a01f300d820b636f6e746f736f2e636f6d300e820c66616272696b616d2e636f6d\n"
	    PLACES "inhibitAnyPolicy! 020100\npolicyConstraints! 3003800100\n" },
	/* conditions */
	{ LEAF "ms_template_name: A\ntls_feature: [ { feature: status_request, when: \"${pool.on}\" } ]\n"
	    "no_rev_avail: \"${pool.on}\"\nms_template: { oid: 1.2.3, major: 1, when: \"${pool.on}\" }\n",
	    PLACES "msEnrollCertType 1e020041\n" },
	{ LEAF "freshest_crl: [ { uri: \"x://${pool.crl}\", when: \"${has(pool.crl)}\" } ]\n",
	    PLACES "freshestCRL 301b3019a017a0158613783a2f2f63726c2e636f6e746f736f2e636f6d\n" },
	/* a certificate that is never revoked names no CRL */
	{ LEAF "no_rev_avail: true\n", "authorityInfoAccess \nnoRevAvail 0500\n" },
	{ LEAF "extensions: [ { oid: 1.2.3, asn1: \"UTF8:${pool.fqdn}\", critical: true },"
	    " { oid: 1.2.4, der: \"0500\" } ]\n",
	    PLACES "1.2.3! 0c0e66652e636f6e746f736f2e636f6d\n1.2.4 0500\n" },
};

TEST(a_role_s_extensions_are_planned)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(planned_clear) struct planned p = { .plan = NULL };
		char *lines;

		REQUIRE_OK(plan(rows[i].role, &p, err), err);
		REQUIRE(p.plan->n_entries == 1);
		lines = ext_lines(&p.plan->entries[0]);
		EXPECT_TEXT(lines, rows[i].lines);
		free(lines);
	}
}

static const struct { const char *role; enum rule rule; } refused[] = {
	{ LEAF "ms_sid: \"${pool.fqdn}\"\n", RULE_MS_SID },
	{ LEAF "freshest_crl: [ { uri: \"${pool.crl}\", when: \"${has(pool.crl)}\" } ]\n", RULE_NAME_URI },
	{ LEAF "ms_sid: { a: \"${pool.fqdn}\" }\n", RULE_YAML_TYPE },
	{ CA "name_constraints: { excluded: [ { dns: a.b, when: \"${pool.on}\" } ] }\n",
	    RULE_EXT_LIST_EMPTY },
	{ LEAF "extensions: [ { each: \"d in ${sip_domains}\", items: [ { oid: 1.2.3, asn1:"
	    " \"UTF8:${d.name}\" } ] } ]\n", RULE_CERT_EXT_TWICE },
	{ LEAF "extensions: [ { oid: 1.2.3, asn1: \"${pool.fqdn}\" } ]\n", RULE_EXT_ASN1 },
	{ LEAF "ms_template_name: \"${first(simple_urls.meet)}\"\n", RULE_EXT_ABSENT },
	{ LEAF "freshest_crl: [ { uri: \"http://${first(simple_urls.meet)}/\","
	    " when: \"${not pool.on}\" } ]\n", RULE_EXT_ABSENT },
};

TEST(what_the_facts_make_of_an_extension_is_checked)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(planned_clear) struct planned p = { .plan = NULL };

		EXPECT_RULE(plan(refused[i].role, &p, err), err, refused[i].rule);
	}
}

TEST(a_product_may_take_no_wildcards)
{
	static const char topology[] = "topology: t\nproduct: p\nsip_domains: [contoso.com]\n"
	    "pools:\n  - { fqdn: fe.contoso.com, kind: fe }\nextra_names: { r: [\"*.contoso.com\"] }\n";
	static const char refusing[] = "product: p\nwildcards: refuse\nkinds: { fe: { servers: optional } }\n";
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(planned_clear) struct planned strict = { .plan = NULL };
	SCOPED(planned_clear) struct planned taken = { .plan = NULL };

	EXPECT_RULE(plan_of(refusing, topology, LEAF, &strict, err), err, RULE_WILDCARD_REFUSED);
	error_clear(err);
	EXPECT_OK(plan_of(product_text, topology, LEAF, &taken, err), err);
}

/* Fifty domains: three `each` go round 50 + 50^2 + 50^3 times. */
static void
put_large_topology(struct buf *out)
{
	buf_puts(out, "topology: t\nproduct: p\nsip_domains: [");
	for (unsigned i = 0; i < 50; i++)
		buf_printf(out, "%sd%u.com", i != 0 ? ", " : "", i);
	buf_puts(out, "]\npools:\n  - { fqdn: fe.d0.com, kind: fe }\n");
}

#define EACH(v, key, inner) "{ each: \"" v " in ${sip_domains}\", " key ": [ " inner " ] }"

TEST(an_entry_has_limits)
{
	static const struct { const char *role; enum rule rule; } limits[] = {
		{ LEAF "san: { names: [ " EACH("a", "names", EACH("b", "names",
		    "{ dns: \"${a.name}\", when: \"${not b.xmpp}\" }")) " ] }\n", RULE_NONE },
		{ LEAF "san: { names: [ " EACH("a", "names", EACH("b", "names", EACH("c", "names",
		    "{ dns: \"${a.name}\", when: \"${not (b.xmpp or c.xmpp)}\" }"))) " ] }\n", RULE_PLAN_LIMIT },
		{ LEAF "san: { names: [ " EACH("a", "names", EACH("b", "names", EACH("c", "names",
		    "{ dns: \"${a.name}.${b.name}.${c.name}\" }"))) " ] }\n", RULE_PLAN_LIMIT },
		{ LEAF "freshest_crl: [ " EACH("a", "items", EACH("b", "items",
		    "{ uri: \"x:y\", when: \"${not (a.xmpp or b.xmpp)}\" }")) " ]\n",
		    RULE_NONE },
		{ LEAF "freshest_crl: [ " EACH("a", "items", EACH("b", "items", EACH("c", "items",
		    "{ uri: \"x:y\", when: \"${not (a.xmpp or b.xmpp or c.xmpp)}\" }"))) " ]\n", RULE_PLAN_LIMIT },
	};
	SCOPED(buf_clear) struct buf topology = BUF_INIT;

	put_large_topology(&topology);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(planned_clear) struct planned p = { .plan = NULL };
		enum rc_status status = plan_of(product_text, buf_text(&topology), limits[i].role, &p,
		    err);

		if (limits[i].rule == RULE_NONE)
			EXPECT_OK(status, err);
		else
			EXPECT_RULE(status, err, limits[i].rule);
	}
}
