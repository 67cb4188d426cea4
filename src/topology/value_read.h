/*
 * value_read.h - one typed value of a text: a fact of a topology, a parameter of a role,
 * a default.
 */
#ifndef TOPOLOGY_VALUE_READ_H
#define TOPOLOGY_VALUE_READ_H

#include "text/node.h"
#include "topology/product.h"

/*
 * Any type but a record.  `what` names the value for people; of a list every mistake is
 * told.  Numbers and durations are not negative.  Rules yaml-type, name-..., and those
 * of fqdn_read().
 */
enum rc_status value_read(const struct type *type, const struct node *node, const char *what,
    const struct product *product, struct arena *arena, const struct value **ret,
    struct error *err) RC_CHECK;

/* A host or domain name: ASCII as it stands, other labels as A-labels where the
 * product allows it.  Rules name-..., name-not-ascii. */
enum rc_status fqdn_read(const struct node *node, const char *what, bool wildcard_ok,
    const struct product *product, struct arena *arena, const struct value **ret,
    struct error *err) RC_CHECK;

/* The same value as a default: the topology does not say it. */
const struct value *value_at_nowhere(const struct value *value, struct arena *arena);

#endif
