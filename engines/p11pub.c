#include "engines/p11pub.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "engines/evp.h"

enum { ED25519_OCTETS = 32 };    /* RFC 8032 5.1.5 */

/* -- from a key of libcrypto ------------------------------------------------------ */

static struct bytes
number(EVP_PKEY *key, const char *name, struct arena *arena)
{
	BIGNUM *bn = NULL;
	struct bytes out = { .n = 0 };
	uint8_t *p;

	if (EVP_PKEY_get_bn_param(key, name, &bn) != 1)
		return out;
	p = arena_alloc(arena, (size_t)BN_num_bytes(bn) + 1);
	out = BYTES(p, (size_t)BN_bn2bin(bn, p));
	BN_free(bn);
	return out;
}

static int
curve_of(EVP_PKEY *key)
{
	char name[64];

	if (EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) != 1)
		return NID_undef;
	return OBJ_txt2nid(name);
}

/* X and Y, each padded to the size of the field, as an uncompressed point: the
 * encoded form of a key may be compressed. */
static struct bytes
point_of(EVP_PKEY *key, struct arena *arena)
{
	size_t field = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	uint8_t *p = arena_alloc(arena, 1 + 2 * field);
	BIGNUM *x = NULL, *y = NULL;
	bool good;

	p[0] = POINT_CONVERSION_UNCOMPRESSED;
	good = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
	    BN_bn2binpad(x, p + 1, (int)field) == (int)field &&
	    BN_bn2binpad(y, p + 1 + field, (int)field) == (int)field;
	BN_free(x);
	BN_free(y);
	return good ? BYTES(p, 1 + 2 * field) : BYTES(NULL, 0);
}

/* Ed25519 has one form, and no number in it. */
static struct bytes
octets_of(EVP_PKEY *key, struct arena *arena)
{
	size_t n = ED25519_OCTETS;
	uint8_t *p = arena_alloc(arena, n);

	return EVP_PKEY_get_raw_public_key(key, p, &n) == 1 ? BYTES(p, n) : BYTES(NULL, 0);
}

static struct p11pub
pub_of_key(EVP_PKEY *key, struct arena *arena)
{
	struct p11pub pub = { .kind = P11PUB_OTHER };

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
		pub.kind = P11PUB_RSA;
		pub.n = number(key, OSSL_PKEY_PARAM_RSA_N, arena);
		pub.e = number(key, OSSL_PKEY_PARAM_RSA_E, arena);
	} else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
		pub.kind = P11PUB_EC;
		pub.curve = curve_of(key);
		pub.point = point_of(key, arena);
		if (pub.curve == NID_undef || pub.point.n == 0)
			pub.kind = P11PUB_OTHER;
	} else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
		pub.kind = P11PUB_ED25519;
		pub.point = octets_of(key, arena);
	}
	return pub;
}

/* -- numbers, curves, points ------------------------------------------------------ */

static struct bytes
without_zeros(struct bytes b)
{
	while (b.n > 0 && b.p[0] == 0)
		b = BYTES(b.p + 1, b.n - 1);
	return b;
}

/* EcpkParameters with the OID of a curve; anything else has no curve here. */
static int
curve_of_params(struct bytes der)
{
	const unsigned char *p = der.p;
	ASN1_OBJECT *oid = d2i_ASN1_OBJECT(NULL, &p, (long)der.n);
	int nid = oid != NULL ? OBJ_obj2nid(oid) : NID_undef;

	ASN1_OBJECT_free(oid);
	ERR_clear_error();
	return nid;
}

/* 04 X Y of any encoding of a point of this curve; empty when it is none. */
static struct bytes
uncompressed(int curve, struct bytes encoded, struct arena *arena)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(curve);
	EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
	struct bytes out = { .n = 0 };

	if (point != NULL && EC_POINT_oct2point(group, point, encoded.p, encoded.n, NULL) == 1) {
		size_t n = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, NULL,
		    0, NULL);
		uint8_t *p = arena_alloc(arena, n + 1);

		out = BYTES(p, EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, p,
		    n, NULL));
	}
	EC_POINT_free(point);
	EC_GROUP_free(group);
	ERR_clear_error();
	return out;
}

/* -- from a SubjectPublicKeyInfo ---------------------------------------------------- */

/* The contents of the next value, which has this tag; false: it is another one. */
static bool
take_value(struct bytes *from, int tag, struct bytes *ret)
{
	int form = tag == V_ASN1_SEQUENCE ? V_ASN1_CONSTRUCTED : 0, have = 0, class = 0;
	const unsigned char *p = from->p;
	long n = 0;

	/* Of its answer the other bits say that it failed, or has no length. */
	if (from->n == 0 || ASN1_get_object(&p, &n, &have, &class, (long)from->n) != form ||
	    have != tag || class != V_ASN1_UNIVERSAL)
		return false;
	*ret = BYTES(p, (size_t)n);
	*from = BYTES(p + n, from->n - (size_t)(p + n - from->p));
	return true;
}

static bool
take_number(struct bytes *from, struct arena *arena, struct bytes *ret)
{
	struct bytes value;

	if (!take_value(from, V_ASN1_INTEGER, &value) || value.n == 0 || value.p[0] >= 0x80)
		return false;
	*ret = arena_bytes(arena, without_zeros(value));
	return ret->n != 0;
}

static bool
rsa_by_hand(struct bytes parameters, struct bytes key, struct arena *arena, struct p11pub *ret)
{
	static const uint8_t null[] = { V_ASN1_NULL, 0 };
	struct bytes numbers;

	ret->kind = P11PUB_RSA;
	return bytes_equal(parameters, BYTES(null, sizeof(null))) &&
	    take_value(&key, V_ASN1_SEQUENCE, &numbers) && key.n == 0 &&
	    take_number(&numbers, arena, &ret->n) && take_number(&numbers, arena, &ret->e) &&
	    numbers.n == 0;
}

static bool
ec_by_hand(struct bytes parameters, struct bytes key, struct arena *arena, struct p11pub *ret)
{
	struct bytes rest = parameters, oid;

	/* d2i_ASN1_OBJECT looks at the tag without its class. */
	if (!take_value(&rest, V_ASN1_OBJECT, &oid) || rest.n != 0)
		return false;
	ret->kind = P11PUB_EC;
	ret->curve = curve_of_params(parameters);
	if (ret->curve == NID_undef)
		return false;
	ret->point = uncompressed(ret->curve, key, arena);
	return ret->point.n != 0;
}

static bool
ed25519_by_hand(struct bytes parameters, struct bytes key, struct arena *arena,
    struct p11pub *ret)
{
	ret->kind = P11PUB_ED25519;
	ret->point = arena_bytes(arena, key);
	return parameters.n == 0 && key.n == ED25519_OCTETS;
}

static const struct {
	const char *oid;                 /* its contents                     */
	size_t n;
	bool (*read)(struct bytes parameters, struct bytes key, struct arena *arena,
	    struct p11pub *ret);
} by_hand[] = {
	{ "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9, rsa_by_hand },
	{ "\x2a\x86\x48\xce\x3d\x02\x01", 7, ec_by_hand },
	{ "\x2b\x65\x70", 3, ed25519_by_hand },
};

/* The usual forms of the usual keys; false: let libcrypto judge. */
static bool
read_by_hand(struct bytes spki, struct arena *arena, struct p11pub *ret)
{
	struct bytes whole, algorithm, oid, bits;
	struct p11pub pub = { .kind = P11PUB_NONE };

	if (!take_value(&spki, V_ASN1_SEQUENCE, &whole) || spki.n != 0 ||
	    !take_value(&whole, V_ASN1_SEQUENCE, &algorithm) ||
	    !take_value(&whole, V_ASN1_BIT_STRING, &bits) || whole.n != 0 ||
	    bits.n < 2 || bits.p[0] != 0 || !take_value(&algorithm, V_ASN1_OBJECT, &oid))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(by_hand); i++)
		if (bytes_equal(oid, BYTES(by_hand[i].oid, by_hand[i].n)) &&
		    by_hand[i].read(algorithm, BYTES(bits.p + 1, bits.n - 1), arena, &pub)) {
			*ret = pub;
			return true;
		}
	return false;
}

/* libcrypto fetches its decoders anew for each key, which costs more than a signature. */
enum rc_status
p11pub_of_spki(struct bytes spki, struct arena *arena, struct p11pub *ret, struct error *err)
{
	const unsigned char *p = spki.p;
	SCOPED(evp_pkey) EVP_PKEY *key = NULL;

	ERR_clear_error();
	if (read_by_hand(spki, arena, ret))
		return RC_OK;
	ERR_clear_error();
	key = d2i_PUBKEY(NULL, &p, (long)spki.n);
	if (key == NULL || p != spki.p + spki.n)
		return evp_fail(err, RULE_KEY_ALGORITHM, "reading the public key");
	*ret = pub_of_key(key, arena);
	return RC_OK;
}

/* -- from a token --------------------------------------------------------------- */

static enum rc_status
rsa_of_object(struct p11raw *raw, CK_OBJECT_HANDLE object, struct arena *arena,
    struct p11pub *ret, struct error *err)
{
	TRY(p11object_bytes(raw, object, CKA_MODULUS, arena, &ret->n, err));
	TRY(p11object_bytes(raw, object, CKA_PUBLIC_EXPONENT, arena, &ret->e, err));
	ret->n = without_zeros(ret->n);
	ret->e = without_zeros(ret->e);
	if (ret->n.n != 0 && ret->e.n != 0)
		ret->kind = P11PUB_RSA;
	return RC_OK;
}

/* Out of the OCTET STRING that it should be in. */
static struct bytes
bare_point(struct bytes value, struct arena *arena)
{
	const unsigned char *p = value.p;
	ASN1_OCTET_STRING *s = d2i_ASN1_OCTET_STRING(NULL, &p, (long)value.n);
	struct bytes out = value;

	if (s != NULL && p == value.p + value.n)
		out = arena_bytes(arena, BYTES(ASN1_STRING_get0_data(s),
		    (size_t)ASN1_STRING_length(s)));
	ASN1_OCTET_STRING_free(s);
	ERR_clear_error();
	return out;
}

static enum rc_status
ec_of_object(struct p11raw *raw, CK_OBJECT_HANDLE object, struct arena *arena,
    struct p11pub *ret, struct error *err)
{
	struct bytes params, value;

	TRY(p11object_bytes(raw, object, CKA_EC_PARAMS, arena, &params, err));
	TRY(p11object_bytes(raw, object, CKA_EC_POINT, arena, &value, err));
	if (params.n == 0 || value.n == 0)
		return RC_OK;
	ret->curve = curve_of_params(params);
	ret->point = uncompressed(ret->curve, bare_point(value, arena), arena);
	/* A bare point may look like an OCTET STRING by chance: 04 is the tag of
	 * both. */
	if (ret->point.n == 0)
		ret->point = uncompressed(ret->curve, value, arena);
	ret->kind = ret->point.n != 0 ? P11PUB_EC : P11PUB_OTHER;
	return RC_OK;
}

/*
 * CKA_EC_PARAMS of a key on edwards25519: the curve's name, or one of the two OIDs
 * that modules write (RFC 8410's and the older one of the curve itself).
 */
static bool
is_ed25519(struct bytes params)
{
	static const struct bytes names[] = {
		{ (const uint8_t *)"\x13\x0c" "edwards25519", 14 },
		{ (const uint8_t *)"\x06\x03\x2b\x65\x70", 5 },
		{ (const uint8_t *)"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", 11 },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (bytes_equal(names[i], params))
			return true;
	return false;
}

static enum rc_status
edwards_of_object(struct p11raw *raw, CK_OBJECT_HANDLE object, struct arena *arena,
    struct p11pub *ret, struct error *err)
{
	struct bytes params, value;

	TRY(p11object_bytes(raw, object, CKA_EC_PARAMS, arena, &params, err));
	TRY(p11object_bytes(raw, object, CKA_EC_POINT, arena, &value, err));
	if (params.n == 0 || value.n == 0)
		return RC_OK;
	ret->point = value.n == ED25519_OCTETS ? value : bare_point(value, arena);
	ret->kind = is_ed25519(params) && ret->point.n == ED25519_OCTETS ? P11PUB_ED25519 :
	    P11PUB_OTHER;
	return RC_OK;
}

static enum rc_status
info_of_object(struct p11raw *raw, CK_OBJECT_HANDLE object, struct arena *arena,
    struct p11pub *ret, struct error *err)
{
	SCOPED(error_free) struct error *ignored = error_new();
	struct bytes info;

	TRY(p11object_bytes(raw, object, CKA_PUBLIC_KEY_INFO, arena, &info, err));
	if (info.n != 0 && p11pub_of_spki(info, arena, ret, ignored) != RC_OK)
		ret->kind = P11PUB_NONE;
	return RC_OK;
}

static enum rc_status
pub_of_certificate(struct p11raw *raw, CK_OBJECT_HANDLE object, struct arena *arena,
    struct p11pub *ret, struct error *err)
{
	const unsigned char *p;
	struct bytes der;
	EVP_PKEY *key;
	X509 *x;

	TRY(p11object_bytes(raw, object, CKA_VALUE, arena, &der, err));
	p = der.p;
	x = d2i_X509(NULL, &p, (long)der.n);
	key = x != NULL ? X509_get0_pubkey(x) : NULL;
	if (key != NULL)
		*ret = pub_of_key(key, arena);
	X509_free(x);
	ERR_clear_error();
	return RC_OK;
}

enum rc_status
p11pub_of_object(struct p11raw *raw, CK_OBJECT_HANDLE object, struct arena *arena,
    struct p11pub *ret, struct error *err)
{
	struct p11pub pub = { .kind = P11PUB_NONE };
	CK_ULONG class = 0, type = CK_UNAVAILABLE_INFORMATION;
	bool known = false;

	TRY(p11object_ulong(raw, object, CKA_CLASS, &class, &known, err));
	if (known && class == CKO_CERTIFICATE) {
		TRY(pub_of_certificate(raw, object, arena, &pub, err));
		*ret = pub;
		return RC_OK;
	}
	TRY(p11object_ulong(raw, object, CKA_KEY_TYPE, &type, &known, err));
	if (type == CKK_RSA)
		TRY(rsa_of_object(raw, object, arena, &pub, err));
	else if (type == CKK_EC)
		TRY(ec_of_object(raw, object, arena, &pub, err));
	else if (type == CKK_EC_EDWARDS)
		TRY(edwards_of_object(raw, object, arena, &pub, err));
	else
		pub.kind = P11PUB_OTHER;
	if (pub.kind == P11PUB_NONE)
		TRY(info_of_object(raw, object, arena, &pub, err));
	*ret = pub;
	return RC_OK;
}

bool
p11pub_equal(const struct p11pub *a, const struct p11pub *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == P11PUB_RSA)
		return bytes_equal(a->n, b->n) && bytes_equal(a->e, b->e);
	if (a->kind == P11PUB_ED25519)
		return bytes_equal(a->point, b->point);
	return a->kind == P11PUB_EC && a->curve == b->curve && bytes_equal(a->point, b->point);
}

static unsigned
bit_length(struct bytes n)
{
	unsigned top = 8;

	if (n.n == 0)
		return 0;
	while (top > 0 && n.p[0] >> (top - 1) == 0)
		top--;
	return (unsigned)(n.n - 1) * 8 + top;
}

unsigned
p11pub_bits(const struct p11pub *pub)
{
	if (pub->kind == P11PUB_RSA)
		return bit_length(pub->n);
	if (pub->kind == P11PUB_ED25519)
		return 256;
	if (pub->kind != P11PUB_EC)
		return 0;
	return pub->curve == NID_secp521r1 ? 521 : (unsigned)(pub->point.n / 2) * 8;
}

/* -- to a SubjectPublicKeyInfo ---------------------------------------------------- */

/* DER of a positive number, appended. */
static void
put_number(struct buf *out, struct bytes number)
{
	BIGNUM *bn = BN_bin2bn(number.p, (int)number.n, NULL);
	ASN1_INTEGER *value = bn != NULL ? BN_to_ASN1_INTEGER(bn, NULL) : NULL;
	unsigned char *der = NULL;
	int n = i2d_ASN1_INTEGER(value, &der);

	if (n <= 0)
		mem_die();
	buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
	ASN1_INTEGER_free(value);
	BN_free(bn);
}

/* RSAPublicKey, RFC 8017 A.1.1. */
static void
put_rsa(struct buf *out, const struct p11pub *pub)
{
	SCOPED(buf_clear) struct buf numbers = BUF_INIT;
	unsigned char *p;
	int n;

	put_number(&numbers, pub->n);
	put_number(&numbers, pub->e);
	n = ASN1_object_size(1, (int)numbers.n, V_ASN1_SEQUENCE) - (int)numbers.n;
	p = buf_reserve(out, (size_t)n);
	ASN1_put_object(&p, 1, (int)numbers.n, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	buf_wrote(out, (size_t)n);
	buf_put(out, numbers.p, numbers.n);
}

/* What stands in the BIT STRING, and the algorithm with its parameters: RFC 3279 2.3.1,
 * RFC 5480 2.1.1, RFC 8410 3. */
static bool
fill_spki(X509_PUBKEY *spki, const struct p11pub *pub, struct bytes key)
{
	static const struct { int algorithm, parameters; } forms[] = {
		[P11PUB_RSA] = { EVP_PKEY_RSA, V_ASN1_NULL },
		[P11PUB_EC] = { EVP_PKEY_EC, V_ASN1_OBJECT },
		[P11PUB_ED25519] = { EVP_PKEY_ED25519, V_ASN1_UNDEF },
	};
	void *curve = pub->kind == P11PUB_EC ? OBJ_nid2obj(pub->curve) : NULL;
	unsigned char *copy = OPENSSL_memdup(key.p, key.n);

	if (copy == NULL)
		mem_die();
	if (X509_PUBKEY_set0_param(spki, OBJ_nid2obj(forms[pub->kind].algorithm),
	    forms[pub->kind].parameters, curve, copy, (int)key.n) == 1)
		return true;
	OPENSSL_free(copy);
	return false;
}

/* Member by member: libcrypto's way from a key to its encoding costs ten times the
 * signature. */
enum rc_status
p11pub_put_spki(const struct p11pub *pub, struct buf *out, struct error *err)
{
	SCOPED(buf_clear) struct buf rsa = BUF_INIT;
	X509_PUBKEY *spki;
	unsigned char *der = NULL;
	int n = -1;

	if (pub->kind == P11PUB_NONE || pub->kind == P11PUB_OTHER)
		return error_fail(err, RULE_KEY_ALGORITHM,
		    "the token's public key is neither RSA, EC on a known curve nor Ed25519");
	ERR_clear_error();
	if (pub->kind == P11PUB_RSA)
		put_rsa(&rsa, pub);
	spki = X509_PUBKEY_new();
	if (fill_spki(spki, pub, pub->kind == P11PUB_RSA ? buf_bytes(&rsa) : pub->point))
		n = i2d_X509_PUBKEY(spki, &der);
	X509_PUBKEY_free(spki);
	if (n <= 0)
		return evp_fail(err, RULE_KEY_ALGORITHM, "the token's public key");
	buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
	return RC_OK;
}
