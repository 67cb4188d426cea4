#include "tests/unit.h"
#include "topology/topology.h"

/* A product with one kind of everything that product.yaml can say. */
static const char product_text[] =
    "product: p\n"
    "title: Product\n"
    "kinds:\n"
    "  se: { title: one server, servers: single, fields: { web: { type: record, fields:\n"
    "        { external: { type: fqdn, unlike: fe.web.external } } } } }\n"
    "  fe: { servers: required, fields: { on: { type: boolean, default: true },\n"
    "        web: { type: record, title: the web, fields: { external: { type: fqdn } } } } }\n"
    "  rp: { servers: optional, fields: { publishes: { type: pools, of: [[fe], se],\n"
    "        having: web.external }, aliases: { type: fqdn-list }, size: { type: number },\n"
    "        word: { type: text, default: w }, url: { type: fqdn, required: true } } }\n";

static const char idn_text[] = "product: i\ntitle: I\nextends: p\nidna: a-label\n"
    "forbid: { xmpp: it left, rp: nobody bought it }\n";

struct fixture {
	struct arena *arena;
	struct document *documents[2];
	const struct product *products[2];
};

static void
fixture_open(struct fixture *f)
{
	SCOPED(error_free) struct error *err = error_new();

	f->arena = arena_new();
	REQUIRE_OK(document_read(bytes_of_text(product_text), "p/product.yaml", TEXT_ROLE_MAX,
	    &f->documents[0], err), err);
	REQUIRE_OK(document_read(bytes_of_text(idn_text), "i/product.yaml", TEXT_ROLE_MAX,
	    &f->documents[1], err), err);
	REQUIRE_OK(product_read(f->documents[0], NULL, f->arena, &f->products[0], err), err);
	REQUIRE_OK(product_read(f->documents[1], f->products[0], f->arena, &f->products[1], err), err);
}

static void
fixture_clear(struct fixture *f)
{
	document_free(f->documents[0]);
	document_free(f->documents[1]);
	arena_free(f->arena);
}
DEFINE_SCOPED_VALUE(fixture_clear, struct fixture)

#define TOP "topology: t\nproduct: p\nsip_domains: [contoso.com]\n"
#define IDN "topology: t\nproduct: i\nsip_domains: [contoso.com]\n"

static const struct { const char *text; enum rule rule; uint32_t line, column; } refused[] = {
	{ "[]", RULE_YAML_TYPE, 1, 1 },
	{ "product: p\nsip_domains: [a.b]\n", RULE_MISSING_KEY, 1, 1 },
	{ "topology: t\nproduct: q\nsip_domains: [a.b]\n", RULE_UNKNOWN_WORD, 2, 10 },
	{ "topology: t\nproduct: p\n", RULE_MISSING_KEY, 1, 1 },
	{ "topology: t\nproduct: p\nsip_domains: []\n", RULE_MISSING_KEY, 3, 14 },
	{ TOP "poools: []\n", RULE_UNKNOWN_KEY, 4, 1 },
	{ "topology: t\nproduct: p\nsip_domains: [short]\n", RULE_NAME_NOT_FQDN, 3, 15 },
	{ "topology: t\nproduct: p\nsip_domains: [a_b.com]\n", RULE_NAME_NOT_FQDN, 3, 15 },
	{ "topology: t\nproduct: p\nsip_domains: [\"*.contoso.com\"]\n", RULE_NAME_WILDCARD, 3, 15 },
	{ "topology: t\nproduct: p\nsip_domains: [a.com, A.COM]\n", RULE_TOPOLOGY_DOMAIN_TWICE, 3, 22 },
	{ "topology: t\nproduct: p\nsip_domains: [b\xc3\xbc.com]\n", RULE_NAME_NOT_ASCII, 3, 15 },
	{ "topology: t\nproduct: p\nsip_domains: [{ name: a.com, xmpp: [b.com] }]\n",
	    RULE_TOPOLOGY_XMPP, 3, 37 },
	{ "topology: t\nproduct: p\nsip_domains: [{ name: a.com, xmp: true }]\n", RULE_UNKNOWN_KEY, 3, 30 },
	{ "topology: t\nproduct: i\nsip_domains: [{ name: a.com, xmpp: true }]\n",
	    RULE_TOPOLOGY_XMPP, 3, 36 },
	{ TOP "clients: { strict_dns: yes }\n", RULE_YAML_TYPE, 4, 24 },
	{ TOP "public_im: { aim: true }\n", RULE_UNKNOWN_KEY, 4, 14 },
	{ TOP "subject: { C: USA }\n", RULE_DN_COUNTRY, 4, 15 },
	{ TOP "subject: { CN: x }\n", RULE_UNKNOWN_KEY, 4, 12 },
	{ TOP "simple_urls: { meet: { fabrikam.com: m.contoso.com } }\n", RULE_SIMPLE_URL, 4, 24 },
	{ TOP "simple_urls: { dialin: \"http://d.contoso.com\" }\n", RULE_SIMPLE_URL, 4, 24 },
	{ TOP "simple_urls: { dialin: \"https://d.contoso.com:444/\" }\n", RULE_SIMPLE_URL, 4, 24 },
	{ TOP "simple_urls: { admin: \"https://u@d.contoso.com\" }\n", RULE_SIMPLE_URL, 4, 23 },
	{ TOP "pools: [{ fqdn: a.contoso.com }]\n", RULE_MISSING_KEY, 4, 9 },
	{ TOP "pools: [{ fqdn: a.contoso.com, kind: front }]\n", RULE_UNKNOWN_WORD, 4, 38 },
	{ TOP "pools: [{ fqdn: a.contoso.com, kind: fe }]\n", RULE_MISSING_KEY, 4, 9 },
	{ TOP "pools: [{ fqdn: a.contoso.com, kind: fe, servers: [] }]\n", RULE_MISSING_KEY, 4, 51 },
	{ TOP "pools: [{ fqdn: a.contoso.com, kind: fe, servers: [s], onn: true }]\n",
	    RULE_UNKNOWN_KEY, 4, 56 },
	{ TOP "pools: [{ fqdn: a.contoso.com, kind: fe, servers: [s.b], web: { ext: x.y } }]\n",
	    RULE_UNKNOWN_KEY, 4, 65 },
	{ TOP "pools: [{ fqdn: a.contoso.com, kind: fe, servers: [s.b], on: 1 }]\n",
	    RULE_YAML_TYPE, 4, 62 },
	{ TOP "pools: [{ fqdn: a.contoso.com, kind: se, servers: [s.b] }]\n",
	    RULE_TOPOLOGY_SINGLE_SERVER, 4, 51 },
	{ TOP "pools:\n  - { fqdn: a.b, kind: se }\n  - { fqdn: A.b, kind: fe, servers: [c.d] }\n",
	    RULE_TOPOLOGY_POOL_TWICE, 6, 13 },
	{ TOP "pools:\n  - { fqdn: a.b, kind: fe, servers: [x.y] }\n"
	    "  - { fqdn: c.d, kind: fe, servers: [X.Y] }\n", RULE_TOPOLOGY_SERVER_TWICE, 6, 38 },
	{ TOP "pools: [{ fqdn: a.b, kind: rp }]\n", RULE_MISSING_KEY, 4, 9 },
	{ TOP "pools: [{ fqdn: a.b, kind: rp, url: u.v, publishes: [c.d] }]\n",
	    RULE_TOPOLOGY_POOL_REFERENCE, 4, 54 },
	{ TOP "pools:\n  - { fqdn: a.b, kind: rp, url: u.v, publishes: [c.d] }\n"
	    "  - { fqdn: c.d, kind: se }\n", RULE_TOPOLOGY_POOL_REFERENCE, 5, 50 },
	{ TOP "pools: [{ fqdn: a.b, kind: rp, url: u.v, size: -1 }]\n", RULE_YAML_TYPE, 4, 48 },
	{ TOP "pools:\n  - { fqdn: a.b, kind: fe, servers: [x.y], web: { external: e.f } }\n"
	    "  - { fqdn: c.d, kind: se, web: { external: E.F } }\n", RULE_TOPOLOGY_SAME_NAME, 6, 45 },
	{ TOP "roles: { x: maybe }\n", RULE_UNKNOWN_WORD, 4, 13 },
	{ TOP "choices: { x: y }\n", RULE_YAML_TYPE, 4, 15 },
	{ TOP "extra_names: { x: y.z }\n", RULE_YAML_TYPE, 4, 19 },
	{ TOP "extra_names: { x: [y] }\n", RULE_NAME_NOT_FQDN, 4, 20 },
	{ IDN "simple_urls: { dialin: \"https://b\xc3\xbc.com/\" }\n", RULE_NAME_NOT_ASCII, 4, 24 },
};

TEST(what_a_topology_may_not_say_is_refused_at_its_place)
{
	SCOPED(fixture_clear) struct fixture f = { .arena = NULL };
	SCOPED(error_free) struct error *err = error_new();

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct topology *t = NULL;
		enum rc_status status = topology_read(bytes_of_text(refused[i].text), "t.yaml",
		    f.products, 2, &t, err);

		if (error_first(err) != NULL && (error_first(err)->line != refused[i].line ||
		    error_first(err)->column != refused[i].column)) {
			unit_expect_text(refused[i].text, "its place", "at", __FILE__, __LINE__);
			EXPECT_INT(error_first(err)->line, refused[i].line);
			EXPECT_INT(error_first(err)->column, refused[i].column);
		}
		EXPECT_RULE(status, err, refused[i].rule);
		EXPECT(t == NULL);
	}
}

TEST(a_topology_is_read_whole)
{
	SCOPED(fixture_clear) struct fixture f = { .arena = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(topology_free) struct topology *t = NULL;
	const struct value *published;

	fixture_open(&f);
	REQUIRE_OK(topology_read(bytes_of_text(
	    "topology: t\nproduct: p\nsip_domains: [contoso.com, { name: Fabrikam.com, xmpp: [a.fabrikam.com] }]\n"
	    "subject: { O: Contoso, L: Redmond, C: US }\n"
	    "simple_urls:\n  meet: { fabrikam.com: m2.contoso.com, contoso.com: \"HTTPS://m1.contoso.com/x/y\" }\n"
	    "pools:\n"
	    "  - { fqdn: rp.contoso.com, kind: rp, url: u.contoso.com, aliases: [x.contoso.com], size: 3 }\n"
	    "  - { fqdn: se.contoso.com, kind: se, web: { external: e.contoso.com } }\n"
	    "  - { fqdn: fe.contoso.com, kind: fe, servers: [s1.contoso.com, fe.contoso.com],\n"
	    "      web: { external: f.contoso.com }, on: false }\n"
	    "  - { fqdn: dark.contoso.com, kind: fe, servers: [s3.contoso.com] }\n"),
	    "t.yaml", f.products, 2, &t, err), err);
	EXPECT_INT(t->n_pools, 4);
	EXPECT_TEXT(value_path(t->facts, "clients.automatic_sign_in")->u.boolean ? "on" : "off", "on");
	EXPECT(!value_path(t->facts, "clients.strict_dns")->u.boolean);
	EXPECT_TEXT(value_path(t->facts, "simple_urls.meet")->u.list.v[0]->u.text, "m1.contoso.com");
	EXPECT_INT(value_path(t->facts, "sip_domains")->u.list.n, 2);
	EXPECT(value_path(t->facts, "simple_urls.dialin") == NULL);
	published = value_field(t->pools[0].record, "publishes");
	EXPECT_INT(published->u.list.n, 2);
	EXPECT_TEXT(value_field(published->u.list.v[0], "fqdn")->u.text, "fe.contoso.com");
	EXPECT_TEXT(value_field(published->u.list.v[1], "fqdn")->u.text, "se.contoso.com");
	EXPECT_TEXT(value_field(t->pools[1].servers[0], "fqdn")->u.text, "se.contoso.com");
	EXPECT(topology_pool(t, "FE.contoso.com") == &t->pools[2]);
	EXPECT_INT(value_field(t->pools[2].record, "on")->u.boolean, false);
	EXPECT_INT(value_field(t->pools[0].record, "size")->u.number, 3);
	EXPECT_TEXT(value_field(t->pools[0].record, "word")->u.text, "w");
	EXPECT_TEXT(t->subject.attr[DN_L], "Redmond");
}

TEST(names_of_other_scripts_become_a_labels_where_the_product_allows)
{
	SCOPED(fixture_clear) struct fixture f = { .arena = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(topology_free) struct topology *t = NULL;
	const struct value *domains;

	fixture_open(&f);
	REQUIRE_OK(topology_read(bytes_of_text("topology: t\nproduct: i\nsip_domains: [B\xc3\xbc"
	    "cher.example, Plain.Example]\n"), "t", f.products, 2, &t, err), err);
	domains = value_field(t->facts, "sip_domains");
	EXPECT_TEXT(value_field(domains->u.list.v[0], "name")->u.text, "xn--bcher-kva.example");
	EXPECT_TEXT(value_field(domains->u.list.v[1], "name")->u.text, "Plain.Example");
}

TEST(a_kind_that_the_product_lacks_is_refused_with_its_reason)
{
	SCOPED(fixture_clear) struct fixture f = { .arena = NULL };
	SCOPED(error_free) struct error *err = error_new();
	struct topology *t = NULL;

	fixture_open(&f);
	EXPECT(product_kind(f.products[0], "rp") != NULL);
	EXPECT(product_kind(f.products[1], "rp") == NULL);
	EXPECT(topology_read(bytes_of_text("topology: t\nproduct: i\nsip_domains: [a.example]\npools:\n"
	    "  - { fqdn: r.a.example, kind: rp }\n"), "t", f.products, 2, &t, err) == RC_INPUT);
	EXPECT_TEXT(error_message(err), "I has no rp: nobody bought it");
	EXPECT_INT(error_rule(err), RULE_TOPOLOGY_KIND);
	error_clear(err);
	EXPECT_OK(topology_read(bytes_of_text("topology: t\nproduct: i\nsip_domains: [a.example]\npools:\n"
	    "  - { fqdn: s.a.example, kind: se }\n"), "t", f.products, 2, &t, err), err);
	topology_free(t);
}

TEST(abbreviations_are_warned_about_and_all_mistakes_come_at_once)
{
	SCOPED(fixture_clear) struct fixture f = { .arena = NULL };
	SCOPED(error_free) struct error *err = error_new();
	struct topology *t = NULL;
	struct buf b = BUF_INIT;

	fixture_open(&f);
	EXPECT_OK(topology_read(bytes_of_text(TOP "subject: { ST: WA, L: Ulm }\n"), "t", f.products, 2,
	    &t, err), err);
	topology_free(t);
	EXPECT_INT(error_first(err)->rule, RULE_SUBJECT_ABBREVIATED);
	EXPECT(error_first(err)->next == NULL);
	error_clear(err);
	EXPECT(topology_read(bytes_of_text("topology: t\nproduct: p\nsip_domains: [bad, a.b, worse]\n"
	    "clients: { strict: true }\nzzz: 1\npools: [{ fqdn: x }, { fqdn: a.b, kind: fee }]\n"),
	    "t", f.products, 2, &t, err) == RC_INPUT);
	EXPECT_INT(error_count(err), 7);
	error_render(err, &b);
	EXPECT_HAS(buf_text(&b), "did you mean 'strict_dns'?");
	buf_clear(&b);
}

/* All that is told of a text, one row each: the mistakes of one map do not hide another. */
static const struct { const char *text, *told; } several[] = {
	{ "product: p\nsip_domains: [a.b]\nzz: 1\nclients: { x: 1, strict_dns: maybe }\n",
	    "1:1 missing-key,3:1 unknown-key,4:12 unknown-key,4:30 yaml-type," },
	{ "topology: []\nproduct: p\nsip_domains: [a.b]\nsubject: { X: 1, C: USA, O: [] }\n",
	    "1:11 yaml-type,4:12 unknown-key,4:21 dn-country,4:29 yaml-type," },
	{ "topology: t\nproduct: p\nsip_domains: [bad, a.b]\n"
	    "simple_urls: { meet: { bad: m.a.b, a.b: http://x.y }, dialin: q, zz: 1 }\n",
	    "3:15 name-not-fqdn,4:41 simple-url,4:63 name-not-fqdn,4:66 unknown-key," },
	{ "topology: t\nproduct: p\nsip_domains: [{ nam: a.b, xmpp: maybe }, { name: c.d, zz: 1,\n"
	    " xmpp: [e.f, g.h] }]\n",
	    "3:17 unknown-key,3:55 unknown-key,4:9 topology-xmpp,4:14 topology-xmpp," },
	{ TOP "roles: { a: yes, b: no }\nchoices: { a: [], b: { c: [], d: {} } }\n"
	    "parameters: { a: [], b: [] }\nextra_names: { a: b, c: [d, e] }\n",
	    "4:13 unknown-word,4:21 unknown-word,5:15 yaml-type,5:27 yaml-type,5:34 yaml-type,"
	    "6:18 yaml-type,6:25 yaml-type,7:19 yaml-type,7:26 name-not-fqdn,7:29 name-not-fqdn," },
	{ TOP "pools:\n"
	    "  - { fqdn: bad, kind: rp, url: worse, zz: 1, publishes: [no.a.b] }\n"
	    "  - { kind: se, servers: [s.a.b], zz: 1 }\n"
	    "  - { fqdn: bad }\n",
	    "5:13 name-not-fqdn,5:33 name-not-fqdn,5:40 unknown-key,6:5 missing-key,6:35 unknown-key,"
	    "7:5 missing-key,7:13 name-not-fqdn," },
	{ TOP "subject: { C: USA }\npools:\n"
	    "  - { fqdn: a.b, kind: rp, url: a.b, publishes: [no.a.b, [], ne.a.b] }\n"
	    "  - { fqdn: a.b, kind: fe, servers: [s.a.b, s.a.b] }\n",
	    "4:15 dn-country,6:50 topology-pool-reference,6:58 yaml-type,"
	    "6:62 topology-pool-reference,7:13 topology-pool-twice,7:45 topology-server-twice," },
};

TEST(every_mistake_of_a_map_is_told_once_in_the_order_of_the_text)
{
	SCOPED(fixture_clear) struct fixture f = { .arena = NULL };
	SCOPED(error_free) struct error *err = error_new();
	struct topology *t = NULL;

	fixture_open(&f);
	for (size_t i = 0; i < ARRAY_LEN(several); i++) {
		SCOPED(buf_clear) struct buf told = BUF_INIT;

		EXPECT(topology_read(bytes_of_text(several[i].text), "t", f.products, 2, &t, err) ==
		    RC_INPUT);
		error_sort(err);
		for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
			buf_printf(&told, "%u:%u %s,", d->line, d->column, rule_id(d->rule));
		EXPECT_TEXT(buf_text(&told), several[i].told);
		error_clear(err);
	}
}

static const struct { const char *text; enum rule rule; } bad_products[] = {
	{ "[]", RULE_YAML_TYPE },
	{ "title: x", RULE_MISSING_KEY },
	{ "product: x\nkind: {}", RULE_UNKNOWN_KEY },
	{ "product: x\nidna: maybe", RULE_UNKNOWN_WORD },
	{ "product: x\nforbid: { sip: x }", RULE_UNKNOWN_KEY },
	{ "product: x\nforbid: [xmpp]", RULE_YAML_TYPE },
	{ "product: x\nkinds: { a: { servers: many } }", RULE_UNKNOWN_WORD },
	{ "product: x\nkinds: { a: { fields: { b: {} } } }", RULE_MISSING_KEY },
	{ "product: x\nkinds: { a: { fields: { b: { type: fqnd } } } }", RULE_UNKNOWN_WORD },
	{ "product: x\nkinds: { a: { fields: { b: { type: record } } } }", RULE_MISSING_KEY },
	{ "product: x\nkinds: { a: { fields: { b: { type: pools } } } }", RULE_MISSING_KEY },
	{ "product: x\nkinds: { a: { fields: { b: { type: pools, of: [[c]] } } } }", RULE_UNKNOWN_WORD },
	{ "product: x\nkinds: { a: { fields: { servers: { type: text } } } }", RULE_PRODUCT_FIELD },
	{ "product: x\nkinds: { a: { fields: { b: { type: fqdn, default: c } } } }", RULE_NAME_NOT_FQDN },
	{ "product: x\nkinds: { a: { fields: { b: { type: pools, of: [a], default: [] } } } }",
	    RULE_PRODUCT_FIELD },
	{ "product: x\nmost_validity_days: 9126", RULE_YAML_TYPE },
};

TEST(a_product_that_cannot_work_is_refused)
{
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(bad_products); i++) {
		SCOPED(arena_free) struct arena *arena = arena_new();
		SCOPED(document_free) struct document *d = NULL;
		const struct product *product = NULL;

		REQUIRE_OK(document_read(bytes_of_text(bad_products[i].text), "product.yaml", TEXT_ROLE_MAX,
		    &d, err), err);
		EXPECT_RULE(product_read(d, NULL, arena, &product, err), err, bad_products[i].rule);
		EXPECT(product == NULL);
	}
}
