/*
 * p11wrap.c - the probes that ask for the length of the wrapped key.
 */
#include <stdio.h>

#include "engines/p11prober.h"

/* What wraps: a family of keys, one of which is made when a mechanism is listed. */
enum family { AES, DES3, DES, RSA, FAMILIES };

static CK_RSA_PKCS_OAEP_PARAMS oaep = { .hash_alg = CKM_SHA_1, .mgf = CKG_MGF1_SHA1,
	.source = CKZ_DATA_SPECIFIED };
static CK_BYTE iv[16];

static const struct wrap {
	enum family family;
	struct named mechanism;
	void *parameter;
	CK_ULONG length;
	enum rc_depth depth;             /* from which on it is tried          */
} wraps[] = {
	{ AES, NAMED(CKM_AES_KEY_WRAP), NULL, 0, RC_DEPTH_SESSION },
	{ AES, NAMED(CKM_AES_KEY_WRAP_PAD), NULL, 0, RC_DEPTH_SESSION },
	{ AES, { 0x210b, "CKM_AES_KEY_WRAP_KWP" }, NULL, 0, RC_DEPTH_SESSION },
	{ AES, NAMED(CKM_AES_CBC_PAD), iv, 16, RC_DEPTH_SESSION },
	{ AES, NAMED(CKM_AES_CBC), iv, 16, RC_DEPTH_FULL },
	{ AES, NAMED(CKM_AES_ECB), NULL, 0, RC_DEPTH_FULL },
	{ DES3, NAMED(CKM_DES3_CBC_PAD), iv, 8, RC_DEPTH_SESSION },
	{ DES3, NAMED(CKM_DES3_CBC), iv, 8, RC_DEPTH_FULL },
	{ DES3, NAMED(CKM_DES3_ECB), NULL, 0, RC_DEPTH_FULL },
	{ DES, NAMED(CKM_DES_CBC_PAD), iv, 8, RC_DEPTH_FULL },
	{ DES, NAMED(CKM_DES_CBC), iv, 8, RC_DEPTH_FULL },
	{ DES, NAMED(CKM_DES_ECB), NULL, 0, RC_DEPTH_FULL },
	{ RSA, NAMED(CKM_RSA_PKCS), NULL, 0, RC_DEPTH_FULL },
	{ RSA, NAMED(CKM_RSA_X_509), NULL, 0, RC_DEPTH_FULL },
	{ RSA, NAMED(CKM_RSA_PKCS_OAEP), &oaep, sizeof(oaep), RC_DEPTH_FULL },
};

enum { SHOWN = 8 };               /* of those that are not known        */
_Static_assert(ARRAY_LEN(wraps) + SHOWN <= PROBER_WRAPS_MAX, "there is room for every wrap");

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

static CK_RV
make_secret(struct prober *p, CK_MECHANISM_TYPE type, CK_ULONG octets, CK_OBJECT_HANDLE *ret)
{
	CK_MECHANISM mechanism = { .mechanism = type };
	CK_ATTRIBUTE t[] = {
		P11_ATTRIBUTE(CKA_TOKEN, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_WRAP, &yes, sizeof(yes)),
		P11_ATTRIBUTE(CKA_SENSITIVE, &yes, sizeof(yes)),
		P11_ATTRIBUTE(CKA_EXTRACTABLE, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_DECRYPT, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_UNWRAP, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_VALUE_LEN, &octets, sizeof(octets)),
	};

	return P11(&p->raw, C_GenerateKey, p->raw.session, &mechanism, t,
	    ARRAY_LEN(t) - (octets == 0 ? 1 : 0), ret);
}

static CK_RV
make_pair(struct prober *p, CK_OBJECT_HANDLE *ret)
{
	static CK_BYTE f4[] = { 1, 0, 1 };
	CK_MECHANISM mechanism = { .mechanism = CKM_RSA_PKCS_KEY_PAIR_GEN };
	CK_ULONG bits = 2048;
	CK_OBJECT_HANDLE private = CK_INVALID_HANDLE;
	CK_ATTRIBUTE public_t[] = {
		P11_ATTRIBUTE(CKA_TOKEN, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_WRAP, &yes, sizeof(yes)),
		P11_ATTRIBUTE(CKA_MODULUS_BITS, &bits, sizeof(bits)),
		P11_ATTRIBUTE(CKA_PUBLIC_EXPONENT, f4, sizeof(f4)),
	};
	CK_ATTRIBUTE private_t[] = {
		P11_ATTRIBUTE(CKA_TOKEN, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_SENSITIVE, &yes, sizeof(yes)),
		P11_ATTRIBUTE(CKA_EXTRACTABLE, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_DECRYPT, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_UNWRAP, &no, sizeof(no)),
	};

	return WATCHED_FOR(p->raw.dog, WATCHDOG_LONG, "C_GenerateKeyPair",
	    p->raw.module->fn->C_GenerateKeyPair(p->raw.session, &mechanism, public_t,
	    ARRAY_LEN(public_t), private_t, ARRAY_LEN(private_t), ret, &private));
}

static CK_RV
make_wrapping(struct prober *p, enum family family, CK_OBJECT_HANDLE *ret)
{
	switch (family) {
	case AES:
		return make_secret(p, CKM_AES_KEY_GEN, 32, ret);
	case DES3:
		return make_secret(p, CKM_DES3_KEY_GEN, 0, ret);
	case DES:
		return make_secret(p, CKM_DES_KEY_GEN, 0, ret);
	default:
		return make_pair(p, ret);
	}
}

/* A wrapping key, and what the making of it came to. */
struct wrapping {
	CK_OBJECT_HANDLE handle;
	const char *call;
	CK_RV rv;
};

/*
 * Without a wrapping key the module is asked all the same: one that has no such
 * function says so, and any other answer is about the missing key.
 */
static enum rc_status
try_wrap(struct prober *p, const struct wrap *wrap, const struct wrapping *by)
{
	struct rc_probe *probe = prober_add(p, RC_PROBE_WRAP, wrap->mechanism.type,
	    wrap->mechanism.name);
	CK_MECHANISM mechanism = { .mechanism = wrap->mechanism.type,
		.pParameter = wrap->parameter, .ulParameterLen = wrap->length };
	CK_ULONG n = 0;
	CK_RV rv = P11(&p->raw, C_WrapKey, p->raw.session, &mechanism, by->handle,
	    p->key->handle, NULL, &n);

	if (by->rv != CKR_OK && rv != CKR_OK && rv != CKR_FUNCTION_NOT_SUPPORTED &&
	    !prober_is_lost(rv)) {
		prober_code(probe, by->call, by->rv);
		return RC_OK;
	}
	if (rv != CKR_OK && rv != CKR_BUFFER_TOO_SMALL)
		return prober_settle(p, probe, "C_WrapKey", rv);
	probe->done = RC_TRUE;
	(void)snprintf(probe->answer, sizeof(probe->answer), "CKR_OK, %lu octets",
	    (unsigned long)n);
	return RC_OK;
}

static bool
wants(const struct prober *p, const struct wrap *wrap)
{
	return p->depth >= wrap->depth && p11mech_has(p->mechs, wrap->mechanism.type);
}

static enum rc_status
try_family(struct prober *p, enum family family)
{
	struct wrapping by = { .call = NULL };

	for (size_t i = 0; i < ARRAY_LEN(wraps); i++) {
		if (wraps[i].family != family || !wants(p, &wraps[i]))
			continue;
		if (by.call == NULL) {
			by.call = family == RSA ? "C_GenerateKeyPair: " : "C_GenerateKey: ";
			by.rv = make_wrapping(p, family, &by.handle);
			if (prober_is_lost(by.rv))
				return ckr_fail(p->err, by.call, by.rv);
		}
		TRY(try_wrap(p, &wraps[i], &by));
	}
	return RC_OK;
}

/* A token that lists nothing to wrap with is asked whether it has the function. */
static enum rc_status
try_bare(struct prober *p)
{
	static const struct wrap bare = { .mechanism = { CKM_AES_KEY_WRAP, "C_WrapKey" } };
	static const struct wrapping none = { .call = "nothing to wrap with is listed: ",
		.rv = CKR_MECHANISM_INVALID };

	return try_wrap(p, &bare, &none);
}

static bool
is_known_wrap(CK_MECHANISM_TYPE type)
{
	for (size_t i = 0; i < ARRAY_LEN(wraps); i++)
		if (wraps[i].mechanism.type == type)
			return true;
	return false;
}

/* What the token says can wrap and what we have no way to ask for. */
static void
add_untried(struct prober *p)
{
		size_t n = 0;

	for (CK_ULONG i = 0; i < p->mechs->n && n < SHOWN; i++) {
		CK_MECHANISM_TYPE type = p->mechs->v[i];
		CK_MECHANISM_INFO info = { .flags = 0 };
		const char *name = p11mech_name(type);
		struct rc_probe *probe;

		if (is_known_wrap(type) || P11(&p->raw, C_GetMechanismInfo, p->raw.slot, type,
		    &info) != CKR_OK || (info.flags & CKF_WRAP) == 0)
			continue;
		probe = prober_add(p, RC_PROBE_WRAP, type, name != NULL ? name :
		    "another-mechanism");
		(void)snprintf(probe->answer, sizeof(probe->answer),
		    "not known how to ask for 0x%lx", (unsigned long)type);
		n++;
	}
}

enum rc_status
prober_wraps(struct prober *p)
{
	size_t before = p->facts->n_probes;

	for (enum family family = AES; family < FAMILIES; family++)
		TRY(try_family(p, family));
	if (p->depth == RC_DEPTH_FULL)
		add_untried(p);
	return p->facts->n_probes != before ? RC_OK : try_bare(p);
}
