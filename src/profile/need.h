/*
 * need.h - which role texts a topology may need, told from their bytes unread.
 *
 * A text is passed over only if it cannot be that of a role which is compiled for the topology:
 * it nowhere says the name of the product, or it says itself what it applies to (`applies_to`,
 * and not as an addition to what it extends) and nowhere the kind of a pool of the topology.
 * Where a word could be written in another way, where the text does not begin with its name, or
 * the topology speaks of roles by their names, it counts as needed.
 *
 * A text of the same name as one that is needed is its rival: it may hide it, or must not be
 * there.
 */
#ifndef PROFILE_NEED_H
#define PROFILE_NEED_H

#include "topology/topology.h"

struct need {
	const char *product;
	const char **kinds;              /* of the topology's pools, each once */
	size_t n_kinds;
	bool by_name;                    /* roles are named: any of them       */
};

void need_init(const struct topology *topology, struct arena *arena, struct need *ret);
bool need_is_met(const struct need *need, struct bytes text);
bool need_is_rival(const struct need *need, struct bytes text, const char *role);

#endif
