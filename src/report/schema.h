/*
 * schema.h - the JSON Schema of topology files, for editors.
 *
 * Made of the tables by which topologies are read: the keys, the kinds of pool of
 * each product and their fields.  What a schema cannot say (that a name is an FQDN
 * of its own, that a choice exists) is left to `topology check`.
 */
#ifndef REPORT_SCHEMA_H
#define REPORT_SCHEMA_H

#include "report/json.h"
#include "topology/topology.h"

json_t *topology_schema(const struct product *const *products, size_t n);

#endif
