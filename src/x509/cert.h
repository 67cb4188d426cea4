/*
 * cert.h - certificates read back, by libcrypto: code that did not write them.
 */
#ifndef X509_CERT_H
#define X509_CERT_H

#include <rolecert/engine.h>

#include "base/arena.h"
#include "base/error.h"
#include "x509/dn.h"
#include "x509/ext/ext.h"

struct cert_ext {
	const char *oid;                 /* dotted                            */
	bool critical;
	struct bytes der;                /* content of extnValue              */
	bool known;                      /* `value` was decoded               */
	struct ext_value value;
};

enum { CERT_MAX = 64 * 1024, CERT_FILE_MAX = 1024 * 1024 };      /* octets */

/* Everything in it lives in the arena that it was read into. */
struct cert {
	struct bytes der, tbs;
	unsigned version;                /* 1 to 3                            */
	struct bytes serial;             /* content octets of the INTEGER     */
	struct bytes issuer, subject;    /* DER Name                          */
	struct dn issuer_dn, subject_dn; /* the attributes that dn.h knows; of one
	                                  * that stands twice the last        */
	const char *issuer_text, *subject_text;   /* whole, escaped for people */
	int64_t not_before, not_after;   /* seconds since 1970                */
	struct bytes spki;
	enum rc_sigalg algorithm;        /* RC_SIG_NONE: another one          */
	const char *algorithm_oid;       /* dotted                            */
	const char *algorithm_text;      /* "sha256WithRSAEncryption", or dotted */
	struct bytes signature;
	struct cert_ext *exts;
	size_t n_exts;
};

/*
 * DER, exactly one certificate of at most CERT_MAX octets and nothing behind it.
 * Refused is also what DER writes otherwise (crypto/der.h, X.690 11.5).
 * Rules (all of class INPUT): cert-malformed, cert-algorithms (the signed and the
 * unsigned name of the algorithm differ), cert-ext-twice, ext-malformed (an
 * extension of ext_all that does not decode).  Whether it is any good (signature,
 * time, key) is not looked at.
 */
enum rc_status cert_read(struct bytes der, struct arena *arena, struct cert *ret,
    struct error *err) RC_CHECK;

/*
 * A TBSCertificate that nobody has signed yet: `algorithm` is that of the field
 * inside it; der and signature are empty.
 */
enum rc_status cert_read_tbs(struct bytes tbs, struct arena *arena, struct cert *ret,
    struct error *err) RC_CHECK;

/*
 * cert_read() of a certificate whose TBSCertificate was read before, as `known`, by
 * cert_read_tbs(): where its octets are those, they are not decoded a second time, and
 * *ret shares with `known` what it has read.  NULL: nothing was read before.
 */
enum rc_status cert_read_signed(struct bytes der, const struct cert *known,
    struct arena *arena, struct cert *ret, struct error *err) RC_CHECK;

/*
 * A file as people have them: PEM (exactly one certificate), DER, base64, with
 * BOM or in UTF-16 (crypto/envelope.h).  Rules cert-malformed, cert-too-large,
 * cert-trailing, and those of cert_read.
 */
enum rc_status cert_read_file(struct bytes file, struct arena *arena, struct cert *ret,
    struct error *err) RC_CHECK;

/* Every certificate of a file, in order: PEMs one after the other, or one as DER. */
enum rc_status cert_read_chain(struct bytes file, struct arena *arena,
    struct cert **ret, size_t *ret_n, struct error *err) RC_CHECK;

const struct cert_ext *cert_find_ext(const struct cert *cert, enum ext_id id);
bool cert_is_ca(const struct cert *cert);                /* basicConstraints says so */
bool cert_is_self_issued(const struct cert *cert);       /* issuer and subject alike */

/*
 * Did the key of `issuer` sign `cert`?  By any algorithm that libcrypto has, also
 * those that we never use.  Rule cert-signature (class NO).  Names are not compared.
 */
enum rc_status cert_verify(const struct cert *cert, const struct cert *issuer,
    struct error *err) RC_CHECK;

/*
 * The same for a chain as `openssl verify -x509_strict -partial_chain` judges it at
 * that time: `above` from the issuer up, the last of them trusted; with none, the
 * certificate stands for itself.  Rule cert-chain, with OpenSSL's words.
 */
enum rc_status cert_verify_strict(const struct cert *cert, const struct cert *const *above,
    size_t n, int64_t at, struct error *err) RC_CHECK;

/* PEM with "CERTIFICATE" lines, appended. */
void cert_put_pem(struct bytes der, struct buf *out);
/* Certs-only PKCS#7 in DER (RFC 5652 5.1, what Windows calls .p7b), the
 * certificates in the order given, appended. */
void cert_put_p7b(const struct bytes *ders, size_t n, struct buf *out);

#endif
