/*
 * bundle.h - does this evidence of what was signed hold?
 *
 *      st = rc_bundle_verify(tar, root_pem, BYTES(NULL, 0), &bundle, err);
 *      if (st == RC_OK)         it holds
 *      else if (st == RC_NO)    rc_error_text(err) says what does not
 *
 * A bundle is what `rolecert ledger export --bundle` writes: request, plan, texts and
 * certificate, the events of the ledger that tell of them, and the proof that these stand
 * under a checkpoint which the CA signed (RFC 9162).  Neither token nor ledger is needed;
 * nothing is read but what is given.
 *
 * No bundle can show a revocation of today: ask the CA's list.
 *
 * Strings belong to the bundle.  Any thread.
 */
#ifndef ROLECERT_BUNDLE_H
#define ROLECERT_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include <rolecert/bytes.h>
#include <rolecert/error.h>

struct rc_bundle;

/*
 * issuers: certificates that are trusted (PEM); empty: whether the CA is one that you trust
 * is left to you, and said in a note.  known: a signed checkpoint that was kept from
 * earlier; empty: none.  RC_OK and RC_NO fill *ret.
 */
RC_API enum rc_status rc_bundle_verify(struct bytes tar, struct bytes issuers,
    struct bytes known, struct rc_bundle **ret, struct rc_error *err) RC_CHECK;
RC_API void rc_bundle_free(struct rc_bundle *bundle);    /* takes NULL */

RC_API const char *rc_bundle_ca(const struct rc_bundle *bundle);     /* its subject, escaped */
RC_API size_t rc_bundle_count(const struct rc_bundle *bundle);
RC_API const char *rc_bundle_entry(const struct rc_bundle *bundle, size_t i);    /* plan's id */
RC_API const char *rc_bundle_serial(const struct rc_bundle *bundle, size_t i);   /* hex */
RC_API const char *rc_bundle_state(const struct rc_bundle *bundle, size_t i);    /* "DONE" */
RC_API const char *rc_bundle_subject(const struct rc_bundle *bundle, size_t i);  /* or NULL */

#endif
