#include "engines/watchdog.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct watchdog {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	unsigned seconds;
	void (*hung)(void *arg, const char *call);
	void *arg;
	const char *call;          /* under way, or NULL                     */
	struct timespec deadline;  /* of it                                  */
	struct timespec alarm;     /* when the thread looks next             */
	bool asleep;               /* it looks at the next call instead      */
	bool stop;
};

static bool
is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static struct timespec
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t;
}

static void
sleep_until_call(struct watchdog *dog)
{
	dog->asleep = true;
	(void)pthread_cond_wait(&dog->wake, &dog->lock);
	dog->asleep = false;
}

/* The call that is under way is late: say so once, with the lock open, because
 * whoever is told may want to end the process in peace. */
static void
bark(struct watchdog *dog)
{
	const char *call = dog->call;

	dog->call = NULL;
	(void)pthread_mutex_unlock(&dog->lock);
	dog->hung(dog->arg, call);
	(void)pthread_mutex_lock(&dog->lock);
}

static void *
watch(void *arg)
{
	struct watchdog *dog = arg;

	(void)pthread_mutex_lock(&dog->lock);
	while (!dog->stop) {
		dog->alarm = dog->deadline;
		if (dog->call == NULL)
			sleep_until_call(dog);
		else if (!is_before(now(), dog->alarm))
			bark(dog);
		else
			(void)pthread_cond_timedwait(&dog->wake, &dog->lock, &dog->alarm);
	}
	(void)pthread_mutex_unlock(&dog->lock);
	return NULL;
}

/* Signals are for the threads of the program, not for this one. */
static int
start(struct watchdog *dog)
{
	sigset_t all, before;
	int failed;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&dog->thread, NULL, watch, dog);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

struct watchdog *
watchdog_new(unsigned seconds, void (*hung)(void *arg, const char *call), void *arg)
{
	struct watchdog *dog;
	pthread_condattr_t attr;

	if (hung == NULL)
		return NULL;
	dog = mem_zero(sizeof(*dog));
	dog->seconds = seconds != 0 ? seconds : WATCHDOG_SECONDS;
	dog->hung = hung;
	dog->arg = arg;
	(void)pthread_mutex_init(&dog->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&dog->wake, &attr);
	(void)pthread_condattr_destroy(&attr);
	if (start(dog) != 0)
		mem_die();
	return dog;
}

void
watchdog_free(struct watchdog *dog)
{
	if (dog == NULL)
		return;
	(void)pthread_mutex_lock(&dog->lock);
	dog->stop = true;
	(void)pthread_cond_signal(&dog->wake);
	(void)pthread_mutex_unlock(&dog->lock);
	(void)pthread_join(dog->thread, NULL);
	(void)pthread_cond_destroy(&dog->wake);
	(void)pthread_mutex_destroy(&dog->lock);
	free(dog);
}

void
watchdog_begin(struct watchdog *dog, const char *call, unsigned factor)
{
	if (dog == NULL)
		return;
	(void)pthread_mutex_lock(&dog->lock);
	dog->call = call;
	dog->deadline = now();
	dog->deadline.tv_sec += (time_t)dog->seconds * (time_t)factor;
	/* A thread that still waits for the deadline of an older call wakes in
	 * time to see this one: signing costs it no switch per call. */
	if (dog->asleep || is_before(dog->deadline, dog->alarm))
		(void)pthread_cond_signal(&dog->wake);
	(void)pthread_mutex_unlock(&dog->lock);
}

void
watchdog_end(struct watchdog *dog)
{
	if (dog == NULL)
		return;
	(void)pthread_mutex_lock(&dog->lock);
	dog->call = NULL;
	(void)pthread_mutex_unlock(&dog->lock);
}
