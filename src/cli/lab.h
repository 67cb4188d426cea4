/*
 * lab.h - a whole deployment with its CA under one folder, for trying things out.
 *
 *      lab_begin   folder, SoftHSM with a configuration of its own, token, PIN
 *      lab_cas     root and issuing CA, both keys on the token, custody strict
 *      lab_serve   for each entry of the plan: key, request, certificate, verdict
 *      lab_end     env.sh
 *
 * Everything goes the way that a real CA goes: the same permit, journal, custody
 * and checks.  Only the servers' keys are made here, in software, which is what a
 * server would do for itself.
 *
 *      DIR/softhsm2.conf, tokens/   the token
 *      DIR/pin                      its PIN, 0600
 *      DIR/root/, ca/               the two CA homes
 *      DIR/topology.yaml
 *      DIR/keys/NAME.pem            0600
 *      DIR/csrs/NAME.csr
 *      DIR/certs/NAME.pem           one for each entry, nothing else
 *      DIR/root.pem, chain.pem      what a verifier wants beside a leaf
 *      DIR/root.crl, ca.crl         and the lists of the two CAs, DER (`crl.publish`)
 *      DIR/env.sh
 *
 * NAME is the entry's id with "--" for each "/".
 */
#ifndef CLI_LAB_H
#define CLI_LAB_H

#include "cli/access.h"
#include "cli/ca_roles.h"
#include "cli/planned.h"
#include "issue/home.h"
#include "issue/signer.h"

struct lab_result {
	const char *entry, *name;
	const char *key;                 /* "ec-p256"                         */
	const char *serial;
	bool satisfied;
};

struct lab {
	struct cli *cli;
	const char *dir;                 /* absolute                          */
	const char *module;              /* SoftHSM's                         */
	const char *pin_file;
	struct secret *pin;
	struct cli_ca_roles roles;
	struct lab_result *results;
	size_t n_results;
};

/* Rules lab-folder, lab-softhsm. */
enum rc_status lab_begin(struct lab *lab, struct error *err) RC_CHECK;
enum rc_status lab_cas(struct lab *lab, struct error *err) RC_CHECK;
/* Rules lab-key, and bug where a certificate does not satisfy its entry: issuing has
 * read it back already. */
enum rc_status lab_serve(struct lab *lab, const struct plan *plan, struct error *err) RC_CHECK;
enum rc_status lab_end(struct lab *lab, struct error *err) RC_CHECK;
void lab_clear(struct lab *lab);
DEFINE_SCOPED_VALUE(lab_clear, struct lab)

/* A list of what this CA revoked, which is nothing yet, to where its ca.yaml says. */
enum rc_status lab_publish(const struct lab *lab, struct home *home, struct signer *signer,
    struct error *err) RC_CHECK;

/* DIR/..., in the program's arena. */
const char *lab_path(const struct lab *lab, const char *name);
/* Reaches the lab's token with the lab's PIN. */
void lab_access(const struct lab *lab, const char *uri, struct access *ret);

#endif
