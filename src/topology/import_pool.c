#include "topology/import_pool.h"

#include <strings.h>

/* A name that a field of a pool may be given. */
struct fact {
	const char *field;
	const char *value;               /* NULL or empty: not in the document */
	const struct xml_node *node;     /* where it was looked for            */
	const char *attribute;
};

enum { FIELD = 4 };                      /* indent of a pool's fields          */

static bool
has_value(const struct fact *fact)
{
	return fact->value != NULL && *fact->value != '\0';
}

/* Says what is wrong with those facts that may not stand. */
static size_t
check_facts(struct import_voice *voice, const char *what, struct fact *facts, size_t n)
{
	const char *problem;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!has_value(&facts[i]))
			continue;
		problem = import_name_problem(facts[i].value);
		if (problem != NULL) {
			import_say(voice, SEVERITY_WARNING, RULE_IMPORT_LEFT_OUT, facts[i].node,
			    facts[i].attribute, FIELD, "%s.%s is left out: '%s' %s", what,
			    facts[i].field, facts[i].value, problem);
			facts[i].value = NULL;
		}
		kept += facts[i].value != NULL;
	}
	return kept;
}

/* `what: { field: value, ... }`, or nothing when there is no fact. */
static void
put_facts(struct import_voice *voice, const char *what, struct fact *facts, size_t n)
{
	const char *between = "";

	if (check_facts(voice, what, facts, n) == 0)
		return;
	buf_printf(voice->out, "%*s%s: { ", FIELD, "", what);
	for (size_t i = 0; i < n; i++) {
		if (!has_value(&facts[i]))
			continue;
		buf_printf(voice->out, "%s%s: ", between, facts[i].field);
		yaml_put_scalar(voice->out, facts[i].value);
		between = ", ";
	}
	buf_puts(voice->out, " }\n");
}

static struct fact
host_of(const struct import_cluster *cluster, const char *field, const char *settings)
{
	const struct xml_node *node = xml_child(xml_child(cluster->web, "WebService"), settings);

	return (struct fact){ .field = field, .value = xml_get(node, "Host"), .node = node,
		.attribute = "Host" };
}

/* A Standard Edition's internal web name is its own: the vendor's tools do not
 * let it be changed, and a topology has no field for it. */
static void
put_web(struct import_voice *voice, const struct import_cluster *cluster)
{
	struct fact facts[] = { host_of(cluster, "internal", "InternalSettings"),
		host_of(cluster, "external", "ExternalSettings") };

	if (strcmp(cluster->kind, "standard-edition") == 0 && has_value(&facts[0])) {
		if (strcasecmp(facts[0].value, cluster->fqdn) != 0)
			import_say(voice, SEVERITY_WARNING, RULE_IMPORT_LEFT_OUT, facts[0].node,
			    "Host", FIELD, "web.internal is left out: a Standard Edition has no "
			    "internal web name but its own, the document has '%s'",
			    facts[0].value);
		facts[0].value = NULL;
	}
	if (!has_value(&facts[1]))
		import_say(voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, cluster->node,
		    "Fqdn", FIELD, "the document has no web.external for '%s'",
		    cluster->fqdn);
	put_facts(voice, "web", facts, ARRAY_LEN(facts));
}

static void
put_registrar(struct arena *a, struct import_voice *voice, const struct import_cluster *cluster)
{
	(void)a;
	buf_printf(voice->out, "%*s# auto_logon: false\n", FIELD, "");
	put_web(voice, cluster);
}

static void
put_edge(struct arena *a, struct import_voice *voice, const struct import_cluster *cluster)
{
	static const struct { const char *field, *owner; } table[] = {
		{ "access", "urn:component:AccessEdge" },
		{ "webcon", "urn:component:DataEdge" },
		{ "av", "urn:component:MediaRelayEdge" },
	};
	struct fact facts[ARRAY_LEN(table)];

	(void)a;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const struct xml_node *port = import_edge_port(cluster, table[i].owner);

		facts[i] = (struct fact){ .field = table[i].field,
			.value = xml_get(port, "ConfiguredFqdn"), .node = port,
			.attribute = "ConfiguredFqdn" };
	}
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		if (has_value(&facts[i]))
			continue;
		import_say(voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, cluster->node,
		    "Fqdn", FIELD, "the document has no external.%s for '%s'",
		    facts[i].field, cluster->fqdn);
	}
	put_facts(voice, "external", facts, ARRAY_LEN(facts));
}

/* The farm's external name is the host of its discovery URL, when the service
 * says that it lies outside. */
static void
put_farm(struct arena *a, struct import_voice *voice, const struct import_cluster *cluster)
{
	const struct xml_node *wac = xml_child(cluster->wac, "WacService");
	const char *url = xml_get(wac, "DiscoveryUrl"), *outside = xml_get(wac, "IsExternal");
	const char *host;

	if (url == NULL || outside == NULL || strcasecmp(outside, "true") != 0)
		return;
	host = import_url_host(a, url);
	if (host == NULL || import_name_problem(host) != NULL) {
		import_say(voice, SEVERITY_WARNING, RULE_IMPORT_LEFT_OUT, wac, "DiscoveryUrl",
		    FIELD, "external is left out: '%s' has no host that a topology may hold", url);
		return;
	}
	buf_printf(voice->out, "%*sexternal: ", FIELD, "");
	yaml_put_scalar(voice->out, host);
	buf_putc(voice->out, '\n');
}

static const struct writer {
	const char *kind;
	void (*put)(struct arena *a, struct import_voice *voice,
	    const struct import_cluster *cluster);
} writers[] = {
	{ "front-end", put_registrar },
	{ "standard-edition", put_registrar },
	{ "director", put_registrar },
	{ "edge", put_edge },
	{ "office-web-apps", put_farm },
};

static void
put_servers(struct import_voice *voice, const struct import_cluster *cluster)
{
	buf_printf(voice->out, "%*sservers:\n", FIELD, "");
	for (size_t i = 0; i < cluster->machines.n; i++) {
		const struct import_machine *machine = &cluster->machines.v[i];

		if (machine->problem != NULL) {
			import_say(voice, SEVERITY_WARNING, RULE_IMPORT_LEFT_OUT, machine->node,
			    "Fqdn", FIELD + 2, "server '%s' is left out: it %s",
			    machine->fqdn, machine->problem);
			continue;
		}
		buf_printf(voice->out, "%*s- ", FIELD + 2, "");
		yaml_put_scalar(voice->out, machine->fqdn);
		buf_putc(voice->out, '\n');
	}
}

static void
put_pool(struct arena *a, struct import_voice *voice, const struct import_cluster *cluster)
{
	buf_puts(voice->out, "  - fqdn: ");
	yaml_put_scalar(voice->out, cluster->fqdn);
	buf_printf(voice->out, "\n%*skind: %s\n", FIELD, "", cluster->kind);
	put_servers(voice, cluster);
	for (size_t i = 0; i < ARRAY_LEN(writers); i++)
		if (strcmp(writers[i].kind, cluster->kind) == 0)
			writers[i].put(a, voice, cluster);
}

void
import_put_pools(struct arena *a, const struct import_model *model, struct import_voice *voice)
{
	buf_puts(voice->out, "pools:\n");
	for (size_t i = 0; i < model->clusters.n; i++) {
		const struct import_cluster *cluster = &model->clusters.v[i];

		if (cluster->problem != NULL)
			import_say(voice, SEVERITY_WARNING, RULE_IMPORT_LEFT_OUT, cluster->node,
			    "Fqdn", 2, "pool '%s'%s%s%s is left out: it %s", cluster->fqdn,
			    cluster->kind != NULL ? " (" : "",
			    cluster->kind != NULL ? cluster->kind : "",
			    cluster->kind != NULL ? ")" : "", cluster->problem);
		else if (cluster->kind != NULL)
			put_pool(a, voice, cluster);
	}
}
