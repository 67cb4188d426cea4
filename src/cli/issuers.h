/*
 * issuers.h - the certificates that may stand above the one that is looked at: of
 * --issuer FILE, else those of the CA home where one is named.
 */
#ifndef CLI_ISSUERS_H
#define CLI_ISSUERS_H

#include "cli/cli.h"
#include "issue/parents.h"
#include "x509/cert.h"

struct issuers {
	struct home *home;               /* open to be looked at, or NULL      */
	const struct cert *v;
	size_t n;                        /* 0: none was named                  */
	const struct foreign_crl *lists; /* that were imported into the home   */
	size_t n_lists;
};

enum rc_status issuers_load(struct cli *cli, struct issuers *ret, struct error *err) RC_CHECK;
void issuers_clear(struct issuers *issuers);
DEFINE_SCOPED_VALUE(issuers_clear, struct issuers)

/* Those above this one, its issuer first; as far up as they were given. */
enum { ISSUERS_ABOVE_MAX = 16 };
size_t issuers_above(const struct issuers *issuers, const struct cert *cert,
    const struct cert *ret[ISSUERS_ABOVE_MAX]);

#endif
