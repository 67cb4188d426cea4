/*
 * cause.h - why a certificate was revoked, as the record says it.
 *
 *      keyCompromise
 *      keyCompromise since 2026-11-01T00:00:00Z
 *
 * A word of RFC 5280 5.3.1, and behind it, where one was given, the moment from which the
 * certificate is not to be believed (5.3.2, invalidityDate).  It is the reason of the event
 * `revoke` and of its row; there is one form for one cause.
 */
#ifndef LEDGER_CAUSE_H
#define LEDGER_CAUSE_H

#include "base/buf.h"
#include "x509/crl.h"

struct cause {
	enum crl_reason reason;
	int64_t invalid;                 /* seconds since 1970; 0: not said   */
};

void cause_put(const struct cause *cause, struct buf *out);
/* False, and *ret untouched: it is none. */
bool cause_read(const char *text, struct cause *ret);

#endif
