/*
 * issuance.h - one certificate, from a planned entry and a request.
 *
 *      read the request -> its key is one that the entry admits -> TBS -> lint
 *        -> intent (on disk) -> sign -> verify, read back -> commit -> ISSUANCE
 *
 * Names and extensions come from the entry; the request gives its public key and
 * the proof that somebody has the private one.  Where the request asks for other
 * names or extensions, the difference is reported (`differences`); with
 * `strict_request` it is refused instead.
 *
 * Without renew, an entry that has its certificate for the same key is given that one
 * again (`already`), until it is due for renewal; nothing is signed or recorded then
 * (live.h).
 *
 * A refusal of the request or its key is recorded in the ledger as an event with
 * its rule; nothing is signed.
 *
 *      RULE                when
 *      csr-..., key-...    crypto/csr.h, crypto/pubkey.h
 *      issuer-name, ca-path-length    check/issuer.h: no verifier would take it
 *      key-not-admitted    the entry wants another kind or size of key
 *      key-is-ca           the request holds the CA's own key
 *      key-revoked, key-in-use    issue/known.h
 *      request-differs     strict_request, and the request asks for other things
 *      issue-again         the entry has a certificate for another key or on hold, or is
 *                          being given one by another process, and renew is not set
 *      issue-expired       nothing of the validity is left inside the issuer's
 *      lint-...            check/lint.h: a bug or a rule of the role; not signed
 *      sign-failed         the token was asked and failed: recorded as LOST
 *      sign-spoiled        signature or read-back is wrong: recorded as SPOILED
 */
#ifndef ISSUE_ISSUANCE_H
#define ISSUE_ISSUANCE_H

#include "issue/home.h"
#include "issue/signer.h"

struct issue_options {
	bool strict_request;
	bool renew;                      /* although a valid one is there    */
	const char *requester;           /* who asked, for the record; or NULL */
	const struct plan *plan;         /* the entry's, for the record; or NULL */
	/* Twenty octets; NULL: os/random.  For reproducible tests. */
	void (*serial)(void *arg, uint8_t ret[20]);
	void *serial_arg;
};

struct issuance {
	struct bytes der;                /* the certificate                  */
	struct cert certificate;         /* the same, read back              */
	const char *serial;              /* lower-case hex                   */
	int64_t ledger_id;
	bool already;                    /* it was there before; nothing was signed */
	const char **differences;        /* what the request asked beside the plan, a
	                                  * sentence each, escaped            */
	size_t n_differences;
	const char **notes;              /* clipped validity and the like    */
	size_t n_notes;
	struct arena *arena;
};

enum rc_status issue_certificate(struct home *home, struct signer *signer,
    const struct entry *entry, struct bytes csr_file, const struct issue_options *options,
    struct issuance **ret, struct error *err) RC_CHECK;
void issuance_free(struct issuance *issued);     /* takes NULL */

/*
 * The same in two halves: the request is read and judged by a thread of its own, beside the
 * login, which takes longer.  What is wrong with it is told by issue_end(), which whoever
 * has no signer leaves out: nothing is recorded then.  Until one of the two has returned the
 * record is not to be asked for anything; all that was given lives on.
 */
struct issue_ahead;
struct issue_ahead *issue_begin(struct home *home, const struct entry *entry,
    struct bytes csr_file, const struct issue_options *options);
enum rc_status issue_end(struct issue_ahead *ahead, struct signer *signer,
    struct issuance **ret, struct error *err) RC_CHECK;
void issue_ahead_free(struct issue_ahead *ahead);        /* takes NULL */
DEFINE_SCOPED(issue_ahead_free, struct issue_ahead *)

/* Records a request that could not even be read, with the rule and words in `err`. */
void issue_refused(struct home *home, const struct entry *entry,
    const struct issue_options *options, struct error *err);
DEFINE_SCOPED(issuance_free, struct issuance *)

/*
 * A certificate for another CA, from its request: what the role says, with this path
 * length; CDP and AIA of this home.  The subject is the caller's, never the
 * request's.  The entry's id in the ledger is ROLE/SUBJECT.  Needs a home whose own
 * path length allows it (ca-path-length).
 */
struct ca_request {
	const struct role *role;         /* ca_roles.issuing                 */
	struct dn subject;
	unsigned path_len;
	unsigned validity_days;          /* 0: what the role says            */
};
enum rc_status issue_ca_certificate(struct home *home, struct signer *signer,
    const struct ca_request *request, struct bytes csr_file,
    const struct issue_options *options, struct issuance **ret, struct error *err) RC_CHECK;

#endif
