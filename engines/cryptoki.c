/*
 * Signatures by C_Sign over the raw session, without libp11: the hash is made here,
 * the token gets what its mechanism wants, and what comes back is brought into the
 * form that X.509 carries.
 *
 * Mechanisms that hash in the token are not used: not every token has them, and
 * what crosses the wire stays small.
 *
 * An operation that was begun and not ended well would answer OPERATION_ACTIVE for
 * ever (a context login that was refused leaves one): the session is then put away
 * for another.
 */
#include <openssl/ec.h>
#include <openssl/err.h>

#include "engines/evp.h"
#include "engines/p11engine.h"

enum { SIGNATURE_MAX = 2048, INPUT_MAX = 128, ED25519_SIGNATURE = 64 };

/* One algorithm, in the words of the token. */
struct way {
	enum rc_sigalg algorithm;
	CK_KEY_TYPE key;
	CK_MECHANISM_TYPE mechanism;
	const EVP_MD *(*digest)(void);           /* NULL: the token hashes    */
	CK_MECHANISM_TYPE hash;                  /* PSS: the same, and        */
	CK_RSA_PKCS_MGF_TYPE mgf;                /*   its mask generation     */
};

static const struct way ways[] = {
	{ RC_RSA_SHA256, CKK_RSA, CKM_RSA_PKCS, EVP_sha256, 0, 0 },
	{ RC_RSA_SHA384, CKK_RSA, CKM_RSA_PKCS, EVP_sha384, 0, 0 },
	{ RC_RSA_SHA512, CKK_RSA, CKM_RSA_PKCS, EVP_sha512, 0, 0 },
	{ RC_ECDSA_SHA256, CKK_EC, CKM_ECDSA, EVP_sha256, 0, 0 },
	{ RC_ECDSA_SHA384, CKK_EC, CKM_ECDSA, EVP_sha384, 0, 0 },
	{ RC_ECDSA_SHA512, CKK_EC, CKM_ECDSA, EVP_sha512, 0, 0 },
	{ RC_RSA_PSS_SHA256, CKK_RSA, CKM_RSA_PKCS_PSS, EVP_sha256, CKM_SHA256, CKG_MGF1_SHA256 },
	{ RC_RSA_PSS_SHA384, CKK_RSA, CKM_RSA_PKCS_PSS, EVP_sha384, CKM_SHA384, CKG_MGF1_SHA384 },
	{ RC_RSA_PSS_SHA512, CKK_RSA, CKM_RSA_PKCS_PSS, EVP_sha512, CKM_SHA512, CKG_MGF1_SHA512 },
	{ RC_ED25519, CKK_EC_EDWARDS, CKM_EDDSA, NULL, 0, 0 },
};

/* What C_Sign is given: never the caller's own octets, which a module could change. */
struct input {
	CK_BYTE *data;
	CK_ULONG n;
	CK_BYTE room[INPUT_MAX];
	struct buf whole;                /* where the token hashes           */
	CK_RSA_PKCS_PSS_PARAMS pss;
	CK_MECHANISM mechanism;
};

/* NULL: a key of this type makes no such signatures. */
static const struct way *
way_find(const struct rc_key *key, enum rc_sigalg algorithm)
{
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (ways[i].algorithm == algorithm && ways[i].key == key->found.type)
			return &ways[i];
	return NULL;
}

/* -- what goes in ---------------------------------------------------------------------- */

/* RFC 8017 9.2 note 1: DigestInfo up to the octets of the hash. */
static struct bytes
digest_info(const EVP_MD *md)
{
	static const uint8_t sha256[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
		0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
	static const uint8_t sha384[] = { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
		0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30 };
	static const uint8_t sha512[] = { 0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
		0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40 };

	switch (EVP_MD_get_type(md)) {
	case NID_sha256: return BYTES(sha256, sizeof(sha256));
	case NID_sha384: return BYTES(sha384, sizeof(sha384));
	default: return BYTES(sha512, sizeof(sha512));
	}
}

/* X9.62: of a hash that is longer than the curve's order its leftmost bits count.  Not
 * every token cuts it by itself. */
static size_t
cut_to_curve(const struct rc_key *key, size_t n)
{
	size_t field = key->found.pub.point.n / 2;

	return field != 0 && field < n ? field : n;
}

static void
input_clear(struct input *input)
{
	buf_clear(&input->whole);
}
DEFINE_SCOPED_VALUE(input_clear, struct input)

static void
input_whole(struct input *input, struct bytes tbs)
{
	buf_put_bytes(&input->whole, tbs);
	input->data = input->whole.p;
	input->n = input->whole.n;
}

/* The hash, behind `prefix`. */
static enum rc_status
input_hashed(struct input *input, const EVP_MD *md, struct bytes prefix, struct bytes tbs,
    struct error *err)
{
	unsigned n = 0;

	if (prefix.n != 0)
		memcpy(input->room, prefix.p, prefix.n);
	if (EVP_Digest(tbs.p, tbs.n, input->room + prefix.n, &n, md, NULL) != 1)
		return evp_fail(err, RULE_TOKEN_ERROR, "hashing what is to be signed");
	input->data = input->room;
	input->n = prefix.n + n;
	return RC_OK;
}

static void
input_pss(struct input *input, const struct way *way)
{
	input->pss = (CK_RSA_PKCS_PSS_PARAMS){ .hash_alg = way->hash, .mgf = way->mgf,
		.s_len = input->n };
	input->mechanism.pParameter = &input->pss;
	input->mechanism.ulParameterLen = sizeof(input->pss);
}

static enum rc_status
input_make(const struct rc_key *key, const struct way *way, struct bytes tbs,
    struct input *input, struct error *err)
{
	struct bytes prefix = { .n = 0 };

	input->mechanism.mechanism = way->mechanism;
	if (way->digest == NULL) {
		input_whole(input, tbs);
		return RC_OK;
	}
	if (way->mechanism == CKM_RSA_PKCS)
		prefix = digest_info(way->digest());
	TRY(input_hashed(input, way->digest(), prefix, tbs, err));
	if (way->key == CKK_EC)
		input->n = cut_to_curve(key, input->n);
	if (way->mechanism == CKM_RSA_PKCS_PSS)
		input_pss(input, way);
	return RC_OK;
}

/* -- what comes out ---------------------------------------------------------------------- */

static enum rc_status
wrong_size(size_t n, struct error *err)
{
	return error_fail(err, RULE_SIGNATURE_SIZE,
	    "the token gave %zu octets as a signature, which the key cannot make", n);
}

/* r and s, each as long as the field, become a DER Ecdsa-Sig-Value (RFC 5480 A). */
static enum rc_status
put_ecdsa(const struct rc_key *key, struct bytes raw, struct buf *out, struct error *err)
{
	size_t half = raw.n / 2, field = key->found.pub.point.n / 2;
	ECDSA_SIG *sig;
	BIGNUM *r, *s;
	uint8_t *der = NULL;
	int n;

	if (half == 0 || raw.n % 2 != 0 || (field != 0 && half != field))
		return wrong_size(raw.n, err);
	sig = ECDSA_SIG_new();
	r = BN_bin2bn(raw.p, (int)half, NULL);
	s = BN_bin2bn(raw.p + half, (int)half, NULL);
	if (sig == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(sig, r, s) != 1)
		mem_die();
	n = i2d_ECDSA_SIG(sig, &der);
	ECDSA_SIG_free(sig);
	if (n <= 0)
		mem_die();
	buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
	return RC_OK;
}

static enum rc_status
put_signature(const struct rc_key *key, const struct way *way, struct bytes raw,
    struct buf *out, struct error *err)
{
	size_t modulus = key->found.pub.kind == P11PUB_RSA ? key->found.pub.n.n : 0;

	if (way->key == CKK_EC)
		return put_ecdsa(key, raw, out, err);
	if (way->key == CKK_EC_EDWARDS ? raw.n != ED25519_SIGNATURE :
	    raw.n == 0 || (modulus != 0 && raw.n != modulus))
		return wrong_size(raw.n, err);
	buf_put_bytes(out, raw);
	return RC_OK;
}

/* -- the PIN for one signature ------------------------------------------------------------ */

/* Codes by which a token says that it never looked at the PIN. */
static bool
is_lost(CK_RV rv)
{
	return ckr_rule(rv) == RULE_SESSION_LOST || rv == CKR_USER_NOT_LOGGED_IN;
}

/* Asked for before the operation begins, which must not wait for a person. */
static enum rc_status
context_pin(struct rc_key *key, struct secret **ret, struct error *err)
{
	struct rc_engine *engine = key->engine;
	struct p11raw *raw = engine->raw;

	if (engine->pin_failed)
		return error_fail(err, RULE_LOGIN_FAILED,
		    "the token '%s' did not take the PIN for the signature before this one: it is "
		    "not sent again", raw->token.label);
	if (engine->pin == NULL)
		return error_fail(err, RULE_PIN_MISSING,
		    "the key on the token '%s' wants a PIN for each signature, and none can be "
		    "given", raw->token.label);
	TRY(p11raw_refresh(raw, err));
	TRY(engine->pin(engine->pin_arg, RC_PIN_CONTEXT, &raw->token, p11uri_pin_source(raw->uri),
	    ret, err));
	if (*ret == NULL && !raw->token.pin_pad)
		return error_fail(err, RULE_PIN_MISSING,
		    "the token '%s' has no PIN pad and got no PIN", raw->token.label);
	return RC_OK;
}

/* CKU_CONTEXT_SPECIFIC (v2.40 section 5.6).  What the token does not take is not sent
 * again, also where it does not say that the PIN was wrong. */
static enum rc_status
context_login(struct rc_key *key, struct secret *pin, struct error *err)
{
	struct p11raw *raw = key->engine->raw;
	CK_RV rv;

	if (pin == NULL)
		rv = WATCHED_FOR(raw->dog, WATCHDOG_LONG, "C_Login",
		    raw->module->fn->C_Login(raw->session, CKU_CONTEXT_SPECIFIC, NULL, 0));
	else
		rv = P11(raw, C_Login, raw->session, CKU_CONTEXT_SPECIFIC, secret_p(pin),
		    secret_n(pin));
	if (rv == CKR_OK)
		return RC_OK;
	if (is_lost(rv))
		return ckr_fail(err, "C_Login", rv);
	key->engine->pin_failed = true;
	if (ckr_rule(rv) != RULE_TOKEN_ERROR)
		return ckr_fail(err, "C_Login", rv);
	return error_fail(err, RULE_LOGIN_FAILED, "C_Login for one signature: %s (0x%lx)",
	    ckr_name(rv) != NULL ? ckr_name(rv) : "unknown code", (unsigned long)rv);
}

/* -- signing -------------------------------------------------------------------------------- */

/* From C_SignInit on; on failure an operation may be left open. */
static enum rc_status
sign_begun(struct rc_key *key, const struct input *input, struct secret *pin, CK_BYTE *sig,
    CK_ULONG *n, struct error *err)
{
	struct p11raw *raw = key->engine->raw;

	if (key->asks)
		TRY_WHILE(err, context_login(key, pin, err), "giving the PIN for one signature");
	P11_TRY(raw, err, C_Sign, raw->session, input->data, input->n, sig, n);
	return RC_OK;
}

static enum rc_status
sign_input(struct rc_key *key, struct input *input, CK_BYTE *sig, CK_ULONG *n,
    struct error *err)
{
	SCOPED(secret_free) struct secret *pin = NULL;
	SCOPED(error_free) struct error *ignored = error_new();
	struct p11raw *raw = key->engine->raw;
	enum rc_status status;

	if (key->asks)
		TRY(context_pin(key, &pin, err));
	P11_TRY(raw, err, C_SignInit, raw->session, &input->mechanism, key->found.handle);
	status = sign_begun(key, input, pin, sig, n, err);
	if (status != RC_OK)
		(void)!p11raw_renew(raw, ignored);
	return status;
}

enum rc_status
cryptoki_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	CK_BYTE sig[SIGNATURE_MAX];
	CK_ULONG n = sizeof(sig);
	const struct way *way = way_find(key, algorithm);
	SCOPED(input_clear) struct input input = { .whole = BUF_INIT };

	if (way == NULL)
		return error_fail(err, RULE_SIGNATURE_ALGORITHM,
		    "the key on the token '%s' (type 0x%lx) makes no signatures of this kind",
		    key->engine->raw->token.label, (unsigned long)key->found.type);
	TRY(input_make(key, way, tbs, &input, err));
	TRY(sign_input(key, &input, sig, &n, err));
	if (n > sizeof(sig))
		return wrong_size(n, err);
	return put_signature(key, way, BYTES(sig, n), out, err);
}
