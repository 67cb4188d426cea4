/*
 * p11uri.h - one PKCS#11 URI (RFC 7512), read and held.
 *
 *      pkcs11:token=contoso;object=issuing?module-path=/usr/lib/...&pin-source=/run/pin
 *
 * p11-kit reads it.  Around that we are stricter than it is, because a URI names
 * the key of a CA: an attribute that p11-kit does not know, or whose value is too
 * long for its field, would silently name more than was meant (uri-unrecognised);
 * of an attribute twice only the last would count (uri-duplicate); and a PIN in
 * a URI is a PIN in the process list and the shell history (uri-pin-value).
 */
#ifndef ENGINES_P11URI_H
#define ENGINES_P11URI_H

#include <p11-kit/pkcs11.h>

#include "base/error.h"

enum { P11URI_MAX = 4096 };     /* octets of text */

struct p11uri;

/* What the URI is for: P11URI_ONE_TOKEN refuses one that says nothing of a token. */
enum p11uri_use { P11URI_ANY, P11URI_ONE_TOKEN };

/* Rules: uri-syntax, uri-unrecognised, uri-duplicate, uri-pin-value, uri-empty. */
enum rc_status p11uri_parse(const char *text, enum p11uri_use use,
    struct p11uri **ret, struct error *err) RC_CHECK;
void p11uri_free(struct p11uri *uri);
DEFINE_SCOPED(p11uri_free, struct p11uri *)

/* Lent; NULL where the URI does not say. */
const char *p11uri_text(const struct p11uri *uri);
const char *p11uri_module_path(const struct p11uri *uri);
const char *p11uri_module_name(const struct p11uri *uri);
const char *p11uri_pin_source(const struct p11uri *uri);      /* as written, unread */

/* Do these fit what the URI says of module, slot and token?  (Nothing said: yes.) */
bool p11uri_fits_module(const struct p11uri *uri, const CK_INFO *info);
bool p11uri_fits_slot(const struct p11uri *uri, CK_SLOT_ID id, const CK_SLOT_INFO *info);
bool p11uri_fits_token(const struct p11uri *uri, const CK_TOKEN_INFO *info);

/* The URI's object and id.  false: it does not say. */
bool p11uri_object(const struct p11uri *uri, struct bytes *ret);
bool p11uri_id(const struct p11uri *uri, struct bytes *ret);

/* A URI that names this token, to be shown and typed again. */
void p11uri_put_token(struct buf *out, const CK_TOKEN_INFO *info);

#endif
