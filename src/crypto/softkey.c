#include "crypto/softkey.h"

#include <openssl/pem.h>
#include <stdlib.h>

#include "crypto/libcrypto.h"
#include "crypto/sigalg.h"

struct softkey {
	EVP_PKEY *evp;
};

static EVP_PKEY *
generate(unsigned algorithm)
{
	switch (algorithm) {
	case KEY_RSA_2048: return EVP_RSA_gen(2048);
	case KEY_RSA_3072: return EVP_RSA_gen(3072);
	case KEY_RSA_4096: return EVP_RSA_gen(4096);
	case KEY_RSA_8192: return EVP_RSA_gen(8192);
	case KEY_EC_P256: return EVP_EC_gen("P-256");
	case KEY_EC_P384: return EVP_EC_gen("P-384");
	case KEY_EC_P521: return EVP_EC_gen("P-521");
	case KEY_ED25519: return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	default: return NULL;
	}
}

enum rc_status
softkey_generate(unsigned algorithm, struct softkey **ret, struct error *err)
{
	SCOPED(EVP_PKEY_free) EVP_PKEY *evp = NULL;
	struct softkey *key;

	crypto_begin();
	evp = generate(algorithm);
	if (evp == NULL)
		return crypto_fail(err, RULE_SOFTKEY, "a key of this kind cannot be made");
	key = mem_zero(sizeof(*key));
	key->evp = TAKE(evp);
	*ret = key;
	return RC_OK;
}

void
softkey_free(struct softkey *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->evp);
	free(key);
}

enum rc_status
softkey_spki(const struct softkey *key, struct buf *out, struct error *err)
{
	unsigned char *der = NULL;
	int n;

	crypto_begin();
	n = i2d_PUBKEY(key->evp, &der);
	if (n <= 0)
		return crypto_fail(err, RULE_SOFTKEY, "the public key cannot be encoded");
	buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
	return RC_OK;
}

static bool
can_sign(const struct softkey *key, enum rc_sigalg algorithm)
{
	if (EVP_PKEY_is_a(key->evp, "RSA"))
		return sigalg_is_rsa(algorithm);
	if (EVP_PKEY_is_a(key->evp, "EC"))
		return sigalg_is_ecdsa(algorithm);
	return sigalg_is_ed25519(algorithm);
}

enum rc_status
softkey_sign(const struct softkey *key, enum rc_sigalg algorithm, struct bytes tbs,
    struct buf *out, struct error *err)
{
	SCOPED(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *signer = NULL;
	size_t n = 0;

	if (!can_sign(key, algorithm))
		return error_fail(err, RULE_SOFTKEY,
		    "the key does not sign by this algorithm");
	crypto_begin();
	if (ctx == NULL || EVP_DigestSignInit_ex(ctx, &signer, sigalg_hash(algorithm), NULL, NULL,
	    key->evp, NULL) != 1 || !sigalg_set_padding(signer, algorithm) ||
	    EVP_DigestSign(ctx, NULL, &n, tbs.p, tbs.n) != 1 ||
	    EVP_DigestSign(ctx, buf_reserve(out, n), &n, tbs.p, tbs.n) != 1)
		return crypto_fail(err, RULE_SOFTKEY, "the key cannot sign");
	buf_wrote(out, n);
	return RC_OK;
}

enum rc_status
softkey_put_pem(const struct softkey *key, struct buf *out, struct error *err)
{
	SCOPED(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long n;

	crypto_begin();
	if (bio == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(bio, key->evp, NULL, NULL, 0, NULL, NULL) != 1)
		return crypto_fail(err, RULE_SOFTKEY, "the key cannot be written");
	n = BIO_get_mem_data(bio, &text);
	buf_put(out, text, (size_t)n);
	return RC_OK;
}
