#include "topology/import.h"

#include "topology/import_pool.h"
#include "topology/import_simple_url.h"

/* What ServiceVersion says, and where the Edge has an XMPP proxy. */
static const struct product_row {
	unsigned long version;           /* 0: not told by it */
	const char *name;
	bool xmpp;
} products[] = {
	{ 5, "lync-2010", false },
	{ 6, "lync-2013", true },
	{ 7, "sfb-2015", true },
	{ 8, "sfb-2019", false },
	{ 0, "sfb-se", false },
};

/* One import: what was read, what was asked, what is written. */
struct import {
	struct arena *arena;
	struct import_model model;
	struct import_voice voice;
	const struct import_options *options;
	const char *file_name;
	const char *product;
	bool xmpp;
};

static bool
is_pool(const struct import_cluster *cluster)
{
	return cluster->kind != NULL && cluster->problem == NULL;
}

static void
put_heading(struct import *im)
{
	const char *slash = strrchr(im->file_name, '/');
	struct buf text = BUF_INIT;

	buf_printf(&text, "Imported from %s, %s. What the document does not say stands as a "
	    "comment with its default; what a topology may not hold is left out with a "
	    "comment in its place. Look at each of them.",
	    slash != NULL ? slash + 1 : im->file_name,
	    im->model.has_simple_urls ? "a save file of Topology Builder" :
	    "the output of Get-CsTopology -AsXml");
	yaml_put_comment(im->voice.out, 0, buf_text(&text));
	buf_clear(&text);
}

static void
put_name(struct import *im)
{
	const char *name = im->options->topology, *domain = im->model.domains.v[0].name;

	if (name == NULL)
		name = arena_strndup(im->arena, domain, strcspn(domain, "."));
	buf_puts(im->voice.out, "topology: ");
	yaml_put_scalar(im->voice.out, name);
	buf_putc(im->voice.out, '\n');
}

/* The newest and the oldest version of what becomes a pool, and who has them. */
static void
find_versions(const struct import_model *model, const struct import_cluster **ret_newest,
    const struct import_cluster **ret_oldest)
{
	for (size_t i = 0; i < model->clusters.n; i++) {
		const struct import_cluster *cluster = &model->clusters.v[i];

		if (!is_pool(cluster) || cluster->version == 0)
			continue;
		if (*ret_newest == NULL || cluster->version > (*ret_newest)->version)
			*ret_newest = cluster;
		if (*ret_oldest == NULL || cluster->version < (*ret_oldest)->version)
			*ret_oldest = cluster;
	}
}

static const char *
product_of_version(unsigned long version)
{
	for (size_t i = 0; i < ARRAY_LEN(products); i++)
		if (products[i].version == version && version != 0)
			return products[i].name;
	return NULL;
}

static bool
has_xmpp(const char *product)
{
	for (size_t i = 0; i < ARRAY_LEN(products); i++)
		if (strcmp(products[i].name, product) == 0)
			return products[i].xmpp;
	return true;
}

static void
settle_product(struct import *im)
{
	const struct import_cluster *newest = NULL, *oldest = NULL;

	im->product = im->options->product;
	if (im->product != NULL)
		return;
	find_versions(&im->model, &newest, &oldest);
	im->product = newest != NULL ? product_of_version(newest->version) : NULL;
	if (im->product == NULL) {
		im->product = "sfb-2015";
		import_say(&im->voice, SEVERITY_WARNING, RULE_IMPORT_PRODUCT,
		    newest != NULL ? newest->node : NULL, "Fqdn", 0,
		    "the services have ServiceVersion %lu, which is no known product: taken "
		    "for sfb-2015", newest != NULL ? newest->version : 0);
	} else if (oldest->version != newest->version) {
		import_say(&im->voice, SEVERITY_WARNING, RULE_IMPORT_PRODUCT, oldest->node, "Fqdn",
		    0, "the services are of several versions (%lu at '%s', %lu at '%s'): all "
		    "are planned by the newest", oldest->version, oldest->fqdn,
		    newest->version, newest->fqdn);
	}
	if (newest != NULL && newest->version == 8)
		yaml_put_comment(im->voice.out, 0, "ServiceVersion 8 is sfb-2019 or sfb-se: the "
		    "document does not tell which");
}

/* The first Edge pool with an XMPP proxy that faces outside. */
static const struct xml_node *
find_xmpp(const struct import_model *model)
{
	const struct xml_node *port = NULL;

	for (size_t i = 0; port == NULL && i < model->clusters.n; i++)
		if (is_pool(&model->clusters.v[i]))
			port = import_edge_port(&model->clusters.v[i],
			    "urn:component:XmppFederationProxy");
	return port;
}

static void
settle_xmpp(struct import *im)
{
	const struct xml_node *port = find_xmpp(&im->model);

	if (port == NULL)
		return;
	im->xmpp = has_xmpp(im->product);
	if (im->xmpp)
		import_say(&im->voice, SEVERITY_NOTE, RULE_IMPORT_XMPP, port, "Owner", 0,
		    "the Edge has an XMPP proxy; which SIP domains use it, the document does not "
		    "say: all are marked");
	else
		import_say(&im->voice, SEVERITY_NOTE, RULE_IMPORT_XMPP, port, "Owner", 0,
		    "the Edge has an XMPP proxy, but %s has none: xmpp is left out", im->product);
}

static void
put_domains(struct import *im)
{
	struct buf *out = im->voice.out;

	settle_xmpp(im);
	buf_puts(out, "sip_domains:\n");
	for (size_t i = 0; i < im->model.domains.n; i++) {
		buf_puts(out, im->xmpp ? "  - { name: " : "  - ");
		yaml_put_scalar(out, im->model.domains.v[i].name);
		buf_puts(out, im->xmpp ? ", xmpp: true }\n" : "\n");
	}
}

/* What no document holds: said once, and written with its default. */
static void
put_defaults(struct import *im)
{
	static const struct { const char *what, *yaml; } table[] = {
		{ "the document does not say whether clients sign in automatically "
		  "(automatic_sign_in) and match names strictly (strict_dns)",
		  "clients: { automatic_sign_in: true, strict_dns: false }" },
		{ "the document does not say whether there is public IM with AOL (aol)",
		  "public_im: { aol: false }" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		import_say(&im->voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, NULL, NULL, 0,
		    "%s", table[i].what);
		buf_printf(im->voice.out, "# %s\n", table[i].yaml);
	}
	import_tell(&im->voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, NULL, NULL,
	    "the document does not say which pools are for automatic logon (auto_logon)");
}

static const struct xml_node *
find_location(const struct xml_node *node)
{
	const struct xml_node *found = NULL;

	for (node = node->child; node != NULL && found == NULL; node = node->next) {
		if (strcmp(node->name, "Location") == 0 && node->n_attributes != 0)
			found = node;
		else if (strcmp(node->name, "Sites") == 0 ||
		    strcmp(node->name, "CentralSites") == 0 ||
		    strcmp(node->name, "CentralSite") == 0)
			found = find_location(node);
	}
	return found;
}

/* A site's place is a suggestion at best: which organisation data a certificate
 * should bear, a topology document does not know. */
static void
put_subject(struct import *im)
{
	static const struct { const char *key, *attribute; } table[] = {
		{ "L", "City" }, { "ST", "State" }, { "C", "CountryCode" },
	};
	const struct xml_node *location = find_location(im->model.base);
	struct buf *out = im->voice.out;
	const char *value, *between = "";

	if (location == NULL)
		return;
	import_say(&im->voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, location, NULL, 0,
	    "organisation data is not in the document, only where the sites are (C takes two "
	    "letters, ST and L are written out)");
	buf_puts(out, "# subject: { ");
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		value = xml_get(location, table[i].attribute);
		if (value == NULL)
			continue;
		buf_printf(out, "%s%s: ", between, table[i].key);
		yaml_put_scalar(out, value);
		between = ", ";
	}
	buf_puts(out, " }\n");
}

static bool
has_pool(const struct import_model *model)
{
	for (size_t i = 0; i < model->clusters.n; i++)
		if (is_pool(&model->clusters.v[i]))
			return true;
	return false;
}

/* Nothing of it can be in the document, but most deployments have one. */
static void
put_reverse_proxy(struct import *im)
{
	yaml_put_comment(im->voice.out, 2, "a reverse proxy is never in the document; one that "
	    "publishes the external web names above would be");
	buf_printf(im->voice.out, "  # - fqdn: proxy.%s\n  #   kind: reverse-proxy\n",
	    im->model.domains.v[0].name);
}

static void
put_all(struct import *im)
{
	put_heading(im);
	put_name(im);
	settle_product(im);
	buf_puts(im->voice.out, "product: ");
	yaml_put_scalar(im->voice.out, im->product);
	buf_putc(im->voice.out, '\n');
	put_domains(im);
	put_defaults(im);
	put_subject(im);
	import_put_simple_urls(im->arena, &im->model, &im->voice);
	import_put_pools(im->arena, &im->model, &im->voice);
	put_reverse_proxy(im);
	import_say_rest(&im->voice);
}

enum rc_status
topology_import(struct bytes file, const char *name, const struct import_options *options,
    struct buf *yaml_out, struct error *err)
{
	static const struct import_options none = { .product = NULL };
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT;
	struct xml_document doc;
	struct import im = { .arena = arena, .options = options != NULL ? options : &none,
		.file_name = name, .voice = { .doc = &doc, .out = &yaml, .err = err } };

	TRY(xml_read(arena, file, name, &doc, err));
	TRY(import_model_read(arena, &doc, &im.model, err));
	if (!has_pool(&im.model)) {
		import_put_pools(arena, &im.model, &im.voice);
		return error_at(err, RULE_IMPORT_EMPTY, xml_place(&doc, doc.root, NULL),
		    "the document has no pool that a topology may hold");
	}
	put_all(&im);
	buf_put_bytes(yaml_out, buf_bytes(&yaml));
	return RC_OK;
}
