#include <stdio.h>

#include "tests/unit.h"
#include "text/node.h"
#include "topology/import.h"

static enum rc_status
import_file(const char *name, const struct import_options *options, struct buf *yaml,
    struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT, path = BUF_INIT;

	buf_printf(&path, "topologies/%s", name);
	unit_data_read(buf_text(&path), &file);
	return topology_import(buf_bytes(&file), name, options, yaml, err);
}

/* As a whole document: a Standard Edition with these outer parts. */
static void
put_document(struct buf *out, const char *before, const char *domains, const char *clusters,
    const char *services)
{
	buf_printf(out, "%s<Topology><InternalDomains %s</InternalDomains><Clusters>%s</Clusters>"
	    "<Services>%s</Services></Topology>", before, domains, clusters, services);
}

#define CLUSTER(number, fqdn, machine)                                        \
	"<Cluster Fqdn='" fqdn "'><ClusterId SiteId='1' Number='" number "'/>"    \
	"<Machine Fqdn='" machine "'/></Cluster>"
#define SERVICE(number, role)                                                 \
	"<Service ServiceVersion='7'><ServiceId RoleName='" role "'/>"            \
	"<InstalledOn><ClusterId SiteId='1' Number='" number "'/></InstalledOn></Service>"
#define DOMAIN "DefaultDomain='example.com'>"

static enum rc_status
import_parts(const char *domains, const char *clusters, const char *services, struct buf *yaml,
    struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;

	put_document(&file, "", domains, clusters, services);
	return topology_import(buf_bytes(&file), "parts.xml", NULL, yaml, err);
}

static const char *const good[] = { "contoso-2015.tbxml", "fabrikam-utf16.xml",
	"example-bare.xml", "contoso-mixed-case.xml", "hostile-names.tbxml" };

TEST(import_yields_what_is_expected)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf yaml = BUF_INIT, want = BUF_INIT, path = BUF_INIT;

		buf_printf(&path, "topologies/%s.expected.yaml", good[i]);
		unit_data_read(buf_text(&path), &want);
		REQUIRE_OK(import_file(good[i], NULL, &yaml, err), err);
		EXPECT_TEXT(buf_text(&yaml), buf_text(&want));
	}
}

/* Whatever the names were, the result is YAML with a topology's keys alone. */
TEST(import_yields_yaml_that_nothing_broke_out_of)
{
	static const char *const known[] = { "topology", "product", "sip_domains", "simple_urls",
		"pools" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf yaml = BUF_INIT;
		SCOPED(document_free) struct document *document = NULL;

		REQUIRE_OK(import_file(good[i], NULL, &yaml, err), err);
		REQUIRE_OK(document_read(buf_bytes(&yaml), "imported", TEXT_TOPOLOGY_MAX, &document,
		    err), err);
		EXPECT_OK(node_check_keys(document_root(document), known, ARRAY_LEN(known),
		    "a topology", err), err);
		EXPECT(strstr(buf_text(&yaml), "\nevil") == NULL);
	}
}

/* Their words, where the documents of a real deployment are at hand. */
TEST(import_reads_real_documents)
{
	static const struct { const char *file, *words[4]; } real[] = {
		{ "contoso.tbxml", { "xfrontend4.contoso.com", "kind: edge", "xmpp: true",
		    "dialin: dialin.contoso.com" } },
		{ "standard-edition-utf16.xml", { "kind: standard-edition", "xmpp: true",
		    "web: { external: rp1.contoso.com }", "(office-web-apps) is left out" } },
		{ "standard-edition-edge.xml", { "kind: standard-edition", "  - contoso.com\n",
		    "access: sip.contoso.com", "Edge.contoso.com" } },
		{ "enterprise-pool.xml", { "kind: front-end", "SKYPE-FE-01.tenant.rlevchenko.com",
		    "kind: office-web-apps", "product: sfb-2015" } },
	};

	EXPECT_INT(ARRAY_LEN(real), 4);
	for (size_t i = 0; i < ARRAY_LEN(real); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf yaml = BUF_INIT, name = BUF_INIT;
		char *path;
		FILE *f;

		buf_printf(&name, "../../../shared/facts/topologies/%s", real[i].file);
		path = unit_data_path(buf_text(&name));
		f = fopen(path, "rb");
		free(path);
		if (f == NULL) {
			(void)printf("(not at hand, not tried: %s)\n", real[i].file);
			continue;
		}
		(void)fclose(f);
		buf_clear(&name);
		buf_printf(&name, "../../../../shared/facts/topologies/%s", real[i].file);
		REQUIRE_OK(import_file(buf_text(&name), NULL, &yaml, err), err);
		for (size_t j = 0; j < ARRAY_LEN(real[i].words); j++)
			EXPECT_HAS(buf_text(&yaml), real[i].words[j]);
	}
}

TEST(import_refuses_by_rule)
{
	static const struct { const char *file; enum rule rule; } bad[] = {
		{ "refuse-billion-laughs.xml", RULE_XML_DOCTYPE },
		{ "refuse-external-entity.xml", RULE_XML_DOCTYPE },
		{ "refuse-external-dtd.xml", RULE_XML_DOCTYPE },
		{ "refuse-undefined-entity.xml", RULE_XML_MALFORMED },
		{ "refuse-truncated.xml", RULE_XML_MALFORMED },
		{ "refuse-wrong-root.xml", RULE_XML_NOT_A_TOPOLOGY },
		{ "refuse-sip-domain.xml", RULE_IMPORT_SIP_DOMAIN },
		{ "refuse-no-domain.xml", RULE_IMPORT_SIP_DOMAIN },
		{ "refuse-no-pool.xml", RULE_IMPORT_EMPTY },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf yaml = BUF_INIT;

		EXPECT_RULE(import_file(bad[i].file, NULL, &yaml, err), err, bad[i].rule);
		EXPECT_INT(yaml.n, 0);
	}
}

static const struct diagnosis *
find(const struct error *err, const char *words)
{
	const struct diagnosis *d = error_first(err);

	while (d != NULL && strstr(d->message, words) == NULL)
		d = d->next;
	return d;
}

TEST(import_says_where_and_by_which_rule)
{
	static const struct { const char *file, *words; enum rule rule; enum severity severity;
		uint32_t line, column; } said[] = {
		{ "fabrikam-utf16.xml", "SFB-WAC1", RULE_IMPORT_LEFT_OUT, SEVERITY_WARNING,
		    21, 70 },
		{ "fabrikam-utf16.xml", "other.fabrikam.com", RULE_IMPORT_LEFT_OUT,
		    SEVERITY_WARNING, 84, 33 },
		{ "fabrikam-utf16.xml", "strict_dns", RULE_IMPORT_NOT_IN_DOCUMENT, SEVERITY_NOTE,
		    1, 1 },
		{ "fabrikam-utf16.xml", "auto_logon", RULE_IMPORT_NOT_IN_DOCUMENT, SEVERITY_NOTE,
		    1, 1 },
		{ "fabrikam-utf16.xml", "aol", RULE_IMPORT_NOT_IN_DOCUMENT, SEVERITY_NOTE, 1, 1 },
		{ "contoso-2015.tbxml", "XMPP proxy", RULE_IMPORT_XMPP, SEVERITY_NOTE, 167, 26 },
		{ "example-bare.xml", "several versions", RULE_IMPORT_PRODUCT, SEVERITY_WARNING,
		    29, 68 },
		{ "contoso-mixed-case.xml", "$SkypeFQDN", RULE_IMPORT_LEFT_OUT, SEVERITY_WARNING,
		    21, 68 },
	};

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf yaml = BUF_INIT;
		const struct diagnosis *d;

		REQUIRE_OK(import_file(said[i].file, NULL, &yaml, err), err);
		d = find(err, said[i].words);
		EXPECT(d != NULL);
		if (d == NULL)
			continue;
		EXPECT_INT(d->rule, said[i].rule);
		EXPECT_INT(d->severity, said[i].severity);
		EXPECT_TEXT(d->file, said[i].file);
		EXPECT_INT(d->line, said[i].line);
		EXPECT_INT(d->column, said[i].column);
	}
}

TEST(import_takes_product_and_name_from_the_caller)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT;
	struct import_options options = { .product = "sfb-se", .topology = "on: 1" };

	REQUIRE_OK(import_file("contoso-2015.tbxml", &options, &yaml, err), err);
	EXPECT_HAS(buf_text(&yaml), "\nproduct: sfb-se\n");
	EXPECT_HAS(buf_text(&yaml), "\ntopology: \"on: 1\"\n");
	EXPECT(find(err, "sfb-se has none") != NULL);
	EXPECT(strstr(buf_text(&yaml), "xmpp: true") == NULL);
}

TEST(import_tells_the_product_by_the_version)
{
	static const struct { const char *version, *product; } table[] = {
		{ "5", "lync-2010" }, { "6", "lync-2013" }, { "7", "sfb-2015" },
		{ "8", "sfb-2019" }, { "4", "sfb-2015" }, { "x", "sfb-2015" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf yaml = BUF_INIT, service = BUF_INIT, want = BUF_INIT;

		buf_printf(&service, "<Service ServiceVersion='%s'>"
		    "<ServiceId RoleName='EdgeServer'/><InstalledOn>"
		    "<ClusterId SiteId='1' Number='1'/></InstalledOn></Service>",
		    table[i].version);
		REQUIRE_OK(import_parts(DOMAIN, CLUSTER("1", "e.example.com", "e.example.com"),
		    buf_text(&service), &yaml, err), err);
		buf_printf(&want, "\nproduct: %s\n", table[i].product);
		EXPECT_HAS(buf_text(&yaml), buf_text(&want));
		EXPECT_INT(find(err, "no known product") != NULL, i >= 4);
	}
}

/* A domain that is not in the list comes first; one that is, once. */
TEST(import_puts_the_default_domain_first)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT;

	REQUIRE_OK(import_parts("DefaultDomain='B.example'><InternalDomain Name='a.example'/>"
	    "<InternalDomain Name='b.EXAMPLE'/><InternalDomain Name='c.example'/>"
	    "<InternalDomain Name='a.example'/>", CLUSTER("1", "e.a.example", "e.a.example"),
	    SERVICE("1", "EdgeServer"), &yaml, err), err);
	EXPECT_HAS(buf_text(&yaml), "sip_domains:\n  - B.example\n  - a.example\n  - c.example\n#");
}

TEST(import_gives_a_name_to_one_pool_alone)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT;

	REQUIRE_OK(import_parts(DOMAIN, CLUSTER("1", "p.example.com", "s.example.com")
	    CLUSTER("2", "q.example.com", "S.example.com") CLUSTER("3", "s.example.com",
	    "t.example.com"), SERVICE("1", "EdgeServer") SERVICE("2", "EdgeServer")
	    SERVICE("3", "EdgeServer"), &yaml, err), err);
	EXPECT(find(err, "server 'S.example.com'") == NULL);
	EXPECT(find(err, "pool 'q.example.com' (edge) is left out: it has no server") != NULL);
	EXPECT(find(err, "pool 's.example.com' (edge) is left out: it has the name") != NULL);
	EXPECT_HAS(buf_text(&yaml), "  - fqdn: p.example.com\n");
}

/* Which services make which pool. */
TEST(import_goes_by_services)
{
	static const struct { const char *services, *kind; } table[] = {
		{ SERVICE("1", "UserServices") SERVICE("1", "Registrar")
		    SERVICE("1", "MediationServer"), "    kind: standard-edition\n" },
		{ SERVICE("1", "MediationServer"), "    kind: mediation\n" },
		{ SERVICE("1", "Registrar") SERVICE("1", "MediationServer"),
		    "    kind: branch-appliance\n" },
		{ SERVICE("1", "WacService"), "    kind: office-web-apps\n" },
		{ SERVICE("1", "EdgeServer") SERVICE("1", "ManagementServices"),
		    "    kind: edge\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf yaml = BUF_INIT;

		REQUIRE_OK(import_parts(DOMAIN, CLUSTER("1", "e.example.com", "E.example.com"),
		    table[i].services, &yaml, err), err);
		EXPECT_HAS(buf_text(&yaml), table[i].kind);
	}
}

TEST(import_leaves_out_a_registrar_that_is_no_pool)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT;

	EXPECT_RULE(import_parts(DOMAIN, CLUSTER("1", "r.example.com", "r1.example.com"),
	    SERVICE("1", "Registrar"), &yaml, err), err, RULE_IMPORT_EMPTY);
	REQUIRE_OK(import_parts(DOMAIN, CLUSTER("1", "r.example.com", "r1.example.com")
	    CLUSTER("2", "e.example.com", "e.example.com"), SERVICE("1", "Registrar")
	    SERVICE("2", "EdgeServer"), &yaml, err), err);
	EXPECT(find(err, "'r.example.com' is left out: it has a Registrar without") != NULL);
}

TEST(import_does_not_flood_with_remarks)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT, clusters = BUF_INIT;
	size_t n = 0;

	buf_puts(&clusters, CLUSTER("1", "e.example.com", "e.example.com"));
	for (int i = 0; i < 500; i++)
		buf_puts(&clusters, CLUSTER("2", "short", "short"));
	REQUIRE_OK(import_parts(DOMAIN, buf_text(&clusters), SERVICE("1", "EdgeServer")
	    SERVICE("2", "EdgeServer"), &yaml, err), err);
	EXPECT(find(err, "'short'") != NULL);
	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		n++;
	EXPECT(n <= 101);
}
