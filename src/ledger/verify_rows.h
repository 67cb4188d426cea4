/*
 * verify_rows.h - rows, policies and documents held to what the events said of them.
 * Private to ledger/.
 */
#ifndef LEDGER_VERIFY_ROWS_H
#define LEDGER_VERIFY_ROWS_H

#include "ledger/replay.h"
#include "ledger/verify.h"

enum rc_status verify_rows(struct ledger *ledger,
    const struct ledger_verify_options *options, struct replay *r,
    struct error *err) RC_CHECK;

#endif
