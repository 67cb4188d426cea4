/*
 * issuing.h - what the commands that issue have in common.
 */
#ifndef CLI_ISSUING_H
#define CLI_ISSUING_H

#include "cli/access.h"
#include "issue/deliver.h"

/* By --form, else by the suffix of -o, else PEM.  Settled before anything is signed: a form
 * that is not known must not leave a certificate that nobody gets.  Rule option-value. */
enum rc_status issuing_form(const struct options *o, enum delivery_form *ret,
    struct error *err) RC_CHECK;

/* Must the ledger be sealed now?  Also where that cannot be told. */
bool issuing_seal_is_due(struct home *home);
/* Seals the ledger where that is due.  What was issued is delivered: what fails here is
 * told, and changes nothing. */
void issuing_seal(struct cli *cli, struct home *home, struct access *access,
    struct error *err);

#endif
