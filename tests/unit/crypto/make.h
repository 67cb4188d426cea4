/*
 * make.h - keys and requests for the tests of crypto/, good and bad ones.
 *
 * make_request() writes PKCS#10 itself, so that every part of it can be wrong;
 * request_by_libcrypto() lets libcrypto write and sign, so that what is read was
 * not written by us.
 */
#ifndef TESTS_CRYPTO_MAKE_H
#define TESTS_CRYPTO_MAKE_H

#include "crypto/libcrypto.h"
#include "crypto/pubkey.h"
#include "crypto/softkey.h"
#include "tests/unit.h"

/* Keys made once for the whole program: do not free them. */
const struct softkey *a_key(unsigned algorithm);
void spki_of(const struct softkey *key, struct buf *out);

/* Identifier, length, content; appended. */
void put_tlv(struct buf *out, unsigned tag, struct bytes content);
void put_integer(struct buf *out, const BIGNUM *n);

/* SubjectPublicKeyInfo of this RSA key; of this point on a named curve. */
void put_rsa_spki(struct buf *out, const BIGNUM *n, unsigned long e);
void put_spki(struct buf *out, const char *algorithm_hex, struct bytes key);

void put_hex(struct buf *out, const char *hex);

struct recipe {
	const struct softkey *key;       /* signs                          */
	enum rc_sigalg algorithm;        /* for its key                     */
	struct bytes spki;               /* empty: the key's own           */
	const char *version_hex;         /* NULL: 020100                   */
	const char *subject_hex;         /* NULL: CN=a                     */
	const char *attributes_hex;      /* NULL: a000                     */
	const char *algorithm_hex;       /* NULL: that of `algorithm`      */
	bool spoil;                      /* change a bit of the signature  */
};
void make_request(const struct recipe *r, struct buf *der);

struct asked {
	const char *oid, *der_hex;
	bool critical;
};
/* Subject "O=Contoso, A umlaut, a line feed, CN=edge.contoso.com". */
void request_by_libcrypto(const struct softkey *key, const char *hash, bool pss,
    const struct asked *asked, size_t n_asked, struct buf *der);

#endif
