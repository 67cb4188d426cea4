/*
 * reader.h - what the parts of topology_read() share.
 *
 * The reader goes on after a mistake, so that one run shows all of them; `keep`
 * remembers that there was one.
 */
#ifndef TOPOLOGY_READER_H
#define TOPOLOGY_READER_H

#include "topology/topology.h"

struct topology_reader {
	struct topology *topology;
	struct arena *arena;
	struct error *err;
	enum rc_status status;           /* of the first mistake */
	bool domains_missing;            /* of the SIP domains, one could not be read */
};

void reader_keep(struct topology_reader *r, enum rc_status status);

/* A host or domain name: ASCII as it stands, other labels as A-labels where the
 * product allows it.  Rules name-..., name-not-ascii. */
enum rc_status reader_fqdn(struct topology_reader *r, const struct node *node,
    const char *what, bool wildcard_ok, const struct value **ret) RC_CHECK;
enum rc_status reader_fqdn_list(struct topology_reader *r, const struct node *node,
    const char *what, const struct value **ret) RC_CHECK;

/* `pools:` of the file.  Needs topology->product and ->facts. */
void reader_pools(struct topology_reader *r, const struct node *list);
/* What the pools say of each other; maps: the node of each, in their order. */
void reader_references(struct topology_reader *r, const struct node *const *maps);

#endif
