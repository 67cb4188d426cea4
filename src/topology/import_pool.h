/*
 * import_pool.h - the clusters of a document as the pools of a topology.
 */
#ifndef TOPOLOGY_IMPORT_POOL_H
#define TOPOLOGY_IMPORT_POOL_H

#include "topology/import_model.h"
#include "topology/import_yaml.h"

/*
 * Writes `pools:` with every cluster that has a kind and no problem; what is left
 * out becomes a comment and a warning.
 */
void import_put_pools(struct arena *a, const struct import_model *model,
    struct import_voice *voice);

#endif
