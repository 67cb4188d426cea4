#include "issue/batch_session.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>

enum {
	SLOW_US = 300,           /* a signature that takes longer              */
	SLOW_FACTOR = 2,         /* and waits so often as long as it works     */
	WORK_US = 600,           /* one that computes longer: RSA, not a curve */
	SAMPLE = 2,              /* signatures of each session that waited, to tell, */
	WORK_SAMPLE = 8,         /* and that did not: the first ones take longer */
	IN_VAIN = 2,             /* samples that show nothing won              */
};

void
batch_thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	int failed;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(thread, NULL, run, arg);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		mem_die();
}

/* -- what a signature takes -------------------------------------------------------------- */

struct moment {
	uint64_t wall_us, work_us;
	long given_up;                   /* a processor, so often               */
};

static uint64_t
us_of(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

static struct moment
moment_now(void)
{
	struct rusage used;
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	(void)getrusage(RUSAGE_THREAD, &used);
	return (struct moment){
		.wall_us = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000,
		.work_us = us_of(used.ru_utime) + us_of(used.ru_stime),
		.given_up = used.ru_nvcsw,
	};
}

enum rc_status
session_sign(struct session *session, struct permit *permit, struct error *err)
{
	struct session_times *times = &session->all->times;
	struct moment before = moment_now(), after;
	enum rc_status status = permit_sign(permit, session->signer, err);

	after = moment_now();
	(void)atomic_fetch_add(&times->wall_us, after.wall_us - before.wall_us);
	(void)atomic_fetch_add(&times->work_us, after.work_us - before.work_us);
	(void)atomic_fetch_add(&times->waited, after.given_up > before.given_up ? 1 : 0);
	(void)atomic_fetch_add(&times->asked, 1);
	return status;
}

/* -- more of them ------------------------------------------------------------------------- */

static void *
thread_run(void *arg)
{
	struct session *session = arg;

	session->all->work(session, session->all->arg);
	return NULL;
}

static void
session_start(struct sessions *sessions, struct signer *signer, bool own)
{
	struct session *session = &sessions->v[atomic_load(&sessions->n)];

	*session = (struct session){ .all = sessions, .signer = signer, .own = own };
	batch_thread_start(&session->thread, thread_run, session);
	(void)atomic_fetch_add(&sessions->n, 1);
}

/* Another login's verdict is not the one that stands in the intents. */
static enum rc_status
session_open(struct sessions *sessions, struct error *err)
{
	const struct batch *batch = sessions->batch;
	SCOPED(signer_close) struct signer *signer = NULL;

	TRY(signer_open(batch->home, batch->ops, batch->config, &signer, err));
	if (strcmp(buf_text(&signer->description), sessions->custody) != 0)
		return error_fail(err, RULE_BATCH_SESSION,
		    "another session with the token sees the key otherwise");
	session_start(sessions, TAKE(signer), true);
	return RC_OK;
}

static void *
opener(void *arg)
{
	struct sessions *sessions = arg;

	while (atomic_load(&sessions->n) < atomic_load(&sessions->wanted))
		if (session_open(sessions, sessions->why) != RC_OK)
			break;
	return NULL;
}

/* What one signature took of late. */
struct sample {
	uint64_t wall_us, work_us;
	bool waits;
};

static bool
sample_take(struct sessions *sessions, struct sample *ret)
{
	struct session_times *times = &sessions->times;
	uint64_t n = atomic_load(&times->asked);
	bool waits = 2 * atomic_load(&times->waited) > n;

	if (n < (uint64_t)(waits ? SAMPLE : WORK_SAMPLE) * atomic_load(&sessions->n))
		return false;
	ret->wall_us = atomic_exchange(&times->wall_us, 0) / n;
	ret->work_us = atomic_exchange(&times->work_us, 0) / n;
	ret->waits = waits && ret->wall_us > (SLOW_FACTOR + 1) * ret->work_us;
	atomic_store(&times->waited, 0);
	atomic_store(&times->asked, 0);
	return true;
}

/* Not twice as many were signed as when there was one, where some are new yet. */
static bool
nothing_won(struct sessions *sessions, const struct sample *sample)
{
	uint64_t n = atomic_load(&sessions->n);
	bool won = n <= 2 || 2 * sample->wall_us < n * sessions->wall_us;

	sessions->in_vain = won ? 0 : sessions->in_vain + 1;
	return sessions->in_vain >= IN_VAIN;
}

/* How many there should be. */
static unsigned
wanted(const struct sessions *sessions, const struct sample *sample)
{
	unsigned processors = sessions->batch->workers;

	if (sample->wall_us < SLOW_US)
		return 1;
	if (sample->waits)
		return sessions->most;
	return sample->work_us > WORK_US ? processors : 1;
}

void
sessions_grow(struct sessions *sessions, size_t waiting)
{
	struct sample sample;
	unsigned want;

	if (waiting == 0 || atomic_load(&sessions->n) >= sessions->most ||
	    !sample_take(sessions, &sample))
		return;
	if (sessions->opening) {
		if (nothing_won(sessions, &sample))
			atomic_store(&sessions->wanted, 0);
		return;
	}
	want = wanted(sessions, &sample);
	if (want <= 1)
		return;
	sessions->wall_us = sample.wall_us;
	atomic_store(&sessions->wanted, want < sessions->most ? want : sessions->most);
	sessions->why = error_new();
	sessions->opening = true;
	batch_thread_start(&sessions->opener, opener, sessions);
}

/* -- the first and the last ----------------------------------------------------------------- */

void
sessions_begin(struct sessions *sessions)
{
	unsigned most = sessions->batch->sessions;

	sessions->most = most < BATCH_SESSIONS_MAX ? most : BATCH_SESSIONS_MAX;
	session_start(sessions, sessions->batch->signer, false);
}

static void
opener_end(struct sessions *sessions, struct error *err)
{
	const struct error *why = sessions->why;

	if (!sessions->opening)
		return;
	atomic_store(&sessions->wanted, 0);
	(void)pthread_join(sessions->opener, NULL);
	if (error_status(why) != RC_OK)
		error_warn(err, RULE_BATCH_SESSION, NOWHERE,
		    "no more than %u sessions with the token: %s [%s]",
		    atomic_load(&sessions->n), error_message(why), rule_id(error_rule(why)));
	error_free(sessions->why);
}

void
sessions_end(struct sessions *sessions, struct error *err)
{
	opener_end(sessions, err);
	for (unsigned i = 0; i < atomic_load(&sessions->n); i++) {
		(void)pthread_join(sessions->v[i].thread, NULL);
		if (sessions->v[i].own)
			signer_close(sessions->v[i].signer);
	}
}
