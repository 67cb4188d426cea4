/*
 * import_simple_url.h - Meet, Dialin and Admin of a document.
 */
#ifndef TOPOLOGY_IMPORT_SIMPLE_URL_H
#define TOPOLOGY_IMPORT_SIMPLE_URL_H

#include "topology/import_model.h"
#include "topology/import_yaml.h"

/*
 * Writes `simple_urls:` from the save file of Topology Builder; for the other
 * form, which does not hold them, the usual ones as a comment.
 */
void import_put_simple_urls(struct arena *a, const struct import_model *model,
    struct import_voice *voice);

#endif
