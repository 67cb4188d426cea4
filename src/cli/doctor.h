/*
 * doctor.h - is everything in its place that the commands rely on?
 *
 *      SECTION       looks at
 *      libraries     versions with known faults
 *      profiles      where the role definitions are found
 *      umask         what new files are open to
 *      home          ca.yaml, certificate, pinned policy; who may write into it
 *      pin           the PIN files that are named: who may read them
 *      modules       PKCS#11 modules of the home or of p11-kit's configuration load
 *      token         PIN counters; the token of the home's key is there
 *      clock         not behind the ledger
 *      ledger        its quick check; nothing left unsettled
 *      checkpoint    sealed as often as ca.yaml wants
 *      crl           the last full list still holds
 *      certificate   of the CA: not revoked by one above, not near its end
 *
 * Those from home on, but pin, modules and token, need a CA home.  Nothing is written,
 * no PIN is sent.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/cli.h"
#include "issue/home.h"

struct section {
	const char *name;
	const char *is;                  /* what it is like, where that can be said, or NULL */
	struct error *found;             /* errors, warnings, notes; each with its fix */
};

struct doctor {
	struct cli *cli;
	VEC(struct section) sections;
	struct home *home;               /* NULL: none was named, or it does not open */
	int64_t now;
};

/* A new one, the last; its `found` is empty. */
struct section *doctor_section(struct doctor *d, const char *name);

/* In doctor_home.c: those that need d->home, and the home itself. */
void doctor_home(struct doctor *d);
/* In doctor_machine.c: all others. */
void doctor_machine(struct doctor *d);

/* Others than the owner may write (or, with `read`, read) it: rule doctor-open. */
void doctor_check_mode(struct section *s, const char *path, bool read);

#endif
