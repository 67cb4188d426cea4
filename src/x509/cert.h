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

/* Everything in it lives in the arena that it was read into. */
struct cert {
	struct bytes der, tbs;
	struct bytes serial;             /* content octets of the INTEGER     */
	struct bytes issuer, subject;    /* DER Name                          */
	struct dn issuer_dn, subject_dn; /* the attributes that dn.h knows    */
	const char *issuer_text, *subject_text;   /* whole, escaped for people */
	int64_t not_before, not_after;   /* seconds since 1970                */
	struct bytes spki;
	enum rc_sigalg algorithm;        /* RC_SIG_NONE: another one          */
	struct bytes signature;
	struct cert_ext *exts;
	size_t n_exts;
};

/*
 * DER, exactly one certificate and nothing behind it.  Rules cert-malformed,
 * cert-ext-twice; an extension of ours that does not decode is an error.
 */
enum rc_status cert_read(struct bytes der, struct arena *arena, struct cert *ret,
    struct error *err) RC_CHECK;

/*
 * A file as people have them: PEM (the first certificate), DER, base64, with BOM
 * or in UTF-16.  Rule cert-malformed.
 */
enum rc_status cert_read_file(struct bytes file, struct arena *arena, struct cert *ret,
    struct error *err) RC_CHECK;

const struct cert_ext *cert_find_ext(const struct cert *cert, enum ext_id id);

/* Every certificate of a PEM file, in order; rule cert-malformed. */
enum rc_status cert_read_chain(struct bytes file, struct arena *arena,
    struct cert **ret, size_t *ret_n, struct error *err) RC_CHECK;

/* PEM with "CERTIFICATE" lines, appended; certs-only PKCS#7 in DER, appended. */
void cert_put_pem(struct bytes der, struct buf *out);
enum rc_status cert_put_p7b(const struct bytes *ders, size_t n, struct buf *out,
    struct error *err) RC_CHECK;

#endif
