/*
 * The tables of the vendor's documents that the project began with, and the shipped
 * roles: they must come out to the letter, in this order.
 */
#include "tests/unit.h"
#include "tests/unit/plan/shipped.h"

#define EDGE                                                                  \
	"pools:\n"                                                            \
	"  - fqdn: lsedge.contoso.net\n"                                      \
	"    kind: edge\n"                                                    \
	"    servers: [edge01.contoso.net, edge02.contoso.net]\n"             \
	"    external: { access: sip.contoso.com, webcon: webcon.contoso.com, av: av.contoso.com }\n"

static void
expect_entry(const char *topology, const char *id, const char *want)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(planned_clear) struct planned p = { .plan = NULL };
	char *have;

	REQUIRE_OK(shipped_plan(topology, &p, err), err);
	have = entry_line(p.plan, id);
	EXPECT_TEXT(have, want);
	free(have);
}

TEST(edge_external_as_in_the_summary)
{
	expect_entry("topology: t\nproduct: lync-2013\nsip_domains: [contoso.com, fabrikam.com]\n" EDGE,
	    "edge-external/lsedge.contoso.net",
	    "sip.contoso.com | sip.contoso.com, webcon.contoso.com, sip.fabrikam.com | serverAuth");
}

TEST(edge_external_with_xmpp)
{
	expect_entry("topology: t\nproduct: lync-2013\nsip_domains:\n"
	    "  - { name: contoso.com, xmpp: true }\n  - { name: fabrikam.com, xmpp: true }\n" EDGE,
	    "edge-external/lsedge.contoso.net",
	    "sip.contoso.com | sip.contoso.com, webcon.contoso.com, contoso.com, sip.fabrikam.com, "
	    "fabrikam.com | serverAuth");
}

TEST(edge_external_with_xmpp_and_public_im)
{
	expect_entry("topology: t\nproduct: sfb-2015\npublic_im: { aol: true }\nsip_domains:\n"
	    "  - { name: contoso.com, xmpp: true }\n  - { name: fabrikam.com, xmpp: true }\n" EDGE,
	    "edge-external/lsedge.contoso.net",
	    "sip.contoso.com | sip.contoso.com, webcon.contoso.com, contoso.com, sip.fabrikam.com, "
	    "fabrikam.com | serverAuth clientAuth");
}

TEST(edge_external_in_its_other_layouts)
{
	expect_entry("topology: t\nproduct: lync-2013\nsip_domains:\n"
	    "  - contoso.com\n  - { name: fabrikam.com, xmpp: [chat.fabrikam.com] }\n" EDGE
	    "choices: { edge-external: { san_layout: webcon-first, xmpp_names: last, xmpp_form: prefixed } }\n",
	    "edge-external/lsedge.contoso.net",
	    "sip.contoso.com | webcon.contoso.com, sip.contoso.com, sip.fabrikam.com, "
	    "xmpp.chat.fabrikam.com, *.chat.fabrikam.com | serverAuth");
	expect_entry("topology: t\nproduct: lync-2013\nsip_domains: [contoso.com, fabrikam.com]\n" EDGE
	    "choices: { edge-external: { san_layout: sip-first, mutual_tls: include } }\n"
	    "extra_names: { edge-external: [sipexternal.contoso.com], edge-internal: [x.contoso.net] }\n",
	    "edge-external/lsedge.contoso.net",
	    "sip.contoso.com | sip.contoso.com, sip.fabrikam.com, webcon.contoso.com, "
	    "sipexternal.contoso.com | serverAuth clientAuth");
}

TEST(edge_av_is_planned_when_it_is_separate)
{
	const char *t = "topology: t\nproduct: lync-2013\nsip_domains: [contoso.com]\n" EDGE;

	expect_entry(t, "edge-av/lsedge.contoso.net", "(not planned)");
	expect_entry(t, "edge-internal/lsedge.contoso.net", "lsedge.contoso.net | | serverAuth");
	expect_entry("topology: t\nproduct: lync-2013\nsip_domains: [contoso.com]\n" EDGE
	    "choices: { edge-external: { av_authentication: separate, san_layout: webcon-first } }\n",
	    "edge-av/lsedge.contoso.net",
	    "sip.contoso.com | webcon.contoso.com, sip.contoso.com | serverAuth");
}

#define POOL                                                                  \
	"simple_urls:\n"                                                      \
	"  meet: { contoso.com: meet.contoso.com, fabrikam.com: \"https://lync.contoso.com/fabrikam/meet\" }\n" \
	"  dialin: dialin.contoso.com\n"                                      \
	"  admin: admin.contoso.com\n"                                        \
	"pools:\n"                                                            \
	"  - fqdn: eepool.contoso.com\n"                                      \
	"    kind: front-end\n"                                               \
	"    servers: [ee01.contoso.com, ee02.contoso.com]\n"                 \
	"    auto_logon: true\n"                                              \
	"    web: { internal: eeweb.contoso.com, external: webext.contoso.com }\n"

#define HEAD "topology: t\nproduct: lync-2013\nsip_domains: [contoso.com, fabrikam.com]\n"

TEST(front_end_roles)
{
	expect_entry(HEAD POOL, "front-end/eepool.contoso.com/ee02.contoso.com",
	    "eepool.contoso.com | eepool.contoso.com, ee02.contoso.com, sip.contoso.com, "
	    "sip.fabrikam.com | serverAuth");
	expect_entry(HEAD POOL, "front-end-web-internal/eepool.contoso.com/ee01.contoso.com",
	    "ee01.contoso.com | eeweb.contoso.com, meet.contoso.com, lync.contoso.com, "
	    "dialin.contoso.com, admin.contoso.com | serverAuth");
	expect_entry(HEAD POOL, "front-end-web-external/eepool.contoso.com/ee01.contoso.com",
	    "ee01.contoso.com | webext.contoso.com, meet.contoso.com, lync.contoso.com, "
	    "dialin.contoso.com | serverAuth");
	expect_entry(HEAD POOL, "oauth", "contoso.com | | serverAuth");
}

TEST(front_end_choices)
{
	expect_entry(HEAD POOL "choices: { front-end-web-internal: { subject: pool, autodiscover: include, "
	    "simple_urls: wildcard } }\n",
	    "front-end-web-internal/eepool.contoso.com/ee01.contoso.com",
	    "eepool.contoso.com | eeweb.contoso.com, ee01.contoso.com, eepool.contoso.com, "
	    "lyncdiscoverinternal.contoso.com, lyncdiscover.contoso.com, "
	    "lyncdiscoverinternal.fabrikam.com, lyncdiscover.fabrikam.com, *.contoso.com | serverAuth");
	expect_entry(HEAD POOL "choices: { front-end-web-external: { repeat_subject: include, "
	    "subject: pool } }\n",
	    "front-end-web-external/eepool.contoso.com/ee01.contoso.com",
	    "eepool.contoso.com | eepool.contoso.com, webext.contoso.com, meet.contoso.com, "
	    "lync.contoso.com, dialin.contoso.com | serverAuth");
	expect_entry(HEAD POOL "roles: { front-end-combined: include }\n",
	    "front-end-combined/eepool.contoso.com/ee01.contoso.com",
	    "eepool.contoso.com | eepool.contoso.com, ee01.contoso.com, sip.contoso.com, "
	    "sip.fabrikam.com, eeweb.contoso.com, webext.contoso.com, meet.contoso.com, "
	    "lync.contoso.com, dialin.contoso.com, admin.contoso.com, "
	    "lyncdiscoverinternal.contoso.com, lyncdiscover.contoso.com, "
	    "lyncdiscoverinternal.fabrikam.com, lyncdiscover.fabrikam.com | serverAuth");
	expect_entry(HEAD POOL "roles: { front-end-combined: include }\n",
	    "front-end/eepool.contoso.com/ee01.contoso.com", "(not planned)");
}

TEST(standard_edition_and_reverse_proxy)
{
	const char *t = HEAD "clients: { strict_dns: true }\n" POOL
	    "  - { fqdn: se.fabrikam.com, kind: standard-edition, auto_logon: true,\n"
	    "      web: { external: seext.fabrikam.com } }\n"
	    "  - { fqdn: dir.contoso.com, kind: director, servers: [dir01.contoso.com],\n"
	    "      web: { external: dirext.contoso.com } }\n"
	    "  - { fqdn: owa.contoso.com, kind: office-web-apps, external: docs.contoso.com }\n"
	    "  - { fqdn: rp.contoso.com, kind: reverse-proxy }\n"
	    "  - { fqdn: rp2.contoso.com, kind: reverse-proxy, publishes: [dir.contoso.com, se.fabrikam.com] }\n"
	    "choices: { oauth: { subject: director }, reverse-proxy: { order: meet-first } }\n";

	expect_entry(t, "standard-edition/se.fabrikam.com/se.fabrikam.com",
	    "se.fabrikam.com | se.fabrikam.com, sip.contoso.com, sip.fabrikam.com | serverAuth");
	expect_entry(t, "standard-edition-web-external/se.fabrikam.com/se.fabrikam.com",
	    "se.fabrikam.com | seext.fabrikam.com, meet.contoso.com, lync.contoso.com, "
	    "dialin.contoso.com | serverAuth");
	expect_entry(t, "reverse-proxy/rp.contoso.com",
	    "webext.contoso.com | webext.contoso.com, seext.fabrikam.com, dirext.contoso.com, "
	    "meet.contoso.com, lync.contoso.com, dialin.contoso.com, docs.contoso.com, "
	    "lyncdiscover.contoso.com, lyncdiscover.fabrikam.com | serverAuth");
	expect_entry(t, "reverse-proxy/rp2.contoso.com",
	    "seext.fabrikam.com | seext.fabrikam.com, dirext.contoso.com, "
	    "meet.contoso.com, lync.contoso.com, dialin.contoso.com, docs.contoso.com, "
	    "lyncdiscover.contoso.com, lyncdiscover.fabrikam.com | serverAuth");
	expect_entry(t, "oauth", "dir01.contoso.com | | serverAuth");
	expect_entry(t, "office-web-apps/owa.contoso.com",
	    "owa.contoso.com | owa.contoso.com, docs.contoso.com | serverAuth");
}

TEST(office_communications_server)
{
	const char *t = "topology: t\nproduct: ocs-2007r2\nsip_domains: [contoso.com, fabrikam.com]\n"
	    "pools:\n"
	    "  - { fqdn: pool.contoso.com, kind: front-end, servers: [fe1.contoso.com], auto_logon: true,\n"
	    "      web: { internal: web.contoso.com, external: webext.contoso.com } }\n"
	    "  - { fqdn: conf.contoso.com, kind: web-conferencing, servers: [wc1.contoso.com] }\n"
	    "  - { fqdn: av.contoso.com, kind: av-conferencing, servers: [av1.contoso.com] }\n"
	    "  - { fqdn: se.contoso.com, kind: standard-edition }\n"
	    "choices: { front-end: { local_name: include }, av-conferencing: { subject: server } }\n";

	expect_entry(t, "front-end/pool.contoso.com/fe1.contoso.com",
	    "pool.contoso.com | pool.contoso.com, fe1.contoso.com, sip.contoso.com, sip.fabrikam.com | "
	    "serverAuth");
	expect_entry(t, "web-conferencing/conf.contoso.com/wc1.contoso.com",
	    "conf.contoso.com | conf.contoso.com | serverAuth");
	expect_entry(t, "av-conferencing/av.contoso.com/av1.contoso.com",
	    "av1.contoso.com | av.contoso.com | serverAuth");
	expect_entry(t, "web-components/pool.contoso.com/fe1.contoso.com",
	    "web.contoso.com | web.contoso.com, webext.contoso.com | serverAuth");
	expect_entry(t, "web-components/se.contoso.com/se.contoso.com", "(not planned)");
}

static bool
has_note(const struct plan *plan, enum rule rule)
{
	for (size_t i = 0; i < plan->n_notes; i++)
		if (strcmp(plan->notes[i].rule, rule_id(rule)) == 0)
			return true;
	return false;
}

TEST(an_entry_without_its_name_is_noted_and_not_planned)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(planned_clear) struct planned p = { .plan = NULL }, whole = { .plan = NULL };

	REQUIRE_OK(shipped_plan("topology: t\nproduct: lync-2013\nsip_domains: [contoso.com]\n"
	    "pools: [{ fqdn: edge.contoso.com, kind: edge }]\n", &p, err), err);
	EXPECT(plan_find(p.plan, "edge-external/edge.contoso.com") == NULL);
	EXPECT(plan_find(p.plan, "edge-internal/edge.contoso.com") != NULL);
	EXPECT(has_note(p.plan, RULE_PLAN_NO_SUBJECT));
	REQUIRE_OK(shipped_plan("topology: t\nproduct: lync-2013\nsip_domains: [contoso.com]\n" EDGE,
	    &whole, err), err);
	EXPECT(!has_note(whole.plan, RULE_PLAN_NO_SUBJECT));
}
