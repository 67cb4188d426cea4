#include "engines/p11object.h"

enum { BATCH = 64 };

static enum rc_status
find_more(struct p11raw *raw, struct arena *arena, struct p11handles *found, bool *ret_end,
    struct error *err)
{
	CK_OBJECT_HANDLE batch[BATCH];
	CK_ULONG n = 0;

	P11_TRY(raw, err, C_FindObjects, raw->session, batch, BATCH, &n);
	if (n > BATCH || found->v.n + n > P11_OBJECTS_MAX)
		return error_fail(err, RULE_TOKEN_ERROR, "C_FindObjects gives more than %d objects",
		    P11_OBJECTS_MAX);
	for (CK_ULONG i = 0; i < n; i++)
		*VEC_PUSH(arena, &found->v) = batch[i];
	*ret_end = n == 0;
	return RC_OK;
}

enum rc_status
p11object_find(struct p11raw *raw, CK_ATTRIBUTE *template, CK_ULONG n, struct arena *arena,
    struct p11handles *found, struct error *err)
{
	enum rc_status status = RC_OK;
	bool end = false;

	P11_TRY(raw, err, C_FindObjectsInit, raw->session, template, n);
	while (status == RC_OK && !end)
		status = find_more(raw, arena, found, &end, err);
	(void)P11(raw, C_FindObjectsFinal, raw->session);
	return status;
}

/* The codes by which a module says that there is nothing to read. */
static bool
says_nothing(CK_RV rv)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE;
}

/* How long it is; *ret_known false where there is nothing to read. */
static enum rc_status
length_of(struct p11raw *raw, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, CK_ULONG *ret,
    bool *ret_known, struct error *err)
{
	CK_ATTRIBUTE a = { .type = type };
	CK_RV rv = P11(raw, C_GetAttributeValue, raw->session, object, &a, 1);

	if (rv != CKR_OK && !says_nothing(rv))
		return ckr_fail(err, "C_GetAttributeValue", rv);
	*ret_known = rv == CKR_OK && a.ulValueLen != CK_UNAVAILABLE_INFORMATION;
	*ret = *ret_known ? a.ulValueLen : 0;
	if (*ret > P11_ATTRIBUTE_MAX)
		return error_fail(err, RULE_TOKEN_ERROR,
		    "C_GetAttributeValue: attribute 0x%lx has %lu octets", (unsigned long)type,
		    (unsigned long)*ret);
	return RC_OK;
}

/* Into room for what it is said to be. */
static enum rc_status
get_measured(struct p11raw *raw, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
    struct buf *value, bool *ret_known, struct error *err)
{
	CK_ATTRIBUTE a = { .type = type };
	CK_ULONG room = 0;
	CK_RV rv;

	TRY(length_of(raw, object, type, &room, ret_known, err));
	if (!*ret_known || room == 0)
		return RC_OK;
	a.pValue = buf_reserve(value, room);
	a.ulValueLen = room;
	rv = P11(raw, C_GetAttributeValue, raw->session, object, &a, 1);
	if (rv != CKR_OK && !says_nothing(rv))
		return ckr_fail(err, "C_GetAttributeValue", rv);
	*ret_known = rv == CKR_OK && a.ulValueLen <= room;
	if (*ret_known)
		buf_wrote(value, a.ulValueLen);
	return RC_OK;
}

/* Most fit into the room that is offered at once, which saves a call; what does not is
 * measured. */
enum rc_status
p11object_get(struct p11raw *raw, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
    struct buf *value, bool *ret_known, struct error *err)
{
	enum { USUAL = 600 };            /* the modulus of an RSA key of 4096 bits, and more */
	CK_ATTRIBUTE a = P11_ATTRIBUTE(type, buf_reserve(value, USUAL), USUAL);
	CK_RV rv = P11(raw, C_GetAttributeValue, raw->session, object, &a, 1);

	if (rv == CKR_BUFFER_TOO_SMALL || (rv == CKR_OK && a.ulValueLen > USUAL))
		return get_measured(raw, object, type, value, ret_known, err);
	if (rv != CKR_OK && !says_nothing(rv))
		return ckr_fail(err, "C_GetAttributeValue", rv);
	*ret_known = rv == CKR_OK;
	if (*ret_known)
		buf_wrote(value, a.ulValueLen);
	return RC_OK;
}

/*
 * A value whose size is known, in one call.  A module that answers with another
 * size has not answered.
 */
static enum rc_status
get_fixed(struct p11raw *raw, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *p, size_t n,
    bool *ret_known, struct error *err)
{
	CK_ATTRIBUTE a = P11_ATTRIBUTE(type, p, n);
	CK_RV rv = P11(raw, C_GetAttributeValue, raw->session, object, &a, 1);

	if (rv != CKR_OK && rv != CKR_BUFFER_TOO_SMALL && !says_nothing(rv))
		return ckr_fail(err, "C_GetAttributeValue", rv);
	*ret_known = rv == CKR_OK && a.ulValueLen == n;
	return RC_OK;
}

enum rc_status
p11object_bool(struct p11raw *raw, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
    enum rc_fact *ret, struct error *err)
{
	CK_BBOOL value = CK_FALSE;
	bool known = false;

	TRY(get_fixed(raw, object, type, &value, sizeof(value), &known, err));
	*ret = !known ? RC_UNKNOWN : value != CK_FALSE ? RC_TRUE : RC_FALSE;
	return RC_OK;
}

/*
 * All in one call.  The code that comes back may be about any of them, and some
 * modules stop at the first that they do not know: what was not written to is asked
 * for alone, and that answer counts.
 */
enum rc_status
p11object_bools(struct p11raw *raw, CK_OBJECT_HANDLE object, const CK_ATTRIBUTE_TYPE *types,
    enum rc_fact *ret, size_t n, struct error *err)
{
	enum { UNTOUCHED = 0x5a };
	CK_BBOOL values[P11_BOOLS_MAX];
	CK_ATTRIBUTE a[P11_BOOLS_MAX];
	CK_RV rv;

	memset(values, UNTOUCHED, sizeof(values));
	for (size_t i = 0; i < n; i++)
		a[i] = P11_ATTRIBUTE(types[i], &values[i], sizeof(values[i]));
	rv = P11(raw, C_GetAttributeValue, raw->session, object, a, n);
	for (size_t i = 0; i < n; i++) {
		bool answered = (rv == CKR_OK || says_nothing(rv)) &&
		    a[i].ulValueLen == sizeof(values[i]) && values[i] != UNTOUCHED;

		if (answered)
			ret[i] = values[i] != CK_FALSE ? RC_TRUE : RC_FALSE;
		else
			TRY(p11object_bool(raw, object, types[i], &ret[i], err));
	}
	return RC_OK;
}

enum rc_status
p11object_ulong(struct p11raw *raw, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
    CK_ULONG *ret, bool *ret_known, struct error *err)
{
	CK_ULONG value = 0;

	TRY(get_fixed(raw, object, type, &value, sizeof(value), ret_known, err));
	if (*ret_known)
		*ret = value;
	return RC_OK;
}

enum rc_status
p11object_bytes(struct p11raw *raw, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
    struct arena *arena, struct bytes *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf value = BUF_INIT;
	bool known = false;

	TRY(p11object_get(raw, object, type, &value, &known, err));
	*ret = arena_bytes(arena, buf_bytes(&value));
	return RC_OK;
}

CK_ATTRIBUTE
p11object_attribute(CK_ATTRIBUTE_TYPE type, struct bytes value, struct arena *arena)
{
	void *copy = arena_alloc(arena, value.n + 1);

	if (value.n != 0)
		memcpy(copy, value.p, value.n);
	return P11_ATTRIBUTE(type, copy, value.n);
}
