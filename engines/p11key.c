#include "engines/p11key.h"

#include <stdio.h>

#include "engines/p11probe.h"

/* A public key or a certificate, for its CKA_ID. */
struct half {
	CK_OBJECT_HANDLE handle;
	struct bytes id;
};

struct keys {
	struct p11raw *raw;
	struct arena *arena;
	VEC(struct half) halves;
	VEC(struct p11key) privates;
};

/* -- what is there -------------------------------------------------------------- */

/* The private keys that the URI's id and object allow; `narrow` false: all. */
static enum rc_status
find_privates(struct p11raw *raw, bool narrow, struct arena *arena, struct p11handles *found,
    struct error *err)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE template[3] = { P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class)) };
	struct bytes value;
	CK_ULONG n = 1;

	if (narrow && p11uri_id(raw->uri, &value))
		template[n++] = p11object_attribute(CKA_ID, value, arena);
	if (narrow && p11uri_object(raw->uri, &value))
		template[n++] = p11object_attribute(CKA_LABEL, value, arena);
	return p11object_find(raw, template, n, arena, found, err);
}

static enum rc_status
read_private(struct p11raw *raw, CK_OBJECT_HANDLE handle, struct arena *arena,
    struct p11key *ret, struct error *err)
{
	bool known = false;

	*ret = (struct p11key){ .handle = handle, .type = CK_UNAVAILABLE_INFORMATION };
	TRY(p11object_ulong(raw, handle, CKA_KEY_TYPE, &ret->type, &known, err));
	TRY(p11object_bytes(raw, handle, CKA_ID, arena, &ret->id, err));
	return p11object_bytes(raw, handle, CKA_LABEL, arena, &ret->label, err);
}

static enum rc_status
list_privates(struct keys *keys, struct error *err)
{
	struct p11handles found = { .v.n = 0 };

	TRY(find_privates(keys->raw, true, keys->arena, &found, err));
	for (size_t i = 0; i < found.v.n; i++)
		TRY(read_private(keys->raw, found.v.v[i], keys->arena,
		    VEC_PUSH(keys->arena, &keys->privates), err));
	return RC_OK;
}

/* All public keys and certificates with their ids: one pass, however many
 * private keys want to know. */
static enum rc_status
list_halves(struct keys *keys, CK_OBJECT_CLASS class, struct error *err)
{
	CK_ATTRIBUTE template = P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class));
	struct p11handles found = { .v.n = 0 };

	TRY(p11object_find(keys->raw, &template, 1, keys->arena, &found, err));
	for (size_t i = 0; i < found.v.n; i++) {
		struct half *half = VEC_PUSH(keys->arena, &keys->halves);

		half->handle = found.v.v[i];
		TRY(p11object_bytes(keys->raw, half->handle, CKA_ID, keys->arena, &half->id, err));
	}
	return RC_OK;
}

/* -- public halves --------------------------------------------------------------- */

/* The halves with the key's id, where the key does not tell of itself.  `wanted`
 * is taken when it is among them. */
static enum rc_status
pair(struct keys *keys, struct p11key *key, const struct p11pub *wanted, struct error *err)
{
	for (size_t i = 0; i < keys->halves.n; i++) {
		const struct half *half = &keys->halves.v[i];
		struct p11pub pub = { .kind = P11PUB_NONE };

		if (!bytes_equal(half->id, key->id))
			continue;
		TRY(p11pub_of_object(keys->raw, half->handle, keys->arena, &pub, err));
		if (pub.kind == P11PUB_NONE)
			continue;
		if (key->pub.kind == P11PUB_NONE)
			key->pub = pub;
		else if (!p11pub_equal(&key->pub, &pub))
			key->two_halves = true;
		if (wanted != NULL && p11pub_equal(wanted, &pub))
			key->pub = pub;
	}
	return RC_OK;
}

static enum rc_status
learn_public(struct keys *keys, struct p11key *key, const struct p11pub *wanted,
    struct error *err)
{
	TRY(p11pub_of_object(keys->raw, key->handle, keys->arena, &key->pub, err));
	if (key->pub.kind != P11PUB_NONE)
		return RC_OK;
	return pair(keys, key, wanted, err);
}

/* -- which one ---------------------------------------------------------------------- */

static bool
names_key(const struct p11uri *uri)
{
	struct bytes value;

	return p11uri_id(uri, &value) || p11uri_object(uri, &value);
}

static enum rc_status
none_fits(const struct keys *keys, struct error *err)
{
	const char *token = keys->raw->token.label;

	if (keys->privates.n == 0 && names_key(keys->raw->uri))
		return error_fail(err, RULE_KEY_MISSING,
		    "the token '%s' shows no private key of the object and id in the URI", token);
	if (keys->privates.n == 0)
		return error_fail(err, RULE_KEY_MISSING, "the token '%s' shows no private key",
		    token);
	if (names_key(keys->raw->uri))
		return error_fail(err, RULE_KEY_MISMATCH,
		    "the key that the URI names on the token '%s' has another public half than "
		    "the expected one", token);
	return error_fail(err, RULE_KEY_MISSING,
	    "none of the %zu private keys on the token '%s' has the expected public half",
	    keys->privates.n, token);
}

static void
put_key(struct buf *b, const struct p11key *key)
{
	buf_puts(b, b->n != 0 ? ", '" : "'");
	buf_put_bytes(b, key->label);
	buf_puts(b, "' id ");
	buf_put_hex(b, key->id);
}

static enum rc_status
two_fit(const struct keys *keys, size_t n, const struct p11key *const *fit, struct error *err)
{
	enum { SHOWN = 8 };
	SCOPED(buf_clear) struct buf seen = BUF_INIT;

	for (size_t i = 0; i < n && i < SHOWN; i++)
		put_key(&seen, fit[i]);
	(void)error_fail(err, RULE_KEY_AMBIGUOUS, "%zu private keys fit on the token '%s'", n,
	    keys->raw->token.label);
	error_fix(err, "they are: %s", buf_text(&seen));
	return rule_status(RULE_KEY_AMBIGUOUS);
}

static enum rc_status
choose(struct keys *keys, const struct p11pub *wanted, struct p11key *ret, struct error *err)
{
	VEC(const struct p11key *) fit = { .n = 0 };
	struct p11key last = { .handle = CK_INVALID_HANDLE };

	for (size_t i = 0; i < keys->privates.n; i++) {
		struct p11key *key = &keys->privates.v[i];

		TRY(learn_public(keys, key, wanted, err));
		if (wanted != NULL && !p11pub_equal(wanted, &key->pub))
			continue;
		*VEC_PUSH(keys->arena, &fit) = key;
		last = *key;
	}
	if (fit.n == 0)
		return none_fits(keys, err);
	if (fit.n > 1)
		return two_fit(keys, fit.n, fit.v, err);
	*ret = last;
	return RC_OK;
}

/* Private keys of one id, whatever the URI says of labels. */
static enum rc_status
count_id(struct p11raw *raw, struct bytes id, struct arena *arena, unsigned *ret,
    struct error *err)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE template[] = {
		P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class)),
		p11object_attribute(CKA_ID, id, arena),
	};
	struct p11handles found = { .v.n = 0 };

	TRY(p11object_find(raw, template, ARRAY_LEN(template), arena, &found, err));
	*ret = (unsigned)found.v.n;
	return RC_OK;
}

enum rc_status
p11key_find(struct p11raw *raw, const struct bytes *spki, struct arena *arena,
    struct p11key *ret, struct error *err)
{
	struct keys keys = { .raw = raw, .arena = arena };
	struct p11pub wanted = { .kind = P11PUB_NONE };
	struct p11key key = { .handle = CK_INVALID_HANDLE };

	if (spki != NULL)
		TRY(p11pub_of_spki(*spki, arena, &wanted, err));
	TRY(list_privates(&keys, err));
	TRY(list_halves(&keys, CKO_PUBLIC_KEY, err));
	TRY(list_halves(&keys, CKO_CERTIFICATE, err));
	TRY(choose(&keys, spki != NULL ? &wanted : NULL, &key, err));
	TRY(count_id(raw, key.id, arena, &key.with_this_id, err));
	*ret = key;
	return RC_OK;
}

enum rc_status
p11key_check_types(struct p11raw *raw, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct p11handles found = { .v.n = 0 };

	TRY(find_privates(raw, false, arena, &found, err));
	for (size_t i = 0; i < found.v.n; i++) {
		SCOPED(buf_clear) struct buf name = BUF_INIT;
		CK_ULONG type = CK_UNAVAILABLE_INFORMATION;
		struct p11key key;
		bool known = false;

		TRY(p11object_ulong(raw, found.v.v[i], CKA_KEY_TYPE, &type, &known, err));
		if (type == CKK_RSA || type == CKK_EC)
			continue;
		TRY(read_private(raw, found.v.v[i], arena, &key, err));
		put_key(&name, &key);
		return error_fail(err, RULE_TOKEN_UNSUPPORTED_KEY,
		    "the token '%s' holds the private key %s of type 0x%lx, and no key of such a "
		    "token can be used", raw->token.label, buf_text(&name),
		    (unsigned long)key.type);
	}
	return RC_OK;
}

/* -- facts ---------------------------------------------------------------------------- */

struct fact_row {
	CK_ATTRIBUTE_TYPE type;
	size_t at;                       /* of an enum rc_fact in struct rc_facts */
};

#define FACT(type_, field) { .type = (type_), .at = offsetof(struct rc_facts, field) }

static const struct fact_row fact_rows[] = {
	FACT(CKA_SENSITIVE, sensitive),
	FACT(CKA_EXTRACTABLE, extractable),
	FACT(CKA_ALWAYS_SENSITIVE, always_sensitive),
	FACT(CKA_NEVER_EXTRACTABLE, never_extractable),
	FACT(CKA_LOCAL, local),
	FACT(CKA_PRIVATE, is_private),
	FACT(CKA_MODIFIABLE, modifiable),
	FACT(CKA_COPYABLE, copyable),
	FACT(CKA_WRAP_WITH_TRUSTED, wrap_with_trusted),
	FACT(CKA_SIGN, sign),
	FACT(CKA_DECRYPT, decrypt),
	FACT(CKA_UNWRAP, unwrap),
	FACT(CKA_DERIVE, derive),
	FACT(CKA_SIGN_RECOVER, sign_recover),
	FACT(CKA_ALWAYS_AUTHENTICATE, always_authenticate),
};

static enum rc_status
read_booleans(struct p11raw *raw, CK_OBJECT_HANDLE handle, struct rc_facts *facts,
    struct error *err)
{
	CK_ATTRIBUTE_TYPE types[ARRAY_LEN(fact_rows)];
	enum rc_fact values[ARRAY_LEN(fact_rows)];

	for (size_t i = 0; i < ARRAY_LEN(fact_rows); i++)
		types[i] = fact_rows[i].type;
	TRY(p11object_bools(raw, handle, types, values, ARRAY_LEN(fact_rows), err));
	for (size_t i = 0; i < ARRAY_LEN(fact_rows); i++)
		memcpy((char *)facts + fact_rows[i].at, &values[i], sizeof(values[i]));
	return RC_OK;
}

/* 0 is a mechanism (RSA key pairs), and all ones is how a module says that it
 * does not know. */
static enum rc_status
read_keygen(struct p11raw *raw, CK_OBJECT_HANDLE handle, struct rc_facts *facts,
    struct error *err)
{
	CK_ULONG mechanism = CK_UNAVAILABLE_INFORMATION;
	bool known = false;

	TRY(p11object_ulong(raw, handle, CKA_KEY_GEN_MECHANISM, &mechanism, &known, err));
	if (!known)
		return RC_OK;
	facts->keygen_known = mechanism == CK_UNAVAILABLE_INFORMATION ? RC_FALSE : RC_TRUE;
	facts->keygen_mechanism = mechanism;
	return RC_OK;
}

/* A token that lists more mechanisms than there is room for is a broken one. */
static enum rc_status
copy_mechanisms(const struct p11mechs *mechs, struct rc_facts *facts, struct error *err)
{
	if (mechs->n > RC_MECHANISMS_MAX)
		return error_fail(err, RULE_TOKEN_ERROR, "C_GetMechanismList tells of %lu",
		    (unsigned long)mechs->n);
	facts->n_mechanisms = mechs->n;
	for (CK_ULONG i = 0; i < mechs->n; i++)
		facts->mechanism[i] = (struct rc_mechanism){ .type = mechs->v[i],
			.name = p11mech_name(mechs->v[i]) };
	return RC_OK;
}

static void
copy_names(const struct p11raw *raw, const struct p11key *key, struct rc_facts *facts)
{
	(void)snprintf(facts->module, sizeof(facts->module), "%s", raw->module->path);
	(void)snprintf(facts->label, sizeof(facts->label), "%.*s", (int)key->label.n,
	    (const char *)key->label.p);
	facts->id_len = key->id.n < sizeof(facts->id) ? key->id.n : sizeof(facts->id);
	if (facts->id_len != 0)
		memcpy(facts->id, key->id.p, facts->id_len);
}

enum rc_status
p11key_facts(struct p11raw *raw, const struct p11key *key, enum rc_depth depth,
    struct rc_facts *ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_facts facts = { .token = raw->token, .engine = "pkcs11", .depth = depth,
		.key_type = key->type };
	struct p11mechs mechs = { .n = 0 };

	copy_names(raw, key, &facts);
	TRY(read_booleans(raw, key->handle, &facts, err));
	TRY(read_keygen(raw, key->handle, &facts, err));
	TRY(p11mech_list(raw, arena, &mechs, err));
	TRY(copy_mechanisms(&mechs, &facts, err));
	TRY(p11probe_run(raw, key, &mechs, depth, &facts, err));
	facts.keys_with_this_id = key->with_this_id;
	facts.public_key_matches = !key->two_halves;
	*ret = facts;
	return RC_OK;
}
