/*
 * making.h - a CA home while it is made.  Private to issue/: ca_init.c makes it
 * for a new key, ca_install.c for one that was certified elsewhere.
 *
 *      making_plan    what its ca.yaml will say; checks, touches nothing
 *      making_login   the key, judged at the level that the home will have
 *      making_found   the folder and its ledger, the policy pinned
 *        ...          the certificate or request, through permit and journal
 *      making_finish  ca.yaml: from now on it is a home
 */
#ifndef ISSUE_MAKING_H
#define ISSUE_MAKING_H

#include "issue/ca_init.h"
#include "issue/signer_key.h"

#define HOME_CERTIFICATE "ca.pem"
#define HOME_CHAIN "chain.pem"

struct making {
	const struct ca_init *init;
	struct arena *arena;
	struct home_config config;
	struct dn subject;
	struct signer *signer;
	enum rc_sigalg algorithm;
	struct ledger *ledger;
	const struct clock *clock;
};

void making_clear(struct making *m);
DEFINE_SCOPED_VALUE(making_clear, struct making)

enum rc_status making_plan(const struct ca_init *init, const struct dn *subject,
    bool with_chain, struct making *ret, struct error *err) RC_CHECK;
/* expected: the key must be this one; NULL: the one that the URI names. */
enum rc_status making_login(struct making *m, const struct pubkey *expected,
    struct error *err) RC_CHECK;
enum rc_status making_found(struct making *m, struct error *err) RC_CHECK;
enum rc_status making_write(const struct making *m, const char *name, struct bytes bytes,
    struct error *err) RC_CHECK;
enum rc_status making_finish(const struct making *m, struct error *err) RC_CHECK;

#endif
