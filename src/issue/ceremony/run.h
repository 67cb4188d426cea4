/*
 * run.h - one ceremony, previewed or done.
 *
 *      read the file -> PREVIEW (issuer's certificate, key, serial, TBS) -> shown
 *
 *      outputs taken (O_EXCL) -> key made on its token, if asked -> logins, custody
 *        -> PREVIEW -> confirmed by people -> permit, journal, signature, read-back
 *        -> chain checked as OpenSSL does -> home made -> outputs written
 *        -> transcript written, signed, verified
 *
 * A preview needs no token, writes nothing, and comes to the same octets as the real
 * run where the file says all.  The real run signs nothing before it was confirmed,
 * and stops where the octets are not those that `expect` names.
 *
 * Every signature (request, certificate, transcript) goes through a permit: the
 * ledger of the CA that signs the certificate holds it, with the custody verdict of
 * the login; the request of a new issuing CA stands in its own ledger.
 *
 * What was signed before something failed is in the ledger; there is then no
 * transcript, and no output that was not written yet.
 */
#ifndef ISSUE_CEREMONY_RUN_H
#define ISSUE_CEREMONY_RUN_H

#include <rolecert/engine.h>

#include "issue/ceremony/plan.h"
#include "os/clock.h"

/* What a person is shown.  Belongs to the ceremony. */
struct ceremony_preview {
	const struct ceremony_file *file;
	const struct entry *entry;
	const char *issuer_text;         /* whose key signs                  */
	const struct entry_ca_facts *ca; /* the issuer's places              */
	const struct pubkey *key;        /* the subject's; NULL: not known yet */
	enum rc_sigalg algorithm;
	struct bytes serial;             /* empty: drawn when it is signed   */
	const struct ceremony_tbs *tbs;
	struct bytes tbs_sha256;         /* empty: not known yet             */
};

/* The program around it. */
struct ceremony_host {
	const struct clock *clock;
	const struct ca_roles *roles;    /* what a CA's certificate must hold */
	const char *host, *user, *version;       /* for the transcript       */
	struct bytes program_sha256;     /* of the running program; may be empty */
	const struct rc_engine_ops *(*engine)(enum custody_level level);
	struct rc_engine_config config;  /* pin, hung, timeout, module       */
	/* A key pair on a token, its SubjectPublicKeyInfo appended. */
	enum rc_status (*generate)(void *arg, const struct rc_engine_config *config,
	    const char *type, struct buf *spki, struct error *err);
	/* Do people want this signed?  Says how they said so, in *ret_how. */
	enum rc_status (*confirm)(void *arg, const struct ceremony_preview *preview,
	    const char **ret_how, struct error *err);
	/* One line of progress; may be NULL. */
	void (*say)(void *arg, const char *text);
	void *arg;
};

/* What came of it; lives in the arena that was given. */
struct ceremony_result {
	struct cert certificate;
	const char *home;                /* made, or NULL                    */
	const char *certificate_path, *transcript_path, *signature_path;
	struct bytes transcript;
};

/*
 * folder: where paths of the file begin.  The preview is given to `show`, and what it
 * points to is gone afterwards.
 *
 *      ceremony-differs, ceremony-possession, key-is-ca, ca-subject, lint-...
 */
enum rc_status ceremony_preview(const struct ceremony_file *file, const char *folder,
    const struct ceremony_host *host,
    enum rc_status (*show)(void *arg, const struct ceremony_preview *preview,
    struct error *err), void *arg, struct error *err) RC_CHECK;

/* The same rules, those of ca_init.h and issuance.h, ceremony-not-confirmed,
 * file-exists, and those of the token. */
enum rc_status ceremony_run(const struct ceremony_file *file, const char *folder,
    const struct ceremony_host *host, struct arena *arena, struct ceremony_result *ret,
    struct error *err) RC_CHECK;

#endif
