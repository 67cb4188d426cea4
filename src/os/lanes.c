#include "os/lanes.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct queue {
	struct lane_link *first, **end;
};

struct lane {
	struct queue rank[LANE_RANKS];
	size_t n;                        /* in all of them                    */
	pthread_cond_t some;
	size_t asleep;
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

static void
queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

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
		for (size_t r = 0; r < LANE_RANKS; r++)
			queue_init(&lanes->lane[i].rank[r]);
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

static bool
wakes(const struct lane *l)
{
	return l->asleep != 0 && (l->wanted == 0 || l->n == l->wanted);
}

static void
sleep_for_more(struct lanes *lanes, struct lane *l)
{
	l->asleep++;
	(void)pthread_cond_wait(&l->some, &lanes->lock);
	l->asleep--;
}

void
lanes_put(struct lanes *lanes, unsigned lane, unsigned rank, struct lane_link *link)
{
	struct lane *l = &lanes->lane[lane];
	struct queue *queue = &l->rank[rank];
	LOCKED(lanes);

	link->next = NULL;
	*queue->end = link;
	queue->end = &link->next;
	l->n++;
	if (wakes(l))
		(void)pthread_cond_signal(&l->some);
}

static struct lane_link *
first_of(struct lane *l)
{
	struct queue *queue = l->rank;
	struct lane_link *link;

	while (queue->first == NULL)
		queue++;
	link = queue->first;
	queue->first = link->next;
	if (queue->first == NULL)
		queue->end = &queue->first;
	l->n--;
	return link;
}

struct lane_link *
lanes_take(struct lanes *lanes, unsigned lane)
{
	struct lane *l = &lanes->lane[lane];
	LOCKED(lanes);

	while (l->n == 0 && !lanes->closed)
		sleep_for_more(lanes, l);
	return l->n != 0 ? first_of(l) : NULL;
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
	struct timespec until;

	if (ms == 0)
		return;
	until = in_ms(ms);
	l->wanted = wanted;
	l->asleep++;
	while (l->n < wanted && !lanes->closed)
		if (pthread_cond_timedwait(&l->some, &lanes->lock, &until) != 0)
			break;
	l->asleep--;
	l->wanted = 0;
}

static struct lane_link *
all_of(struct lane *l)
{
	struct lane_link *all = NULL, **end = &all;

	for (size_t r = 0; r < LANE_RANKS; r++) {
		struct queue *queue = &l->rank[r];

		*end = queue->first;
		if (queue->first != NULL)
			end = queue->end;
		queue_init(queue);
	}
	l->n = 0;
	return all;
}

struct lane_link *
lanes_take_all(struct lanes *lanes, unsigned lane, size_t enough, size_t held,
    unsigned linger_ms, unsigned patience_ms)
{
	struct lane *l = &lanes->lane[lane];
	size_t more;
	LOCKED(lanes);

	await(lanes, l, 1, patience_ms);
	more = lanes->inside > held ? lanes->inside - held : 0;
	if (l->n != 0)
		await(lanes, l, enough < more ? enough : more, linger_ms);
	return all_of(l);
}

void
lanes_close(struct lanes *lanes)
{
	LOCKED(lanes);

	lanes->closed = true;
	for (size_t i = 0; i < LANES_MAX; i++)
		(void)pthread_cond_broadcast(&lanes->lane[i].some);
}
