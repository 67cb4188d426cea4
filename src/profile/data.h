/*
 * data.h - plain data in a role: texts with ${...}, lists and maps.
 *
 *      [ { dns: contoso.com },
 *        { dns: "${pool.fqdn}", when: "${pool.on}" },
 *        { each: "d in ${sip_domains}", items: [ { dns: "${d.name}" } ] } ]
 *
 * A member of a list may hang on a condition, or repeat members over a list of the
 * topology.  Evaluated, a tree of nodes is left, as if somebody had written it by hand:
 * its readers need not know that there was a language.
 *
 * A text that may come out absent stands only below a `when`, which is where a role
 * asks whether the fact is there.
 */
#ifndef PROFILE_DATA_H
#define PROFILE_DATA_H

#include "profile/expr.h"

struct data_member {
	struct node *key;                /* of a map                           */
	const struct expr *when;         /* of a list's member; NULL: always   */
	struct each each;                /* the value is a list, and its members stand here
	                                  * once for each of this one's */
	const struct data *value;
};

struct data {
	const struct node *node;         /* as it is written: kind and place   */
	struct template text;            /* NODE_TEXT                          */
	bool is_plain;                   /* no ${...} in it                    */
	struct data_member *members;     /* NODE_LIST, NODE_MAP                */
	size_t n_members;
};

/*
 * The data for one entry.  Without bindings (NULL) a pattern: every condition holds,
 * `each` goes round once, and texts are as they are written.  Rules ext-absent: a text
 * is absent below a `when` that did not ask for it; plan-limit.
 */
enum rc_status data_eval(const struct data *data, struct bindings *bindings,
    struct arena *arena, struct node **ret, struct error *err) RC_CHECK;

/* The canonical text, a line for each text, indented. */
void data_print(const struct data *data, unsigned depth, struct buf *out);

#endif
