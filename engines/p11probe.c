#include "engines/p11probe.h"

#include <stdio.h>

#include "engines/p11prober.h"

/* -- answers ------------------------------------------------------------------------ */

/* The session is gone, and with it whatever else would be asked. */
bool
prober_is_lost(CK_RV rv)
{
	return rv == CKR_SESSION_HANDLE_INVALID || rv == CKR_SESSION_CLOSED ||
	    rv == CKR_DEVICE_REMOVED || rv == CKR_TOKEN_NOT_PRESENT ||
	    rv == CKR_CRYPTOKI_NOT_INITIALIZED || rv == CKR_USER_NOT_LOGGED_IN;
}

/* A module that refuses says it so.  Any other code may mean something else. */
static const struct refusal {
	enum rc_probe_kind kind;
	CK_RV rv;
} refusals[] = {
	{ RC_PROBE_READ, CKR_ATTRIBUTE_SENSITIVE },
	{ RC_PROBE_READ, CKR_ATTRIBUTE_TYPE_INVALID },
	{ RC_PROBE_WRAP, CKR_KEY_UNEXTRACTABLE },
	{ RC_PROBE_WRAP, CKR_KEY_NOT_WRAPPABLE },
	{ RC_PROBE_WRAP, CKR_MECHANISM_INVALID },
	{ RC_PROBE_WRAP, CKR_FUNCTION_NOT_SUPPORTED },
	{ RC_PROBE_COPY, CKR_ATTRIBUTE_READ_ONLY },
	{ RC_PROBE_COPY, CKR_TEMPLATE_INCONSISTENT },
	{ RC_PROBE_COPY, CKR_ACTION_PROHIBITED },
	{ RC_PROBE_COPY, CKR_FUNCTION_NOT_SUPPORTED },
	{ RC_PROBE_SET, CKR_ATTRIBUTE_READ_ONLY },
	{ RC_PROBE_SET, CKR_TEMPLATE_INCONSISTENT },
	{ RC_PROBE_SET, CKR_ACTION_PROHIBITED },
	{ RC_PROBE_SET, CKR_FUNCTION_NOT_SUPPORTED },
};

static enum rc_fact
refused(enum rc_probe_kind kind, CK_RV rv)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (refusals[i].kind == kind && refusals[i].rv == rv)
			return RC_FALSE;
	return RC_UNKNOWN;
}

struct rc_probe *
prober_add(struct prober *p, enum rc_probe_kind kind, CK_ULONG type, const char *name)
{
	struct rc_probe *probe = &p->facts->probe[p->facts->n_probes++];

	*probe = (struct rc_probe){ .kind = kind, .type = type, .name = name };
	return probe;
}

void
prober_code(struct rc_probe *probe, const char *call, CK_RV rv)
{
	const char *name = ckr_name(rv);

	if (name != NULL)
		(void)snprintf(probe->answer, sizeof(probe->answer), "%s%s", call, name);
	else
		(void)snprintf(probe->answer, sizeof(probe->answer), "%s0x%lx", call,
		    (unsigned long)rv);
}

static void
put_words(struct rc_probe *probe, enum rc_fact done, const char *words)
{
	probe->done = done;
	(void)snprintf(probe->answer, sizeof(probe->answer), "%s", words);
}

/* The call did not do it; its code says whether it was refused. */
enum rc_status
prober_settle(struct prober *p, struct rc_probe *probe, const char *call, CK_RV rv)
{
	if (prober_is_lost(rv))
		return ckr_fail(p->err, call, rv);
	probe->done = refused(probe->kind, rv);
	prober_code(probe, "", rv);
	return RC_OK;
}

/* -- read ---------------------------------------------------------------------------- */

static const struct named rsa_parts[] = {
	NAMED(CKA_PRIVATE_EXPONENT), NAMED(CKA_PRIME_1), NAMED(CKA_PRIME_2),
	NAMED(CKA_EXPONENT_1), NAMED(CKA_EXPONENT_2), NAMED(CKA_COEFFICIENT),
};
static const struct named other_parts[] = { NAMED(CKA_VALUE) };

/* A length alone does not prove it (some modules tell the length of what they
 * then withhold), so it is read; what comes is as good as published already. */
static enum rc_status
try_read(struct prober *p, const struct named *part)
{
	struct rc_probe *probe = prober_add(p, RC_PROBE_READ, part->type, part->name);
	SCOPED(secret_free) struct secret *room = secret_new(SECRET_MAX);
	CK_ATTRIBUTE a = P11_ATTRIBUTE(part->type, secret_p(room), SECRET_MAX);
	CK_RV rv = P11(&p->raw, C_GetAttributeValue, p->raw.session, p->key->handle, &a, 1);

	if (rv == CKR_BUFFER_TOO_SMALL)
		put_words(probe, RC_TRUE, "given, and very long");
	else if (rv != CKR_OK)
		return prober_settle(p, probe, "C_GetAttributeValue", rv);
	else if (a.ulValueLen == CK_UNAVAILABLE_INFORMATION)
		put_words(probe, RC_FALSE, "CKR_OK, unavailable");
	else if (a.ulValueLen == 0)
		put_words(probe, RC_UNKNOWN, "CKR_OK, empty");
	else
		put_words(probe, RC_TRUE, "CKR_OK, given");
	return RC_OK;
}

static enum rc_status
try_reads(struct prober *p)
{
	bool rsa = p->key->type == CKK_RSA;
	const struct named *parts = rsa ? rsa_parts : other_parts;
	size_t n = rsa ? ARRAY_LEN(rsa_parts) : ARRAY_LEN(other_parts);

	for (size_t i = 0; i < n; i++)
		TRY(try_read(p, &parts[i]));
	return RC_OK;
}

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

/* -- copy and set ---------------------------------------------------------------------- */

/* An attribute that guards a key, and the value without guard. */
static const struct guard {
	struct named attribute;
	CK_BBOOL weak;
	size_t at;                       /* of an enum rc_fact in struct rc_facts */
	bool by_copy;                    /* a copy may not lack it (v2.40, 5.7)   */
} guards[] = {
	{ NAMED(CKA_EXTRACTABLE), CK_TRUE, offsetof(struct rc_facts, extractable), true },
	{ NAMED(CKA_SENSITIVE), CK_FALSE, offsetof(struct rc_facts, sensitive), true },
	{ NAMED(CKA_PRIVATE), CK_FALSE, offsetof(struct rc_facts, is_private), false },
};

static enum rc_fact
weak_fact(const struct guard *guard)
{
	return guard->weak == CK_TRUE ? RC_TRUE : RC_FALSE;
}

/* The key has it: there is something to take away. */
static bool
has_guard(const struct prober *p, const struct guard *guard)
{
	enum rc_fact fact;

	memcpy(&fact, (const char *)p->facts + guard->at, sizeof(fact));
	return fact != RC_UNKNOWN && fact != weak_fact(guard);
}

/* The call said yes; did it happen? */
static enum rc_status
look(struct prober *p, CK_OBJECT_HANDLE object, const struct guard *guard,
    struct rc_probe *probe)
{
	enum rc_fact now = RC_UNKNOWN;
	CK_BBOOL value = 0x5a;
	CK_ATTRIBUTE a = P11_ATTRIBUTE(guard->attribute.type, &value, sizeof(value));
	CK_RV rv = P11(&p->raw, C_GetAttributeValue, p->raw.session, object, &a, 1);

	if (prober_is_lost(rv))
		return ckr_fail(p->err, "C_GetAttributeValue", rv);
	if (rv == CKR_OK && a.ulValueLen == sizeof(value))
		now = value != CK_FALSE ? RC_TRUE : RC_FALSE;
	if (now == RC_UNKNOWN)
		put_words(probe, RC_UNKNOWN, "CKR_OK, but it cannot be read back");
	else if (now == weak_fact(guard))
		put_words(probe, RC_TRUE, now == RC_TRUE ? "CKR_OK, now true" :
		    "CKR_OK, now false");
	else
		put_words(probe, RC_FALSE, "CKR_OK, but unchanged");
	return RC_OK;
}

static enum rc_status
try_copy(struct prober *p, const struct guard *guard)
{
	struct rc_probe *probe = prober_add(p, RC_PROBE_COPY, guard->attribute.type,
	    guard->attribute.name);
	CK_BBOOL weak = guard->weak;
	CK_ATTRIBUTE t[] = {
		P11_ATTRIBUTE(CKA_TOKEN, &no, sizeof(no)),
		P11_ATTRIBUTE(guard->attribute.type, &weak, sizeof(weak)),
	};
	CK_OBJECT_HANDLE copy = CK_INVALID_HANDLE;
	CK_RV rv = P11(&p->raw, C_CopyObject, p->raw.session, p->key->handle, t, ARRAY_LEN(t),
	    &copy);
	enum rc_status status;

	if (rv != CKR_OK)
		return prober_settle(p, probe, "C_CopyObject", rv);
	if (copy == p->key->handle) {
		put_words(probe, RC_UNKNOWN, "CKR_OK, and the copy is the key itself");
		return RC_OK;
	}
	status = look(p, copy, guard, probe);
	rv = P11(&p->raw, C_DestroyObject, p->raw.session, copy);
	if (rv != CKR_OK)
		put_words(probe, RC_TRUE, "CKR_OK, and the copy cannot be destroyed");
	return status;
}

static enum rc_status
try_copies(struct prober *p)
{
	for (size_t i = 0; i < ARRAY_LEN(guards); i++)
		if (has_guard(p, &guards[i]))
			TRY(try_copy(p, &guards[i]));
	return RC_OK;
}

/* -- twin ------------------------------------------------------------------------------ */

/* What a twin is made with: as the key has it.  Some modules take no attribute
 * beyond the guards. */
static const struct like {
	CK_ATTRIBUTE_TYPE type;
	size_t at;
	bool guard;
} likes[] = {
	{ CKA_SENSITIVE, offsetof(struct rc_facts, sensitive), true },
	{ CKA_EXTRACTABLE, offsetof(struct rc_facts, extractable), true },
	{ CKA_PRIVATE, offsetof(struct rc_facts, is_private), true },
	{ CKA_SIGN, offsetof(struct rc_facts, sign), true },
	{ CKA_MODIFIABLE, offsetof(struct rc_facts, modifiable), false },
	{ CKA_COPYABLE, offsetof(struct rc_facts, copyable), false },
	{ CKA_DECRYPT, offsetof(struct rc_facts, decrypt), false },
	{ CKA_UNWRAP, offsetof(struct rc_facts, unwrap), false },
	{ CKA_DERIVE, offsetof(struct rc_facts, derive), false },
	{ CKA_SIGN_RECOVER, offsetof(struct rc_facts, sign_recover), false },
};

enum { TWIN_MAX = ARRAY_LEN(likes) + 2 };

static CK_ULONG
twin_template(const struct prober *p, bool guards_only, CK_ATTRIBUTE *t)
{
	CK_ULONG n = 0;

	t[n++] = P11_ATTRIBUTE(CKA_TOKEN, p->twin_on_token ? &yes : &no, sizeof(no));
	for (size_t i = 0; i < ARRAY_LEN(likes); i++) {
		enum rc_fact fact;

		memcpy(&fact, (const char *)p->facts + likes[i].at, sizeof(fact));
		if (fact != RC_UNKNOWN && (likes[i].guard || !guards_only))
			t[n++] = P11_ATTRIBUTE(likes[i].type, fact == RC_TRUE ? &yes : &no,
			    sizeof(yes));
	}
	return n;
}

static CK_MECHANISM_TYPE
twin_mechanism(CK_ULONG key_type)
{
	return key_type == CKK_RSA ? CKM_RSA_PKCS_KEY_PAIR_GEN :
	    key_type == CKK_EC_EDWARDS ? CKM_EC_EDWARDS_KEY_PAIR_GEN : CKM_EC_KEY_PAIR_GEN;
}

struct twin {
	CK_OBJECT_HANDLE public, private;
};

/* Of the key's type; RSA of the size that is made quickly.  Its label tells what it
 * is, should a module keep it and the process end meanwhile. */
static CK_RV
make_twin(struct prober *p, struct bytes curve, bool guards_only, struct twin *ret)
{
	static CK_BYTE label[] = "rolecert-twin";
	static CK_BYTE f4[] = { 1, 0, 1 };
	CK_MECHANISM mechanism = { .mechanism = twin_mechanism(p->key->type) };
	CK_ULONG bits = 2048;
	bool rsa = p->key->type == CKK_RSA;
	CK_ATTRIBUTE public_t[] = {
		P11_ATTRIBUTE(CKA_TOKEN, p->twin_on_token ? &yes : &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_LABEL, label, sizeof(label) - 1),
		rsa ? P11_ATTRIBUTE(CKA_MODULUS_BITS, &bits, sizeof(bits)) :
		    P11_ATTRIBUTE(CKA_EC_PARAMS, (void *)(uintptr_t)curve.p, curve.n),
		P11_ATTRIBUTE(CKA_PUBLIC_EXPONENT, f4, sizeof(f4)),
	};
	CK_ATTRIBUTE private_t[TWIN_MAX];
	CK_ULONG n = twin_template(p, guards_only, private_t);
	CK_RV rv;

	private_t[n++] = P11_ATTRIBUTE(CKA_LABEL, label, sizeof(label) - 1);
	rv = WATCHED_FOR(p->raw.dog, WATCHDOG_LONG, "C_GenerateKeyPair",
	    p->raw.module->fn->C_GenerateKeyPair(p->raw.session, &mechanism, public_t,
	    rsa ? 4 : 3, private_t, n, &ret->public, &ret->private));
	/* What is done to a twin must never be done to the key. */
	if (rv == CKR_OK && (ret->private == p->key->handle || ret->public == p->key->handle))
		return CKR_OBJECT_HANDLE_INVALID;
	return rv;
}

static enum rc_status
try_set(struct prober *p, CK_OBJECT_HANDLE twin, const struct guard *guard)
{
	struct rc_probe *probe = prober_add(p, RC_PROBE_SET, guard->attribute.type,
	    guard->attribute.name);
	CK_BBOOL weak = guard->weak;
	CK_ATTRIBUTE a = P11_ATTRIBUTE(guard->attribute.type, &weak, sizeof(weak));
	CK_RV rv = P11(&p->raw, C_SetAttributeValue, p->raw.session, twin, &a, 1);

	return rv == CKR_OK ? look(p, twin, guard, probe) :
	    prober_settle(p, probe, "C_SetAttributeValue", rv);
}

/* With everything that the key has, or, where a module takes no more, its guards. */
static CK_RV
make_any_twin(struct prober *p, struct bytes curve, struct twin *ret)
{
	CK_RV rv = make_twin(p, curve, false, ret);

	return rv == CKR_OK || prober_is_lost(rv) ? rv : make_twin(p, curve, true, ret);
}

static enum rc_status
try_sets(struct prober *p, const struct twin *twin, CK_RV made)
{
	for (size_t i = 0; i < ARRAY_LEN(guards); i++) {
		if (!has_guard(p, &guards[i]))
			continue;
		if (made == CKR_OK)
			TRY(try_set(p, twin->private, &guards[i]));
		else
			prober_code(prober_add(p, RC_PROBE_SET, guards[i].attribute.type,
			    guards[i].attribute.name), "C_GenerateKeyPair: ", made);
	}
	return RC_OK;
}

/* By name, for not every twin ends with its session; one that stays is told, also where
 * the session was lost over it. */
static enum rc_status
twin_destroy(struct prober *p, const struct twin *twin, enum rc_status status)
{
	static const char left[] = "C_DestroyObject: a twin of the key, labelled "
	    "'rolecert-twin', may be left on the token: 0x%lx";
	CK_RV rv = P11(&p->raw, C_DestroyObject, p->raw.session, twin->private);
	CK_RV public = P11(&p->raw, C_DestroyObject, p->raw.session, twin->public);

	rv = rv == CKR_OK ? public : rv;
	if (rv == CKR_OK || (prober_is_lost(rv) && !p->twin_on_token))
		return status;
	if (status == RC_OK)
		return error_fail(p->err, RULE_TOKEN_ERROR, left, (unsigned long)rv);
	error_note(p->err, RULE_TOKEN_ERROR, NOWHERE, left, (unsigned long)rv);
	return status;
}

static enum rc_status
try_twin_here(struct prober *p, struct bytes curve, CK_RV *ret_made)
{
	struct twin twin = { .private = CK_INVALID_HANDLE };
	CK_RV rv = make_any_twin(p, curve, &twin);
	enum rc_status status;

	*ret_made = rv;
	if (prober_is_lost(rv))
		return ckr_fail(p->err, "C_GenerateKeyPair", rv);
	if (rv == CKR_SESSION_READ_ONLY)
		return RC_OK;
	status = try_sets(p, &twin, rv);
	if (rv != CKR_OK)
		return status;
	return twin_destroy(p, &twin, status);
}

/*
 * A module that makes no key pair where nothing may be written knows no session keys
 * (tpm2-pkcs11): there the twin is on the token for as long as it is tried.
 */
static enum rc_status
try_twin(struct prober *p)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	CK_SESSION_HANDLE reading = p->raw.session;
	enum rc_status status;
	struct bytes curve;
	CK_RV made, rv;

	TRY(p11object_bytes(&p->raw, p->key->handle, CKA_EC_PARAMS, arena, &curve, p->err));
	TRY(try_twin_here(p, curve, &made));
	if (made != CKR_SESSION_READ_ONLY)
		return RC_OK;
	rv = P11(&p->raw, C_OpenSession, p->raw.slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL,
	    NULL, &p->raw.session);
	if (rv != CKR_OK) {
		p->raw.session = reading;
		return try_sets(p, NULL, made);
	}
	p->twin_on_token = true;
	status = try_twin_here(p, curve, &made);
	(void)P11(&p->raw, C_CloseSession, p->raw.session);
	p->raw.session = reading;
	return status;
}

/* -- sums ------------------------------------------------------------------------------ */

_Static_assert(ARRAY_LEN(rsa_parts) + PROBER_WRAPS_MAX + 2 * ARRAY_LEN(guards) <=
    RC_PROBES_MAX, "there is room for every probe");

static enum rc_fact
sum(const struct rc_facts *facts, enum rc_probe_kind kind)
{
	enum rc_fact result = RC_UNKNOWN;
	bool open = false;

	for (size_t i = 0; i < facts->n_probes; i++) {
		const struct rc_probe *probe = &facts->probe[i];

		if (probe->kind != kind)
			continue;
		if (probe->done == RC_TRUE)
			return RC_TRUE;
		open |= probe->done == RC_UNKNOWN;
		result = RC_FALSE;
	}
	return open ? RC_UNKNOWN : result;
}

static bool
breaks_guard(const struct rc_probe *probe)
{
	for (size_t i = 0; i < ARRAY_LEN(guards); i++)
		if (guards[i].attribute.type == probe->type)
			return probe->kind == RC_PROBE_SET || guards[i].by_copy;
	return false;
}

/* Was it done although an attribute of the key rules it out? */
static bool
breaks_word(const struct rc_facts *facts, const struct rc_probe *probe)
{
	if (probe->done != RC_TRUE)
		return false;
	if (probe->kind == RC_PROBE_READ)
		return facts->sensitive == RC_TRUE || facts->extractable == RC_FALSE;
	if (probe->kind == RC_PROBE_WRAP)
		return facts->extractable == RC_FALSE;
	return breaks_guard(probe);
}

static void
sum_up(struct rc_facts *facts)
{
	facts->secret_readable = sum(facts, RC_PROBE_READ);
	facts->wrappable = sum(facts, RC_PROBE_WRAP);
	facts->copyable_weaker = sum(facts, RC_PROBE_COPY);
	facts->twin_changeable = sum(facts, RC_PROBE_SET);
	facts->not_enforced = facts->n_probes != 0 ? RC_FALSE : RC_UNKNOWN;
	for (size_t i = 0; i < facts->n_probes; i++)
		if (breaks_word(facts, &facts->probe[i]))
			facts->not_enforced = RC_TRUE;
}

/* -- all of it -------------------------------------------------------------------------- */

static enum rc_status
try_all(struct prober *p)
{
	TRY(try_reads(p));
	TRY(prober_wraps(p));
	TRY(try_copies(p));
	return p->depth == RC_DEPTH_FULL ? try_twin(p) : RC_OK;
}

/* No second session: nothing can be asked without leaving traces in the first. */
static void
add_no_session(struct prober *p, CK_RV rv)
{
	static const struct { enum rc_probe_kind kind; const char *name; } kinds[] = {
		{ RC_PROBE_READ, "C_GetAttributeValue" }, { RC_PROBE_WRAP, "C_WrapKey" },
		{ RC_PROBE_COPY, "C_CopyObject" },
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		prober_code(prober_add(p, kinds[i].kind, 0, kinds[i].name), "C_OpenSession: ", rv);
}

enum rc_status
p11probe_run(struct p11raw *raw, const struct p11key *key, const struct p11mechs *mechs,
    enum rc_depth depth, struct rc_facts *facts, struct error *err)
{
	struct prober p = { .raw = *raw, .key = key, .mechs = mechs, .depth = depth,
		.facts = facts, .err = err };
	enum rc_status status = RC_OK;
	CK_RV rv;

	if (depth == RC_DEPTH_ATTRIBUTES)
		return RC_OK;
	rv = P11(raw, C_OpenSession, raw->slot, CKF_SERIAL_SESSION, NULL, NULL, &p.raw.session);
	if (prober_is_lost(rv))
		return ckr_fail(err, "C_OpenSession", rv);
	if (rv == CKR_OK) {
		status = try_all(&p);
		(void)P11(raw, C_CloseSession, p.raw.session);
	} else
		add_no_session(&p, rv);
	sum_up(facts);
	return status;
}
