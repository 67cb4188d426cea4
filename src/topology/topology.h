/*
 * topology.h - one deployment: product, SIP domains, pools, servers, simple URLs.
 *
 * topology_read() checks everything that the file alone, and its product, can
 * tell: types, names, duplicates, references between pools.  What speaks of roles
 * (roles, choices, parameters, extra_names) is kept with its places and checked against the
 * program when the two meet (profile/program.h).
 *
 * All mistakes of the text are reported at once, in its order.
 */
#ifndef TOPOLOGY_TOPOLOGY_H
#define TOPOLOGY_TOPOLOGY_H

#include "topology/product.h"
#include "x509/dn.h"

struct pool {
	const char *fqdn;
	const struct kind *kind;
	struct value *record;            /* of kind->type                      */
	const struct value **servers;    /* records { fqdn }                   */
	size_t n_servers;
	struct place at;
};

struct role_switch {
	const char *role;
	bool include;
	struct place at;                 /* of the role's name                 */
};

struct choice_setting {
	const char *role, *choice, *value;
	struct place role_at, choice_at, value_at;
};

/* parameters: { ROLE: { NAME: VALUE } }; its type is the role's business. */
struct parameter_setting {
	const char *role, *name;
	const struct node *value;
	struct place role_at, name_at;
};

struct extra_name {
	const char *target;              /* role or entry id                   */
	const struct value *name;        /* TYPE_FQDN                          */
	struct place target_at;
};

struct topology {
	const char *name;
	const struct product *product;
	const struct value *facts;       /* of topology_type()                 */
	struct dn subject;               /* organisation data, no CN           */
	struct place subject_at;
	struct pool *pools;
	size_t n_pools;
	const struct pool **by_name;     /* the same, sorted for topology_pool() */
	struct role_switch *switches;
	size_t n_switches;
	struct choice_setting *choices;
	size_t n_choices;
	struct parameter_setting *parameters;
	size_t n_parameters;
	struct extra_name *extras;
	size_t n_extras;
	const struct source *source;
	struct arena *arena;
};

/*
 * products: those that may be named.  Rules topology-..., name-..., simple-url,
 * yaml-..., unknown-key.  Warnings: subject-abbreviated.
 */
enum rc_status topology_read(struct bytes text, const char *name,
    const struct product *const *products, size_t n_products,
    struct topology **ret, struct error *err) RC_CHECK;
/* The same of a tree that is read already; its document outlives the topology. */
enum rc_status topology_read_node(const struct node *root, const struct source *source,
    const struct product *const *products, size_t n_products, struct topology **ret,
    struct error *err) RC_CHECK;
void topology_free(struct topology *topology);
DEFINE_SCOPED(topology_free, struct topology *)

const struct pool *topology_pool(const struct topology *topology, const char *fqdn);

#endif
