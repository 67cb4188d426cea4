/*
 * cert_container.h - the certificates of a file, whatever it is that holds them.
 *
 *      PEM, DER, base64          as cert_read_chain(): one, or PEMs one after the other
 *      .p7b, PKCS#7 or CMS       SignedData (RFC 5652 5.1), DER or PEM: all that it carries
 *      .pfx, .p12, PKCS#12       the certificates that are not encrypted (RFC 7292 4.2.3)
 *
 * No password is asked for and no key is derived: the iteration count of a foreign PFX
 * is the writer's, and may be four thousand million.  Neither signature nor MAC of a
 * container is looked at; what comes out is judged by itself.  Private keys in it are
 * passed over unread.
 *
 * Rules: those of cert_read() and cert_read_chain(); cert-container (cannot be read, or
 * holds none), cert-encrypted (those that it holds need its password).
 */
#ifndef X509_CERT_CONTAINER_H
#define X509_CERT_CONTAINER_H

#include "x509/cert.h"

enum rc_status cert_read_any(struct bytes file, struct arena *arena, struct cert **ret,
    size_t *ret_n, struct error *err) RC_CHECK;

/*
 * That of a server among them: the only one, or the only one that is no CA's; the
 * same twice counts once.  Rule cert-several.
 */
enum rc_status cert_pick_leaf(const struct cert *certs, size_t n, const struct cert **ret,
    struct error *err) RC_CHECK;

#endif
