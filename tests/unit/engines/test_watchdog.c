#include "engines/watchdog.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/unit.h"

struct bark {
	pthread_mutex_t lock;
	pthread_cond_t heard;
	unsigned n;
	char call[32];
};

static void
bark(void *arg, const char *call)
{
	struct bark *b = arg;

	(void)pthread_mutex_lock(&b->lock);
	b->n++;
	(void)snprintf(b->call, sizeof(b->call), "%s", call);
	(void)pthread_cond_signal(&b->heard);
	(void)pthread_mutex_unlock(&b->lock);
}

static void
wait_for(struct bark *b)
{
	(void)pthread_mutex_lock(&b->lock);
	while (b->n == 0)
		(void)pthread_cond_wait(&b->heard, &b->lock);
	(void)pthread_mutex_unlock(&b->lock);
}

TEST(a_call_that_hangs_is_told_once_by_name)
{
	struct bark b = { .lock = PTHREAD_MUTEX_INITIALIZER, .heard = PTHREAD_COND_INITIALIZER };
	struct watchdog *dog = watchdog_new(1, bark, &b);

	/* also on a machine that stops for a while */
	for (int i = 0; i < 1000; i++)
		EXPECT_INT(WATCHED_FOR(dog, 1000, "C_Quick", i), i);
	watchdog_begin(dog, "C_Slow", 1);
	wait_for(&b);
	watchdog_end(dog);
	watchdog_free(dog);
	EXPECT_INT(b.n, 1);
	EXPECT_TEXT(b.call, "C_Slow");
}

TEST(a_shorter_call_after_a_longer_one_is_watched_too)
{
	struct bark b = { .lock = PTHREAD_MUTEX_INITIALIZER, .heard = PTHREAD_COND_INITIALIZER };
	struct watchdog *dog = watchdog_new(1, bark, &b);

	watchdog_begin(dog, "C_Long", 1000);
	(void)usleep(20000);
	watchdog_end(dog);
	watchdog_begin(dog, "C_Short", 1);
	wait_for(&b);
	watchdog_end(dog);
	watchdog_free(dog);
	EXPECT_TEXT(b.call, "C_Short");
}

TEST(nobody_to_tell_means_no_watchdog)
{
	EXPECT(watchdog_new(1, NULL, NULL) == NULL);
	EXPECT_INT(WATCHED(NULL, "C_Any", 7), 7);
	watchdog_free(NULL);
}
