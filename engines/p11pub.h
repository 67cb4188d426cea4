/*
 * p11pub.h - the public half of a key, as a certificate has it and as tokens
 * have it, made comparable.
 *
 * A certificate carries a SubjectPublicKeyInfo; a token CKA_MODULUS and
 * CKA_PUBLIC_EXPONENT, or CKA_EC_PARAMS and CKA_EC_POINT (as an OCTET STRING by
 * PKCS#11 v2.40 section 2.3.3, bare on some tokens), or CKA_PUBLIC_KEY_INFO.  Of
 * the keys of PKCS#11 v3.0 Ed25519 alone is known (its section 2.3.5).
 */
#ifndef ENGINES_P11PUB_H
#define ENGINES_P11PUB_H

#include "engines/p11object.h"

enum p11pub_kind {
	P11PUB_NONE,             /* the object does not tell                  */
	P11PUB_RSA,
	P11PUB_EC,
	P11PUB_ED25519,
	P11PUB_OTHER,            /* some other kind of key: never equal       */
};

struct p11pub {
	enum p11pub_kind kind;
	struct bytes n, e;       /* RSA: big-endian, without leading zeros    */
	int curve;               /* EC: the NID of a named curve              */
	struct bytes point;      /*     uncompressed, 04 X Y; Ed25519: 32 octets */
};

/* Everything in the arena. */
enum rc_status p11pub_of_spki(struct bytes spki, struct arena *arena, struct p11pub *ret,
    struct error *err) RC_CHECK;
/* Of a public key, a private key, as far as it tells, or a certificate. */
enum rc_status p11pub_of_object(struct p11raw *raw, CK_OBJECT_HANDLE object,
    struct arena *arena, struct p11pub *ret, struct error *err) RC_CHECK;

bool p11pub_equal(const struct p11pub *a, const struct p11pub *b);
unsigned p11pub_bits(const struct p11pub *pub);      /* modulus or field; 0 */

/* DER SubjectPublicKeyInfo, appended. */
enum rc_status p11pub_put_spki(const struct p11pub *pub, struct buf *out,
    struct error *err) RC_CHECK;

#endif
