/*
 * known.h - which certificates there are: those of --certs, and those on the record of
 * --ca.
 *
 *      SCOPED(known_clear) struct known known = { .home = NULL };
 *
 *      TRY(known_load(cli, planned.plan, &known, err));
 *      if (known.any)
 *              standings = standings_find(planned.plan, &known.facts);
 *
 * Of the folder every file is read whose suffix is one of a certificate (.pem .crt .cer
 * .der .p7b .p7c .pfx .p12), not the folders in it; one that cannot be read is a warning (rule
 * certs-file).  Of the record, the newest of each entry of this topology; and of each
 * certificate of the folder what the record says of it.
 *
 * A --ca folder without ca.yaml holds role texts alone and has no record.
 */
#ifndef CLI_KNOWN_H
#define CLI_KNOWN_H

#include "check/standing.h"
#include "cli/cli.h"
#include "issue/home.h"

struct known {
	bool any;                        /* there was a folder or a record     */
	struct home *home;               /* or NULL                            */
	VEC(struct known_cert) list;
	struct standing_facts facts;     /* speaks of the list                 */
};

enum rc_status known_load(struct cli *cli, const struct plan *plan, struct known *ret,
    struct error *err) RC_CHECK;
void known_clear(struct known *known);
DEFINE_SCOPED_VALUE(known_clear, struct known)

/* Is there anything to look at?  Rule missing-argument; `option` asks for it. */
enum rc_status known_check(const struct cli *cli, const char *option,
    struct error *err) RC_CHECK;

/* Is --ca meant as a CA home, and not as a folder of role texts alone? */
bool known_has_home(const struct cli *cli);

#endif
