#include "crypto/digest.h"

#include <pthread.h>
#include <stdlib.h>

#include "crypto/libcrypto.h"

struct sha256 {
	EVP_MD_CTX *md;
};

/* libcrypto looks for what EVP_sha256() names anew at each use; what was fetched once it
 * uses at once. */
static EVP_MD *fetched_sha1, *fetched_sha256;
static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
	fetched_sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	fetched_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (fetched_sha1 == NULL || fetched_sha256 == NULL)
		mem_die();
}

static void
digest_once(const EVP_MD *md, struct bytes b, uint8_t *ret)
{
	if (EVP_Digest(b.n != 0 ? b.p : (const uint8_t *)"", b.n, ret, NULL, md, NULL) != 1)
		mem_die();
}

void
sha1(struct bytes b, uint8_t ret[SHA1_OCTETS])
{
	(void)pthread_once(&fetch_once, fetch);
	digest_once(fetched_sha1, b, ret);
}

void
sha256(struct bytes b, uint8_t ret[SHA256_OCTETS])
{
	(void)pthread_once(&fetch_once, fetch);
	digest_once(fetched_sha256, b, ret);
}

void
sha384(struct bytes b, uint8_t ret[SHA384_OCTETS])
{
	digest_once(EVP_sha384(), b, ret);
}

void
sha512(struct bytes b, uint8_t ret[SHA512_OCTETS])
{
	digest_once(EVP_sha512(), b, ret);
}

void
sha256_put_hex(struct bytes b, struct buf *out)
{
	uint8_t digest[SHA256_OCTETS];

	sha256(b, digest);
	buf_put_hex(out, BYTES(digest, sizeof(digest)));
}

struct sha256 *
sha256_new(void)
{
	struct sha256 *h = mem_zero(sizeof(*h));

	(void)pthread_once(&fetch_once, fetch);
	h->md = EVP_MD_CTX_new();
	if (h->md == NULL || EVP_DigestInit_ex(h->md, fetched_sha256, NULL) != 1)
		mem_die();
	return h;
}

void
sha256_put(struct sha256 *h, struct bytes b)
{
	if (b.n != 0 && EVP_DigestUpdate(h->md, b.p, b.n) != 1)
		mem_die();
}

void
sha256_end(struct sha256 *h, uint8_t ret[SHA256_OCTETS])
{
	if (EVP_DigestFinal_ex(h->md, ret, NULL) != 1)
		mem_die();
	sha256_free(h);
}

void
sha256_next(struct sha256 *h, uint8_t ret[SHA256_OCTETS])
{
	if (EVP_DigestFinal_ex(h->md, ret, NULL) != 1 ||
	    EVP_DigestInit_ex(h->md, NULL, NULL) != 1)
		mem_die();
}

void
sha256_free(struct sha256 *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->md);
	free(h);
}
