/*
 * batch.h - many certificates at once, by the stages of one (task.h).
 *
 *      next -> read -> look -> draft -> JOURNAL -> sign -> check -> SETTLE -> deliver -> done
 *
 *      BY              does
 *      a feeder        asks `next` for requests, as long as there is room
 *      `workers`       read the request, draft and lint; verify and read back; write files
 *      up to `sessions` threads, each with a session, an engine and a key of its own: sign
 *      the caller      the ledger, alone: many intents and outcomes share one flush
 *                      (as many as there are, or what came within milliseconds); tells
 *                      `done` of each and `tick` a few times a second
 *
 * Every law of an issuance holds for each: linted, its intent on disk before its signature
 * is asked for, verified, recorded, and delivered after that is on disk.  A request that
 * fails stops itself alone.  What is under way is limited, so memory is the same however
 * many there are, and so is what stands in the ledger without having been signed.
 *
 * What needs officers (reserve.h) ends at `look`: its request is stored, or is found to wait
 * already, and nothing of it is signed.
 *
 * Sessions: the first is the caller's signer.  Where a signature makes one wait longer than
 * it takes processor time, more are opened, in the same login, each with its own verdict of
 * custody, which must be the same to the letter as the first one's.
 *
 * `stop`: no more is journalled; what was, is signed and recorded.  What had not been
 * journalled is BATCH_STOPPED, and nothing is left of it.  The same happens by itself when
 * the token fails three times in a row (batch-token) or the ledger cannot be written.
 *
 * A process that dies leaves its intents to recovery, as one certificate would.
 */
#ifndef ISSUE_BATCH_H
#define ISSUE_BATCH_H

#include "issue/deliver.h"
#include "issue/reserve.h"

enum { BATCH_SESSIONS_MAX = 16, BATCH_WORKERS_MAX = 64 };

/* What is asked for; what it points to lives until `done`. */
struct batch_request {
	const struct entry *entry;
	const char *path;                /* of the request; NULL: `csr` holds it */
	struct bytes csr;
	struct bytes pin;                /* SHA-256 of its SPKI; empty: any.  Rule request-pin */
	/* It could not be made out, by this rule: told by `done`, else passed over; entry
	 * may be NULL. */
	enum rule fault;
	const char *fault_text;
	void *mine;                      /* the caller's                       */
};

enum batch_outcome {
	BATCH_ISSUED,
	BATCH_ALREADY,                   /* the entry has its certificate for this key */
	BATCH_WAITING,                   /* for officers: stored, now or before */
	BATCH_FAILED,
	BATCH_STOPPED,
	BATCH_OUTCOMES,
};

struct batch_result {
	const struct batch_request *request;
	enum batch_outcome outcome;
	const struct issuance *issued;   /* also where its delivery failed; NULL: none */
	const struct reservation *reserved;      /* of what waits; else NULL   */
	const char *file;                /* delivered to; or NULL              */
	const struct error *err;         /* why, and warnings                  */
};

struct batch_counts {
	size_t taken, outcome[BATCH_OUTCOMES];
	unsigned sessions;               /* open                               */
	bool stopping;                   /* no more are begun: `next` may give up waiting */
};

struct batch {
	struct home *home;               /* open for HOME_SIGN                 */
	struct signer *signer;
	const struct rc_engine_ops *ops; /* for more sessions                  */
	const struct rc_engine_config *config;
	const struct issue_options *options;
	int64_t uid;                     /* of whoever asks, or APPROVAL_NO_UID */
	unsigned sessions, workers;      /* at most; 0: 1                      */
	const char *out;                 /* folder; NULL: no files             */
	enum delivery_form form;

	/* By a thread of its own; false: there are no more. */
	bool (*next)(void *arg, struct batch_request *ret);
	/* By the caller's thread.  tick may be NULL. */
	void (*done)(void *arg, const struct batch_result *result);
	void (*tick)(void *arg, const struct batch_counts *counts);
	bool (*stop)(void *arg);         /* asked now and then; NULL: never    */
	void *arg;
};

/* What would come of one, without a signer, by the ledger as it is now: nothing is
 * recorded. */
enum rc_status batch_foresee(struct home *home, const struct issue_options *options,
    const struct batch_request *request, enum batch_outcome *ret, struct error *err) RC_CHECK;

/* RC_OK also where requests failed: *ret tells.  *ret is filled always. */
enum rc_status batch_run(const struct batch *batch, struct batch_counts *ret,
    struct error *err) RC_CHECK;

#endif
