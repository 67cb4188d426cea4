/*
 * load_ledger.h - the ledger of the CA home that a command was given.
 */
#ifndef CLI_LOAD_LEDGER_H
#define CLI_LOAD_LEDGER_H

#include "cli/cli.h"
#include "issue/audit.h"
#include "ledger/ledger.h"

/* The ledger of --ca, to be read only, or also written. */
enum rc_status load_ledger(struct cli *cli, bool read_only, struct ledger **ret,
    struct error *err) RC_CHECK;

/* A row by serial (hex, colons allowed) or by its number.  Rule not-a-serial. */
enum rc_status load_row(struct cli *cli, struct ledger *ledger, const char *word,
    struct ledger_row **ret, struct error *err) RC_CHECK;

/* A checkpoint that was kept: signed, or its text. */
enum rc_status load_checkpoint(struct cli *cli, const struct audit_ca *ca, const char *path,
    struct checkpoint *ret, struct error *err) RC_CHECK;

#endif
