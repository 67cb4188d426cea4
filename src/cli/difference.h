/*
 * difference.h - two plans compared, and what the difference means for what a CA
 * has issued.
 */
#ifndef CLI_DIFFERENCE_H
#define CLI_DIFFERENCE_H

#include "cli/planned.h"

/*
 * Puts the changes and, where there is a CA home (--ca), the certificates of its record
 * that would no longer satisfy their entry.  RC_NO: the plans differ.
 */
enum rc_status difference_put(struct cli *cli, const struct plan *was,
    const struct plan *now, struct error *err) RC_CHECK;

#endif
