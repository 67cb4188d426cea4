/*
 * import_model.h - a topology document, read and settled: what the two forms
 * have in common, before it is written as YAML.
 *
 *      TRY(import_model_read(arena, &doc, &model, err));
 *      clusters with kind != NULL become pools, unless they have a `problem`
 *
 * Everything lives in the arena and points into the document.
 */
#ifndef TOPOLOGY_IMPORT_MODEL_H
#define TOPOLOGY_IMPORT_MODEL_H

#include "topology/import_name.h"
#include "topology/xml.h"

/* What is installed on a cluster, as far as it decides over certificates. */
enum import_service {
	SERVICE_REGISTRAR = 1 << 0,
	SERVICE_DIRECTOR  = 1 << 1,      /* a Registrar with IsDirector */
	SERVICE_USERS     = 1 << 2,
	SERVICE_EDGE      = 1 << 3,
	SERVICE_MEDIATION = 1 << 4,
	SERVICE_WEB       = 1 << 5,
	SERVICE_WAC       = 1 << 6,
	SERVICE_STORE     = 1 << 7,      /* SQL, file share, gateway: no certificate of ours */
	SERVICE_OTHER     = 1 << 8,
};

struct import_machine {
	const char *fqdn;                /* the cluster's where it has none */
	const char *problem;             /* why it is left out, or NULL     */
	unsigned long ordinal;           /* 0: none                         */
	size_t position;                 /* in the document                 */
	const struct xml_node *node;
};

struct import_cluster {
	const char *key;                 /* "SiteId:Number", or UniqueId    */
	const char *fqdn;
	const struct xml_node *node;
	bool single;                     /* one machine, of the same name   */
	VEC(struct import_machine) machines;     /* in their final order     */
	unsigned services;
	unsigned long version;           /* newest ServiceVersion on it, 0: none */
	const struct xml_node *edge, *web, *wac;     /* Service elements, or NULL */
	const char *first_role;          /* of the services, for messages   */
	const char *kind;                /* of pool; NULL: no pool at all   */
	const char *problem;             /* why it is left out, or NULL     */
};

struct import_domain {
	const char *name;
	const struct xml_node *node;
};

struct import_model {
	const struct xml_document *doc;
	const struct xml_node *base;     /* holds domains, sites, services  */
	bool has_simple_urls;            /* the form can hold them          */
	VEC(struct import_domain) domains;       /* default first, each once */
	VEC(struct import_cluster) clusters;
};

enum rc_status import_model_read(struct arena *a, const struct xml_document *doc,
    struct import_model *ret, struct error *err) RC_CHECK;

/* Of an attribute of a Port of the Edge: the first external one of this owner,
 * "urn:component:AccessEdge"; NULL: none. */
const struct xml_node *import_edge_port(const struct import_cluster *cluster,
    const char *owner);

#endif
