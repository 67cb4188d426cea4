/*
 * p11mech.h - mechanisms: their names, and those that a token lists.
 */
#ifndef ENGINES_P11MECH_H
#define ENGINES_P11MECH_H

#include "base/arena.h"
#include "engines/p11raw.h"

enum { P11MECH_MAX = 4096 };         /* more is a broken module            */

/* "CKM_ECDSA"; a literal.  NULL: no name is known here. */
const char *p11mech_name(CK_MECHANISM_TYPE type);

/* In ascending order, in the arena. */
struct p11mechs {
	CK_MECHANISM_TYPE *v;
	CK_ULONG n;
};
enum rc_status p11mech_list(struct p11raw *raw, struct arena *arena, struct p11mechs *ret,
    struct error *err) RC_CHECK;
bool p11mech_has(const struct p11mechs *list, CK_MECHANISM_TYPE type);

#endif
