#include "crypto/pubkey.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <pthread.h>
#include <stdlib.h>

#include "crypto/der.h"
#include "crypto/ed25519.h"
#include "crypto/envelope.h"
#include "crypto/pubkey_parts.h"
#include "crypto/sigalg.h"

DEFINE_SCOPED(OSSL_PARAM_BLD_free, OSSL_PARAM_BLD *)
DEFINE_SCOPED(OSSL_PARAM_free, OSSL_PARAM *)

enum { SPKI_MAX = 64 * 1024 };

#define OID(...)                                                              \
	{ .p = (const uint8_t[]){ __VA_ARGS__ }, .n = sizeof((const uint8_t[]){ __VA_ARGS__ }) }

static const struct curve curves[] = {
	{ "P-256", OID(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07), 256, KEY_EC_P256,
	    RC_ECDSA_SHA256 },
	{ "P-384", OID(0x2b, 0x81, 0x04, 0x00, 0x22), 384, KEY_EC_P384, RC_ECDSA_SHA384 },
	{ "P-521", OID(0x2b, 0x81, 0x04, 0x00, 0x23), 521, KEY_EC_P521, RC_ECDSA_SHA512 },
};

static size_t
bits_of(struct bytes b)
{
	size_t bits = b.n * 8;

	for (unsigned top = b.n != 0 ? b.p[0] : 0xffU; top < 0x80; top <<= 1)
		bits--;
	return bits;
}

static const struct curve *
find_curve(struct bytes oid)
{
	for (size_t i = 0; i < ARRAY_LEN(curves); i++)
		if (bytes_equal(curves[i].oid, oid))
			return &curves[i];
	return NULL;
}

/* -- the kinds of key: what their parameters and octets look like ------------ */

static bool
read_rsa(struct pubkey *key, struct bytes params)
{
	struct bytes octets = key->octets, null, seq;

	if (!der_take(&params, DER_NULL, &null) || params.n != 0)
		return false;
	if (!der_take(&octets, DER_SEQUENCE, &seq) || octets.n != 0)
		return false;
	if (!der_take_unsigned(&seq, &key->modulus) ||
	    !der_take_unsigned(&seq, &key->exponent) || seq.n != 0)
		return false;
	key->modulus_bits = bits_of(key->modulus);
	key->exponent_bits = bits_of(key->exponent);
	return true;
}

/* Explicit parameters are well-formed and no named curve. */
static bool
read_ec(struct pubkey *key, struct bytes params)
{
	struct bytes oid;

	if (der_take(&params, DER_OID, &oid))
		key->curve = find_curve(oid);
	return key->octets.n != 0;
}

static bool
read_ed25519(struct pubkey *key, struct bytes params)
{
	return params.n == 0 && key->octets.n == ED25519_OCTETS;
}

static bool
read_other(struct pubkey *key, struct bytes params)
{
	(void)key;
	(void)params;
	return true;
}

static EVP_PKEY *
make_from(const char *type, int selection, OSSL_PARAM *params)
{
	SCOPED(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *evp = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &evp, selection, params) != 1)
		return NULL;
	return evp;
}

static EVP_PKEY *
make_rsa(const struct pubkey *key)
{
	SCOPED(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	SCOPED(OSSL_PARAM_free) OSSL_PARAM *params = NULL;
	SCOPED(BN_free) BIGNUM *n = NULL, *e = NULL;

	if (build == NULL || key->modulus_bits > OPENSSL_RSA_MAX_MODULUS_BITS ||
	    key->exponent_bits > OPENSSL_RSA_MAX_MODULUS_BITS)
		return NULL;
	n = crypto_bn(key->modulus);
	e = crypto_bn(key->exponent);
	if (OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return NULL;
	params = OSSL_PARAM_BLD_to_param(build);
	return params != NULL ? make_from("RSA", EVP_PKEY_PUBLIC_KEY, params) : NULL;
}

/* Keys without a point, one for each curve: to copy one takes a quarter of the time that
 * libcrypto needs to make the group of a curve.  They live as long as the process. */
static EVP_PKEY *domains[ARRAY_LEN(curves)];
static pthread_once_t domains_once = PTHREAD_ONCE_INIT;

static void
domains_make(void)
{
	for (size_t i = 0; i < ARRAY_LEN(curves); i++) {
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
			    (char *)(uintptr_t)curves[i].name, 0),
			OSSL_PARAM_construct_end(),
		};

		domains[i] = make_from("EC", EVP_PKEY_KEY_PARAMETERS, params);
	}
}

/* libcrypto decodes the point, and takes none that is not on the curve. */
static EVP_PKEY *
make_ec(const struct pubkey *key)
{
	SCOPED(EVP_PKEY_free) EVP_PKEY *evp = NULL;

	if (key->curve == NULL || pthread_once(&domains_once, domains_make) != 0)
		return NULL;
	evp = EVP_PKEY_dup(domains[key->curve - curves]);
	if (evp == NULL ||
	    EVP_PKEY_set1_encoded_public_key(evp, key->octets.p, key->octets.n) != 1)
		return NULL;
	return TAKE(evp);
}

static EVP_PKEY *
make_ed25519(const struct pubkey *key)
{
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->octets.p,
	    key->octets.n);
}

/* `name` NULL: RSA and EC say more than their kind. */
static const struct kind {
	struct bytes oid;
	enum key_kind kind;
	const char *name;
	bool (*read)(struct pubkey *key, struct bytes params);
	EVP_PKEY *(*make)(const struct pubkey *key);
} kinds[] = {
	{ OID(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01), KEY_KIND_RSA, NULL,
	    read_rsa, make_rsa },
	{ OID(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01), KEY_KIND_EC, NULL,
	    read_ec, make_ec },
	{ OID(0x2b, 0x65, 0x70), KEY_KIND_ED25519, "Ed25519", read_ed25519, make_ed25519 },
	{ OID(0x2b, 0x65, 0x71), KEY_KIND_OTHER, "Ed448", read_other, NULL },
	{ OID(0x2b, 0x65, 0x6e), KEY_KIND_OTHER, "X25519", read_other, NULL },
	{ OID(0x2b, 0x65, 0x6f), KEY_KIND_OTHER, "X448", read_other, NULL },
	{ OID(0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01), KEY_KIND_OTHER, "DSA",
	    read_other, NULL },
	{ OID(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a), KEY_KIND_OTHER,
	    "RSA for PSS only", read_other, NULL },
};

static const struct kind *
find_kind(struct bytes oid)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (bytes_equal(kinds[i].oid, oid))
			return &kinds[i];
	return NULL;
}

static char *
describe(const struct pubkey *key, const struct kind *kind, struct bytes oid)
{
	struct buf text = BUF_INIT;

	if (kind != NULL && kind->name != NULL) {
		buf_puts(&text, kind->name);
	} else if (key->kind == KEY_KIND_RSA) {
		buf_printf(&text, "RSA with %zu bits", key->modulus_bits);
	} else if (key->kind == KEY_KIND_EC) {
		buf_printf(&text, "EC on %s", key->curve != NULL ? key->curve->name :
		    "another curve");
	} else {
		buf_puts(&text, "a key of kind ");
		der_put_oid(oid, &text);
	}
	return buf_take_text(&text);
}

/* -- reading ------------------------------------------------------------------ */

/* The pieces of key->spki; NULL or what is wrong. */
static const char *
take_apart(struct pubkey *key, const struct kind **ret_kind, struct bytes *ret_oid)
{
	struct bytes in = BYTES(key->spki, key->n), seq, algorithm;
	const char *fault = der_fault(in);
	const struct kind *kind;

	if (fault != NULL)
		return fault;
	if (!der_take(&in, DER_SEQUENCE, &seq) || !der_take(&seq, DER_SEQUENCE, &algorithm) ||
	    !der_take(&algorithm, DER_OID, ret_oid) ||
	    !der_take_bit_octets(&seq, &key->octets) || seq.n != 0)
		return "not a SubjectPublicKeyInfo";
	*ret_kind = kind = find_kind(*ret_oid);
	if (kind == NULL)
		return NULL;
	key->kind = kind->kind;
	return kind->read(key, algorithm) ? NULL : "parameters or key do not fit its algorithm";
}

enum rc_status
pubkey_read(struct bytes spki, struct pubkey **ret, struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *key = mem_zero(sizeof(*key));
	const struct kind *kind = NULL;
	const char *fault;
	struct bytes oid;

	if (spki.n > SPKI_MAX)
		return error_fail(err, RULE_KEY_MALFORMED,
		    "the public key is longer than %d octets", SPKI_MAX);
	key->spki = mem_alloc(spki.n + 1);
	key->n = spki.n;
	if (spki.n != 0)
		memcpy(key->spki, spki.p, spki.n);
	fault = take_apart(key, &kind, &oid);
	if (fault != NULL)
		return error_fail(err, RULE_KEY_MALFORMED, "the public key is malformed: %s",
		    fault);
	key->text = describe(key, kind, oid);
	sha1(key->octets, key->key_id);
	if (kind != NULL && kind->make != NULL) {
		crypto_begin();
		key->evp = kind->make(key);
		ERR_clear_error();
	}
	*ret = TAKE(key);
	return RC_OK;
}

enum rc_status
pubkey_read_file(struct bytes file, struct arena *arena, struct pubkey **ret, struct error *err)
{
	static const char *const labels[] = { "PUBLIC KEY" };
	static const struct envelope_kind kind = {
		.what = "public key", .labels = labels, .n_labels = 1, .max = SPKI_MAX,
		.malformed = RULE_KEY_MALFORMED, .too_large = RULE_FILE_TOO_LARGE,
		.trailing = RULE_KEY_MALFORMED,
	};
	struct envelope envelope;

	TRY(envelope_open(file, &kind, arena, &envelope, err));
	return pubkey_read(envelope.der, ret, err);
}

void
pubkey_free(struct pubkey *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->evp);
	free(key->text);
	free(key->spki);
	free(key);
}

/* -- what it is ---------------------------------------------------------------- */

struct bytes
pubkey_spki(const struct pubkey *key)
{
	return BYTES(key->spki, key->n);
}

EVP_PKEY *
pubkey_evp(const struct pubkey *key)
{
	return key->evp;
}

static unsigned
rsa_algorithm(size_t bits)
{
	switch (bits) {
	case 2048: return KEY_RSA_2048;
	case 3072: return KEY_RSA_3072;
	case 4096: return KEY_RSA_4096;
	case 8192: return KEY_RSA_8192;
	default: return 0;
	}
}

unsigned
pubkey_algorithm(const struct pubkey *key)
{
	switch (key->kind) {
	case KEY_KIND_RSA: return rsa_algorithm(key->modulus_bits);
	case KEY_KIND_EC: return key->curve != NULL ? key->curve->algorithm : 0;
	case KEY_KIND_ED25519: return KEY_ED25519;
	case KEY_KIND_OTHER: break;
	}
	return 0;
}

bool
pubkey_is_ec(const struct pubkey *key)
{
	return key->kind == KEY_KIND_EC || key->kind == KEY_KIND_ED25519;
}

size_t
pubkey_bits(const struct pubkey *key)
{
	if (key->kind == KEY_KIND_RSA)
		return key->modulus_bits;
	if (key->kind == KEY_KIND_ED25519)
		return 256;
	return key->curve != NULL ? key->curve->bits : 0;
}

const char *
pubkey_text(const struct pubkey *key)
{
	return key->text;
}

struct bytes
pubkey_key_id(const struct pubkey *key)
{
	return BYTES(key->key_id, sizeof(key->key_id));
}

enum rc_sigalg
pubkey_sigalg(const struct pubkey *key)
{
	if (key->kind == KEY_KIND_RSA)
		return RC_RSA_SHA256;
	if (key->kind == KEY_KIND_ED25519)
		return RC_ED25519;
	return key->curve != NULL ? key->curve->sigalg : RC_SIG_NONE;
}

bool
pubkey_does(const struct pubkey *key, enum rc_sigalg algorithm)
{
	return (sigalg_is_rsa(algorithm) && key->kind == KEY_KIND_RSA) ||
	    (sigalg_is_ecdsa(algorithm) && key->curve != NULL) ||
	    (sigalg_is_ed25519(algorithm) && key->kind == KEY_KIND_ED25519);
}

enum rc_status
pubkey_verify(const struct pubkey *key, enum rc_sigalg algorithm, struct bytes tbs,
    struct bytes signature, struct error *err)
{
	SCOPED(EVP_MD_CTX_free) EVP_MD_CTX *ctx = NULL;
	EVP_PKEY_CTX *verifier = NULL;

	if (!pubkey_does(key, algorithm) || key->evp == NULL)
		return error_fail(err, RULE_SIGNATURE_INVALID,
		    "the signature is not by an algorithm that this key (%s) does", key->text);
	ctx = EVP_MD_CTX_new();
	crypto_begin();
	if (ctx == NULL || EVP_DigestVerifyInit_ex(ctx, &verifier, sigalg_hash(algorithm),
	    NULL, NULL, key->evp, NULL) != 1 || !sigalg_set_padding(verifier, algorithm) ||
	    EVP_DigestVerify(ctx, signature.p, signature.n, tbs.p, tbs.n) != 1)
		return crypto_fail(err, RULE_SIGNATURE_INVALID,
		    "the signature is not by this key (%s) over these bytes", key->text);
	return RC_OK;
}
