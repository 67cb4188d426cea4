/*
 * deployment.h - a small product with everything that a product can say, a base, a
 * role and a deployment of it: what the targets put around the text that they fuzz.
 */
#ifndef TESTS_FUZZ_DEPLOYMENT_H
#define TESTS_FUZZ_DEPLOYMENT_H

#include "profile/program.h"
#include "tests/fuzz/fuzz.h"

static const char fuzz_product_text[] =
    "product: p\n"
    "title: P\n"
    "kinds:\n"
    "  edge:\n"
    "    title: Edge\n"
    "    servers: optional\n"
    "    fields:\n"
    "      auto_logon: { type: boolean, default: false }\n"
    "      aliases: { type: fqdn-list }\n"
    "      size: { type: number }\n"
    "      site: { type: text }\n"
    "      url: { type: fqdn }\n"
    "      page: { type: uri }\n"
    "      keep: { type: duration, default: 90d }\n"
    "      addresses: { type: ip-list }\n"
    "      policy: { type: oid }\n"
    "      web:\n"
    "        type: record\n"
    "        fields: { internal: { type: fqdn }, external: { type: fqdn } }\n"
    "      external:\n"
    "        type: record\n"
    "        fields: { access: { type: fqdn }, webcon: { type: fqdn }, av: { type: fqdn } }\n"
    "  proxy:\n"
    "    servers: single\n"
    "    fields:\n"
    "      publishes: { type: pools, of: [[edge], [proxy]], having: web.external }\n";

static const char fuzz_base_text[] =
    "base: server\n"
    "basic_constraints: { ca: false }\n"
    "extended_key_usage: [serverAuth]\n"
    "validity_days: 730\n"
    "key: { algorithms: [rsa-2048, ec-p256] }\n"
    "key_usage: { rsa: [digitalSignature, keyEncipherment], ec: [digitalSignature] }\n"
    "define:\n"
    "  sip-rule:\n"
    "    - each: d in ${sip_domains}\n"
    "      when: ${pool.auto_logon and clients.automatic_sign_in}\n"
    "      names: [ { dns: \"sip.${d.name}\" } ]\n";

static const char fuzz_role_text[] =
    "role: edge\n"
    "title: Edge\n"
    "products: [p]\n"
    "applies_to: edge\n"
    "per: pool\n"
    "choices:\n"
    "  layout: { values: [first, last], default: first, why: they disagree }\n"
    "parameters:\n"
    "  keep: { type: duration, default: 90d }\n"
    "  more: { type: fqdn-list, default: [] }\n"
    "validity_days: ${param.keep}\n"
    "subject: { CN: \"${pool.external.access}\" }\n"
    "san:\n"
    "  order: exact\n"
    "  names:\n"
    "    - dns: ${pool.external.access}\n"
    "    - when: ${choice.layout == 'last'}\n"
    "      names: [ { dns: \"${pool.external.webcon}\" } ]\n"
    "    - each: m, i in ${param.more}\n"
    "      names: [ { dns: \"n${i}.${m}\" } ]\n"
    "    - each: d in ${sip_domains}\n"
    "      names:\n"
    "        - dns: sip.${d.name}\n"
    "        - each: x in ${d.xmpp_names}\n"
    "          names: [ { dns: \"${x}\" } ]\n"
    "extended_key_usage: [serverAuth]\n"
    "key: { algorithms: [rsa-2048, ec-p256] }\n"
    "key_usage: { rsa: [digitalSignature, keyEncipherment], ec: [digitalSignature] }\n";

static const char fuzz_topology_text[] =
    "topology: t\n"
    "product: p\n"
    "sip_domains: [ { name: contoso.com, xmpp: true }, fabrikam.com ]\n"
    "simple_urls: { meet: { contoso.com: meet.contoso.com }, dialin: dialin.contoso.com }\n"
    "pools:\n"
    "  - fqdn: edge.contoso.com\n"
    "    kind: edge\n"
    "    servers: [e1.contoso.com, e2.contoso.com]\n"
    "    aliases: [a.contoso.com]\n"
    "    size: 2\n"
    "    page: https://page.contoso.com/a\n"
    "    addresses: [192.0.2.1, \"2001:db8::1\"]\n"
    "    web: { external: web.contoso.com }\n"
    "    external: { access: sip.contoso.com, webcon: webcon.contoso.com }\n"
    "  - { fqdn: rp.contoso.com, kind: proxy }\n";

#define FUZZ_FILE(folder, stem, text)                                                  \
	{ folder "/" stem ".yaml", folder, stem, 0, BYTES(text, sizeof(text) - 1) }

/* What a target's own texts come to is no finding but a mistake of the target. */
static inline void
fuzz_prepared(enum rc_status status, const struct error *err)
{
	struct buf text = BUF_INIT;

	error_render(err, &text);
	fuzz_demand(status == RC_OK, buf_text(&text));
	buf_clear(&text);
}

static inline const struct product *
fuzz_product(const struct catalog *catalog)
{
	size_t n;
	const struct product *const *products = catalog_products(catalog, &n);

	return n != 0 ? products[0] : NULL;
}

#endif
