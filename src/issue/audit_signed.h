/*
 * audit_signed.h - does what stands on record as signed verify?
 *
 * Certificates, lists and OCSP responses by the CA's key, an OCSP response also by that of
 * a responder whom the CA certified.  Checkpoints and transcripts are statements, and the
 * CA's own request a proof of possession: each verifies in its own way, elsewhere.
 */
#ifndef ISSUE_AUDIT_SIGNED_H
#define ISSUE_AUDIT_SIGNED_H

#include "crypto/pubkey.h"
#include "ledger/state.h"
#include "x509/cert.h"

enum rc_status audit_signed(const struct cert *ca, const struct pubkey *key,
    enum ledger_kind kind, struct bytes signed_bytes, struct error *err) RC_CHECK;

#endif
