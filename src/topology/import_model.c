#include "topology/import_model.h"

#include <stdlib.h>
#include <strings.h>

/* The outermost element, and the way from it to what holds domains and services. */
static const struct form {
	const char *root, *way[3];
	bool has_simple_urls;
} forms[] = {
	{ "Topology", { NULL }, false },
	{ "TopologyBuilder", { "NewTopology", "PartialTopology", NULL }, true },
};

static const struct role {
	const char *name;
	enum import_service service;
} roles[] = {
	{ "Registrar", SERVICE_REGISTRAR },
	{ "UserServices", SERVICE_USERS },
	{ "EdgeServer", SERVICE_EDGE },
	{ "MediationServer", SERVICE_MEDIATION },
	{ "WebServices", SERVICE_WEB },
	{ "WacService", SERVICE_WAC },
	{ "FileStore", SERVICE_STORE },
	{ "PstnGateway", SERVICE_STORE },
	{ "UserStore", SERVICE_STORE },
	{ "ApplicationStore", SERVICE_STORE },
	{ "ArchivingStore", SERVICE_STORE },
	{ "MonitoringStore", SERVICE_STORE },
	{ "CentralMgmtStore", SERVICE_STORE },
};

/* Which services make which kind of pool; the first row that fits. */
static const struct kind {
	const char *name;                /* NULL: no kind of pool, see problem */
	unsigned needs, lacks;
	bool single;
	const char *problem;
} kinds[] = {
	{ .name = "edge", .needs = SERVICE_EDGE },
	{ .name = "director", .needs = SERVICE_REGISTRAR | SERVICE_DIRECTOR },
	{ .name = "standard-edition", .needs = SERVICE_REGISTRAR | SERVICE_USERS, .single = true },
	{ .name = "front-end", .needs = SERVICE_REGISTRAR | SERVICE_USERS },
	{ .name = "branch-appliance", .needs = SERVICE_REGISTRAR, .single = true },
	{ .needs = SERVICE_REGISTRAR,
	    .problem = "has a Registrar without User Services on more than one machine" },
	{ .name = "mediation", .needs = SERVICE_MEDIATION, .lacks = SERVICE_REGISTRAR },
	{ .name = "office-web-apps", .needs = SERVICE_WAC },
};

static bool
is_true(const char *value)
{
	return value != NULL && strcasecmp(value, "true") == 0;
}

static const char *
or_empty(const char *value)
{
	return value != NULL ? value : "";
}

static unsigned long
number(const char *text)
{
	size_t n = text != NULL ? strspn(text, "0123456789") : 0;

	return n == 0 || n > 9 || text[n] != '\0' ? 0 : strtoul(text, NULL, 10);
}

static enum rc_status
find_form(const struct xml_document *doc, struct import_model *m, struct error *err)
{
	const struct xml_node *base = NULL;

	for (size_t i = 0; base == NULL && i < ARRAY_LEN(forms); i++) {
		if (strcmp(forms[i].root, doc->root->name) != 0)
			continue;
		base = doc->root;
		for (const char *const *step = forms[i].way; *step != NULL; step++)
			base = xml_child(base, *step);
		m->has_simple_urls = forms[i].has_simple_urls;
	}
	if (xml_child(base, "InternalDomains") != NULL) {
		m->doc = doc;
		m->base = base;
		return RC_OK;
	}
	(void)error_at(err, RULE_XML_NOT_A_TOPOLOGY, xml_place(doc, doc->root, NULL),
	    "an element '%s' without InternalDomains is no topology", doc->root->name);
	error_fix(err, "give the output of `Get-CsTopology -AsXml` or a .tbxml file");
	return RC_INPUT;
}

static enum rc_status
put_domain(struct arena *a, struct import_model *m, const char *name,
    const struct xml_node *node, const char *attribute, struct error *err)
{
	const char *problem = import_name_problem(name);

	*VEC_PUSH(a, &m->domains) = (struct import_domain){ .name = name, .node = node };
	if (problem == NULL)
		return RC_OK;
	return error_at(err, RULE_IMPORT_SIP_DOMAIN, xml_place(m->doc, node, attribute),
	    "the SIP domain '%s' %s", name, problem);
}

/* The default domain stands in the list too: what comes again is dropped. */
static void
drop_repeated(struct arena *a, struct import_model *m)
{
	struct import_names names = { .list = { .n = 0 } };
	size_t kept = 0;

	for (size_t i = 0; i < m->domains.n; i++)
		import_names_put(a, &names, m->domains.v[i].name, m->domains.v[i].node);
	import_names_sort(&names);
	for (size_t i = 0; i < m->domains.n; i++)
		if (import_names_find(&names, m->domains.v[i].name) == m->domains.v[i].node)
			m->domains.v[kept++] = m->domains.v[i];
	m->domains.n = kept;
}

static enum rc_status
read_domains(struct arena *a, struct import_model *m, struct error *err)
{
	const struct xml_node *list = xml_child(m->base, "InternalDomains");
	const char *first = or_empty(xml_get(list, "DefaultDomain"));

	if (*first != '\0')
		TRY(put_domain(a, m, first, list, "DefaultDomain", err));
	XML_EACH(node, list, "InternalDomain")
		TRY(put_domain(a, m, or_empty(xml_get(node, "Name")), node, "Name", err));
	if (m->domains.n == 0)
		return error_at(err, RULE_IMPORT_SIP_DOMAIN, xml_place(m->doc, list, NULL),
		    "the document names no SIP domain");
	drop_repeated(a, m);
	return RC_OK;
}

/* The first form names a cluster by a child with two numbers, the second by an
 * attribute.  NULL: not named. */
static const char *
key_of(struct arena *a, const struct xml_node *node, const char *attribute)
{
	const struct xml_node *id = xml_child(node, "ClusterId");
	const char *key = xml_get(node, attribute);

	if (key == NULL && id != NULL)
		key = arena_printf(a, "%s:%s", or_empty(xml_get(id, "SiteId")),
		    or_empty(xml_get(id, "Number")));
	return key;
}

static void
read_machines(struct arena *a, struct import_cluster *cluster, const struct xml_node *parent)
{
	XML_EACH(node, parent, "Machine") {
		const char *fqdn = or_empty(xml_get(node, "Fqdn"));
		size_t position = cluster->machines.n;

		*VEC_PUSH(a, &cluster->machines) = (struct import_machine){
			.fqdn = *fqdn != '\0' ? fqdn : cluster->fqdn,
			.ordinal = number(xml_get(node, "OrdinalInCluster")),
			.position = position, .node = node };
	}
}

static int
compare_machines(const void *a, const void *b)
{
	const struct import_machine *x = a, *y = b;

	if (x->ordinal != y->ordinal)
		return x->ordinal < y->ordinal ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static void
sort_machines(struct import_cluster *cluster)
{
	for (size_t i = 0; i < cluster->machines.n; i++)
		if (cluster->machines.v[i].ordinal == 0)
			return;
	if (cluster->machines.n > 1)
		qsort(cluster->machines.v, cluster->machines.n, sizeof(*cluster->machines.v),
		    compare_machines);
}

/* One machine of the cluster's own name; the second form says it in words too. */
static bool
is_single(const struct import_cluster *cluster)
{
	const char *said = xml_get(cluster->node, "IsSingleMachineOnly");

	return (said == NULL || is_true(said)) && cluster->machines.n == 1 &&
	    strcasecmp(cluster->machines.v[0].fqdn, cluster->fqdn) == 0;
}

static void
read_cluster(struct arena *a, struct import_model *m, const struct xml_node *node)
{
	struct import_cluster *cluster = VEC_PUSH(a, &m->clusters);

	cluster->node = node;
	cluster->fqdn = or_empty(xml_get(node, "Fqdn"));
	cluster->key = key_of(a, node, "UniqueId");
	read_machines(a, cluster, node);
	read_machines(a, cluster, xml_child(node, "Machines"));
	sort_machines(cluster);
	cluster->single = is_single(cluster);
}

/* Central and branch sites nest differently in the two forms: every Cluster
 * counts, wherever it stands.  No deeper than XML_MAX_DEPTH. */
static void
read_clusters(struct arena *a, struct import_model *m, const struct xml_node *node)
{
	for (const struct xml_node *child = node->child; child != NULL; child = child->next) {
		if (strcmp(child->name, "Cluster") == 0)
			read_cluster(a, m, child);
		else
			read_clusters(a, m, child);
	}
}

static unsigned
services_of(const char *role, const struct xml_node *node)
{
	unsigned services = SERVICE_OTHER;

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (strcasecmp(roles[i].name, role) == 0)
			services = roles[i].service;
	if (services == SERVICE_REGISTRAR &&
	    is_true(xml_get(xml_child(node, "RegistrarService"), "IsDirector")))
		services |= SERVICE_DIRECTOR;
	return services;
}

static void
keep_first(const struct xml_node **slot, const struct xml_node *node, bool is_it)
{
	if (is_it && *slot == NULL)
		*slot = node;
}

static void
install(struct import_cluster *cluster, const struct xml_node *node)
{
	const char *role = xml_get(node, "RoleName");
	unsigned long version = number(xml_get(node, "ServiceVersion"));
	unsigned services;

	if (role == NULL)
		role = or_empty(xml_get(xml_child(node, "ServiceId"), "RoleName"));
	services = services_of(role, node);
	cluster->services |= services;
	if (version > cluster->version)
		cluster->version = version;
	if (cluster->first_role == NULL)
		cluster->first_role = role;
	keep_first(&cluster->edge, node, services & SERVICE_EDGE);
	keep_first(&cluster->web, node, services & SERVICE_WEB);
	keep_first(&cluster->wac, node, services & SERVICE_WAC);
}

static void
read_services(struct arena *a, struct import_model *m)
{
	struct import_names keys = { .list = { .n = 0 } };

	for (size_t i = 0; i < m->clusters.n; i++)
		if (m->clusters.v[i].key != NULL)
			import_names_put(a, &keys, m->clusters.v[i].key,
			    (const void *)(uintptr_t)(i + 1));
	import_names_sort(&keys);
	XML_EACH(node, xml_child(m->base, "Services"), "Service") {
		const char *key = xml_get(node, "InstalledOn");
		size_t place;

		if (key == NULL)
			key = key_of(a, xml_child(node, "InstalledOn"), "UniqueId");
		place = key != NULL ? (size_t)(uintptr_t)import_names_find(&keys, key) : 0;
		if (place != 0)
			install(&m->clusters.v[place - 1], node);
	}
}

static void
settle_kind(struct arena *a, struct import_cluster *cluster)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct kind *kind = &kinds[i];

		if ((cluster->services & kind->needs) != kind->needs ||
		    (cluster->services & kind->lacks) != 0 || (kind->single && !cluster->single))
			continue;
		cluster->kind = kind->name;
		cluster->problem = kind->problem;
		return;
	}
	/* Machines that run roles of the product need certificates of some kind. */
	if (is_true(xml_get(cluster->node, "RequiresSetup")) &&
	    (cluster->services & SERVICE_OTHER) != 0)
		cluster->problem = arena_printf(a, "holds %s, a service that is not imported",
		    cluster->first_role);
}

/* Gives every pool name and server name to the first that has it. */
static void
claim_names(struct arena *a, const struct import_model *m, struct import_names *names)
{
	for (size_t i = 0; i < m->clusters.n; i++) {
		const struct import_cluster *cluster = &m->clusters.v[i];

		if (cluster->kind == NULL)
			continue;
		import_names_put(a, names, cluster->fqdn, cluster);
		for (size_t j = 0; j < cluster->machines.n; j++)
			if (strcasecmp(cluster->machines.v[j].fqdn, cluster->fqdn) != 0)
				import_names_put(a, names, cluster->machines.v[j].fqdn,
				    cluster->machines.v[j].node);
	}
	import_names_sort(names);
}

/* The first machine under the pool's own name may bear it, a second may not. */
static size_t
settle_machines(struct import_cluster *cluster, const struct import_names *names)
{
	bool own_name_taken = false;
	size_t kept = 0;

	for (size_t i = 0; i < cluster->machines.n; i++) {
		struct import_machine *machine = &cluster->machines.v[i];
		bool own = strcasecmp(machine->fqdn, cluster->fqdn) == 0;

		machine->problem = import_name_problem(machine->fqdn);
		if (machine->problem == NULL && (own ? own_name_taken :
		    import_names_find(names, machine->fqdn) != machine->node))
			machine->problem = "has the name of a pool or server before it";
		own_name_taken = own_name_taken || own;
		kept += machine->problem == NULL;
	}
	return kept;
}

static void
settle_pools(struct arena *a, struct import_model *m)
{
	struct import_names names = { .list = { .n = 0 } };

	for (size_t i = 0; i < m->clusters.n; i++)
		settle_kind(a, &m->clusters.v[i]);
	claim_names(a, m, &names);
	for (size_t i = 0; i < m->clusters.n; i++) {
		struct import_cluster *cluster = &m->clusters.v[i];

		if (cluster->kind == NULL)
			continue;
		cluster->problem = import_name_problem(cluster->fqdn);
		if (cluster->problem == NULL &&
		    import_names_find(&names, cluster->fqdn) != cluster)
			cluster->problem = "has the name of a pool or server before it";
		if (settle_machines(cluster, &names) == 0 && cluster->problem == NULL)
			cluster->problem = "has no server that a topology may hold";
	}
}

enum rc_status
import_model_read(struct arena *a, const struct xml_document *doc, struct import_model *ret,
    struct error *err)
{
	struct import_model m = { .doc = NULL };

	TRY(find_form(doc, &m, err));
	TRY(read_domains(a, &m, err));
	read_clusters(a, &m, m.base);
	read_services(a, &m);
	settle_pools(a, &m);
	*ret = m;
	return RC_OK;
}

const struct xml_node *
import_edge_port(const struct import_cluster *cluster, const char *owner)
{
	XML_EACH(port, xml_child(cluster->edge, "Ports"), "Port") {
		const char *side = xml_get(port, "InterfaceSide");
		const char *has = xml_get(port, "Owner");

		if (side != NULL && strcasecmp(side, "External") == 0 && has != NULL &&
		    strcasecmp(has, owner) == 0)
			return port;
	}
	return NULL;
}
