#include "issue/batch_session.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>

enum {
	SLOW_US = 300,           /* a signature that takes longer              */
	SLOW_FACTOR = 2,         /* and waits so often as long as it works     */
	SAMPLE = 4,              /* signatures of each session, to tell        */
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
	struct session *session = &sessions->v[sessions->n++];

	*session = (struct session){ .all = sessions, .signer = signer, .own = own };
	batch_thread_start(&session->thread, thread_run, session);
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

	if (n < (uint64_t)SAMPLE * sessions->n)
		return false;
	ret->wall_us = atomic_exchange(&times->wall_us, 0) / n;
	ret->work_us = atomic_exchange(&times->work_us, 0) / n;
	ret->waits = 2 * atomic_exchange(&times->waited, 0) > n &&
	    ret->wall_us > (SLOW_FACTOR + 1) * ret->work_us;
	atomic_store(&times->asked, 0);
	return true;
}

/* Half as many did nearly as much. */
static bool
nothing_won(struct sessions *sessions, const struct sample *sample)
{
	if (sessions->wall_us == 0 || 5 * sample->wall_us < 8 * sessions->wall_us) {
		sessions->in_vain = 0;
		return false;
	}
	if (++sessions->in_vain >= IN_VAIN)
		sessions->most = sessions->n;
	return true;
}

/* How many there should be. */
static unsigned
wanted(struct sessions *sessions)
{
	unsigned n = sessions->n, processors = sessions->batch->workers;
	struct sample sample;

	if (!sample_take(sessions, &sample) || sample.wall_us < SLOW_US)
		return n;
	if (!sample.waits)
		return n < processors && sample.work_us >= SLOW_US ? processors : n;
	if (nothing_won(sessions, &sample))
		return n;
	sessions->wall_us = sample.wall_us;
	return 2 * n;
}

void
sessions_grow(struct sessions *sessions, size_t waiting, struct error *err)
{
	SCOPED(error_free) struct error *why = NULL;
	unsigned want;

	if (sessions->n >= sessions->most || waiting < sessions->n)
		return;
	want = wanted(sessions);
	why = error_new();
	while (sessions->n < want && sessions->n < sessions->most)
		if (session_open(sessions, why) != RC_OK) {
			error_warn(err, RULE_BATCH_SESSION, NOWHERE,
			    "no more than %u sessions with the token: %s [%s]",
			    sessions->n, error_message(why), rule_id(error_rule(why)));
			sessions->most = sessions->n;
		}
}

/* -- the first and the last ----------------------------------------------------------------- */

void
sessions_begin(struct sessions *sessions)
{
	unsigned most = sessions->batch->sessions;

	sessions->most = most < BATCH_SESSIONS_MAX ? most : BATCH_SESSIONS_MAX;
	session_start(sessions, sessions->batch->signer, false);
}

void
sessions_end(struct sessions *sessions)
{
	for (unsigned i = 0; i < sessions->n; i++) {
		(void)pthread_join(sessions->v[i].thread, NULL);
		if (sessions->v[i].own)
			signer_close(sessions->v[i].signer);
	}
}
