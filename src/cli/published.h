/*
 * published.h - `crl --check`: do the lists that the world sees still hold, and for long
 * enough?  For monitors: no token, nothing is written.
 *
 * Looked at is the file of -o, or those of `crl.publish`, all parts.  Each must be a list
 * of this CA, signed by it, and now be more than `crl.overlap` before its nextUpdate.  Each
 * that is not is a finding crl-due: exit status 1.
 */
#ifndef CLI_PUBLISHED_H
#define CLI_PUBLISHED_H

#include "cli/cli.h"

enum rc_status published_check(struct cli *cli, struct error *err) RC_CHECK;

#endif
