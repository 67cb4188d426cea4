#include "os/aside.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct aside {
	pthread_t thread;
	bool running;
	void (*work)(void *arg);
	void *arg;
};

static void *
run(void *arg)
{
	struct aside *aside = arg;

	aside->work(aside->arg);
	return NULL;
}

struct aside *
aside_begin(void (*work)(void *arg), void *arg)
{
	struct aside *aside = mem_zero(sizeof(*aside));
	sigset_t all, before;

	aside->work = work;
	aside->arg = arg;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	aside->running = pthread_create(&aside->thread, NULL, run, aside) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!aside->running)
		work(arg);
	return aside;
}

void
aside_wait(struct aside *aside)
{
	if (aside == NULL)
		return;
	if (aside->running)
		(void)pthread_join(aside->thread, NULL);
	free(aside);
}
