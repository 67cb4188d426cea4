/*
 * ca_init.h - how a CA home comes to be.
 *
 *      --self-signed   key on the token -> root certificate              READY
 *      --csr           key on the token -> PKCS#10 for the parent     WAITING
 *      --cert          the parent's answer, into a waiting home          READY
 *                      (or, without one, into a new home: the key has
 *                      been certified before)
 *
 * Custody is judged before anything is made, at the level that the home will
 * have.  Root certificate and request are signed through permit and journal like
 * everything else.  A folder that holds a home is never overwritten (ca-exists).
 *
 * At the level `memory` the subject's OU becomes CA_MEMORY_STAMP, and the
 * ledger's first entry says the same: such a CA can be told for what it is by
 * anybody who sees one of its certificates.
 *
 *      RULE            when
 *      ca-exists       the folder is a CA home already
 *      ca-subject      no subject, or (--cert) the certificate's is another
 *      ca-install      the certificate is not for this key, no CA's, not in time,
 *                      or not signed by the chain that was given
 *      custody-...     token/custody.h
 */
#ifndef ISSUE_CA_INIT_H
#define ISSUE_CA_INIT_H

#include "issue/ca_entry.h"
#include "issue/home.h"

struct ca_init {
	const char *dir;
	const char *key;                 /* URI                              */
	const char *module, *module_args;       /* or NULL                   */
	struct dn subject;               /* not used by ca_init_install()    */
	const char *name;                /* `ca`; NULL: the subject's CN     */
	enum custody_level custody;      /* CUSTODY_NONE: the config's, else strict */
	/* A ca.yaml whose keys are taken over (--config): all but key, module,
	 * certificate, chain and ca, where these are given here.  Empty: none. */
	struct bytes config;
	const char *config_name;         /* what the user calls it           */
	struct ca_roles roles;           /* not used by ca_init_install()    */
	unsigned validity_days;          /* of a root; 0: what its role says */
	bool has_path_len;               /* of a root; else what its role says */
	unsigned path_len;
	const struct clock *clock;       /* NULL: the system's               */

	const struct rc_engine_ops *engine;
	struct rc_engine_config engine_config;  /* pin, hung, timeout        */
};

/* A root.  The home is ready. */
enum rc_status ca_init_self_signed(const struct ca_init *init, struct error *err) RC_CHECK;

/* A request for the parent, DER, appended; the home keeps a copy as ca.csr. */
enum rc_status ca_init_csr(const struct ca_init *init, struct buf *csr,
    struct error *err) RC_CHECK;

/*
 * The parent's certificate into the home: a PEM or DER file; `chain` a PEM file from
 * the CA's issuer up to the root, or empty.  With a home that waits, `init` needs
 * dir, clock, engine and engine_config alone; with none, key and custody too.
 * What `file` holds behind its first certificate is the chain if `chain` is empty.
 */
enum rc_status ca_init_install(const struct ca_init *init, struct bytes file,
    struct bytes chain, struct error *err) RC_CHECK;

/* The subject that a CSR-made home waits to be certified under, for the parent's
 * issue_ca_certificate(); text in the arena.  Rule ca-subject: no request there. */
enum rc_status ca_init_subject(const struct home *home, struct arena *arena,
    struct dn *ret, struct error *err) RC_CHECK;

#endif
