/*
 * request_sign.h - the request of a server whose key lives on a token.
 *
 *      the key was made on the token --> its login judged --> CSR signed there
 *
 * This is no signature of the CA's key, and no ledger knows of it.  The key is
 * judged like a CA's (custody.h), found by its public half, and asked for one
 * signature over bytes that can be nothing but a CertificationRequestInfo (RFC 2986
 * 4.1): they are made here, read by other code before (csr_lint.h), and read back,
 * with their signature, after.
 */
#ifndef ISSUE_REQUEST_SIGN_H
#define ISSUE_REQUEST_SIGN_H

#include <rolecert/engine.h>

#include "base/error.h"
#include "plan/plan.h"
#include "token/custody.h"

struct request_terms {
	const struct rc_engine_ops *engine;
	const struct rc_engine_config *config;   /* its URI names the key    */
	enum custody_level custody;
	struct bytes spki;                       /* of the key               */
	const struct entry *entry;               /* whose names it asks for  */
};

/* DER, appended.  Rules: those of the engine and of custody, key-type, lint-request,
 * sign-spoiled. */
enum rc_status request_sign(const struct request_terms *terms, struct buf *csr,
    struct error *err) RC_CHECK;

#endif
