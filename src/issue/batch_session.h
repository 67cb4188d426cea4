/*
 * batch_session.h - the sessions of a batch with its token.  Private to issue/.
 *
 *      sessions_begin    the caller's signer is the first one
 *      session_sign      a signature by one of them, its time told; by its own thread
 *      sessions_grow     more, where they pay; by the ledger's thread, now and then
 *      sessions_end      all threads have nothing more to do: waits for them, closes
 *
 * More pay where the token makes a signature wait, not where it works: a module that signs
 * on the processors of this machine gives them up for nobody, and gets no more sessions than
 * there are processors, those only if it is slow.  That a thread had to wait for a processor
 * is not the token's doing.  They are opened one after the other, beside all other work,
 * until there are as many as may be, or a signature takes so much longer that nothing is won
 * (a card, which has one at a time).
 */
#ifndef ISSUE_BATCH_SESSION_H
#define ISSUE_BATCH_SESSION_H

#include <pthread.h>
#include <stdatomic.h>

#include "issue/batch.h"
#include "issue/permit.h"

struct session {
	struct sessions *all;
	struct signer *signer;
	bool own;
	pthread_t thread;
};

/* What signatures took since it was looked at last. */
struct session_times {
	atomic_ullong asked, waited;     /* waited: gave a processor up         */
	atomic_ullong wall_us, work_us;
};

struct sessions {
	const struct batch *batch;
	const char *custody;             /* verdict of the first one, of all    */
	void (*work)(struct session *session, void *arg);
	void *arg;
	struct session v[BATCH_SESSIONS_MAX];
	struct session_times times;
	uint64_t wall_us;                /* of a signature, when more were asked for */
	unsigned most, in_vain;
	atomic_uint n, wanted;           /* the opener's are those between      */
	pthread_t opener;
	bool opening;                    /* it was started                      */
	struct error *why;               /* it gave up                          */
};

/* Signals are for the caller's thread. */
void batch_thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

void sessions_begin(struct sessions *sessions);
/* What kept it from opening more is told as a warning. */
void sessions_end(struct sessions *sessions, struct error *err);
/* `waiting`: requests for a signature that nobody has taken. */
void sessions_grow(struct sessions *sessions, size_t waiting);
enum rc_status session_sign(struct session *session, struct permit *permit,
    struct error *err) RC_CHECK;

#endif
