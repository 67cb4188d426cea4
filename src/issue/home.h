/*
 * home.h - the folder of one CA: ca.yaml, its certificate, its ledger.
 *
 *      SCOPED(home_close) struct home *home = NULL;
 *
 *      TRY(home_open("/srv/ca", HOME_SIGN, &home, err));
 *      TRY(signer_open(home, &rc_engine_libp11, &config, &signer, err));
 *      TRY(issue_certificate(home, signer, entry, csr, &options, &issued, err));
 *
 * ca.yaml is read strictly: a key that is not known, twice or of the wrong type
 * is an error at its place.
 *
 * The policy - custody, accepted tokens, key, module, public key, approval, witness -
 * is pinned in the ledger when the home is made, as a canonical text; a ca.yaml that
 * says otherwise is refused (policy-changed), naming each line that differs, until
 * home_policy_accept() pins it.  Behind it in the same text stands the pin record
 * (token/record.h): token and key as they were when somebody accepted them.
 *
 * Paths in ca.yaml are relative to the home.  What every certificate of this CA
 * has in common (issuer name, key identifier, distribution points) is read once,
 * here.
 *
 *      RULE             when
 *      ca-home          there is no home, or a file of it cannot be read
 *      ca-config        ca.yaml says something that makes no sense
 *      approval-officer  an officer's certificate cannot be used (officers.h)
 *      ca-certificate   the certificate in the home is no CA's, or the chain is not its
 *      ca-waiting       there is no certificate yet (`ca init --csr` was the last step)
 *      ca-revoked       a CA above has revoked it (parents.h)
 *      policy-changed   ca.yaml and the pinned policy differ
 */
#ifndef ISSUE_HOME_H
#define ISSUE_HOME_H

#include <rolecert/engine.h>

#include "base/arena.h"
#include "base/error.h"
#include "crypto/pubkey.h"
#include "ledger/approval.h"
#include "ledger/ledger.h"
#include "plan/plan.h"
#include "token/custody.h"
#include "x509/cert.h"
#include "x509/crl.h"

#define HOME_CONFIG "ca.yaml"
#define HOME_REQUEST "ca.csr"            /* DER; there while the certificate is awaited */

enum {
	HOME_CONFIG_MAX = 1 << 20,       /* octets of ca.yaml                */
	HOME_FILE_MAX = 1 << 20,         /* of a certificate or chain file   */
	HOME_DAYS_MAX = 36525,           /* of a validity                    */
	HOME_PARTS_MAX = 1000,           /* of a revocation list             */
};

struct uri_list {
	const char **v;
	size_t n;
};

/* ca.yaml as it was read; text lives in the arena that was given. */
struct home_config {
	const char *name;                /* `ca`                             */
	const char *key;                 /* RFC 7512 URI                     */
	const char *module, *module_args;       /* or NULL                   */
	const char *certificate;         /* path, as written                 */
	const char **chain;              /* paths, as written                */
	size_t n_chain;
	enum custody_level custody;
	struct custody_model *accept;    /* tokens that level hardware takes */
	size_t n_accept;
	bool probe_pinned;               /* probes are made by `token repin` alone */
	const char *digest;              /* "sha256", ...; NULL: fits the key */
	bool relogin;                    /* `relogin: once`                  */
	bool keep_pin;                   /* `always_authenticate: keep`      */
	const char *engine;              /* "auto", "libp11", "cryptoki"     */
	unsigned timeout;                /* seconds for a call of the token; 0: 60 */
	bool pss;                        /* `padding: pss`: RSA signs RSASSA-PSS */
	unsigned default_days;           /* 730                              */
	int64_t backdate;                /* seconds; 300                     */
	struct uri_list cdp, ca_issuers, ocsp;
	unsigned crl_days;               /* 7                                */
	int64_t crl_overlap;             /* seconds; 86400                   */
	const char *crl_publish;         /* path, or NULL                    */
	unsigned crl_partitions;         /* 0: lists are whole               */
	enum crl_scope crl_only;         /* which certificates they speak of */
	const char *ocsp_key, *ocsp_module;     /* URI; NULL: the CA's, and `module` */
	const char *ocsp_certificate;    /* path, as written; or NULL         */
	unsigned ocsp_days;              /* 7                                 */
	struct approval_policy approvals;        /* keys: officers_read()    */
	const char **officer_certs;      /* paths, as written; as the officers stand */
	int64_t checkpoint_every;        /* entries; 100                     */
	int64_t checkpoint_max_age;      /* seconds; 86400                   */
	const char *checkpoint_key, *checkpoint_module;  /* URI; NULL: none, and `module` */
	const char *checkpoint_certificate;     /* path, as written; or NULL  */
	const char *witness;             /* path, as written; or NULL        */
	struct uri_list cosigners, tsa;  /* keys: "sha256:HEX" of the SPKI   */
};

/* What holds where a ca.yaml says nothing. */
struct home_config home_config_defaults(void);

/*
 * `name` is what the user calls the text.  Adds every fault that it finds.
 * partial: for `ca init --config`; no key is required, and custody is
 * CUSTODY_NONE where there is none.
 */
enum rc_status home_config_read(struct bytes text, const char *name, bool partial,
    struct arena *arena, struct home_config *ret, struct error *err) RC_CHECK;
/* As a ca.yaml with comments, which reads back as the same; appended. */
void home_config_put(const struct home_config *config, struct buf *out);

/* Why a home is opened. */
enum home_use {
	HOME_LOOK,       /* show, list: a home that waits for its certificate will do */
	HOME_REVIEW,     /* the same, and ca.yaml may differ from the pinned policy */
	/* The same, and the ledger may be written; what others left is settled. */
	HOME_WRITE,
	HOME_POLICY,     /* HOME_REVIEW, and the ledger may be written       */
	/* As HOME_WRITE, and a certificate must be there that no imported list names, and
	 * the clock must not be behind the ledger. */
	HOME_SIGN,
};

/* Fields are to be read only. */
struct home {
	const char *dir;
	struct home_config config;
	struct bytes config_text;        /* ca.yaml                          */
	struct ledger *ledger;
	const struct clock *clock;
	const char *policy;              /* pinned                           */
	const char *policy_now;          /* what ca.yaml says                */
	const char *record;              /* the pinned record; "": none      */
	struct approval_policy approvals;        /* of the pinned policy     */
	uint8_t policy_digest[SHA256_OCTETS];    /* of it, without the record */
	struct cert *officers;           /* of config.approvals, in its order */
	struct pubkey *key;              /* the CA's                         */
	enum rc_sigalg algorithm;        /* what this CA signs with          */

	bool has_certificate;            /* else what follows is empty       */
	struct cert certificate;
	struct cert *chain;              /* from the CA's issuer up, root last */
	size_t n_chain;
	struct bytes key_id;             /* its subjectKeyIdentifier         */
	int path_len;                    /* -1: no limit                     */
	struct uri_list *part_cdp;       /* crl_partitions of them, part 1 first */

	struct bytes request;            /* ca.csr, DER; empty: there is none */
	struct aside *closing;           /* the record; NULL: it is open     */
	struct arena *arena;
};

/* clock: NULL is the system's; it outlives the home. */
enum rc_status home_open(const char *dir, enum home_use use, const struct clock *clock,
    struct home **ret, struct error *err) RC_CHECK;
/*
 * The same in two halves: whatever needs the files of the home alone is done by a thread of
 * its own, beside whatever the caller does until he wants the home.  What is wrong with it
 * is told then, and what others left behind is settled then.  The clock and `dir` live as
 * long.  home_opening_free(): it is not wanted any more, and nothing of it is told.
 */
struct home_opening;
struct home_opening *home_open_begin(const char *dir, enum home_use use,
    const struct clock *clock);
enum rc_status home_open_end(struct home_opening *opening, struct home **ret,
    struct error *err) RC_CHECK;
void home_opening_free(struct home_opening *opening);    /* takes NULL */
DEFINE_SCOPED(home_opening_free, struct home_opening *)

/* The record is not asked for anything any more: it is closed by a thread of its own, beside
 * whatever else is to be done with the home.  home_close() waits for it. */
void home_record_done(struct home *home);
void home_close(struct home *home);      /* takes NULL */
DEFINE_SCOPED(home_close, struct home *)

/*
 * The signature algorithm of a CA with this key and this `digest` (NULL: what fits
 * the key) and `padding`.  Rule ca-algorithm: the key does not do them; Ed25519 does
 * with neither.
 */
enum rc_status home_algorithm(const struct pubkey *key, const char *digest, bool pss,
    enum rc_sigalg *ret, struct error *err) RC_CHECK;

/* The canonical text of a policy, appended: one `word value` a line. */
void home_policy_text(const struct home_config *config, const struct pubkey *key,
    struct buf *out);
/* Each word whose value differs; NULL: the text does not have the word.  What fn is given
 * lives until it returns. */
void home_policy_each(const char *pinned, const char *now,
    void (*fn)(void *arg, const char *word, const char *was, const char *is), void *arg);
/* Rule policy-changed, with a line for each difference. */
enum rc_status home_policy_compare(const char *pinned, const char *now,
    struct error *err) RC_CHECK;
/*
 * Pins what ca.yaml says now, with an event that tells each difference.  The home is
 * open for HOME_POLICY.  home_policy_check() is its first part.  Rules policy-same (there
 * is none) and policy-memory: the level memory is for ever, and no other becomes it.
 */
enum rc_status home_policy_check(const struct home *home, struct error *err) RC_CHECK;
/* request: the approved one for this change, spent with it; 0 where the pinned policy has
 * no officers (else rule approval-needed).  policy_change() (approve.h) finds it. */
enum rc_status home_policy_accept(struct home *home, int64_t request,
    struct error *err) RC_CHECK;
/* Pins another record, with an event that holds `differences`. */
enum rc_status home_record_pin(struct home *home, const char *record,
    const char *differences, struct error *err) RC_CHECK;

/* Puts cdp, aia and the key id of this CA into what plan.h asks for, of a certificate with
 * this serial, which says in which part of the list it stands. */
void home_ca_facts(const struct home *home, struct bytes serial, struct entry_ca_facts *ret);

/*
 * Lists in parts: `crl.partitions` of them, and "{part}" in each `cdp` and in `crl.publish`
 * stands for the number of one.  home_part_text() puts it there; a text without it stays.
 */
#define HOME_PART "{part}"
const char *home_part_text(struct arena *arena, const char *text, unsigned part);
/* Where the certificates of a part look for it; part 0: those of the whole list. */
struct uri_list home_part_cdp(const struct home *home, unsigned part);

#endif
