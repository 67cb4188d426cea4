#include "engines/p11admin.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include "engines/evp.h"
#include "engines/p11key.h"

enum { RANDOM_ID = 16, LABEL_MAX = 127, ID_MAX = 64 };

struct kind {
	const char *word;
	CK_MECHANISM_TYPE mechanism;
	CK_KEY_TYPE type;
	CK_ULONG bits;                   /* RSA */
	int curve;                       /* else: NID of CKA_EC_PARAMS */
};

static const struct kind kinds[] = {
	{ "rsa-2048", CKM_RSA_PKCS_KEY_PAIR_GEN, CKK_RSA, 2048, 0 },
	{ "rsa-3072", CKM_RSA_PKCS_KEY_PAIR_GEN, CKK_RSA, 3072, 0 },
	{ "rsa-4096", CKM_RSA_PKCS_KEY_PAIR_GEN, CKK_RSA, 4096, 0 },
	{ "ec-p256", CKM_ECDSA_KEY_PAIR_GEN, CKK_EC, 0, NID_X9_62_prime256v1 },
	{ "ec-p384", CKM_ECDSA_KEY_PAIR_GEN, CKK_EC, 0, NID_secp384r1 },
	{ "ec-p521", CKM_ECDSA_KEY_PAIR_GEN, CKK_EC, 0, NID_secp521r1 },
	{ "ed25519", CKM_EC_EDWARDS_KEY_PAIR_GEN, CKK_EC_EDWARDS, 0, NID_ED25519 },
};

/*
 * Attributes that some module does not take, and the mercy it is shown: opencryptoki
 * and NSS know no COPYABLE, tpm2-pkcs11 takes no DECRYPT=false beside VERIFY=true.
 * What is left out is left to the module's default, and the reading back judges.
 */
enum mercy { FULL, WITHOUT_COPYABLE, WITHOUT_VERIFY, MERCIES };

/* What is to be made; values that templates point to live here. */
struct making {
	const struct kind *kind;
	struct p11raw *raw;
	struct arena *arena;
	CK_ATTRIBUTE id, label;
	CK_OBJECT_HANDLE public, private;
	enum mercy mercy;                /* that the key was made with       */
};

/* -- templates ----------------------------------------------------------------------- */

struct flag {
	CK_ATTRIBUTE_TYPE type;
	CK_BBOOL value;
	enum mercy until;        /* left out from this mercy on               */
};

static const struct flag private_flags[] = {
	{ CKA_TOKEN, CK_TRUE, MERCIES }, { CKA_PRIVATE, CK_TRUE, MERCIES },
	{ CKA_SENSITIVE, CK_TRUE, MERCIES }, { CKA_EXTRACTABLE, CK_FALSE, MERCIES },
	{ CKA_SIGN, CK_TRUE, MERCIES }, { CKA_DECRYPT, CK_FALSE, WITHOUT_VERIFY },
	{ CKA_UNWRAP, CK_FALSE, WITHOUT_VERIFY }, { CKA_DERIVE, CK_FALSE, WITHOUT_VERIFY },
	{ CKA_SIGN_RECOVER, CK_FALSE, WITHOUT_VERIFY },
	{ CKA_MODIFIABLE, CK_FALSE, WITHOUT_VERIFY },
	{ CKA_COPYABLE, CK_FALSE, WITHOUT_COPYABLE },
};

static const struct flag public_flags[] = {
	{ CKA_TOKEN, CK_TRUE, MERCIES }, { CKA_VERIFY, CK_TRUE, WITHOUT_VERIFY },
	{ CKA_ENCRYPT, CK_FALSE, WITHOUT_VERIFY }, { CKA_WRAP, CK_FALSE, WITHOUT_VERIFY },
};

struct template {
	VEC(CK_ATTRIBUTE) v;
};

static void
add(struct making *m, struct template *t, CK_ATTRIBUTE_TYPE type, const void *p, size_t n)
{
	*VEC_PUSH(m->arena, &t->v) = p11object_attribute(type, BYTES(p, n), m->arena);
}

static void
add_flags(struct making *m, struct template *t, const struct flag *flags, size_t n,
    enum mercy mercy)
{
	for (size_t i = 0; i < n; i++)
		if (mercy < flags[i].until)
			add(m, t, flags[i].type, &flags[i].value, sizeof(flags[i].value));
	*VEC_PUSH(m->arena, &t->v) = m->id;
	*VEC_PUSH(m->arena, &t->v) = m->label;
}

/* CKA_EC_PARAMS: the OID in DER, of the curve or of Ed25519 (PKCS#11 v3.0 2.3.5, RFC
 * 8410 3). */
static void
add_curve(struct making *m, struct template *t)
{
	unsigned char *der = NULL;
	int n = i2d_ASN1_OBJECT(OBJ_nid2obj(m->kind->curve), &der);

	if (n <= 0)
		mem_die();
	add(m, t, CKA_EC_PARAMS, der, (size_t)n);
	OPENSSL_free(der);
}

static void
add_size(struct making *m, struct template *t)
{
	static const CK_BYTE f4[] = { 1, 0, 1 };

	if (m->kind->bits == 0) {
		add_curve(m, t);
		return;
	}
	add(m, t, CKA_MODULUS_BITS, &m->kind->bits, sizeof(m->kind->bits));
	add(m, t, CKA_PUBLIC_EXPONENT, f4, sizeof(f4));
}

static CK_RV
generate(struct making *m, enum mercy mercy)
{
	CK_MECHANISM mechanism = { .mechanism = m->kind->mechanism };
	struct template public = { .v.n = 0 }, private = { .v.n = 0 };

	add_flags(m, &public, public_flags, ARRAY_LEN(public_flags), mercy);
	add_size(m, &public);
	add_flags(m, &private, private_flags, ARRAY_LEN(private_flags), mercy);
	return WATCHED_FOR(m->raw->dog, WATCHDOG_LONG, "C_GenerateKeyPair",
	    m->raw->module->fn->C_GenerateKeyPair(m->raw->session, &mechanism, public.v.v,
	    public.v.n, private.v.v, private.v.n, &m->public, &m->private));
}

/* Codes that may be about the template; any other will not change by mercy. */
static bool
is_about_template(CK_RV rv)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_VALUE_INVALID ||
	    rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_TEMPLATE_INCOMPLETE ||
	    rv == CKR_ATTRIBUTE_READ_ONLY || rv == CKR_GENERAL_ERROR || rv == CKR_FUNCTION_FAILED;
}

static enum rc_status
make(struct making *m, struct error *err)
{
	CK_RV rv = generate(m, FULL);

	for (m->mercy = FULL; m->mercy + 1 < MERCIES && is_about_template(rv);)
		rv = generate(m, ++m->mercy);
	if (rv != CKR_OK)
		return ckr_fail(err, "C_GenerateKeyPair", rv);
	return RC_OK;
}

/* -- is it what was asked for? ----------------------------------------------------------- */

/*
 * What PKCS#11 makes every private key tell must be told and be so.  What is told
 * by choice may not be the contrary of what the template said.
 */
struct demand {
	const char *name;
	size_t at;
	enum rc_fact want;
	bool always;                     /* must be told                     */
	enum mercy until;                /* not asked for from this one on   */
};

#define DEMAND(name_, field, want_)                                           \
	{ .name = (name_), .at = offsetof(struct rc_facts, field), .want = (want_), \
	    .always = true, .until = MERCIES }
#define WISH(name_, field, until_)                                            \
	{ .name = (name_), .at = offsetof(struct rc_facts, field), .want = RC_FALSE, \
	    .until = (until_) }

static const struct demand demands[] = {
	DEMAND("CKA_SENSITIVE", sensitive, RC_TRUE),
	DEMAND("CKA_EXTRACTABLE", extractable, RC_FALSE),
	DEMAND("CKA_ALWAYS_SENSITIVE", always_sensitive, RC_TRUE),
	DEMAND("CKA_NEVER_EXTRACTABLE", never_extractable, RC_TRUE),
	DEMAND("CKA_LOCAL", local, RC_TRUE),
	DEMAND("CKA_PRIVATE", is_private, RC_TRUE),
	DEMAND("CKA_SIGN", sign, RC_TRUE),
	WISH("CKA_DECRYPT", decrypt, WITHOUT_VERIFY),
	WISH("CKA_UNWRAP", unwrap, WITHOUT_VERIFY),
	WISH("CKA_DERIVE", derive, WITHOUT_VERIFY),
	WISH("CKA_SIGN_RECOVER", sign_recover, WITHOUT_VERIFY),
	WISH("CKA_MODIFIABLE", modifiable, WITHOUT_VERIFY),
	WISH("CKA_COPYABLE", copyable, WITHOUT_COPYABLE),
};

static bool
is_met(const struct demand *demand, enum mercy mercy, enum rc_fact fact)
{
	if (fact == RC_UNKNOWN && !demand->always)
		return true;
	return mercy >= demand->until || fact == demand->want;
}

static const char *
fact_word(enum rc_fact fact)
{
	return fact == RC_UNKNOWN ? "unknown" : fact == RC_TRUE ? "true" : "false";
}

static void
put_demand(struct buf *b, const struct demand *demand, enum rc_fact fact)
{
	buf_printf(b, "%s%s %s", b->n != 0 ? ", " : "", demand->name, fact_word(fact));
}

static enum rc_status
judge(const struct rc_facts *facts, enum mercy mercy, struct error *err)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	SCOPED(buf_clear) struct buf have = BUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(demands); i++) {
		enum rc_fact fact;

		memcpy(&fact, (const char *)facts + demands[i].at, sizeof(fact));
		if (is_met(&demands[i], mercy, fact))
			continue;
		put_demand(&want, &demands[i], demands[i].want);
		put_demand(&have, &demands[i], fact);
	}
	if (facts->secret_readable == RC_TRUE)
		return error_fail(err, RULE_KEY_READABLE,
		    "the token lets a secret part of the new key be read");
	if (want.n == 0)
		return RC_OK;
	(void)error_fail(err, RULE_KEY_WEAK_CUSTODY,
	    "the token made the key with weaker guards");
	error_want(err, buf_text(&want), buf_text(&have));
	return rule_status(RULE_KEY_WEAK_CUSTODY);
}

static enum rc_status
read_back(struct making *m, struct buf *spki, struct rc_facts *ret_facts, struct error *err)
{
	struct p11key key = { .handle = m->private, .with_this_id = 1,
		.type = m->kind->type,
		.id = BYTES(m->id.pValue, m->id.ulValueLen),
		.label = BYTES(m->label.pValue, m->label.ulValueLen) };
	struct rc_facts facts;

	TRY(p11key_facts(m->raw, &key, RC_DEPTH_SESSION, &facts, err));
	TRY(judge(&facts, m->mercy, err));
	TRY(p11pub_of_object(m->raw, m->public, m->arena, &key.pub, err));
	TRY(p11pub_put_spki(&key.pub, spki, err));
	if (ret_facts != NULL)
		*ret_facts = facts;
	return RC_OK;
}

/* A key that was refused must not be found later and taken for a good one. */
static void
destroy(struct making *m, struct error *err)
{
	CK_RV private = P11(m->raw, C_DestroyObject, m->raw->session, m->private);
	CK_RV public = P11(m->raw, C_DestroyObject, m->raw->session, m->public);
	CK_RV rv = private != CKR_OK ? private : public;

	if (rv == CKR_OK)
		error_fix(err, "the new key was destroyed");
	else
		error_fix(err, "the new key could not be destroyed (C_DestroyObject: 0x%lx): "
		    "remove it with the token's own tool", (unsigned long)rv);
}

/* -- before it -------------------------------------------------------------------------- */

static enum rc_status
choose_kind(const char *word, const struct kind **ret, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].word, word) == 0) {
			*ret = &kinds[i];
			return RC_OK;
		}
	(void)error_fail(err, RULE_KEY_ALGORITHM, "'%s' is no kind of key that can be made", word);
	error_fix(err, "kinds: rsa-2048 rsa-3072 rsa-4096 ec-p256 ec-p384 ec-p521 ed25519");
	return rule_status(RULE_KEY_ALGORITHM);
}

/* 16 octets from the token's own generator, which made the key as well. */
static enum rc_status
random_id(struct p11raw *raw, struct arena *arena, struct bytes *ret, struct error *err)
{
	CK_BYTE *id = arena_alloc(arena, RANDOM_ID);

	P11_TRY(raw, err, C_GenerateRandom, raw->session, id, RANDOM_ID);
	*ret = BYTES(id, RANDOM_ID);
	return RC_OK;
}

static enum rc_status
choose_names(struct making *m, const struct p11_keygen *what, struct error *err)
{
	struct bytes label = { .n = 0 }, id = what->id;

	if (what->label != NULL)
		label = bytes_of_text(what->label);
	else if (!p11uri_object(m->raw->uri, &label) && what->otherwise != NULL)
		label = bytes_of_text(what->otherwise);
	if (label.n == 0 || label.n > LABEL_MAX)
		return error_fail(err, RULE_KEY_NAME,
		    "a new key needs a name of 1 to %d octets: object= in the URI", LABEL_MAX);
	if (id.n == 0 && !p11uri_id(m->raw->uri, &id))
		TRY(random_id(m->raw, m->arena, &id, err));
	if (id.n == 0 || id.n > ID_MAX)
		return error_fail(err, RULE_KEY_NAME, "a key's id has 1 to %d octets", ID_MAX);
	m->label = p11object_attribute(CKA_LABEL, label, m->arena);
	m->id = p11object_attribute(CKA_ID, id, m->arena);
	return RC_OK;
}

static enum rc_status
check_free(struct making *m, CK_OBJECT_CLASS class, CK_ATTRIBUTE name, const char *what,
    struct error *err)
{
	CK_ATTRIBUTE template[] = { P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class)), name };
	struct p11handles found = { .v.n = 0 };

	TRY(p11object_find(m->raw, template, ARRAY_LEN(template), m->arena, &found, err));
	if (found.v.n != 0)
		return error_fail(err, RULE_KEY_EXISTS,
		    "the token '%s' has a key of this %s already", m->raw->token.label, what);
	return RC_OK;
}

static enum rc_status
check_all_free(struct making *m, struct error *err)
{
	TRY(check_free(m, CKO_PRIVATE_KEY, m->label, "label", err));
	TRY(check_free(m, CKO_PUBLIC_KEY, m->label, "label", err));
	TRY(check_free(m, CKO_PRIVATE_KEY, m->id, "id", err));
	return check_free(m, CKO_PUBLIC_KEY, m->id, "id", err);
}

enum rc_status
p11admin_keygen(const struct rc_engine_config *config, const struct p11_keygen *what,
    struct buf *spki, struct rc_facts *ret_facts, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(p11raw_close) struct p11raw *raw = NULL;
	struct making m = { .arena = arena };
	enum rc_status status;

	TRY(choose_kind(what->algorithm, &m.kind, err));
	TRY(p11raw_open(config, P11RAW_LOGIN | P11RAW_WRITE, &raw, err));
	m.raw = raw;
	TRY(choose_names(&m, what, err));
	TRY(check_all_free(&m, err));
	TRY_WHILE(err, make(&m, err), "making the key pair %s", what->algorithm);
	status = read_back(&m, spki, ret_facts, err);
	if (status != RC_OK)
		destroy(&m, err);
	return status;
}
