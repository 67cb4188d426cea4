/*
 * revoke.h - a certificate is taken back, for the time being or for ever.
 *
 *      DONE --certificateHold--> HELD --release--> DONE
 *      DONE, HELD, LOST, SPOILED --any other reason--> REVOKED
 *
 * The record changes at once; the world learns of it with the next list (crl.h).
 * What cannot be said of a single certificate of this CA (cACompromise, removeFromCRL,
 * aACompromise) is no reason here.
 *
 *      RULE            when
 *      revoke-reason   no such reason, or one that is not for certificates
 *      revoke-state    it is revoked already, or (release) it is not on hold
 *      revoke-invalidity   the moment since when it is invalid is none, or has not come;
 *                      or it is put on hold, which says nothing of the past
 */
#ifndef REVOKE_REVOKE_H
#define REVOKE_REVOKE_H

#include "ledger/cause.h"
#include "ledger/ledger.h"
#include "x509/crl.h"

/* RFC 5280 word, as "keyCompromise". */
enum rc_status revoke_reason_read(const char *word, enum crl_reason *ret,
    struct error *err) RC_CHECK;

/* "2026-11-01T00:00:00Z", or "2026-11-01": its first second. */
enum rc_status revoke_invalidity_read(const char *text, int64_t now, int64_t *ret,
    struct error *err) RC_CHECK;

/* What the world is told of a row in this state with this reason (NULL: none). */
struct cause revoke_cause_of(enum ledger_state state, const char *text);

enum rc_status revoke_row(struct ledger *ledger, const struct ledger_row *row,
    const struct cause *cause, struct error *err) RC_CHECK;
enum rc_status revoke_release(struct ledger *ledger, const struct ledger_row *row,
    struct error *err) RC_CHECK;

#endif
