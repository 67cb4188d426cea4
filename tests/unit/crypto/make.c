#include "tests/unit/crypto/make.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

DEFINE_SCOPED(X509_REQ_free, X509_REQ *)

static struct softkey *keys[KEY_ALGORITHMS];

const struct softkey *
a_key(unsigned algorithm)
{
	SCOPED(error_free) struct error *err = error_new();
	unsigned bit = 0;

	while (1U << bit != algorithm)
		bit++;
	if (keys[bit] == NULL)
		REQUIRE_OK(softkey_generate(algorithm, &keys[bit], err), err);
	return keys[bit];
}

__attribute__((destructor)) static void
free_keys(void)
{
	for (size_t i = 0; i < KEY_ALGORITHMS; i++)
		softkey_free(keys[i]);
}

void
spki_of(const struct softkey *key, struct buf *out)
{
	SCOPED(error_free) struct error *err = error_new();

	REQUIRE_OK(softkey_spki(key, out, err), err);
}

void
put_tlv(struct buf *out, unsigned tag, struct bytes content)
{
	buf_putc(out, (char)tag);
	if (content.n >= 0x80) {
		unsigned octets = content.n > 0xffff ? 3 : content.n > 0xff ? 2 : 1;

		buf_putc(out, (char)(0x80U | octets));
		for (unsigned i = octets; i-- > 1;)
			buf_putc(out, (char)(content.n >> (8 * i)));
	}
	buf_putc(out, (char)content.n);
	buf_put_bytes(out, content);
}

static void
wrap(struct buf *out, unsigned tag, struct buf *content)
{
	put_tlv(out, tag, buf_bytes(content));
	buf_clear(content);
}

static void
put_bits(struct buf *out, struct bytes octets)
{
	struct buf content = BUF_INIT;

	buf_putc(&content, 0);
	buf_put_bytes(&content, octets);
	wrap(out, 0x03, &content);
}

void
put_integer(struct buf *out, const BIGNUM *n)
{
	struct buf content = BUF_INIT;
	size_t octets = (size_t)BN_num_bytes(n);

	if (BN_num_bits(n) % 8 == 0)
		buf_putc(&content, 0);
	(void)BN_bn2bin(n, buf_reserve(&content, octets));
	buf_wrote(&content, octets);
	wrap(out, 0x02, &content);
}

void
put_hex(struct buf *out, const char *hex)
{
	for (; hex[0] != 0; hex += 2) {
		char two[3] = { hex[0], hex[1], 0 };

		buf_putc(out, (char)strtoul(two, NULL, 16));
	}
}

void
put_spki(struct buf *out, const char *algorithm_hex, struct bytes key)
{
	struct buf algorithm = BUF_INIT, content = BUF_INIT;

	put_hex(&algorithm, algorithm_hex);
	wrap(&content, 0x30, &algorithm);
	put_bits(&content, key);
	wrap(out, 0x30, &content);
}

void
put_rsa_spki(struct buf *out, const BIGNUM *n, unsigned long e)
{
	SCOPED(BN_free) BIGNUM *exponent = BN_new();
	struct buf numbers = BUF_INIT, key = BUF_INIT;

	REQUIRE(BN_set_word(exponent, e) == 1);
	put_integer(&numbers, n);
	put_integer(&numbers, exponent);
	wrap(&key, 0x30, &numbers);
	put_spki(out, "06092a864886f70d0101010500", buf_bytes(&key));
	buf_clear(&key);
}

static const char *const algorithms[] = {
	[RC_ED25519] = "300506032b6570",
	[RC_RSA_SHA256] = "300d06092a864886f70d01010b0500",
	[RC_RSA_SHA384] = "300d06092a864886f70d01010c0500",
	[RC_RSA_SHA512] = "300d06092a864886f70d01010d0500",
	[RC_ECDSA_SHA256] = "300a06082a8648ce3d040302",
	[RC_ECDSA_SHA384] = "300a06082a8648ce3d040303",
	[RC_ECDSA_SHA512] = "300a06082a8648ce3d040304",
};

void
make_request(const struct recipe *r, struct buf *der)
{
	SCOPED(error_free) struct error *err = error_new();
	struct buf content = BUF_INIT, outer = BUF_INIT, signature = BUF_INIT;

	put_hex(&content, r->version_hex != NULL ? r->version_hex : "020100");
	put_hex(&content, r->subject_hex != NULL ? r->subject_hex : "300c310a300806035504030c0161");
	if (r->spki.n != 0)
		buf_put_bytes(&content, r->spki);
	else
		spki_of(r->key, &content);
	put_hex(&content, r->attributes_hex != NULL ? r->attributes_hex : "a000");
	wrap(&outer, 0x30, &content);
	REQUIRE_OK(softkey_sign(r->key, r->algorithm, buf_bytes(&outer), &signature, err), err);
	if (r->spoil)
		signature.p[signature.n - 1] ^= 1;
	put_hex(&outer, r->algorithm_hex != NULL ? r->algorithm_hex : algorithms[r->algorithm]);
	put_bits(&outer, buf_bytes(&signature));
	buf_clear(&signature);
	wrap(der, 0x30, &outer);
}

static EVP_PKEY *
evp_of(const struct softkey *key)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_wipe) struct buf pem = BUF_INIT;
	SCOPED(BIO_free_all) BIO *bio = NULL;

	REQUIRE_OK(softkey_put_pem(key, &pem, err), err);
	bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	return PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
}

static X509_EXTENSION *
extension_of(const struct asked *asked)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	ASN1_OBJECT *oid = OBJ_txt2obj(asked->oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	put_hex(&der, asked->der_hex);
	REQUIRE(ASN1_OCTET_STRING_set(value, der.p, (int)der.n) == 1);
	ext = X509_EXTENSION_create_by_OBJ(NULL, oid, asked->critical, value);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
	return ext;
}

static void
add_extensions(X509_REQ *req, const struct asked *asked, size_t n)
{
	STACK_OF(X509_EXTENSION) *exts = sk_X509_EXTENSION_new_null();

	for (size_t i = 0; i < n; i++)
		(void)sk_X509_EXTENSION_push(exts, extension_of(&asked[i]));
	REQUIRE(X509_REQ_add_extensions(req, exts) == 1);
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
}

void
request_by_libcrypto(const struct softkey *key, const char *hash, bool pss,
    const struct asked *asked, size_t n_asked, struct buf *der)
{
	SCOPED(X509_REQ_free) X509_REQ *req = X509_REQ_new();
	SCOPED(EVP_PKEY_free) EVP_PKEY *evp = evp_of(key);
	SCOPED(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *signer;
	unsigned char *out = NULL;
	int n;

	REQUIRE(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "O", MBSTRING_UTF8,
	    (const unsigned char *)"Contoso, \xc3\x84\n", -1, -1, 0) == 1);
	REQUIRE(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN", MBSTRING_UTF8,
	    (const unsigned char *)"edge.contoso.com", -1, -1, 0) == 1);
	REQUIRE(X509_REQ_set_pubkey(req, evp) == 1);
	if (n_asked != 0)
		add_extensions(req, asked, n_asked);
	REQUIRE(EVP_DigestSignInit_ex(ctx, &signer, hash, NULL, NULL, evp, NULL) == 1);
	if (pss)
		REQUIRE(EVP_PKEY_CTX_set_rsa_padding(signer, RSA_PKCS1_PSS_PADDING) == 1);
	REQUIRE(X509_REQ_sign_ctx(req, ctx) > 0);
	n = i2d_X509_REQ(req, &out);
	REQUIRE(n > 0);
	buf_put(der, out, (size_t)n);
	OPENSSL_free(out);
}
