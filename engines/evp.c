#include "engines/evp.h"

#include <libp11.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "engines/p11ckr.h"

struct algorithm {
	enum rc_sigalg algorithm;
	int key;                         /* EVP_PKEY_RSA, EVP_PKEY_EC, ... */
	const EVP_MD *(*digest)(void);
	const char *name;
	bool pss;
};

/* Ed25519 hashes by itself. */
static const EVP_MD *
no_digest(void)
{
	return NULL;
}

static const struct algorithm algorithms[] = {
	{ RC_RSA_SHA256, EVP_PKEY_RSA, EVP_sha256, "RSA with SHA-256", false },
	{ RC_RSA_SHA384, EVP_PKEY_RSA, EVP_sha384, "RSA with SHA-384", false },
	{ RC_RSA_SHA512, EVP_PKEY_RSA, EVP_sha512, "RSA with SHA-512", false },
	{ RC_ECDSA_SHA256, EVP_PKEY_EC, EVP_sha256, "ECDSA with SHA-256", false },
	{ RC_ECDSA_SHA384, EVP_PKEY_EC, EVP_sha384, "ECDSA with SHA-384", false },
	{ RC_ECDSA_SHA512, EVP_PKEY_EC, EVP_sha512, "ECDSA with SHA-512", false },
	{ RC_RSA_PSS_SHA256, EVP_PKEY_RSA, EVP_sha256, "RSASSA-PSS with SHA-256", true },
	{ RC_RSA_PSS_SHA384, EVP_PKEY_RSA, EVP_sha384, "RSASSA-PSS with SHA-384", true },
	{ RC_RSA_PSS_SHA512, EVP_PKEY_RSA, EVP_sha512, "RSASSA-PSS with SHA-512", true },
	{ RC_ED25519, EVP_PKEY_ED25519, no_digest, "Ed25519", false },
};

/* The PKCS#11 code that libp11 left in the queue, or CKR_OK. */
static CK_RV
queued_code(void)
{
	unsigned long e;
	CK_RV rv = CKR_OK;

	while ((e = ERR_get_error()) != 0)
		if (ERR_GET_LIB(e) == ERR_get_CKR_code())
			rv = (CK_RV)ERR_GET_REASON(e);
	return rv;
}

enum rc_status
evp_fail(struct error *err, enum rule rule, const char *call)
{
	unsigned long e = ERR_peek_error();
	char reason[160] = "the library gives no reason";
	CK_RV rv;

	if (e != 0)
		ERR_error_string_n(e, reason, sizeof(reason));
	rv = queued_code();
	if (rv != CKR_OK)
		return ckr_fail(err, call, rv);
	return error_fail(err, rule, "%s: %s", call, reason);
}

static const struct algorithm *
algorithm_find(enum rc_sigalg wanted)
{
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
		if (algorithms[i].algorithm == wanted)
			return &algorithms[i];
	return NULL;
}

/* RSA fills its modulus exactly, Ed25519 its 64 octets; ECDSA is one DER value and
 * nothing behind. */
static bool
is_shaped(const EVP_PKEY *key, const struct algorithm *a, const uint8_t *sig, size_t n)
{
	ECDSA_SIG *parsed;
	const uint8_t *p = sig;
	bool whole;

	if (a->key != EVP_PKEY_EC)
		return n == (size_t)EVP_PKEY_get_size(key);
	parsed = d2i_ECDSA_SIG(NULL, &p, (long)n);
	whole = parsed != NULL && p == sig + n;
	ECDSA_SIG_free(parsed);
	return whole;
}

/* RFC 4055 3.1: MGF1 with the same hash, which is libcrypto's default, and a salt as
 * long as it. */
static bool
set_pss(EVP_PKEY_CTX *signer)
{
	return EVP_PKEY_CTX_set_rsa_padding(signer, RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(signer, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static enum rc_status
sign_into(EVP_MD_CTX *ctx, EVP_PKEY *key, const struct algorithm *a, struct bytes tbs,
    struct watchdog *dog, struct buf *out, struct error *err)
{
	size_t room = (size_t)EVP_PKEY_get_size(key), n = room;
	uint8_t *sig = buf_reserve(out, room);
	EVP_PKEY_CTX *signer = NULL;

	if (EVP_DigestSignInit(ctx, &signer, a->digest(), NULL, key) != 1 ||
	    (a->pss && !set_pss(signer)))
		return evp_fail(err, RULE_TOKEN_ERROR, "EVP_DigestSignInit");
	if (WATCHED(dog, "C_Sign", EVP_DigestSign(ctx, sig, &n, tbs.p, tbs.n)) != 1)
		return evp_fail(err, RULE_TOKEN_ERROR, "C_Sign");
	if (n > room || !is_shaped(key, a, sig, n)) {
		ERR_clear_error();
		return error_fail(err, RULE_SIGNATURE_SIZE,
		    "the token gave %zu octets as a signature, the key makes at most %zu", n, room);
	}
	buf_wrote(out, n);
	return RC_OK;
}

enum rc_status
evp_sign(EVP_PKEY *key, enum rc_sigalg algorithm, struct bytes tbs, struct watchdog *dog,
    struct buf *out, struct error *err)
{
	const struct algorithm *a = algorithm_find(algorithm);
	enum rc_status status;
	EVP_MD_CTX *ctx;

	if (a == NULL)
		return error_fail(err, RULE_SIGNATURE_ALGORITHM,
		    "no signature algorithm was named");
	if (EVP_PKEY_get_base_id(key) != a->key)
		return error_fail(err, RULE_SIGNATURE_ALGORITHM,
		    "the key is %s, and cannot sign %s",
		    OBJ_nid2sn(EVP_PKEY_get_base_id(key)), a->name);
	/* Modules leave errors of their own in this queue; only those of this
	 * call are to be read after it. */
	ERR_clear_error();
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL)
		mem_die();
	status = sign_into(ctx, key, a, tbs, dog, out, err);
	EVP_MD_CTX_free(ctx);
	return status;
}

enum rc_status
evp_put_spki(EVP_PKEY *key, struct buf *out, struct error *err)
{
	unsigned char *der = NULL;
	int n;

	ERR_clear_error();
	n = i2d_PUBKEY(key, &der);
	if (n <= 0)
		return evp_fail(err, RULE_KEY_ALGORITHM, "encoding the public key");
	buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
	return RC_OK;
}
