/*
 * task.h - one issuance under way, in stages.  Private to issue/.
 *
 *      STAGE         does                                        BY
 *      task_read     the request is read, proven, compared       any thread
 *      task_look     what is on record: perhaps all done         the ledger's thread
 *      task_draft    validity, serial, TBS, lint -> permit       any thread
 *      permit_write  nothing came between (task_admit); intent   the ledger's thread
 *      permit_sign                                               the signer's thread
 *      task_check    verified, read back -> result               any thread
 *      permit_write  committed                                   the ledger's thread
 *      task_take     what was issued
 *
 * One issuance (issuance.h) and many at once (batch.h) go through the same stages.  A task
 * is with one thread at a time.  It borrows home, issuer, options and entry, which do not
 * change meanwhile; of the home's ledger only the ledger's thread makes use.
 */
#ifndef ISSUE_TASK_H
#define ISSUE_TASK_H

#include "crypto/csr.h"
#include "issue/differences.h"
#include "issue/issuance.h"
#include "issue/known.h"
#include "issue/live.h"
#include "issue/permit.h"
#include "x509/tbs.h"

struct task {
	const struct home *home;
	const struct permit_issuer *issuer;
	const struct issue_options *options;
	const struct entry *entry;
	struct known_quiet *quiet;       /* of a batch (known.h); or NULL   */
	struct bytes csr_file;
	struct csr csr;
	uint8_t key[SHA256_OCTETS];      /* of its SPKI; from task_read() on */
	int64_t now, not_before, not_after;
	uint8_t serial[SERIAL_OCTETS];
	struct sentences differences, notes;
	struct live live;                /* from task_look() on              */
	struct permit *permit;           /* from task_draft() on; NULL: there was one */
	struct permit_result result;     /* from task_check() on, or task_look() */
	struct arena *arena;
};

/* Is it a login to this home's key, judged at this home's level?  Rules ca-waiting, bug. */
enum rc_status task_signer_check(const struct home *home, const struct signer *signer,
    struct error *err) RC_CHECK;

/* Neither this CA's key nor that of one above it: rule key-is-ca. */
enum rc_status task_key_is_no_ca(const struct home *home, const struct pubkey *key,
    struct error *err) RC_CHECK;

/* entry and csr_file are set before the first stage. */
void task_init(struct task *t, const struct home *home, const struct permit_issuer *issuer,
    const struct issue_options *options);
void task_clear(struct task *t);
DEFINE_SCOPED_VALUE(task_clear, struct task)

enum rc_status task_read(struct task *t, struct error *err) RC_CHECK;
/* Rule issue-again.  Where the entry has its certificate for this key (live.h), that is the
 * result, and no other stage but task_take() follows. */
enum rc_status task_look(struct task *t, struct error *err) RC_CHECK;
bool task_is_done(const struct task *t);
/* Must it wait for officers?  Then, after task_look(), task_reserve() is the end: what
 * waits already for this entry and key is *ret, else it is stored.  It takes the arena
 * over.  By the ledger's thread; both are in reserve.c. */
struct reservation;
bool task_needs_approval(const struct task *t);
enum rc_status task_reserve(struct task *t, int64_t uid, struct reservation **ret,
    struct error *err) RC_CHECK;
enum rc_status task_draft(struct task *t, struct error *err) RC_CHECK;
/* The same question in the transaction of the intent: the `admit` of its permit_entry. */
enum rc_status task_admit(void *task, struct error *err) RC_CHECK;
enum rc_status task_check(struct task *t, struct error *err) RC_CHECK;

/* Does the failure in err belong into the ledger, as this?  It points into t and err. */
bool task_refusal(const struct task *t, const struct error *err, struct ledger_refusal *ret);
/* What came of it; takes the arena over. */
struct issuance *task_take(struct task *t);

#endif
