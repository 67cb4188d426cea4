#include "os/lanes.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct lane {
	struct lane_link *first, **end;
	size_t n;
	pthread_cond_t some;
	size_t wanted;                   /* whom to wake for: 0: one alone    */
};

struct lanes {
	pthread_mutex_t lock;
	pthread_cond_t has_room;
	struct lane lane[LANES_MAX];
	size_t inside, room;
	bool shut, closed;
};

static void
unlock(pthread_mutex_t **lock)
{
	(void)pthread_mutex_unlock(*lock);
}

#define LOCKED(lanes)                                                         \
	__attribute__((cleanup(unlock))) pthread_mutex_t *locked_ = &(lanes)->lock; \
	(void)pthread_mutex_lock(locked_)

struct lanes *
lanes_new(size_t room)
{
	struct lanes *lanes = mem_zero(sizeof(*lanes));
	pthread_condattr_t attr;

	lanes->room = room;
	(void)pthread_mutex_init(&lanes->lock, NULL);
	(void)pthread_cond_init(&lanes->has_room, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	for (size_t i = 0; i < LANES_MAX; i++) {
		lanes->lane[i].end = &lanes->lane[i].first;
		(void)pthread_cond_init(&lanes->lane[i].some, &attr);
	}
	(void)pthread_condattr_destroy(&attr);
	return lanes;
}

void
lanes_free(struct lanes *lanes)
{
	if (lanes == NULL)
		return;
	for (size_t i = 0; i < LANES_MAX; i++)
		(void)pthread_cond_destroy(&lanes->lane[i].some);
	(void)pthread_cond_destroy(&lanes->has_room);
	(void)pthread_mutex_destroy(&lanes->lock);
	free(lanes);
}

bool
lanes_enter(struct lanes *lanes)
{
	LOCKED(lanes);

	while (!lanes->shut && lanes->inside >= lanes->room)
		(void)pthread_cond_wait(&lanes->has_room, &lanes->lock);
	if (lanes->shut)
		return false;
	lanes->inside++;
	return true;
}

void
lanes_leave(struct lanes *lanes)
{
	LOCKED(lanes);

	lanes->inside--;
	(void)pthread_cond_signal(&lanes->has_room);
}

void
lanes_shut(struct lanes *lanes)
{
	LOCKED(lanes);

	lanes->shut = true;
	(void)pthread_cond_broadcast(&lanes->has_room);
}

size_t
lanes_inside(struct lanes *lanes)
{
	LOCKED(lanes);

	return lanes->inside;
}

/* The first one wakes whoever takes all of them, too: from then on it only lingers. */
static void
one_more(struct lane *l)
{
	l->n++;
	if (l->wanted == 0 || l->n == 1 || l->n == l->wanted)
		(void)pthread_cond_signal(&l->some);
}

void
lanes_put(struct lanes *lanes, unsigned lane, struct lane_link *link)
{
	struct lane *l = &lanes->lane[lane];
	LOCKED(lanes);

	link->next = NULL;
	*l->end = link;
	l->end = &link->next;
	one_more(l);
}

void
lanes_put_first(struct lanes *lanes, unsigned lane, struct lane_link *link)
{
	struct lane *l = &lanes->lane[lane];
	LOCKED(lanes);

	link->next = l->first;
	if (l->first == NULL)
		l->end = &link->next;
	l->first = link;
	one_more(l);
}

struct lane_link *
lanes_take(struct lanes *lanes, unsigned lane)
{
	struct lane *l = &lanes->lane[lane];
	struct lane_link *link;
	LOCKED(lanes);

	while (l->first == NULL && !lanes->closed)
		(void)pthread_cond_wait(&l->some, &lanes->lock);
	link = l->first;
	if (link == NULL)
		return NULL;
	l->first = link->next;
	if (l->first == NULL)
		l->end = &l->first;
	l->n--;
	return link;
}

size_t
lanes_waiting(struct lanes *lanes, unsigned lane)
{
	LOCKED(lanes);

	return lanes->lane[lane].n;
}

static struct timespec
in_ms(unsigned ms)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Until there are so many, or the time is over. */
static void
await(struct lanes *lanes, struct lane *l, size_t wanted, unsigned ms)
{
	struct timespec until = in_ms(ms);

	l->wanted = wanted;
	while (l->n < wanted && !lanes->closed)
		if (pthread_cond_timedwait(&l->some, &lanes->lock, &until) != 0)
			break;
	l->wanted = 0;
}

struct lane_link *
lanes_take_all(struct lanes *lanes, unsigned lane, size_t enough, size_t held,
    unsigned linger_ms, unsigned patience_ms)
{
	struct lane *l = &lanes->lane[lane];
	struct lane_link *all;
	size_t more;
	LOCKED(lanes);

	await(lanes, l, 1, patience_ms);
	more = lanes->inside > held ? lanes->inside - held : 0;
	if (l->n != 0)
		await(lanes, l, enough < more ? enough : more, linger_ms);
	all = l->first;
	l->first = NULL;
	l->end = &l->first;
	l->n = 0;
	return all;
}

void
lanes_close(struct lanes *lanes)
{
	LOCKED(lanes);

	lanes->closed = true;
	for (size_t i = 0; i < LANES_MAX; i++)
		(void)pthread_cond_broadcast(&lanes->lane[i].some);
}
