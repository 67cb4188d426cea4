/*
 * audit.h - the record of a CA home, held to the certificates of the CA.
 *
 * ledger/ tells the events once more and compares; what needs a key is asked here:
 * whether a checkpoint was signed by a ledger signer whom this CA or one above it
 * certified, and, when it is wanted, whether each signature on record verifies.
 *
 * `dir` is a home, or a copy of one: ca.yaml, ledger.db, the certificates that ca.yaml
 * names.  Nothing is written, no token is asked, and whether the home could sign at
 * the moment is not looked at.
 */
#ifndef ISSUE_AUDIT_H
#define ISSUE_AUDIT_H

#include "ledger/verify.h"
#include "x509/cert.h"

/* What an auditor kept: a signed checkpoint (CMS) or its text, a list of revocations, or
 * a cosignature: anybody's detached CMS over the text of a checkpoint. */
struct audit_known {
	struct bytes file;
	const char *name;                /* for messages */
};

struct audit_terms {
	const char *dir;
	/* A folder with another ledger.db, or the file of one; NULL: dir. */
	const char *ledger;
	const struct audit_known *known;
	size_t n_known;
	bool signatures;                 /* verify each signature on record  */
};

/* As ledger_verify(). */
enum rc_status audit_home(const struct audit_terms *terms, struct ledger_verdict *ret,
    struct error *findings, struct error *err) RC_CHECK;

/* ca.yaml of a home. */
struct home_config;
enum rc_status audit_config_read(const char *dir, struct arena *arena,
    struct home_config *ret, struct error *err) RC_CHECK;

/* The certificates of a home: the CA's, then its chain, root last. */
struct audit_ca {
	struct cert *certs;
	size_t n;
};
enum rc_status audit_ca_read(const char *dir, struct arena *arena, struct audit_ca *ret,
    struct error *err) RC_CHECK;

/* Was this certified by the CA or one above it?  Rule checkpoint-signer. */
enum rc_status audit_signer_check(const struct audit_ca *ca, const struct cert *signer,
    struct error *err) RC_CHECK;

/*
 * A signed checkpoint of this CA, or the bare text when `bare` allows it.  Rules
 * checkpoint-format, checkpoint-signer (signed by nobody whom the CA certified, or it
 * seals the ledger of another CA) and those of cms_verify().
 */
enum rc_status audit_checkpoint_read(const struct audit_ca *ca, struct bytes file, bool bare,
    struct checkpoint *ret, struct error *err) RC_CHECK;

#endif
