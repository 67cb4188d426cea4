/*
 * p11object.h - objects on a token and their attributes, read over the raw
 * session.
 *
 * Attributes are asked for one at a time: modules differ in which of a batch
 * they answer when one of them is unknown.  (p11object_bools() asks for many, and
 * again for those that were passed over.)  What comes back is foreign: sizes
 * are checked against limits before anything is allocated for them.
 */
#ifndef ENGINES_P11OBJECT_H
#define ENGINES_P11OBJECT_H

#include "engines/p11raw.h"

enum {
	P11_OBJECTS_MAX = 65536,         /* found by one search              */
	P11_ATTRIBUTE_MAX = 65536,       /* octets of one attribute          */
};

struct p11handles {
	VEC(CK_OBJECT_HANDLE) v;
};

/* All objects that fit the template, added to *found. */
enum rc_status p11object_find(struct p11raw *raw, CK_ATTRIBUTE *template, CK_ULONG n,
    struct arena *arena, struct p11handles *found, struct error *err) RC_CHECK;

/*
 * One attribute, appended to *value.  *ret_known false, and nothing appended: the
 * module does not know the attribute, the object has none, or it is a secret.
 */
enum rc_status p11object_get(struct p11raw *raw, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, struct buf *value, bool *ret_known, struct error *err) RC_CHECK;

enum rc_status p11object_bool(struct p11raw *raw, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, enum rc_fact *ret, struct error *err) RC_CHECK;
enum { P11_BOOLS_MAX = 24 };
/* n of them, at most P11_BOOLS_MAX. */
enum rc_status p11object_bools(struct p11raw *raw, CK_OBJECT_HANDLE object,
    const CK_ATTRIBUTE_TYPE *types, enum rc_fact *ret, size_t n, struct error *err) RC_CHECK;
/* CK_UNAVAILABLE_INFORMATION where the module says so; `known` as above. */
enum rc_status p11object_ulong(struct p11raw *raw, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_ULONG *ret, bool *ret_known, struct error *err) RC_CHECK;
/* Empty where there is none. */
enum rc_status p11object_bytes(struct p11raw *raw, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, struct arena *arena, struct bytes *ret, struct error *err) RC_CHECK;

/* A member of a template; the value is not copied ... */
#define P11_ATTRIBUTE(type_, ptr, len)                                        \
	((CK_ATTRIBUTE){ .type = (type_), .pValue = (ptr), .ulValueLen = (len) })
/* ... or is, into the arena. */
CK_ATTRIBUTE p11object_attribute(CK_ATTRIBUTE_TYPE type, struct bytes value,
    struct arena *arena);

#endif
